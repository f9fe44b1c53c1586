//! What the sender of a message says, and may say encrypted (XEP-0420 section 9). What is for servers, or comes from them,
//! has no place in an envelope; and what stands in one has no place outside, where servers could change it.

use super::Message;
use crate::xep::chat_state::ChatState;
use crate::xep::fallback::{self, Fallback};
use crate::xep::file_sharing::{self, FileSharing};
use crate::xep::markers::Marker;
use crate::xep::oob::Oob;
use crate::xep::reactions::Reactions;
use crate::xep::reply::Reply;
use crate::xep::{Element, correction, ns, receipts, retraction, xml};

impl Message {
    /// Takes what the message says from the content of its decrypted envelope (see [`Envelope`](crate::xep::envelope)), and
    /// forgets what stood in its place outside (see [`Message::drop_clear`]). What must not come encrypted is not read: ids,
    /// delays, hints, and whatever servers write into a stanza.
    pub fn read_content<'a>(&mut self, content: impl IntoIterator<Item = &'a Element>) {
        self.drop_clear();
        let mut body: Option<&Element> = None;
        for child in content {
            if child.is("body", ns::CLIENT) {
                body = xml::better_language(body, child);
            } else {
                self.read_said(child.ns(), child);
            }
        }
        self.body = body.map(Element::text);
    }

    /// Forgets what the message says outside of its envelope: a server could have written it (XEP-0420 section 10). This is for
    /// messages in omemo:2. Legacy encrypts the body only, and the rest of what a message says is outside.
    pub fn drop_clear(&mut self) {
        let all = std::mem::take(self);
        // What is not named here is dropped.
        *self = Message {
            kind: all.kind,
            id: all.id,
            from: all.from,
            to: all.to,
            error: all.error,
            delays: all.delays,
            stanza_ids: all.stanza_ids,
            origin_id: all.origin_id,
            tombstone: all.tombstone,
            hints: all.hints,
            encrypted: all.encrypted,
            encryption_name: all.encryption_name,
            muc_user: all.muc_user,
            carbon: all.carbon,
            archived: all.archived,
            event: all.event,
            ..Message::default()
        };
    }

    /// Reads one extension that may stand in an envelope, or outside of it in a message that has none.
    pub(super) fn read_said(&mut self, namespace: &str, child: &Element) {
        match namespace {
            ns::CLIENT if child.name() == "thread" => self.thread = xml::line(child, 1024),
            ns::CHAT_STATES => self.chat_state = ChatState::parse(child).or(self.chat_state),
            ns::RECEIPTS => {
                self.receipt_requested |= receipts::is_request(child);
                self.receipt = receipts::received(child).or_else(|| self.receipt.take());
            }
            ns::MARKERS => match Marker::parse(child) {
                Some(Marker::Markable) => self.markable = true,
                Some(Marker::Received(id)) => self.receipt = Some(id),
                Some(Marker::Displayed(id)) => self.displayed = Some(id),
                None => {}
            },
            ns::CORRECTION => self.replaces = correction::replaced(child),
            ns::REPLY => self.reply = Reply::parse(child),
            ns::FALLBACK if self.fallbacks.len() < fallback::MOST => self.fallbacks.extend(Fallback::parse(child)),
            ns::OOB if self.oob.len() < file_sharing::MOST => self.oob.extend(Oob::parse(child)),
            ns::FILE_SHARING if self.files.len() < file_sharing::MOST => self.files.extend(FileSharing::parse(child)),
            ns::REACTIONS => self.reactions = Reactions::parse(child),
            ns::RETRACTION => self.retracts = retraction::retracted_id(child).or_else(|| self.retracts.take()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod content_tests;
