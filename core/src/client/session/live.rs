//! Messages as they come: texts and what changes them, typing, and notifications of nodes.

use jid::{BareJid, Jid};

use super::{Ended, Session};
use crate::client::listener::Event;
use crate::model::changes::Change;
use crate::model::message::{Content, Way};
use crate::platform;
use crate::sync::incoming;
use crate::xep::message::Message;

impl Session {
    /// A message stanza.
    pub(super) fn message(&mut self, message: Message) -> Result<(), Ended> {
        if let Some(event) = &message.event {
            let from = message.from.as_ref().map_or_else(|| self.own.clone(), Jid::to_bare);
            return self.node_event(from, event);
        }
        let own = self.own.clone();
        let read = self.opening(|opening| incoming::live(message, &own, platform::now(), opening))?;
        let Some(read) = read else { return self.keys_changed() };
        if let Some((from, on)) = read.typing {
            self.typing(&from, on);
        }
        let Some(arrived) = read.arrived else { return self.keys_changed() };
        if matches!(arrived.content, Content::Nothing) && arrived.ids.archive.is_none() {
            return self.keys_changed();
        }
        let receipt = read.receipt.filter(|_| self.may_answer(&arrived.chat));
        let (way, position) = (arrived.way, arrived.ids.archive.clone());
        let mut changes = vec![Change::Arrived { message: Box::new(arrived), receipt }];
        if self.counters.has_stored_waiting() || way == Way::Offline {
            // A message of ours crosses this one, or it comes late: only the archive knows which came first.
            self.archive.set_doubt();
        } else if let Some(id) = position
            && !self.archive.catching_up()
            && !self.archive.in_doubt()
        {
            changes.push(Change::ArchiveNewest { id, stamp: None });
        }
        self.commit(changes)?;
        self.settle_sessions()
    }

    /// A message had no words, but may have changed a session.
    fn keys_changed(&mut self) -> Result<(), Ended> {
        self.commit_keys()?;
        self.settle_sessions()
    }

    fn typing(&mut self, from: &Jid, on: bool) {
        let contact = from.to_bare().to_string();
        let resource = from.resource().map(|resource| resource.to_string()).unwrap_or_default();
        let Some(handle) = self.engine.handle(self.account) else { return };
        let changed = handle.presences.borrow_mut().set_typing(&contact, &resource, on);
        if changed {
            let account = self.own.to_string();
            self.engine.emit(Event::Typing { account, chat: contact.clone(), from: contact, on });
            self.engine.presence_changed(self.account);
        }
    }

    /// True if a contact may be told that its message arrived (XEP-0184 section 5.4).
    pub(super) fn may_answer(&self, contact: &BareJid) -> bool {
        // Without an answer of the store nothing is told.
        self.engine.may_be_seen_by(self.account, contact).unwrap_or(false)
    }
}
