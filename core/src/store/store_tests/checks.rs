//! What must hold in every store at any time, looked at from outside.

use std::collections::BTreeMap;

use crate::store::{Store, search};

/// The unread mark of each row and the count of each chat are what the read position says.
pub(super) fn unread_counts_are_right(store: &Store) {
    let wrong = "SELECT count(*) FROM message m JOIN chat ON chat.id = m.chat WHERE m.unread <>
        (m.kind = 0 AND m.outgoing = 0 AND
         (chat.read_message IS NULL OR (m.position, m.id) > (chat.read_position, chat.read_message)))";
    assert_eq!(number(store, wrong), 0, "rows with a wrong unread mark");
    let wrong = "SELECT count(*) FROM chat WHERE unread <>
        (SELECT count(*) FROM message m WHERE m.chat = chat.id AND m.unread = 1)";
    assert_eq!(number(store, wrong), 0, "chats with a wrong unread count");
}

pub(super) fn read_positions_are_those_of_their_rows(store: &Store) {
    let wrong = "SELECT count(*) FROM chat JOIN message m ON m.id = chat.read_message
        WHERE m.position <> chat.read_position OR m.chat <> chat.id";
    assert_eq!(number(store, wrong), 0, "chats whose read position is not its row's");
    let wrong = "SELECT count(*) FROM chat JOIN message m ON m.id = chat.last WHERE m.chat <> chat.id OR EXISTS
        (SELECT 1 FROM message n WHERE n.chat = chat.id AND n.kind = 0 AND (n.position, n.id) > (m.position, m.id))";
    assert_eq!(number(store, wrong), 0, "chats with a wrong last message");
}

/// The index has for each row the words that its text has now, and nothing else.
pub(super) fn index_has_the_words_of_the_rows(store: &Store) {
    let db = &store.db;
    db.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'search', 'instance');
         DROP TABLE IF EXISTS temp.fresh;
         CREATE VIRTUAL TABLE temp.fresh USING fts5(text, chat, content = '',
           tokenize = \"unicode61 remove_diacritics 2 categories 'L* M* N* Co So'\");
         CREATE VIRTUAL TABLE IF NOT EXISTS temp.fresh_words USING fts5vocab('temp', 'fresh', 'instance');",
    )
    .unwrap();
    let mut rows =
        db.prepare("SELECT search_key, chat, body FROM message WHERE search_key IS NOT NULL AND body <> ''").unwrap();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (key, chat, body): (i64, i64, String) = (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        db.execute(
            "INSERT INTO temp.fresh (rowid, text, chat) VALUES (?1, ?2, ?3)",
            rusqlite::params![key, search::words(&body), format!("c{chat}")],
        )
        .unwrap();
    }
    assert_eq!(instances(store, "temp.words"), instances(store, "temp.fresh_words"), "the index and the rows differ");
}

/// Each row's words, in their order.
fn instances(store: &Store, table: &str) -> BTreeMap<i64, Vec<String>> {
    let sql = format!("SELECT doc, col || ' ' || offset || ' ' || term FROM {table} ORDER BY doc, col, offset");
    let mut words: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut statement = store.db.prepare(&sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        words.entry(row.get(0).unwrap()).or_default().push(row.get(1).unwrap());
    }
    words
}

fn number(store: &Store, sql: &str) -> i64 {
    store.db.query_row(sql, [], |row| row.get(0)).unwrap()
}
