//! The counters of stream management (XEP-0198): what we have of the server's, and what the server has of ours.

use std::collections::VecDeque;

/// A stanza that was written and not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unacknowledged {
    /// An item of the stored outbox: the store knows what to do with it.
    Stored,
    /// Anything else that is not stored, to be written again when the session is resumed.
    Text(String),
    /// A request of ours. It dies with its connection: who asked was told, and may ask again.
    Request,
}

/// Both directions of one stream-management session. Without stream management everything counts as acknowledged.
#[derive(Debug, Default)]
pub struct Counters {
    enabled: bool,
    received: u32,
    saved: u32,
    sent: i64,
    acknowledged: i64,
    waiting: VecDeque<Unacknowledged>,
    asked: bool,
}

/// The server claims to have more than was sent: the session cannot be trusted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooHigh;

impl Counters {
    /// The counters of a new session.
    pub fn new(enabled: bool) -> Counters {
        Counters { enabled, ..Counters::default() }
    }

    /// The counters of a session that this process did not see before: `received` stanzas were stored, and the server has
    /// `sent` of ours.
    pub fn resumed(received: u32, sent: u32) -> Counters {
        let sent = i64::from(sent);
        Counters { enabled: true, received, saved: received, sent, acknowledged: sent, ..Counters::default() }
    }

    /// True if stanzas are counted at all.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// A stanza came and was handled.
    pub fn count_received(&mut self) {
        self.received = self.received.wrapping_add(1);
    }

    /// How many stanzas of ours were written.
    pub fn sent(&self) -> i64 {
        self.sent
    }

    /// How many stanzas of the server were handled.
    pub fn received(&self) -> u32 {
        self.received
    }

    /// The number of received stanzas was stored: from now on it may be told to the server.
    pub fn mark_saved(&mut self) {
        self.saved = self.received;
    }

    /// The connection is gone: what was handled and not stored was not told, so the server sends it again.
    pub fn forget_unsaved(&mut self) {
        self.received = self.saved;
    }

    /// True if more was handled than the store knows.
    pub fn is_unsaved(&self) -> bool {
        self.enabled && self.saved != self.received
    }

    /// Counts a stanza that is about to be written; its number in the session, 0 without stream management.
    pub fn count_sent(&mut self, stanza: Unacknowledged) -> i64 {
        if !self.enabled {
            return 0;
        }
        self.sent += 1;
        self.waiting.push_back(stanza);
        self.sent
    }

    /// The server has handled `h` of our stanzas. The number in full, or an error if that many were never sent.
    pub fn acknowledge(&mut self, h: u32) -> Result<i64, TooHigh> {
        self.asked = false;
        // h counts modulo 2^32.
        let low = u32::try_from(self.acknowledged.rem_euclid(1 << 32)).map_err(|_| TooHigh)?;
        let number = self.acknowledged + i64::from(h.wrapping_sub(low));
        if number > self.sent {
            return Err(TooHigh);
        }
        while self.acknowledged < number {
            self.waiting.pop_front();
            self.acknowledged += 1;
        }
        Ok(number)
    }

    /// Whether an acknowledgement should be asked for now; true once until it comes.
    pub fn should_ask(&mut self) -> bool {
        let ask = self.enabled && !self.asked && !self.waiting.is_empty();
        self.asked |= ask;
        ask
    }

    /// An acknowledgement is asked for, whatever waits: the answer shows that the connection lives.
    pub fn mark_asked(&mut self) {
        self.asked = true;
    }

    /// True if an acknowledgement was asked for and has not come.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// True if an item of the stored outbox waits for its acknowledgement.
    pub fn has_stored_waiting(&self) -> bool {
        self.waiting.contains(&Unacknowledged::Stored)
    }

    /// After a resumption that acknowledged everything the server has: what must be written again, in order. The stored
    /// items are queued again by the store, so the numbers go back to what the server has.
    pub fn take_lost(&mut self) -> Vec<String> {
        self.sent = self.acknowledged;
        self.asked = false;
        self.waiting
            .drain(..)
            .filter_map(|stanza| match stanza {
                Unacknowledged::Stored | Unacknowledged::Request => None,
                Unacknowledged::Text(text) => Some(text),
            })
            .collect()
    }
}

#[cfg(test)]
mod sm_tests;
