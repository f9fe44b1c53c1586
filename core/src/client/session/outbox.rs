//! Sending what is stored to be sent. A stanza's number is stored before it leaves, so that after any cut it is known
//! whether the server has it, or has to be asked.

use super::{Ended, Session};
use crate::model::changes::Change;
use crate::stream::sm::Unacknowledged;
use crate::sync::outgoing;
use crate::xep::sm;

/// How many stanzas are written in one go.
const BATCH: u32 = 50;

impl Session {
    /// Sends what waits, oldest first. While it is unsure whether the server has earlier ones, later ones wait too: they
    /// would overtake them.
    pub(super) fn send_outbox(&mut self) -> Result<(), Ended> {
        loop {
            if self.engine.store.borrow().has_unsure(self.account).map_err(crate::client::Error::from)? {
                return Ok(());
            }
            let items = self.engine.store.borrow().outbox(self.account, BATCH).map_err(crate::client::Error::from)?;
            if items.is_empty() {
                return Ok(());
            }
            let mut changes = Vec::with_capacity(items.len());
            let mut text = String::new();
            for item in items {
                let number = self.counters.count_sent(Unacknowledged::Stored);
                self.count_stanza_out();
                changes.push(Change::InFlight { item: item.id, number });
                text.push_str(&outgoing::stanza(&item));
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
