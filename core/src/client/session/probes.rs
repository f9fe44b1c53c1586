//! Who is there, at the beginning of a connection. A server tells it by itself in a new session alone; in one that is
//! resumed it tells what changed. So what was known is kept over a cut, and asked for after the process was another one.

use jid::BareJid;

use super::{Ended, Session};
use crate::platform;
use crate::sorted::Set;
use crate::xep::presence::{self, Kind};

/// How many contacts are asked at most: some servers slow a client down that says much at once. Of the others it is known
/// when they change.
const MOST: usize = 250;

impl Session {
    /// The connection began.
    pub(super) fn see_contacts(&mut self, resumed: bool) {
        let handle = self.engine.handle(self.account);
        if handle.is_some_and(|handle| handle.presences.borrow_mut().show(resumed)) {
            self.engine.presence_changed(self.account);
        }
    }

    /// Asks who is there (RFC 6121 section 4.3: servers do that for clients, and take it from clients as well), once, if it
    /// is not known: when somebody looks, and everything that is more urgent has left.
    pub(super) fn ask_who_is_there(&mut self) -> Result<(), Ended> {
        if !self.engine.is_active() || self.archive.catching_up() {
            return Ok(());
        }
        let Some(handle) = self.engine.handle(self.account) else { return Ok(()) };
        if handle.presences.borrow_mut().are_asked_for() {
            return Ok(());
        }
        for contact in self.seen_contacts()? {
            self.send_text(presence::directed(Kind::Probe, &platform::uuid(), contact.as_str(), None));
        }
        Ok(())
    }

    /// The contacts whose presence we get; those of the newest chats first.
    fn seen_contacts(&self) -> Result<Vec<BareJid>, Ended> {
        let store = self.engine.store.borrow();
        let most = u32::try_from(MOST).unwrap_or(u32::MAX);
        let newest =
            store.chat_list(Some(self.account), most)?.into_iter().filter_map(|chat| BareJid::new(&chat.peer).ok());
        let roster = store.contacts(self.account)?.into_iter().filter_map(|contact| contact.roster);
        let mut others: Set<BareJid> = roster.filter(|item| item.subscription.sees()).map(|item| item.jid).collect();
        let mut all: Vec<BareJid> = newest.filter(|jid| others.remove(jid)).collect();
        all.extend(others);
        all.truncate(MOST);
        Ok(all)
    }
}
