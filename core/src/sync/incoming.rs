//! What a received message stanza means: which chat it belongs to, who wrote it, what it does. The same reading serves
//! live messages, carbons (XEP-0280), offline messages and archived ones (XEP-0313), so that they end as one row.

use jid::{BareJid, Jid};

use crate::model::Micros;
use crate::model::message::{Arrived, Content, Encryption, FailureReason, Ids, ReplyTo, Way};
use crate::model::omemo::Version;
use crate::model::trust::{Decision, Statement, Told};
use crate::omemo::IdentityKey;
use crate::sync::files;
use crate::sync::omemo::{Opened, Opener};
use crate::xep::chat_state::ChatState;
use crate::xep::delay::Delay;
use crate::xep::message::{Kind, Message};
use crate::xep::stanza_error::StanzaError;
use crate::xep::trust_message::TrustMessage;

/// What a message stanza does.
#[derive(Clone, Default)]
pub struct Incoming {
    /// A change of the store.
    pub arrived: Option<Arrived>,
    /// The stanza id to answer with a receipt (XEP-0184), if one was asked for. The caller knows whether its sender may
    /// have one: it tells that this device is there, so only who may see our presence gets it.
    pub receipt: Option<String>,
    /// The contact began or stopped typing (XEP-0085), with its full address.
    pub typing: Option<(Jid, bool)>,
}

/// Reads a message that came in the stream of `own`, by itself or as a carbon. None: not to be shown to anybody, such as a
/// forged carbon or an archive result that nobody asked for.
///
/// Results of an archive query are for who asked: look at [`Message::archived`] first, compare its `queryid` and the
/// stanza's sender with the query, and give it to [`archived`].
pub fn live(mut message: Message, own: &BareJid, now: Micros, opener: &mut dyn Opener) -> Option<Incoming> {
    if message.archived.is_some() {
        return None;
    }
    if message.carbon.is_some() {
        return carbon(message, own, now, opener);
    }
    let delayed = own_stamp(&message, own, now);
    let way = if delayed.is_some() { Way::Offline } else { Way::Live };
    let archive = archive_id(&message, own);
    let arrived = read(&mut message, own, way, delayed.unwrap_or(now), archive, opener);
    let receipt = arrived.as_ref().and_then(|arrived| receipt(&message, arrived));
    let typing = if way == Way::Live { typing(&message, own) } else { None };
    Some(Incoming { arrived: arrived.filter(is_worth_storing), receipt, typing })
}

fn carbon(message: Message, own: &BareJid, now: Micros, opener: &mut dyn Opener) -> Option<Incoming> {
    // Only our own account copies our messages: anybody can write a stanza that looks like a carbon.
    let by_own_account = message.from.as_ref().is_none_or(|from| from == own);
    let mut carbon = message.carbon.filter(|_| by_own_account)?;
    let copy = &mut carbon.message;
    let time = stamp(carbon.delay.as_ref(), now).or_else(|| own_stamp(copy, own, now)).unwrap_or(now);
    let archive = archive_id(copy, own);
    let arrived = read(copy, own, Way::Carbon, time, archive, opener)?;
    // A carbon says which way its message went; one that contradicts its addresses is not a copy of ours.
    if arrived.outgoing != carbon.sent && arrived.chat != *own {
        return None;
    }
    // The device to which the message went gives the receipt.
    let typing = typing(copy, own);
    Some(Incoming { arrived: Some(arrived).filter(is_worth_storing), receipt: None, typing })
}

/// Reads a message of our own account's archive; `id` and `delay` are the archive's. What has no meaning here (a message
/// of a group chat, for one) has its place in the archive all the same: then nothing arrived.
pub fn archived(
    message: &mut Message,
    id: &str,
    delay: Option<&Delay>,
    own: &BareJid,
    now: Micros,
    opener: &mut dyn Opener,
) -> Incoming {
    let time = stamp(delay, now).unwrap_or(now);
    let arrived = read(message, own, Way::Archive, time, Some(id.to_owned()), opener);
    let receipt = arrived.as_ref().and_then(|arrived| receipt(message, arrived));
    Incoming { arrived, receipt, typing: None }
}

