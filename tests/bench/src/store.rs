//! How fast a screen gets what it shows, out of a store with many messages, and how that grows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::client::AccountSetup;
use larimar::client::ChatEncryption;
use larimar_testbed::Folder;

use crate::app::{App, Secrets};
use crate::report::{Table, median, ms, p99, verdict};
use crate::{Result, Size, filling};

const CHATS: u64 = 1_000;
const ACCOUNT: &str = "alice@one.test";
/// What people type: a letter, a syllable, words of every frequency, several words, one that is nowhere.
const TYPED: [&str; 10] =
    ["ma", "m", "to1", "lo1 re", "qui40 ven", "sa bir lo", "ven1 ", "bir100", "xylophone", "re0 ma0 lo0 to"];

struct Measured {
    messages: u64,
    /// The question, its times.
    questions: [Vec<Duration>; 4],
    bytes: u64,
    filled: Duration,
}

/// Measures with a tenth of the messages, and with all.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let small = measure(size.store / 10)?;
    let large = measure(size.store)?;
    let about = format!(
        "Through the front door, {CHATS} chats; a page is the newest 50 rows of a chat, \"older\" the 50 before them; a search gives 50 rows. \
         The store has {} MB and was filled in {:.0} s.",
        large.bytes >> 20,
        large.filled.as_secs_f64()
    );
    let mut table = Table::new(
        "Views over a large store",
        &about,
        &["what", "messages", "median", "p99", "goal (p99)", "", "p99, with 10 times the messages"],
    );
    let goals = [("chat list", 10.0), ("a page", 2.0), ("older page", 2.0), ("search", 20.0)];
    for (place, (what, goal)) in goals.into_iter().enumerate() {
        let before = p99(small.questions[place].clone());
        let now = p99(large.questions[place].clone());
        table.row(vec![
            what.to_owned(),
            large.messages.to_string(),
            ms(median(large.questions[place].clone())),
            ms(now),
            format!("{goal:.0} ms"),
            verdict(now.as_secs_f64() * 1_000.0, goal, " ms"),
            format!("{:.1}x", now.as_secs_f64() / before.as_secs_f64()),
        ]);
    }
    Ok(vec![table])
}

fn measure(messages: u64) -> Result<Measured> {
    println!("a store with {messages} messages");
    let folder = Folder::on_disk("bench")?;
    let secrets = Arc::new(Secrets::default());
    let app = App::open(folder.path(), &secrets, None, ChatEncryption::Never)?;
    // Nobody is there: what is measured needs no network.
    let nobody = AccountSetup {
        jid: ACCOUNT.to_owned(),
        password: "secret".to_owned(),
        server: Some("127.0.0.1:9".to_owned()),
        tls: Some("direct".to_owned()),
        ..AccountSetup::default()
    };
    app.run(app.client.add_account(nobody))?;
    app.run(app.client.enable_account(ACCOUNT.to_owned(), false))?;
    app.close();
    let started = Instant::now();
    filling::fill(folder.path(), ACCOUNT, CHATS, messages)?;
    let filled = started.elapsed();
    let app = App::open(folder.path(), &secrets, None, ChatEncryption::Never)?;
    let chats = app.run(app.client.chats(None))?;
    let chat = |n: usize| chats.get(n % chats.len()).map(|row| row.chat.clone()).unwrap_or_default();
    let page = |n: usize, before: Option<i64>| app.client.timeline(ACCOUNT.to_owned(), chat(n), before, 50);
    let mut oldest = Vec::with_capacity(1_000);
    for n in 0..1_000 {
        oldest.push(app.run(page(n, None))?.rows.first().map(|row| row.id));
    }
    let questions = [
        times(200, |_| app.run(app.client.chats(None)).map(drop))?,
        times(1_000, |n| app.run(page(n, None)).map(drop))?,
        times(1_000, |n| app.run(page(n, oldest[n])).map(drop))?,
        times(400, |n| app.run(app.client.search(TYPED[n % TYPED.len()].to_owned(), 50)).map(drop))?,
    ];
    let stats = app.run(app.client.stats())?;
    if stats.messages != messages || chats.len() < 300 {
        return Err(format!("the store has {} messages in {} chats", stats.messages, chats.len()).into());
    }
    app.close();
    Ok(Measured { messages, questions, bytes: stats.db_bytes, filled })
}

fn times(often: usize, mut question: impl FnMut(usize) -> Result) -> Result<Vec<Duration>> {
    (0..often)
        .map(|n| {
            let started = Instant::now();
            question(n)?;
            Ok(started.elapsed())
        })
        .collect()
}
