//! Stories of alice, who has this device, and bob. The helpers below say what happens in a line each. In a browser they are played
//! too (`cargo xtask test web`), over the pages of a file instead of a folder.

mod cache_tests;
mod chaos_tests;
mod contact_tests;
mod edit_tests;
#[cfg(not(target_arch = "wasm32"))]
mod fault_tests;
mod file_tests;
mod ground;
mod hole_tests;
mod model_tests;
mod omemo_tests;
mod order_tests;
mod read_tests;
mod send_tests;
mod speed_tests;
mod trust_tests;

use ground::Ground;
use jid::BareJid;

use super::{Page, Store, StoreError};
use crate::model::Micros;
use crate::model::account::ConnectionSettings;
use crate::model::changes::{Applied, Change, Changes, NewAccount};
use crate::model::ids::{AccountId, ChatId, MessageId, OutboxId};
use crate::model::message::{Arrived, Content, Delivery, Encryption, Ids, Message, Place, Way};
use crate::model::outbox::Payload;

// As the app has it.
#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const SECOND: Micros = 1_000_000;
const NOON: Micros = 1_700_000_000 * SECOND;

fn jid(text: &str) -> BareJid {
    BareJid::new(text).unwrap()
}

fn bob() -> BareJid {
    jid("bob@example.org")
}

/// Alice's device: a store in a place of its own, and a clock.
struct Device {
    store: Store,
    account: AccountId,
    now: Micros,
    catching_up: bool,
    ground: Ground,
}

fn device() -> Device {
    let ground = Ground::new();
    let mut store = ground.open();
    let account = store.add_account(&new_account("alice@example.org")).unwrap().id;
    Device { store, account, now: NOON, catching_up: false, ground }
}

fn new_account(address: &str) -> NewAccount {
    NewAccount { jid: jid(address), connection: ConnectionSettings::default(), device: "device".into() }
}

impl Device {
    fn changes(&self, list: Vec<Change>) -> Changes {
        Changes { account: self.account, now: self.now, catching_up: self.catching_up, list }
    }

    fn try_apply(&mut self, list: Vec<Change>) -> Result<Applied, StoreError> {
        self.now += SECOND;
        let changes = self.changes(list);
        self.store.apply(&changes)
    }

    fn apply(&mut self, list: Vec<Change>) -> Applied {
        self.try_apply(list).unwrap()
    }

    fn arrive(&mut self, message: Arrived) -> Applied {
        self.apply(vec![arrival(message)])
    }

    /// Sends a text to bob and gives its row.
    fn send(&mut self, id: &str, body: &str) -> MessageId {
        let text = Payload::Text { body: body.into(), reply: None, quoted: None, files: Vec::new() };
        let applied = self.apply(vec![Change::Send { chat: bob(), stanza_id: id.into(), payload: text }]);
        applied.messages[0]
    }

    fn send_payload(&mut self, id: &str, payload: Payload) -> Applied {
        self.apply(vec![Change::Send { chat: bob(), stanza_id: id.into(), payload }])
    }

    /// Writes the first queued item to the stream.
    fn write(&mut self, number: i64) -> OutboxId {
        let item = self.store.outbox(self.account, 1).unwrap()[0].id;
        self.apply(vec![Change::InFlight { item, number, encryption: Encryption::None }]);
        item
    }

    fn chat(&self) -> ChatId {
        self.store.chat(self.account, &bob()).unwrap().unwrap()
    }

    fn rows(&self) -> Vec<Message> {
        self.page(None, 1000).rows
    }

    fn page(&self, before: Option<MessageId>, limit: u32) -> Page {
        self.store.timeline(self.chat(), before, limit).unwrap()
    }

    fn bodies(&self) -> Vec<String> {
        self.rows().into_iter().map(|row| row.body).collect()
    }

    fn row(&self, body: &str) -> Message {
        self.rows().into_iter().find(|row| row.body == body).unwrap()
    }

    fn unread(&self) -> u32 {
        self.store.chat_row(self.chat()).unwrap().unread
    }

    fn found(&self, typed: &str) -> Vec<String> {
        self.store.search(typed, 100).unwrap().into_iter().map(|row| row.body).collect()
    }

    /// Whether these bytes are anywhere in what is kept.
    fn holds(&self, word: &[u8]) -> bool {
        self.ground.kept().windows(word.len()).any(|window| window == word)
    }

    /// What must hold at any time: SQLite's own checks, unread counts and the search index against the rows.
    fn check(&self) {
        assert_eq!(self.store.integrity_check().unwrap(), Vec::<String>::new());
        checks::unread_counts_are_right(&self.store);
        checks::index_has_the_words_of_the_rows(&self.store);
        checks::read_positions_are_those_of_their_rows(&self.store);
    }
}

fn arrival(message: Arrived) -> Change {
    Change::Arrived { message: Box::new(message), receipt: None }
}

/// A live text of bob's.
fn text(id: &str, body: &str) -> Arrived {
    Arrived {
        chat: bob(),
        from: "bob@example.org/phone".into(),
        outgoing: false,
        ids: Ids { stanza: Some(id.into()), origin: Some(id.into()), archive: None },
        way: Way::Live,
        time: NOON,
        markable: false,
        encryption: Encryption::None,
        sender: None,
        content: Content::Text { body: body.into(), reply: None, files: Vec::new() },
    }
}

/// Anything else of bob's.
fn from_bob(id: &str, content: Content) -> Arrived {
    Arrived { content, ..text(id, "") }
}

/// The same message as alice's own.
fn own(message: Arrived) -> Arrived {
    Arrived { outgoing: true, from: "alice@example.org/laptop".into(), ..message }
}

/// The same message with a place in the archive.
fn archived(message: Arrived, way: Way, id: &str, time: Micros) -> Arrived {
    let ids = Ids { archive: Some(id.into()), ..message.ids };
    Arrived { ids, way, time, ..message }
}

/// A page of a forward catch-up.
fn page(messages: Vec<Arrived>) -> Vec<Change> {
    let last = messages.last().map(|m| (m.ids.archive.clone().unwrap(), m.time));
    let mut list: Vec<Change> = messages.into_iter().map(arrival).collect();
    list.extend(last.map(|(id, stamp)| Change::ArchiveNewest { id, stamp: Some(stamp) }));
    list
}

mod checks;
mod world;
