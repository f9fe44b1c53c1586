//! Stores full of messages that nobody wrote.

use std::path::Path;

use jid::BareJid;
use larimar::model::Micros;
use larimar::model::changes::Changes;
use larimar::model::ids::AccountId;
use larimar::model::message::{Arrived, Content, Encryption, Ids, Way};
use larimar::store::Store;
use larimar::sync::archive::{Goal, Item, PageEnd, Query, page};

use crate::Result;

/// Messages stored in one transaction.
const PAGE: u64 = 1_000;
/// The first message's time: 14 November 2023.
const START: Micros = 1_700_000_000_000_000;
/// A minute between two messages.
const APART: Micros = 60_000_000;

/// Text in which, as in every language, few words are common and many are rare.
pub struct Prose(u64);

impl Prose {
    /// Always the same text.
    pub fn new(seed: u64) -> Prose {
        Prose(seed)
    }

    /// The next sentence, of 4 to 15 words.
    pub fn sentence(&mut self) -> String {
        let words = 4 + self.next() % 12;
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn word(&mut self) -> String {
        let spread = 1 + self.next() % 13;
        let rank = self.next() % (1 << spread);
        let syllable = ["ma", "to", "re", "qui", "lo", "ven", "sa", "bir"][(rank % 8) as usize];
        format!("{syllable}{}", rank / 8)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// Whose message a message is: its chat's address.
pub fn contact(chats: u64, number: u64) -> String {
    format!("contact{}@one.test", (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % chats)
}

/// Stores so many messages for an account, as its archive would bring them; a third of them is its own.
pub fn fill(folder: &Path, account: &str, chats: u64, messages: u64) -> Result {
    let mut store = Store::open(folder)?;
    let account = store.accounts()?.into_iter().find(|row| row.jid.as_str() == account).ok_or("no such account")?;
    let mut prose = Prose::new(7);
    for first in (0..messages).step_by(PAGE as usize) {
        let numbers = first..(first + PAGE).min(messages);
        let items = numbers.clone().map(|number| item(account.jid.as_str(), chats, number, prose.sentence()));
        let items = items.collect::<Result<Vec<Item>>>()?;
        let query = Query {
            goal: Goal::After(archive_id(first)),
            with: None,
            after: Some(archive_id(first)),
            before: None,
            start: None,
            flip: false,
            max: u32::try_from(PAGE)?,
        };
        let end = PageEnd {
            complete: numbers.end == messages,
            first: items.first().map(|item| item.id.clone()),
            last: items.last().map(|item| item.id.clone()),
        };
        apply(&mut store, account.id, page(&query, &end, items, now(messages)), now(numbers.end))?;
    }
    Ok(())
}

fn apply(store: &mut Store, account: AccountId, list: Vec<larimar::model::changes::Change>, now: Micros) -> Result {
    store.apply(&Changes { account, now, catching_up: true, list })?;
    Ok(())
}

/// Long enough after a message that nothing earlier can come any more.
fn now(messages: u64) -> Micros {
    START + APART * (messages as Micros + 60)
}

fn archive_id(number: u64) -> String {
    format!("1700000000-{number:012}")
}

fn item(own: &str, chats: u64, number: u64, body: String) -> Result<Item> {
    let chat = BareJid::new(&contact(chats, number))?;
    let outgoing = number.is_multiple_of(3);
    let stamp = START + APART * number as Micros;
    let message = Arrived {
        from: if outgoing { format!("{own}/phone") } else { format!("{chat}/phone") },
        chat,
        outgoing,
        ids: Ids {
            stanza: Some(format!("7f0c8a52-6c1e-4d6f-9a35-{number:012}")),
            origin: None,
            archive: Some(archive_id(number + 1)),
        },
        way: Way::Archive,
        time: stamp,
        markable: true,
        encryption: Encryption::None,
        sender: None,
        content: Content::Text { body, reply: None, files: Vec::new() },
    };
    Ok(Item { id: archive_id(number + 1), stamp, unread: false, message: Some(message), receipt: None })
}
