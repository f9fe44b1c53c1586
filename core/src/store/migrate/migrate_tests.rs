//! Every schema that was ever given to people, carried to the present.

use super::*;

/// The schema of each version as it was, with the data that a store of that version may have.
const FIXTURES: &[(&str, &[&str])] = &[
    (include_str!("version_1.sql"), &[DATA]),
    (concat!(include_str!("version_1.sql"), include_str!("../schema_2.sql")), &[DATA, KEYS]),
    (
        concat!(include_str!("version_1.sql"), include_str!("../schema_2.sql"), include_str!("../schema_3.sql")),
        &[DATA, KEYS],
    ),
    (
        concat!(
            include_str!("version_1.sql"),
            include_str!("../schema_2.sql"),
            include_str!("../schema_3.sql"),
            include_str!("../schema_4.sql")
        ),
        &[DATA, KEYS],
    ),
    (
        concat!(
            include_str!("version_1.sql"),
            include_str!("../schema_2.sql"),
            include_str!("../schema_3.sql"),
            include_str!("../schema_4.sql"),
            include_str!("../schema_5.sql")
        ),
        &[DATA, KEYS],
    ),
];

const DATA: &str = "INSERT INTO account (jid, device) VALUES ('alice@example.org', 'device');
     INSERT INTO chat (account, peer, last, unread) VALUES (1, 'bob@example.org', 1, 1);
     INSERT INTO message (account, chat, kind, outgoing, body, time, position, place, delivery, unread, search_key)
       VALUES (1, 1, 0, 0, 'kept', 5, 5, 0, 2, 1, 5);
     INSERT INTO search (rowid, text, chat) VALUES (5, 'kept', 'c1');";

/// From version 2 on.
const KEYS: &str = "INSERT INTO omemo_key (account, jid, fingerprint, trust) VALUES (1, 'bob@example.org', 'aa', 2);
     INSERT INTO omemo_device (account, jid, version, device, label, listed)
       VALUES (1, 'bob@example.org', 2, 7, 'Phone', 1);";

fn objects(db: &Connection) -> Vec<(String, String)> {
    let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";
    let mut statement = db.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_earlier_schema_becomes_the_present_one_with_its_data() {
    let mut fresh = Connection::open_in_memory().unwrap();
    run(&mut fresh).unwrap();
    for (version, (schema, data)) in FIXTURES.iter().enumerate() {
        let mut old = Connection::open_in_memory().unwrap();
        old.execute_batch(schema).unwrap();
        data.iter().for_each(|data| old.execute_batch(data).unwrap());
        old.pragma_update(None, "user_version", i64::try_from(version + 1).unwrap()).unwrap();
        run(&mut old).unwrap();
        assert_eq!(objects(&old), objects(&fresh), "from version {}", version + 1);
        let body: String = old.query_row("SELECT body FROM message", [], |row| row.get(0)).unwrap();
        assert_eq!(body, "kept");
        let found: i64 = old.query_row("SELECT rowid FROM search('kept')", [], |row| row.get(0)).unwrap();
        assert_eq!(found, 5);
        if data.contains(&KEYS) {
            // What a person decided stays, and other devices are not told of it now.
            let sql = "SELECT trust, to_tell, decided, ed25519 IS NULL FROM omemo_key WHERE fingerprint = 'aa'";
            let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            let key: (i64, i64, i64, bool) = old.query_row(sql, [], read).unwrap();
            assert_eq!(key, (2, 0, 0, true));
        }
        assert_eq!(check(&old).unwrap(), STEPS.len());
    }
}

#[test]
fn there_is_a_fixture_for_every_version() {
    assert_eq!(FIXTURES.len(), STEPS.len());
}

#[test]
fn a_database_of_the_future_is_not_touched() {
    let mut db = Connection::open_in_memory().unwrap();
    db.pragma_update(None, "user_version", i64::try_from(STEPS.len() + 1).unwrap()).unwrap();
    assert_eq!(run(&mut db), Err(StoreError::TooNew));
    assert!(objects(&db).is_empty());
    db.pragma_update(None, "user_version", -1).unwrap();
    assert_eq!(check(&db), Err(StoreError::TooNew));
}
