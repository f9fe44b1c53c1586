//! Push: servers tell a service of ours that something came for this device while it is not connected (XEP-0357).

use std::time::Duration;

use super::Engine;
use crate::client::session::Command;
use crate::client::{Error, PushTarget};
use crate::model::ids::AccountId;
use crate::platform::time;
use crate::xep::{address, push};

/// The longest name of a device at a push service, in bytes: a browser's address and keys fit well.
const LONGEST: usize = 2048;

/// How long a person who switches an account off waits for its server.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one account's server was told.
#[derive(Default)]
pub(crate) struct Told {
    /// Where it is to tell of news.
    pub target: Option<PushTarget>,
    /// It has promised that it will.
    pub promised: bool,
}

impl Engine {
    /// Where the servers of all accounts are to tell of news; None: nowhere.
    pub fn set_push(&self, target: Option<PushTarget>) -> Result<(), Error> {
        if let Some(target) = &target {
            let usable = |text: &str| !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
            let fields = [
                ("service", address::read(&target.service).is_some()),
                ("node", usable(&target.node)),
                ("secret", target.secret.as_deref().is_none_or(usable)),
            ];
            if let Some((field, _)) = fields.into_iter().find(|(_, usable)| !usable) {
                return Err(Error::BadValue { field: field.into() });
            }
        }
        *self.push.borrow_mut() = target;
        self.tell_all(|| Command::Push);
        Ok(())
    }

    /// Where servers are to tell of news.
    pub fn push_target(&self) -> Option<PushTarget> {
        self.push.borrow().clone()
    }

    /// Takes back what an account's server was told, before the account is left. A server that does not answer goes on telling
    /// until the service refuses it.
    pub(super) async fn end_push(&self, account: AccountId) {
        let Some(handle) = self.handle(account) else { return };
        let Some(target) = std::mem::take(&mut *handle.push.borrow_mut()).target else { return };
        let asked = self.request(account, None, true, push::disable(&target.service, &target.node));
        if !matches!(time::timeout(PATIENCE, asked).await, Ok(Ok(_))) {
            log::info!("a server was not told that it need not push any more");
        }
    }
}
