//! Subscriptions to views: the current snapshot at once, then a new one when it changed, at most one a frame.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jid::BareJid;

use super::{Engine, address};
use crate::client::Error;
use crate::client::listener::{ChatsListener, ContactsListener, DevicesListener, TimelineListener};
use crate::model::changes::Applied;
use crate::model::ids::AccountId;
use crate::platform::task;
use crate::platform::time::{self, Instant};
use crate::sorted::Map;
use crate::view::{ChatsSnapshot, MessageRow, TimelineSnapshot};

/// One frame of a screen at 60 Hz.
const FRAME: Duration = Duration::from_millis(16);
/// How many rows a chat list shows at most; more are found by search.
pub(super) const CHATS: u32 = 1000;

/// One subscription's place in [`Views`].
pub(crate) type ViewId = u64;

enum Kind {
    Chats { account: Option<AccountId>, listener: Arc<dyn ChatsListener> },
    Timeline { account: AccountId, peer: String, window: u32, loading: bool, listener: Arc<dyn TimelineListener> },
    Contacts { account: AccountId, listener: Arc<dyn ContactsListener> },
    Devices { account: AccountId, of: BareJid, listener: Arc<dyn DevicesListener> },
}

struct View {
    kind: Kind,
    dirty: bool,
}

/// All subscriptions.
#[derive(Default)]
pub(crate) struct Views {
    next: Cell<ViewId>,
    all: RefCell<Map<ViewId, View>>,
    scheduled: Cell<bool>,
    /// When the views were drawn last.
    drawn: Cell<Option<Instant>>,
}

impl Views {
    fn add(&self, kind: Kind) -> ViewId {
        let id = self.next.get();
        self.next.set(id + 1);
        self.all.borrow_mut().insert(id, View { kind, dirty: true });
        id
    }

    /// For how long nothing is drawn yet: the rest of a frame.
    fn pause(&self) -> Option<Duration> {
        self.drawn.get().and_then(|drawn| FRAME.checked_sub(drawn.elapsed()))
    }

    fn mark(&self, changed: impl Fn(&Kind) -> bool) -> bool {
        let mut any = false;
        for (_, view) in self.all.borrow_mut().iter_mut() {
            if changed(&view.kind) {
                view.dirty = true;
                any = true;
            }
        }
        any
    }
}

impl Engine {
    /// Subscribes to the chat list of one account, or of all.
    pub fn subscribe_chats(self: &Rc<Self>, account: Option<AccountId>, listener: Arc<dyn ChatsListener>) -> ViewId {
        self.first_snapshot(Kind::Chats { account, listener })
    }

    /// Subscribes to the newest `window` rows of a conversation.
    pub fn subscribe_timeline(
        self: &Rc<Self>,
        account: AccountId,
        peer: String,
        window: u32,
        listener: Arc<dyn TimelineListener>,
    ) -> ViewId {
        self.first_snapshot(Kind::Timeline { account, peer, window: window.max(1), loading: false, listener })
    }

    /// Subscribes to an account's contacts.
    pub fn subscribe_contacts(self: &Rc<Self>, account: AccountId, listener: Arc<dyn ContactsListener>) -> ViewId {
        self.first_snapshot(Kind::Contacts { account, listener })
    }

    /// Subscribes to an address's devices.
    pub fn subscribe_devices(
        self: &Rc<Self>,
        account: AccountId,
        jid: &str,
        listener: Arc<dyn DevicesListener>,
    ) -> Result<ViewId, Error> {
        let of = address(jid)?;
        Ok(self.first_snapshot(Kind::Devices { account, of, listener }))
    }

    /// Ends a subscription.
    pub fn unsubscribe(&self, view: ViewId) {
        self.views.all.borrow_mut().remove(&view);
    }

    /// Widens a conversation's window by so many rows; what is not here is fetched from the archive.
    pub async fn load_older(self: &Rc<Self>, view: ViewId, rows: u32) -> Result<(), Error> {
        let (account, peer, window) = {
            let mut all = self.views.all.borrow_mut();
            let Some(View { kind: Kind::Timeline { account, peer, window, .. }, dirty }) = all.get_mut(&view) else {
                return Err(Error::NoSuchChat);
            };
            *window = window.saturating_add(rows);
            *dirty = true;
            (*account, peer.clone(), *window)
        };
        self.schedule();
        let here = self.timeline(account, &peer, window)?;
        if here.complete || here.rows.len() >= window as usize {
            return Ok(());
        }
        self.set_loading(view, true);
        let fetched = self.fetch_older(account, &peer).await;
        self.set_loading(view, false);
        fetched
    }

    /// Shows, or no longer, that older messages of a conversation are being fetched.
    fn set_loading(self: &Rc<Self>, view: ViewId, on: bool) {
        if let Some(View { kind: Kind::Timeline { loading, .. }, dirty }) = self.views.all.borrow_mut().get_mut(&view) {
            *loading = on;
            *dirty = true;
        }
        self.schedule();
    }

    /// Marks all views: an account or a chat is gone.
    pub fn all_views_changed(self: &Rc<Self>) {
        if self.views.mark(|_| true) {
            self.schedule();
        }
    }

