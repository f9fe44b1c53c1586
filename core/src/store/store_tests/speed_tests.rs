//! How long the usual questions take, and how that grows. The figures of the promise are those of a release build
//! (`cargo xtask bench`); the small ones here only notice a query that looks at everything. `LARIMAR_STORE_MESSAGES`
//! makes the store as large as one likes, and prints what was measured.

use std::time::{Duration, Instant};

use super::*;

const CHATS: i64 = 1000;

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

fn fill(alice: &mut Device, messages: i64) -> Duration {
    alice.store.db.execute_batch("PRAGMA synchronous = OFF").unwrap();
    let mut seed = 7;
    let started = Instant::now();
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
    started.elapsed()
}

/// The slowest but one in a hundred.
fn p99(what: &str, times: usize, mut question: impl FnMut(usize)) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|n| {
            let started = Instant::now();
            question(n);
            started.elapsed()
        })
        .collect();
    taken.sort();
    let p99 = taken[times * 99 / 100];
    println!("{what}: median {:?}, p99 {p99:?}", taken[times / 2]);
    p99
}

#[test]
fn usual_questions_do_not_look_at_everything() {
    let messages = std::env::var("LARIMAR_STORE_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    let mut alice = device();
    let filled = fill(&mut alice, messages);
    println!("{messages} messages stored in {filled:?}");
    let reader = alice.store.reader().unwrap();
    let chats = reader.chat_list(None, 5000).unwrap();
    let mut slowest = Duration::ZERO;
    slowest = slowest.max(p99("chat list", 200, |_| assert!(reader.chat_list(None, 5000).unwrap().len() > 300)));
    slowest = slowest.max(p99("a page of 50", 1000, |n| {
        let chat = chats[n % chats.len()].id;
        let page = reader.timeline(chat, None, 50).unwrap();
        assert!(!page.rows.is_empty());
    }));
    let typed =
        ["ma", "m", "to1", "lo1 re", "qui40 ven", "sa bir lo", "ven1 ", "bir100", "xylophone", "re0 ma0 lo0 to"];
    slowest = slowest.max(p99("search", 300, |n| {
        reader.search(typed[n % typed.len()], 50).unwrap();
    }));
    for word in typed {
        p99(word, 20, |_| drop(reader.search(word, 50).unwrap()));
    }
    slowest = slowest.max(p99("search in a chat", 300, |n| {
        reader.search_chat(chats[n % chats.len()].id, typed[n % typed.len()], 50).unwrap();
    }));
    // A generous bound for a slow machine and a build that is not optimised.
    assert!(slowest < Duration::from_millis(500));
    println!("{:?}", reader.stats().unwrap());
}
