//! A full disk, another program's lock, damage: a clear error, nothing lost, and everything works again afterwards.

use super::*;

fn limit(alice: &Device, pages: i64) {
    alice.store.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_and_the_store_works_when_there_is_space_again() {
    let mut alice = device();
    alice.arrive(text("b0", "before"));
    let pages: i64 = alice.store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    limit(&alice, pages + 4);
    let mut stored = 0;
    let failed = loop {
        let message = text(&format!("b{}", stored + 1), &format!("{stored} {}", "words and more words ".repeat(200)));
        match alice.try_apply(vec![arrival(message.clone())]) {
            Ok(_) => stored += 1,
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                break message;
            }
        }
        assert!(stored < 1000);
    };
    assert_eq!(alice.rows().len(), stored + 1);
    assert_eq!(alice.unread(), u32::try_from(stored + 1).unwrap());
    assert_eq!(alice.try_apply(vec![arrival(failed.clone())]), Err(StoreError::Full));
    limit(&alice, pages + 1000);
    alice.arrive(failed);
    assert_eq!(alice.rows().len(), stored + 2);
    alice.check();
}

#[test]
fn a_page_that_does_not_fit_is_not_stored_in_part() {
    let mut alice = device();
    alice.arrive(text("b0", "before"));
    let pages: i64 = alice.store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    limit(&alice, pages + 2);
    let items = (1..200).map(|n| {
        let message = text(&format!("b{n}"), &"something to store ".repeat(20));
        archived(message, Way::Archive, &format!("x{n}"), NOON + n)
    });
    let list = page(items.collect());
    assert_eq!(alice.try_apply(list.clone()), Err(StoreError::Full));
    assert_eq!(alice.bodies(), ["before"]);
    assert_eq!(alice.store.archive_position(alice.account).unwrap().newest, None);
    limit(&alice, pages + 1000);
    alice.apply(list);
    assert_eq!(alice.rows().len(), 200);
    alice.check();
}

#[test]
fn a_database_that_another_program_has_locked_is_in_use() {
    let mut alice = device();
    alice.store.db.busy_timeout(std::time::Duration::ZERO).unwrap();
    let other = rusqlite::Connection::open(alice.ground.folder.path().join("larimar.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(alice.try_apply(vec![arrival(text("b1", "hi"))]), Err(StoreError::InUse));
    other.execute_batch("ROLLBACK").unwrap();
    alice.arrive(text("b1", "hi"));
    assert_eq!(alice.bodies(), ["hi"]);
}

#[test]
fn a_step_that_fails_in_the_middle_leaves_nothing_behind() {
    let mut alice = device();
    alice.arrive(text("b1", "one"));
    let list = vec![
        arrival(text("b2", "two")),
        Change::Draft { chat: alice.chat(), text: "typed".into() },
        Change::Retry { message: MessageId(1234) },
    ];
    assert_eq!(alice.try_apply(list), Err(StoreError::NoSuchMessage));
    assert_eq!(alice.bodies(), ["one"]);
    assert_eq!(alice.store.chat_row(alice.chat()).unwrap().draft, None);
    assert!(alice.found("two").is_empty());
    let second = alice.arrive(text("b2", "two")).messages[0];
    assert_eq!(alice.rows()[1].id, second);
    alice.check();
}

#[test]
fn everything_is_there_after_opening_again() {
    let mut alice = device();
    alice.arrive(text("b1", "kept"));
    alice.send("a1", "waiting");
    let Device { store, ground: Ground { folder }, account, .. } = alice;
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    let chat = store.chat(account, &bob()).unwrap().unwrap();
    assert_eq!(store.timeline(chat, None, 10).unwrap().rows.len(), 2);
    assert_eq!(store.outbox(account, 10).unwrap().len(), 1);
}

#[test]
fn odd_texts_and_wild_times_are_kept_as_they_are() {
    let mut alice = device();
    let odd =
        ["\u{202e}reversed", "a\u{0}b", "🏴‍☠️", "\u{feff}", "'; DROP TABLE message; --", "line\nline\r\n", "ẞ\u{fffd}"];
    for (number, body) in odd.iter().enumerate() {
        let time = [i64::MIN, -1, 0, i64::MAX][number % 4];
        let message = Arrived { time, ..text(&format!("b{number}"), body) };
        alice.arrive(message.clone());
        alice.arrive(archived(message, Way::Archive, &format!("x{number}"), time));
    }
    assert_eq!(alice.bodies(), odd);
    alice.now = i64::MAX - 10 * SECOND;
    alice.arrive(text("late", "late"));
    alice.now = i64::MIN;
    alice.arrive(text("early", "early"));
    alice.send("a1", "last");
    assert_eq!(alice.bodies()[odd.len()..], ["late", "early", "last"]);
    alice.check();
}

#[test]
fn errors_and_debug_output_never_quote_a_text() {
    let mut alice = device();
    let secret = "the cake is a lie";
    alice.arrive(text("b1", secret));
    alice.store.db.execute_batch("DROP TABLE outbox").unwrap();
    let payload = Payload::Text { body: secret.into(), reply: None, quoted: Some(secret.into()), files: Vec::new() };
    let error = alice.try_apply(vec![Change::Send { chat: bob(), stanza_id: "a1".into(), payload }]).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("cake") && !shown.contains("bob@"), "{shown}");
}

/// Everything that a person does with a store.
fn used(folder: &std::path::Path, account: AccountId) -> Result<(), StoreError> {
    let mut store = Store::open(folder)?;
    store.accounts()?;
    store.outbox(account, 10)?;
    store.chat_list(None, 10)?;
    let chat = store.chat(account, &bob())?.ok_or(StoreError::NoSuchChat)?;
    store.timeline(chat, None, 1000)?;
    store.reader()?.search("conversation", 1000)?;
    let list = vec![arrival(text("new", "words that are new to the conversation"))];
    store.apply(&Changes { account, now: NOON + SECOND, catching_up: false, list })?;
    Ok(())
}

#[test]
fn damage_in_any_page_is_said_as_such() {
    let mut alice = device();
    for number in 0..150 {
        alice.arrive(text(&format!("b{number}"), &format!("words {number} of a long conversation")));
    }
    alice.send("a1", "waiting");
    let Device { store, ground: Ground { folder }, account, .. } = alice;
    drop(store);
    let file = folder.path().join("larimar.db");
    let whole = std::fs::read(&file).unwrap();
    let pages = whole.len() / 4096;
    let mut said = 0;
    for page in 0..pages {
        let mut damaged = whole.clone();
        damaged[page * 4096..][..4096].fill(0xa5);
        std::fs::write(&file, damaged).unwrap();
        match used(folder.path(), account) {
            Ok(()) => {}
            Err(StoreError::Damaged { .. }) => said += 1,
            Err(other) => panic!("page {page} of {pages}: {other:?}"),
        }
        for log in ["larimar.db-wal", "larimar.db-shm"] {
            // What a damaged database leaves would be read into the next one.
            let _ = std::fs::remove_file(folder.path().join(log));
        }
    }
    assert!(said > pages / 3, "{said} of {pages}");
    std::fs::write(&file, whole).unwrap();
    assert_eq!(used(folder.path(), account), Ok(()));
}