    /// Marks the views that a transaction touched.
    pub fn views_changed(self: &Rc<Self>, of: AccountId, applied: &Applied) {
        let mine = |account: &AccountId| *account == of;
        let contacts = applied.contacts;
        let messages = !applied.messages.is_empty() || !applied.chats.is_empty();
        if self.views.mark(|kind| match kind {
            Kind::Chats { account, .. } => (messages || contacts) && account.is_none_or(|a| mine(&a)),
            Kind::Timeline { account, .. } => messages && mine(account),
            Kind::Contacts { account, .. } => contacts && mine(account),
            Kind::Devices { account, .. } => applied.devices && mine(account),
        }) {
            self.schedule();
        }
    }

    /// Marks the conversations of an account.
    pub fn timelines_changed(self: &Rc<Self>, of: AccountId) {
        if self.views.mark(|kind| matches!(kind, Kind::Timeline { account, .. } if *account == of)) {
            self.schedule();
        }
    }

    /// Marks what shows presence and typing of an account's contacts.
    pub fn presence_changed(self: &Rc<Self>, of: AccountId) {
        if self.views.mark(|kind| match kind {
            Kind::Chats { .. } | Kind::Devices { .. } => false,
            Kind::Timeline { account, .. } | Kind::Contacts { account, .. } => *account == of,
        }) {
            self.schedule();
        }
    }

    /// A timeline's newest rows; no such chat is an empty one.
    fn timeline(&self, account: AccountId, peer: &str, window: u32) -> Result<TimelineSnapshot, Error> {
        let jid = self.address_of(account);
        let typing = self.handle(account).is_some_and(|handle| handle.presences.borrow().is_typing(peer));
        let (rows, complete) = match self.chat(account, peer) {
            Ok(chat) => {
                let page = self.store.borrow().timeline(chat, None, window)?;
                (page.rows, page.complete)
            }
            Err(Error::NoSuchChat) => (Vec::new(), false),
            Err(error) => return Err(error),
        };
        let row = |message| self.with_transfers(MessageRow::new(&jid, message));
        let rows = rows.into_iter().map(row).collect();
        Ok(TimelineSnapshot { account: jid, chat: peer.to_owned(), rows, complete, loading: false, typing })
    }

    fn first_snapshot(self: &Rc<Self>, kind: Kind) -> ViewId {
        let view = self.views.add(kind);
        self.flush(Some(view));
        view
    }

    /// Draws what changed as soon as the step that changed it is over, but a frame after it was drawn last at the earliest.
    fn schedule(self: &Rc<Self>) {
        if self.views.scheduled.replace(true) {
            return;
        }
        let engine = Rc::clone(self);
        task::spawn_local(async move {
            if let Some(pause) = engine.views.pause() {
                time::sleep(pause).await;
            }
            engine.views.scheduled.set(false);
            engine.flush(None);
            engine.views.drawn.set(Some(Instant::now()));
        });
    }

    /// After a step: lets what it changed be drawn before the next one, if that need not wait for a frame. A server that has
    /// more to say would keep the screen waiting.
    pub async fn let_draw(&self) {
        if self.views.scheduled.get() && self.views.pause().is_none() {
            task::yield_now().await;
        }
    }

    /// Draws the views that are dirty, or the one given.
    fn flush(&self, only: Option<ViewId>) {
        let dirty: Vec<Drawing> = {
            let mut all = self.views.all.borrow_mut();
            all.iter_mut()
                .filter(|(id, view)| view.dirty && only.is_none_or(|only| only == **id))
                .map(|(_, view)| {
                    view.dirty = false;
                    draw(&view.kind)
                })
                .collect()
        };
        for draw in dirty {
            draw(self);
        }
    }
}

/// Drawing one view.
type Drawing = Box<dyn FnOnce(&Engine)>;

/// What drawing a view takes, detached from the list of views, which a listener may change.
fn draw(kind: &Kind) -> Drawing {
    match kind {
        Kind::Chats { account, listener } => {
            let (account, listener) = (*account, Arc::clone(listener));
            Box::new(move |engine| {
                if let Ok(rows) = engine.chat_rows(account) {
                    listener.on_chats(ChatsSnapshot { rows });
                }
            })
        }
        Kind::Timeline { account, peer, window, loading, listener } => {
            let (account, peer, window, loading) = (*account, peer.clone(), *window, *loading);
            let listener = Arc::clone(listener);
            Box::new(move |engine| {
                if let Ok(snapshot) = engine.timeline(account, &peer, window) {
                    listener.on_timeline(TimelineSnapshot { loading, ..snapshot });
                }
            })
        }
        Kind::Contacts { account, listener } => {
            let (account, listener) = (*account, Arc::clone(listener));
            Box::new(move |engine| {
                if let Ok(snapshot) = engine.contacts(account) {
                    listener.on_contacts(snapshot);
                }
            })
        }
        Kind::Devices { account, of, listener } => {
            let (account, of, listener) = (*account, of.clone(), Arc::clone(listener));
            Box::new(move |engine| {
                if let Ok(snapshot) = engine.devices(account, &of) {
                    listener.on_devices(snapshot);
                }
            })
        }
    }
}
