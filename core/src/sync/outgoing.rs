//! From an item of the outbox to the stanza that goes out, as the documents of its extensions ask for it. The same item
//! always becomes the same stanza, so that one that is sent again is known to be the same.

use jid::BareJid;

use crate::model::message::ReplyTo;
use crate::model::outbox::{OutboxItem, Payload};
use crate::sync::files;
use crate::xep::chat_state::ChatState;
use crate::xep::omemo::Encrypted;
use crate::xep::xml::{Tag, clean};
use crate::xep::{
    correction, encryption_name, hints, markers, ns, reactions, receipts, reply, retraction, stanza_id, trust_message,
};

/// What people read who cannot decrypt.
const FALLBACK: &str = "This message is encrypted with OMEMO, and your app cannot read it.";

/// The stanza of an outbox item, as XML, in clear. What has no body asks to be kept, so that the archive and our other devices
/// have it too.
pub fn stanza(item: &OutboxItem) -> String {
    let stanza = message(item.to.as_str(), Some(&item.stanza_id));
    let origin = stanza_id::origin_id(&item.stanza_id);
    match &item.payload {
        Payload::Text { .. } | Payload::Correction { .. } => {
            stanza.children(body(item)).child(origin).children(said(item, true))
        }
        Payload::Retraction { .. } | Payload::Reactions { .. } => {
            stanza.children(said(item, true)).child(origin).child(hints::store())
        }
        Payload::Receipt { .. } | Payload::Displayed { .. } | Payload::Trust { .. } => {
            stanza.children(said(item, true)).child(hints::store())
        }
    }
    .to_string()
}

/// The stanza of an outbox item that is encrypted in these elements. With `legacy`, what legacy OMEMO cannot encrypt stands
/// outside for devices that know no other: ids of other messages, and what is asked of the recipient, but no word.
pub fn encrypted(item: &OutboxItem, elements: &[Encrypted], legacy: bool) -> String {
    let outside: Vec<Tag> = if legacy { said(item, false) } else { Vec::new() };
    let stanza = sealed(&item.to, Some(&item.stanza_id), elements);
    let stanza = stanza.children(outside).child(stanza_id::origin_id(&item.stanza_id));
    let says_words = matches!(item.payload, Payload::Text { .. } | Payload::Correction { .. });
    if says_words { stanza.child(text(FALLBACK)) } else { stanza.child(hints::store()) }.to_string()
}

/// A message about keys alone. It is to be kept for devices that are away.
pub fn empty(to: &BareJid, elements: &[Encrypted]) -> String {
    sealed(to, None, elements).child(hints::store()).to_string()
}

/// A message with these elements, and how it is encrypted (XEP-0380): in legacy if anybody reads that, because its readers look
/// for it.
fn sealed(to: &BareJid, id: Option<&str>, elements: &[Encrypted]) -> Tag {
    let version = elements.last().map(|element| element.version);
    let name = version.map(|version| encryption_name::encryption(version.namespace(), None));
    message(to.as_str(), id).children(elements.iter().map(Encrypted::tag)).children(name)
}

/// What an item says, for an envelope.
pub fn content(item: &OutboxItem) -> Vec<Tag> {
    match &item.payload {
        // This has a place in envelopes alone.
        Payload::Trust { said } => vec![trust_message::tag(said)],
        _ => body(item).into_iter().chain(said(item, true)).collect(),
    }
}

fn body(item: &OutboxItem) -> Option<Tag> {
    let has_body = matches!(item.payload, Payload::Text { .. } | Payload::Correction { .. });
    legacy_body(item).filter(|_| has_body).as_deref().map(text)
}

/// The body for devices with legacy OMEMO, which encrypts nothing else. None if there are no words for them.
pub fn legacy_body(item: &OutboxItem) -> Option<String> {
    match &item.payload {
        // A file's address is shown as a file only where nothing else is said.
        Payload::Text { files, .. } if !files.is_empty() => files.iter().find_map(files::address),
        Payload::Text { body, reply, quoted, .. } => match quote(reply.as_ref(), quoted.as_deref()) {
            Some(quoted) => Some(reply::quote(&clean(quoted), body).0),
            None => Some(body.clone()),
        },
        Payload::Correction { body, .. } => Some(body.clone()),
        // In clear the emojis would be words that others can read: they come as a reply.
        Payload::Reactions { emojis, .. } if !emojis.is_empty() => Some(emojis.join(" ")),
        _ => None,
    }
}

fn quote<'a>(reply: Option<&ReplyTo>, quoted: Option<&'a str>) -> Option<&'a str> {
    reply?;
    quoted.map(str::trim).filter(|quoted| !quoted.is_empty())
}

/// What an item says beside its body. Without `words`, reactions become a reply, whose body has them.
fn said(item: &OutboxItem, words: bool) -> Vec<Tag> {
    match &item.payload {
        Payload::Text { reply, files, .. } if !files.is_empty() => {
            let answer = reply.as_ref().map(|to| reply::reply(&to.id, to.author.as_deref()));
            // Nothing of a file in clear where the rest is encrypted.
            let files = files.iter().filter(|_| words).flat_map(files::said);
            answer.into_iter().chain(files).chain(asked()).collect()
        }
        Payload::Text { body, reply, quoted, .. } => {
            let answer = reply.as_ref().map(|to| reply::reply(&to.id, to.author.as_deref()));
            let fallback = quote(reply.as_ref(), quoted.as_deref()).map(|quoted| reply::quote(&clean(quoted), body).1);
            answer.into_iter().chain(fallback).chain(asked()).collect()
        }
        // The first version has asked for receipt and marker, and its id is the one that everybody knows.
        Payload::Correction { target, .. } => vec![correction::replace(target), ChatState::Active.tag()],
        Payload::Retraction { target } => retraction::retract(target).into_iter().collect(),
        Payload::Reactions { target, emojis } if words => vec![reactions::reactions(target, emojis)],
        Payload::Reactions { target, emojis } if !emojis.is_empty() => vec![reply::reply(target, None)],
        Payload::Reactions { .. } => Vec::new(),
        Payload::Receipt { target } => vec![receipts::receipt(target)],
        Payload::Displayed { target } => vec![markers::displayed(target)],
        Payload::Trust { .. } => Vec::new(),
    }
}

/// The stanza that tells a contact that we began or stopped typing. Nobody is to keep it.
pub fn typing(to: &BareJid, on: bool) -> String {
    message(to.as_str(), None).child(typing_state(on)).child(hints::no_store()).to_string()
}

/// That we type, or no longer do, for an envelope.
pub fn typing_state(on: bool) -> Tag {
    if on { ChatState::Composing } else { ChatState::Paused }.tag()
}

/// The same as [`typing`], encrypted in these elements.
pub fn encrypted_typing(to: &BareJid, elements: &[Encrypted]) -> String {
    sealed(to, None, elements).child(hints::no_store()).to_string()
}

fn message(to: &str, id: Option<&str>) -> Tag {
    Tag::new("message", ns::CLIENT).attr("type", "chat").attr_opt("id", id).attr("to", to)
}

fn text(body: &str) -> Tag {
    Tag::new("body", ns::CLIENT).text(body)
}

/// What every new text asks of its recipient's devices.
fn asked() -> [Tag; 3] {
    [receipts::request(), markers::markable(), ChatState::Active.tag()]
}

#[cfg(test)]
mod outgoing_tests;
