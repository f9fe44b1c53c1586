//! Files in a browser. They are shown as what they are and where they lie; to fetch and to send them is not built yet.

use std::rc::Rc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::client::engine::Engine;
use crate::model::attachment::FileOf;
use crate::model::file::Slot;
use crate::model::ids::{AccountId, FileId};

/// None is asked for.
pub(crate) const SIDE_BY_SIDE: usize = 0;

/// No file is on its way.
#[derive(Default)]
pub(crate) struct Transfers {
    ended: Notify,
}

impl Transfers {
    pub fn is_running(&self, _: FileId) -> bool {
        false
    }

    pub fn uploads(&self) -> usize {
        0
    }

    pub fn moved(&self, _: FileId) -> Option<u64> {
        None
    }

    pub fn ended(&self) -> Notified<'_> {
        self.ended.notified()
    }

    pub fn go_on(&self) {}

    pub fn cancel(&self, _: FileId) {
        self.ended.notify_waiters();
    }

    pub fn cancel_all(&self, _: AccountId) {}
}

impl Engine {
    pub(super) fn remove_unless_used(&self, _: &str) {}

    pub(in crate::client::engine) fn tidy_files(&self) {
        self.remove_gone_files();
    }

    pub fn fetch_wanted(self: &Rc<Self>, _: AccountId) {}

    pub fn upload(self: &Rc<Self>, _: FileOf, _: Slot, _: bool) {}
}
