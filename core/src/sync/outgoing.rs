//! From an item of the outbox to the stanza that goes out, as the documents of its extensions ask for it. The same item
//! always becomes the same stanza, so that one that is sent again is known to be the same.

use jid::Jid;

use crate::model::outbox::{OutboxItem, Payload};
use crate::xep::chat_state::ChatState;
use crate::xep::xml::{Tag, clean};
use crate::xep::{correction, hints, markers, ns, reactions, receipts, reply, retraction, stanza_id};

/// The stanza of an outbox item, as XML. What has no body asks to be kept, so that the archive and our other devices have
/// it too.
pub fn stanza(item: &OutboxItem) -> String {
    let stanza = message(item.to.as_str(), Some(&item.stanza_id));
    let origin = stanza_id::origin_id(&item.stanza_id);
    match &item.payload {
        Payload::Text { body, reply: None, .. } => asking(stanza.child(text(body)).child(origin)),
        Payload::Text { body, reply: Some(to), quoted } => {
            let answer = reply::reply(&to.id, to.author.as_deref());
            let (body, fallback) = match quoted.as_deref().map(str::trim).filter(|quoted| !quoted.is_empty()) {
                Some(quoted) => {
                    let (body, fallback) = reply::quote(&clean(quoted), body);
                    (body, Some(fallback))
                }
                None => (body.clone(), None),
            };
            asking(stanza.child(text(&body)).child(origin).child(answer).children(fallback))
        }
        // The first version has asked for receipt and marker, and its id is the one that everybody knows.
        Payload::Correction { target, body } => {
            let corrected = stanza.child(text(body)).child(origin).child(correction::replace(target));
            corrected.child(ChatState::Active.tag())
        }
        Payload::Retraction { target } => {
            stanza.children(retraction::retract(target)).child(origin).child(hints::store())
        }
        Payload::Reactions { target, emojis } => {
            stanza.child(reactions::reactions(target, emojis)).child(origin).child(hints::store())
        }
        Payload::Receipt { target } => stanza.child(receipts::receipt(target)).child(hints::store()),
        Payload::Displayed { target } => stanza.child(markers::displayed(target)).child(hints::store()),
    }
    .to_string()
}

/// The stanza that tells a contact that we began or stopped typing. Nobody is to keep it.
pub fn typing(to: &Jid, on: bool) -> String {
    let state = if on { ChatState::Composing } else { ChatState::Paused };
    message(to.as_str(), None).child(state.tag()).child(hints::no_store()).to_string()
}

fn message(to: &str, id: Option<&str>) -> Tag {
    Tag::new("message", ns::CLIENT).attr("type", "chat").attr_opt("id", id).attr("to", to)
}

fn text(body: &str) -> Tag {
    Tag::new("body", ns::CLIENT).text(body)
}

/// What every new text asks of its recipient's devices.
fn asking(stanza: Tag) -> Tag {
    stanza.child(receipts::request()).child(markers::markable()).child(ChatState::Active.tag())
}

#[cfg(test)]
mod outgoing_tests;
