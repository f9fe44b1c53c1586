//! The account's server is told where to push to (XEP-0357), in each session anew, and when that changes.

use super::Session;
use super::purpose::Purpose;
use crate::client::Event;
use crate::view::AccountState;
use crate::xep::iq::{Iq, Kind};
use crate::xep::{ns, push};

impl Session {
    /// Tells the server where to push to, or that it need not any more. `again`: also if it was told.
    pub(super) fn register_push(&mut self, again: bool) {
        let Some(handle) = self.engine.handle(self.account) else { return };
        let wanted = self.engine.push_target().filter(|_| handle.can(ns::PUSH));
        let mut told = handle.push.borrow_mut();
        if told.target == wanted && !again {
            return;
        }
        if let Some(old) = told.target.take().filter(|old| Some(old) != wanted.as_ref()) {
            self.request(None, true, push::disable(&old.service, &old.node), Purpose::PushEnded);
        }
        told.promised = false;
        if let Some(target) = &wanted {
            let payload = push::enable(&target.service, &target.node, target.secret.as_deref());
            self.request(None, true, payload, Purpose::Push);
        }
        told.target = wanted;
    }

    /// The server's answer.
    pub(super) fn push_answer(&self, answer: &Iq) {
        let promised = answer.kind == Kind::Result;
        if !promised {
            log::warn!("the server does not push: {}", super::stanza::condition(answer));
        }
        if let Some(handle) = self.engine.handle(self.account) {
            let mut told = handle.push.borrow_mut();
            let promised = promised && told.target.is_some();
            if std::mem::replace(&mut told.promised, promised) != promised {
                let account = handle.jid.to_string();
                self.engine.emit(Event::Account { account, state: AccountState::Online, error: None });
            }
        }
    }
}