/// Live, only an archive position makes a message worth storing that does nothing.
fn is_worth_storing(arrived: &Arrived) -> bool {
    arrived.content != Content::Nothing || arrived.ids.archive.is_some()
}

/// A stamp from the future is a clock that is wrong: the message is not older than now.
fn stamp(delay: Option<&Delay>, now: Micros) -> Option<Micros> {
    delay.map(|delay| delay.stamp.min(now))
}

/// When our own server got a message that it delivers late. What others say of its age does not count: the archive will
/// not know of it either, and the row is to be the same.
fn own_stamp(message: &Message, own: &BareJid, now: Micros) -> Option<Micros> {
    let is_own_server = |from: &Jid| from == own || from.as_str() == own.domain().as_str();
    let by_own = message.delays.iter().filter(|delay| delay.from.as_ref().is_none_or(is_own_server));
    by_own.map(|delay| delay.stamp.min(now)).min()
}

/// The archive id that our own server wrote into the stanza (XEP-0359); others' are of no use here.
fn archive_id(message: &Message, own: &BareJid) -> Option<String> {
    message.stanza_ids.iter().find(|id| id.by == *own).map(|id| id.id.clone())
}

fn receipt(message: &Message, arrived: &Arrived) -> Option<String> {
    let says_something = matches!(arrived.content, Content::Text { .. } | Content::Correction { .. });
    (message.receipt_requested && says_something && !arrived.outgoing).then(|| message.id.clone()).flatten()
}

/// Who sends a text has stopped typing, whether it says so or not.
fn typing(message: &Message, own: &BareJid) -> Option<(Jid, bool)> {
    let from = message.from.as_ref()?;
    let of_a_chat = matches!(message.kind, Kind::Chat | Kind::Normal) && !message.muc_user;
    if !of_a_chat || from.to_bare() == *own {
        return None;
    }
    let typing = match message.chat_state {
        Some(state) => state == ChatState::Composing,
        None if message.body.is_some() => false,
        None => return None,
    };
    Some((from.clone(), typing))
}

/// None for what belongs to no chat with one person.
fn read(
    message: &mut Message,
    own: &BareJid,
    way: Way,
    time: Micros,
    archive: Option<String>,
    opener: &mut dyn Opener,
) -> Option<Arrived> {
    if matches!(message.kind, Kind::Groupchat | Kind::Headline) || message.muc_user {
        return None;
    }
    let from = message.from.clone().unwrap_or_else(|| Jid::from(own.clone()));
    let to_other = message.to.as_ref().is_some_and(|to| to.to_bare() != *own);
    // An error in the chat with oneself is the answer of our own account, not ours.
    let outgoing = from.to_bare() == *own && (to_other || message.kind != Kind::Error);
    let chat = if outgoing { message.to.as_ref().map_or_else(|| own.clone(), Jid::to_bare) } else { from.to_bare() };
    let fallback = message.body.is_some();
    // What came back is ours, and not for us to read: it says why it came back.
    let is_clear = message.encrypted.is_empty() || message.kind == Kind::Error;
    let opened = if is_clear { Opened::Clear } else { opener.open(message, &from.to_bare()) };
    let content = match opened_content(message, &opened, fallback) {
        // Another device of ours refused a message: nothing that we need to know.
        Content::Error { .. } if outgoing => Content::Nothing,
        content => content,
    };
    let ids = if message.tombstone {
        // What stands in the place of a message has that message's ids, but is not that message.
        Ids::default()
    } else {
        Ids { stanza: message.id.clone(), origin: message.origin_id.clone(), archive }
    };
    let markable = message.markable && matches!(content, Content::Text { .. } | Content::Correction { .. });
    let (encryption, sender) = match opened {
        Opened::Clear | Opened::Empty => (Encryption::None, None),
        Opened::Read(encryption, sender) => (encryption, Some(sender)),
        Opened::Again(encryption) | Opened::Sealed(encryption, _) => (encryption, None),
    };
    Some(Arrived { chat, from: from.to_string(), outgoing, ids, way, time, markable, encryption, sender, content })
}

