//! How the work for the usual questions grows with the messages. How long they take is `cargo xtask bench`'s to say.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;

use super::*;
use crate::store::Reader;

const CHATS: i64 = 50;

/// A text of this many words out of a vocabulary in which few are common and many are rare.
fn prose(seed: &mut u64, words: u64) -> String {
    let mut out = String::new();
    for _ in 0..words {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let spread = 1 + (*seed >> 33) % 13;
        let word = (*seed >> 40) % (1 << spread);
        out.push_str(&format!(
            "{}{} ",
            ["ma", "to", "re", "qui", "lo", "ven", "sa", "bir"][word as usize % 8],
            word / 8
        ));
    }
    out
}

fn fill(alice: &mut Device, messages: i64) {
    alice.store.db.execute_batch("PRAGMA synchronous = OFF").unwrap();
    let mut seed = 7;
    for first in (0..messages).step_by(250) {
        let items = (first..(first + 250).min(messages)).map(|n| {
            let words = 4 + (n as u64) % 12;
            let chat = jid(&format!("contact{}@example.org", (n * n / 7) % CHATS));
            let message = Arrived { chat, ..text(&format!("stanza-of-a-usual-length-{n}"), &prose(&mut seed, words)) };
            let message = if n % 3 == 0 { own(message) } else { message };
            archived(message, Way::Archive, &format!("1700000000-{n}"), NOON + n * SECOND)
        });
        let list = page(items.collect());
        alice.apply(list);
    }
}

/// How many instructions SQLite's machine runs for something, in hundreds.
fn work<T>(on: &mut T, db: impl Fn(&mut T) -> &mut Connection, what: impl FnOnce(&mut T)) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let each = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        false
    };
    db(on).progress_handler(100, Some(each)).unwrap();
    what(on);
    db(on).progress_handler(0, None::<fn() -> bool>).unwrap();
    count.load(Ordering::Relaxed)
}

/// What is run for the list, a page, and searches of all kinds, with so many messages.
fn usual_questions(messages: i64) -> [usize; 4] {
    let mut alice = device();
    fill(&mut alice, messages);
    let mut reader = alice.store.reader().unwrap();
    let chat = reader.chat_list(None, 100).unwrap()[7].id;
    let typed = ["m", "to1", "lo1 re", "sa bir lo", "ven1 ", "xylophone", "re0 ma0 lo0 to"];
    let mut ask =
        |question: &dyn Fn(&Reader)| work(&mut reader, |reader| &mut reader.queries.db, |reader| question(reader));
    [
        ask(&|reader| assert!(reader.chat_list(None, 100).unwrap().len() > 20)),
        ask(&|reader| assert_eq!(reader.timeline(chat, None, 20).unwrap().rows.len(), 20)),
        ask(&|reader| typed.iter().for_each(|typed| drop(reader.search(typed, 5).unwrap()))),
        ask(&|reader| typed.iter().for_each(|typed| drop(reader.search_chat(chat, typed, 5).unwrap()))),
    ]
}

/// Does something for each piece of one long chat; the work for the first and for the last piece.
fn first_and_last(alice: &mut Device, pieces: i64, piece: impl Fn(i64) -> Vec<Change>) -> (usize, usize) {
    let each: Vec<usize> =
        (0..pieces).map(|n| work(alice, |alice| &mut alice.store.db, |alice| drop(alice.apply(piece(n))))).collect();
    // The first makes the chat.
    (each[1], each[each.len() - 1])
}

#[test]
fn what_arrives_in_a_long_chat_costs_no_more_than_in_a_short_one() {
    let entry = |n: i64, way| archived(text(&format!("s{n}"), "hello there"), way, &format!("a{n}"), NOON + n * SECOND);
    let pages = |recent: bool| {
        move |n: i64| {
            let mut list = page((n * 50..n * 50 + 50).map(|n| entry(n, Way::Archive)).collect());
            list.splice(0..0, recent.then_some(Change::Recent));
            list
        }
    };
    let live = |n: i64| vec![arrival(entry(n, Way::Live))];
    let again = |n: i64| vec![arrival(entry(n, Way::Offline))];
    let device = |catching_up: bool| Device { catching_up, ..device() };
    let mut results = vec![
        ("pages", first_and_last(&mut device(true), 60, pages(false))),
        ("recent pages", first_and_last(&mut device(true), 60, pages(true))),
        ("live", first_and_last(&mut device(false), 1_000, live)),
        ("live while catching up", first_and_last(&mut device(true), 1_000, live)),
    ];
    let mut alice = device(true);
    (0..60).for_each(|n| drop(alice.apply(pages(true)(n))));
    results.push(("recent pages again", first_and_last(&mut alice, 60, pages(true))));
    results.push(("the same pages, no longer recent", first_and_last(&mut alice, 60, pages(false))));
    results.push(("what was kept beside the archive", first_and_last(&mut alice, 1_000, again)));
    for (what, (first, last)) in results {
        // What remains is to count the unread ones, once a transaction.
        assert!(last <= first * 3 + 60, "{what}: {first} became {last} hundred instructions");
    }
}

#[test]
fn usual_questions_do_not_look_at_everything() {
    let (few, many) = (usual_questions(2_000), usual_questions(8_000));
    for (few, many) in few.into_iter().zip(many) {
        assert!(many <= few * 2 + 10, "four times the messages: {few} became {many} hundred instructions");
    }
}
