//! Whatever an archive answers, page after page: each page is read as a session reads it and stored twice. The second time
//! changes nothing, nothing is stored twice, and reading it all once more from its beginning adds nothing.
//!
//! The first byte says what is asked for; the rest is the server's side of a stream, with results and the ends of pages.

#![no_main]

use jid::BareJid;
use larimar::client::Pages;
use larimar::model::account::ConnectionSettings;
use larimar::model::changes::{Change, Changes, NewAccount};
use larimar::model::ids::AccountId;
use larimar::model::message::Message;
use larimar::store::Store;
use larimar::sync::archive::{self, Goal, Limits, PageEnd, Query, Unread};
use larimar::sync::omemo::NoKeys;
use larimar::transport::Incoming;
use larimar::transport::frame::Splitter;
use larimar::xep::{iq::Iq, mam::Fin};
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_800_000_000_000_000;
const LIMITS: Limits = Limits { page: 50, history: 200 };
/// What every question is called: results say which one they answer.
const QUESTION: &str = "q1";
const HEADER: &str = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1'>";

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    let pages = pages(bytes);
    let mut device = Device::new();
    device.read(device.question(*kind), &pages);
    let first = device.rows();
    // From the beginning once more, and this time forward.
    device.read(Query { goal: Goal::Since(0), start: Some(0), ..device.question(b'n') }, &pages);
    let again = device.rows();
    assert!(again.len() >= first.len(), "a row went away");
    for row in &first {
        assert!(again.iter().any(|other| other.id == row.id), "a row went away");
    }
    assert_eq!(device.store.integrity_check().unwrap_or_default(), Vec::<String>::new());
});

/// The pages as they come in: each with its end.
fn pages(bytes: &[u8]) -> Vec<(Vec<Incoming>, PageEnd)> {
    let mut splitter = Splitter::new(16 * 1024);
    splitter.expect_open();
    splitter.buffer().extend_from_slice(HEADER.as_bytes());
    splitter.buffer().extend_from_slice(bytes);
    let (mut pages, mut parts) = (Vec::new(), Vec::new());
    while let Ok(Some(incoming)) = splitter.take() {
        let fin = match &incoming {
            Incoming::Frame(frame) if frame.text.starts_with("<iq") => {
                frame.parse().ok().and_then(Iq::parse).and_then(|iq| Fin::parse(&iq.payload?))
            }
            _ => None,
        };
        match fin {
            Some(fin) => {
                let end = PageEnd { complete: fin.complete, first: fin.set.first, last: fin.set.last };
                pages.push((std::mem::take(&mut parts), end));
            }
            None => parts.push(incoming),
        }
    }
    pages
}

/// A device with an empty store.
struct Device {
    store: Store,
    account: AccountId,
    own: BareJid,
    unread: Unread,
}

impl Device {
    fn new() -> Device {
        let mut store = Store::in_memory().expect("a store in memory opens");
        let own = BareJid::new("anna@example.org").expect("an address");
        let new =
            NewAccount { jid: own.clone(), connection: ConnectionSettings::default(), device: "device".to_owned() };
        let account = store.add_account(&new).expect("an account").id;
        Device { store, account, own, unread: Unread::default() }
    }

    /// What a device asks for.
    fn question(&self, kind: u8) -> Query {
        let mut position = self.store.archive_position(self.account).expect("a position");
        match kind {
            b'a' => {
                position.newest = Some("a0".to_owned());
                archive::begin(&position, LIMITS)
            }
            b's' => Query { goal: Goal::Since(1), start: Some(1), ..archive::begin(&position, LIMITS) },
            b'c' | b'f' => {
                let bob = BareJid::new("bob@example.org").expect("an address");
                archive::older(bob, None, kind == b'f', LIMITS)
            }
            _ => archive::begin(&position, LIMITS),
        }
    }

    /// Reads all pages, as the answers to this question and to those that follow from it.
    fn read(&mut self, question: Query, pages: &[(Vec<Incoming>, PageEnd)]) {
        let mut question = Some(question);
        for (parts, end) in pages {
            let Some(asked) = question.take() else { return };
            let mut coming = Pages::default();
            coming.open(QUESTION.to_owned());
            for part in parts {
                match part {
                    Incoming::Frame(frame) => drop(coming.collect(frame.clone())),
                    Incoming::LeftOut(element) => coming.leave_out(element),
                    Incoming::Open(_) | Incoming::Close => {}
                }
            }
            let items = coming.close(QUESTION).items(&asked, &mut self.unread, end, &self.own, NOW, &mut NoKeys);
            let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
            let following = archive::next(&asked, end);
            assert_ne!(following.as_ref(), Some(&asked), "the same page would be asked for ever");
            self.store(archive::page(&asked, end, items, NOW));
            assert!(self.rows().iter().all(|row| row.time <= NOW), "a message from the future");
            let position = self.store.archive_position(self.account).expect("a position");
            // Where a server's end of a page contradicts its items, there is no right answer.
            let once = |last: &&String| ids.iter().filter(|id| id == last).count() == 1;
            let last = end.last.as_ref().filter(once);
            if let (Goal::After(_) | Goal::Since(_), Some(_), Some(last)) = (&asked.goal, &following, last) {
                assert_eq!(position.newest.as_ref(), Some(last), "the catch-up did not pass its page: {ids:?}");
            }
            question = following.or_else(|| archive::further(&asked, end)).or_else(|| {
                let fetched = u32::try_from(self.rows().len()).unwrap_or(u32::MAX);
                archive::next_hole(&position, fetched, LIMITS)
            });
        }
    }

    /// Stores a page, twice.
    fn store(&mut self, list: Vec<Change>) {
        let changes = Changes { account: self.account, now: NOW, catching_up: true, list };
        self.store.apply(&changes).expect("a page can be stored");
        let (rows, outbox) = (self.rows(), self.outbox());
        self.store.apply(&changes).expect("a page can be stored again");
        assert!(rows == self.rows(), "the second time changed a row");
        assert_eq!(outbox, self.outbox(), "the second time owed something more");
        // A server that gives two messages of different people one id harms nobody.
        let mut ids: Vec<_> = rows.iter().filter_map(|row| Some((row.chat, row.ids.archive.as_ref()?))).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "an item of the archive is there twice");
    }

    /// Every text, in the order of its chat.
    fn rows(&self) -> Vec<Message> {
        let chats = self.store.chat_list(Some(self.account), 1000).expect("chats");
        let page = |chat| self.store.timeline(chat, None, 1000).expect("a page").rows;
        chats.iter().flat_map(|chat| page(chat.id)).collect()
    }

    fn outbox(&self) -> usize {
        self.store.outbox(self.account, 1000).expect("the outbox").len()
    }
}
