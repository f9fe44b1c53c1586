//! XEP-0420: the envelope that omemo:2 encrypts. It says who sent its content, so that nobody can put it into a stanza of their
//! own, and has random text in it, so that its length tells little.

use jid::{BareJid, Jid};
use memchr::memchr_iter;

use super::xml::{self, Tag};
use super::{Element, ns, timestamp};
use crate::model::Micros;

/// The largest envelope that is read, in bytes. Servers let through some hundred kilobytes at most.
const LARGEST: usize = 1 << 20;

/// The most tags in one that is read, start and end. The limits of a stream see a payload as text, so they do not reach here;
/// an element that was read takes many times the bytes of `<a/>`.
const MOST_TAGS: usize = 20_000;

/// Lengths are filled up to a multiple of this many bytes.
const BLOCK: usize = 128;

/// What `<rpad></rpad>` has more than `<rpad/>`.
const LONGER: usize = "<rpad></rpad>".len() - "<rpad/>".len();

/// The longest random text that [`padding`] asks for; the XEP means up to 200 characters (section 4).
pub const MOST_PADDING: usize = BLOCK + 3 * 16;

/// A decrypted envelope.
#[derive(Clone)]
pub struct Envelope {
    /// What stood in its content, for [`Message::read_content`](super::message::Message::read_content).
    pub content: Vec<Element>,
    /// Who says to have sent it. Compare it with the stanza's sender.
    pub from: Option<Jid>,
    /// To whom. Compare it with the stanza's recipient; group chats must have it (XEP-0384 section 5.5.1).
    pub to: Option<Jid>,
    /// When it was encrypted, by the sender's clock.
    pub time: Option<Micros>,
}

impl Envelope {
    /// Reads what was decrypted. None if it is no envelope with a content, is beyond what we read, or names somebody who can
    /// be nobody: such a sender must not pass for one that is not named.
    pub fn parse(bytes: &[u8]) -> Option<Envelope> {
        if bytes.len() > LARGEST || memchr_iter(b'<', bytes).count() > MOST_TAGS {
            return None;
        }
        let envelope = without_declaration(std::str::from_utf8(bytes).ok()?)?.parse::<Element>().ok()?;
        if !envelope.is("envelope", ns::ENVELOPE) {
            return None;
        }
        let somebody = |name| match envelope.get_child(name, ns::ENVELOPE) {
            Some(affix) => xml::jid(affix, "jid").map(Some),
            None => Some(None),
        };
        let (from, to) = (somebody("from")?, somebody("to")?);
        let time = envelope.get_child("time", ns::ENVELOPE).and_then(|time| timestamp::parse(time.attr("stamp")?));
        let content = envelope.into_children().find(|child| child.is("content", ns::ENVELOPE))?;
        Some(Envelope { content: content.into_children().collect(), from, to, time })
    }
}

/// Some serializers write an XML declaration, and some a mark of the byte order.
fn without_declaration(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    match text.strip_prefix("<?xml ") {
        Some(rest) => rest.split_once("?>").map(|(_, rest)| rest.trim_start()),
        None => Some(text),
    }
}

/// Writes an envelope, to be encrypted. `padding` is random text; [`padding`] says how long it is to be.
pub fn write(content: impl IntoIterator<Item = Tag>, from: &BareJid, time: Micros, padding: &str) -> String {
    let affix = |name| Tag::new(name, ns::ENVELOPE);
    affix("envelope")
        .child(affix("content").children(content))
        .child(affix("rpad").text(padding))
        .child(affix("from").attr("jid", from.as_str()))
        .child(affix("time").attr("stamp", timestamp::format(time)))
        .to_string()
}

/// How many characters of random text to write into an envelope that has this many bytes without any. A few lengths are left
/// for all short messages: texts that are alike have the same length however often they are sent, and `chance`, a random
/// byte, adds up to three blocks of the cipher.
pub fn padding(length: usize, chance: u8) -> usize {
    BLOCK - (length + LONGER) % BLOCK + 16 * usize::from(chance % 4)
}

/// Random text from random bytes, one character each.
pub fn random_text(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()
}

#[cfg(test)]
mod envelope_tests;