/// What a message says, as far as it could be read. One that cannot is only worth telling if it has something for people to
/// read: `fallback` is true if it says so to those who cannot decrypt.
fn opened_content(message: &Message, opened: &Opened, fallback: bool) -> Content {
    match opened {
        Opened::Clear | Opened::Read(..) => content(message),
        Opened::Empty => Content::Nothing,
        Opened::Again(_) => Content::Again,
        Opened::Sealed(encryption, reason) if fallback || *encryption == Encryption::Omemo => {
            Content::Sealed { reason: *reason }
        }
        Opened::Sealed(..) => Content::Nothing,
    }
}

/// A message does one thing: what refers to another message goes before a text, which is then only for older clients.
fn content(message: &Message) -> Content {
    if message.kind == Kind::Error {
        return match &message.id {
            Some(target) => Content::Error { target: target.clone(), reason: reason(message.error.as_ref()) },
            None => Content::Nothing,
        };
    }
    if let Some(target) = &message.retracts {
        return Content::Retraction { target: target.clone() };
    }
    if message.tombstone {
        let target = message.origin_id.clone().or_else(|| message.id.clone());
        return target.map_or(Content::Nothing, |target| Content::Retraction { target });
    }
    if let Some(reactions) = &message.reactions {
        return Content::Reactions { target: reactions.id.clone(), emojis: reactions.emojis.clone() };
    }
    if let (Some(body), Some(target)) = (message.text(), &message.replaces) {
        return Content::Correction { target: target.clone(), body };
    }
    let (body, files) = files::read(message);
    if body.is_some() || !files.is_empty() {
        let reply = message.reply.as_ref().map(|reply| ReplyTo {
            id: reply.id.clone(),
            author: reply.to.as_ref().map(|to| to.to_bare().to_string()),
        });
        return Content::Text { body: body.unwrap_or_default(), reply, files };
    }
    match (&message.displayed, &message.receipt) {
        // Who has seen a message has it.
        (Some(target), _) => Content::Displayed { target: target.clone() },
        (None, Some(target)) => Content::Receipt { target: target.clone() },
        (None, None) => message.trust.as_ref().map_or(Content::Nothing, |trust| Content::Trust(told(trust))),
    }
}

/// Keys are decided on by their fingerprints. What is no key is nobody's.
fn told(trust: &TrustMessage) -> Told {
    let decision = |said: &Statement| {
        let key = IdentityKey::from_wire(Version::Omemo2, &said.key).ok()?;
        Some(Decision { owner: said.owner.clone(), fingerprint: key.fingerprint(), trusted: said.trusted })
    };
    Told { decisions: trust.said.iter().filter_map(decision).collect(), time: trust.time }
}

/// What the condition of an error (RFC 6120 section 8.3.3) means for a message that came back.
fn reason(error: Option<&StanzaError>) -> FailureReason {
    let Some(error) = error else { return FailureReason::Refused };
    if error.is("stanza-too-big", "urn:xmpp:errors") {
        return FailureReason::TooLarge;
    }
    match error.condition.as_str() {
        "item-not-found" | "gone" | "jid-malformed" => FailureReason::NoSuchAddress,
        "remote-server-not-found" | "remote-server-timeout" | "recipient-unavailable" => {
            FailureReason::ServerUnreachable
        }
        "forbidden" | "not-acceptable" | "subscription-required" | "registration-required" => FailureReason::Blocked,
        "not-allowed" | "not-authorized" | "policy-violation" | "resource-constraint" => FailureReason::NotAllowed,
        _ => FailureReason::Refused,
    }
}

#[cfg(test)]
mod incoming_tests;
