//! After a commit: events for what changed, and views that must be drawn again.

use std::rc::Rc;

use super::Engine;
use crate::client::listener::Event;
use crate::model::changes::Applied;
use crate::model::ids::AccountId;
use crate::platform;
use crate::view::{ChatRow, MessageRow};

impl Engine {
    /// Tells what a transaction changed. What cannot be read back is left out: the next change tells it again.
    pub fn publish(self: &Rc<Self>, account: AccountId, applied: &Applied) {
        if applied.is_empty() {
            return;
        }
        let jid = self.address_of(account);
        if self.options.message_events {
            for id in &applied.messages {
                let message = self.store.borrow().message(*id);
                if let Ok(message) = message {
                    self.emit(Event::Message(self.with_transfers(MessageRow::new(&jid, message))));
                }
            }
            let now = platform::now();
            for id in &applied.chats {
                let chat = self.store.borrow().chat_row(*id);
                if let Ok(chat) = chat {
                    self.emit(Event::Chat(ChatRow::new(&jid, chat, now)));
                }
            }
        }
        self.notify(&jid, applied);
        self.views_changed(account, applied);
    }

    fn notify(&self, jid: &str, applied: &Applied) {
        let now = platform::now();
        for id in &applied.notify {
            let found = {
                let store = self.store.borrow();
                store.message(*id).and_then(|message| Ok((store.chat_row(message.chat)?, message)))
            };
            let Ok((chat, message)) = found else { continue };
            if chat.muted_until <= now {
                self.emit(Event::Notify { account: jid.to_owned(), chat: message.peer, message: id.0 });
            }
        }
    }
}
