//! Sending what is stored to be sent. A stanza's number is stored before it leaves, so that after any cut it is known
//! whether the server has it, or has to be asked.

use litemap::Entry;

use super::omemo::Plan;
use super::{Ended, Session};
use crate::model::changes::Change;
use crate::model::ids::ChatId;
use crate::model::message::{Encryption, FailureReason};
use crate::model::outbox::Payload;
use crate::sorted::{Map, Set};
use crate::stream::sm::Unacknowledged;
use crate::sync::outgoing;
use crate::xep::sm;

/// How many stanzas are written in one go.
const BATCH: u32 = 50;

/// The largest stanza that is sent to a server that names no limit (XEP-0478), in bytes: what Prosody and ejabberd are
/// shipped with.
pub(super) const USUAL_LIMIT: usize = 256 * 1024;
/// What every server has to accept (RFC 6120 section 13.12).
const LEAST_LIMIT: usize = 10_000;

/// What is known of the size of stanzas that a server accepts. It ends the stream over a larger one, and would do so again
/// whenever that one is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StanzaLimit(usize);

impl Default for StanzaLimit {
    fn default() -> StanzaLimit {
        StanzaLimit(USUAL_LIMIT)
    }
}

impl StanzaLimit {
    /// The server says what it accepts.
    pub fn named(self, bytes: Option<usize>) -> StanzaLimit {
        StanzaLimit(bytes.map_or(self.0, |bytes| bytes.max(LEAST_LIMIT)))
    }

    /// The server ended the stream for a reason that may have been a stanza of this size.
    pub fn refused(self, bytes: usize) -> StanzaLimit {
        StanzaLimit(if bytes > LEAST_LIMIT { self.0.min(bytes - 1) } else { self.0 })
    }

    /// True if a stanza of this size may be sent.
    pub fn allows(self, bytes: usize) -> bool {
        bytes <= self.0
    }
}

impl Session {
    /// Sends what waits, oldest first. While it is unsure whether the server has earlier ones, later ones wait too: they
    /// would overtake them.
    pub(super) fn send_outbox(&mut self) -> Result<(), Ended> {
        self.upload_files()?;
        // Chats about whose devices something has to be asked first.
        let mut waiting = Set::new();
        // Further on in the archive may stand that another device of ours has given them.
        let receipts = !self.archive.catching_up();
        loop {
            if self.engine.store.borrow().has_unsure(self.account).map_err(crate::client::Error::from)? {
                return Ok(());
            }
            let items = self
                .engine
                .store
                .borrow()
                .outbox_without(self.account, &waiting, receipts, BATCH)
                .map_err(crate::client::Error::from)?;
            if items.is_empty() {
                return Ok(());
            }
            let mut changes = Vec::with_capacity(items.len());
            let mut text = String::new();
            // Decisions on keys leave for other devices than texts.
            let mut plans: Map<(ChatId, bool), Plan> = Map::new();
            for item in items {
                let plan = match plans.entry((item.chat, matches!(item.payload, Payload::Trust { .. }))) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(free) => free.insert(match item.payload {
                        Payload::Trust { .. } => self.trust_plan(&item.to)?,
                        _ => self.plan(item.chat, &item.to)?,
                    }),
                };
                if self.replace_files(&item, matches!(plan, Plan::Encrypted(_)), &mut changes)? {
                    continue;
                }
                let (stanza, encryption) = match plan {
                    Plan::Wait => {
                        waiting.insert(item.chat);
                        continue;
                    }
                    Plan::Cannot(reason) => {
                        changes.push(Change::Failed { item: item.id, reason: *reason });
                        continue;
                    }
                    Plan::Clear => (outgoing::stanza(&item), Encryption::None),
                    Plan::Encrypted(targets) => self.encrypted_stanza(&item, targets)?,
                };
                if !self.limit.allows(stanza.len()) {
                    changes.push(Change::Failed { item: item.id, reason: FailureReason::TooLarge });
                    continue;
                }
                self.largest_waiting = self.largest_waiting.max(stanza.len());
                let number = self.counters.count_sent(Unacknowledged::Stored);
                self.count_stanza_out();
                changes.push(Change::InFlight { item: item.id, number, encryption });
                text.push_str(&stanza);
                if self.counters.enabled() && item.message.is_some() {
                    // One question behind each text: the answer comes at its place among what is received, which is the
                    // archive's order.
                    self.counters.mark_asked();
                    text.push_str(&sm::request());
                }
            }
            self.commit(changes)?;
            self.transport.queue(&text);
            if !self.counters.enabled() {
                self.commit(vec![Change::Acknowledged { number: 0 }])?;
            }
        }
    }
}

#[cfg(test)]
mod outbox_tests {
    use super::*;

    #[test]
    fn what_a_server_refused_is_not_sent_again_and_what_all_must_accept_is() {
        let limit = StanzaLimit::default();
        assert!(limit.allows(USUAL_LIMIT) && !limit.allows(USUAL_LIMIT + 1));
        let less = limit.refused(70_000);
        assert!(less.allows(69_999) && !less.allows(70_000));
        assert_eq!(less.refused(100_000), less);
        assert_eq!(less.refused(10_000), less, "a small stanza was not why");
        assert!(limit.named(Some(500_000)).allows(500_000));
        assert!(limit.named(Some(5)).allows(10_000));
        assert_eq!(less.named(None), less);
    }
}
