#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags};

use super::*;

/// What has reached the disk.
#[derive(Clone, Default)]
struct Disk {
    pages: BTreeMap<u32, Box<[u8]>>,
}

impl Disk {
    fn write(&mut self, commit: Commit) {
        if let Some(length) = commit.length {
            self.pages.retain(|page, _| *page < length);
        }
        self.pages.extend(commit.pages);
    }

    fn open(&self) -> (Pages, Connection) {
        let pages = Pages::of(self.pages.clone()).unwrap();
        let db = connect(&pages);
        (pages, db)
    }
}

fn connect(pages: &Pages) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let db = Connection::open_with_flags_and_vfs("db", flags, pages.register().unwrap().as_str()).unwrap();
    // A cache of ten pages spills in the middle of transactions.
    db.execute_batch(
        "PRAGMA journal_mode = memory; PRAGMA synchronous = full; PRAGMA temp_store = memory; PRAGMA cache_size = 10;
         CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, text TEXT) STRICT;
         CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5(text, content='t', content_rowid='id');",
    )
    .unwrap();
    db
}

fn rows(db: &Connection) -> Vec<(i64, String)> {
    let mut all = db.prepare("SELECT id, text FROM t ORDER BY id").unwrap();
    all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn is_whole(db: &Connection) -> bool {
    db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap() == "ok"
}

fn insert(db: &Connection, text: &str) {
    db.execute("INSERT INTO t (text) VALUES (?1)", [text]).unwrap();
    db.execute("INSERT INTO f (rowid, text) VALUES (last_insert_rowid(), ?1)", [text]).unwrap();
}

#[test]
fn a_transaction_is_one_commit() {
    let pages = Pages::new();
    let mut db = connect(&pages);
    let mut disk = Disk::default();
    disk.write(pages.take().unwrap());
    assert!(pages.take().is_none());
    let before = pages.number();
    let step = db.transaction().unwrap();
    for number in 0..2000 {
        insert(&step, &format!("message {number}"));
    }
    assert!(pages.take().is_none(), "what is not committed is not handed over, though the cache has spilled");
    step.commit().unwrap();
    assert_eq!(pages.number(), before + 1);
    disk.write(pages.take().unwrap());
    let (_, again) = disk.open();
    assert!(is_whole(&again));
    assert_eq!(rows(&again), rows(&db));
    let found: i64 = again.query_row("SELECT count(*) FROM f WHERE f MATCH 'message'", [], |row| row.get(0)).unwrap();
    assert_eq!(found, 2000);
}

#[test]
fn what_is_rolled_back_never_reaches_the_disk() {
    let pages = Pages::new();
    let mut db = connect(&pages);
    insert(&db, "kept");
    let mut disk = Disk::default();
    disk.write(pages.take().unwrap());
    {
        let step = db.transaction().unwrap();
        for number in 0..2000 {
            insert(&step, &format!("rolled back {number}"));
        }
    }
    if let Some(commit) = pages.take() {
        disk.write(commit);
    }
    let (_, again) = disk.open();
    assert!(is_whole(&again));
    assert_eq!(rows(&again), [(1, "kept".to_owned())]);
}

#[test]
fn a_file_that_shrinks_is_shorter_on_the_disk() {
    let pages = Pages::new();
    let db = connect(&pages);
    insert(&db, &"long ".repeat(100_000));
    let mut disk = Disk::default();
    disk.write(pages.take().unwrap());
    let before = disk.pages.len();
    db.execute_batch("DELETE FROM t; INSERT INTO f (f) VALUES ('rebuild'); VACUUM;").unwrap();
    disk.write(pages.take().unwrap());
    assert!(disk.pages.len() < before / 2);
    assert!(is_whole(&disk.open().1));
}

#[test]
fn a_second_connection_sees_what_was_committed() {
    let pages = Pages::new();
    let name = pages.register().unwrap();
    let open = || Connection::open_with_flags_and_vfs("db", OpenFlags::default(), name.as_str()).unwrap();
    let (one, two) = (open(), open());
    one.execute_batch("PRAGMA journal_mode = memory; CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT) STRICT;")
        .unwrap();
    for number in 1..50 {
        one.execute("INSERT INTO t (text) VALUES ('a')", []).unwrap();
        assert_eq!(rows(&two).len(), number);
    }
}

#[test]
fn what_is_kept_beside_comes_in_its_turn() {
    let pages = Pages::new();
    pages.keep("a", Some(vec![1]));
    let db = connect(&pages);
    pages.keep("a", None);
    pages.keep("b", Some(vec![2]));
    let number = pages.number();
    let all = pages.take().unwrap();
    assert_eq!(all.number, number);
    assert_eq!(all.beside, BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some(vec![2]))]));
    assert!(!all.pages.is_empty());
    drop(db);
}

#[test]
fn half_a_file_is_refused() {
    let page = || vec![0_u8; PAGE].into_boxed_slice();
    assert!(matches!(Pages::of(BTreeMap::from([(0, page()), (2, page())])), Err(PagesError::NotWhole { page: 1 })));
    let short = vec![0_u8; 100].into_boxed_slice();
    assert!(matches!(Pages::of(BTreeMap::from([(0, short)])), Err(PagesError::NotWhole { page: 0 })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done, and wherever the disk was left behind: what is on it is a whole file with the rows of some commit, and
    /// of the last one that it was given.
    #[test]
    fn every_cut_leaves_a_whole_file(steps in prop::collection::vec((0..4_u8, 1..120_usize, any::<bool>()), 1..20)) {
        let pages = Pages::new();
        let mut db = connect(&pages);
        let mut disk = Disk::default();
        disk.write(pages.take().unwrap());
        let mut on_disk = rows(&db);
        for (what, size, is_taken) in steps {
            match what {
                0 => insert(&db, &"word ".repeat(size * 40)),
                1 => {
                    let step = db.transaction().unwrap();
                    (0..size).for_each(|number| insert(&step, &format!("text {number}")));
                    step.commit().unwrap();
                }
                2 => {
                    let step = db.transaction().unwrap();
                    (0..size).for_each(|number| insert(&step, &format!("never {number}")));
                }
                _ => {
                    db.execute("DELETE FROM t WHERE id % 3 = ?1", [i64::try_from(size % 3).unwrap()]).unwrap();
                    db.execute_batch("INSERT INTO f (f) VALUES ('rebuild');").unwrap();
                }
            }
            if is_taken {
                if let Some(commit) = pages.take() {
                    disk.write(commit);
                }
                on_disk = rows(&db);
            }
            // Reading is enough: opening it would write the schema again only if it were missing.
            let (_, again) = disk.open();
            prop_assert!(is_whole(&again));
            prop_assert_eq!(rows(&again), on_disk.clone());
        }
    }
}
