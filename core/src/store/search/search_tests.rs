//! What is typed finds what was written, in any script, and never breaks the query.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::store::Queries;

/// An index of these texts, asked for what is typed: the numbers of the texts found, in order.
fn found(texts: &[&str], typed: &str) -> Vec<i64> {
    let mut db = Connection::open_in_memory().unwrap();
    crate::store::migrate::run(&mut db).unwrap();
    for (number, text) in texts.iter().enumerate() {
        insert(&db, i64::try_from(number).unwrap(), ChatId(1), text).unwrap();
    }
    let Some(query) = query(typed, None) else { return Vec::new() };
    let queries = Queries::new(db);
    let mut statement = queries.db.prepare("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid").unwrap();
    statement.query_map([query], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
}

fn finds(text: &str, typed: &str) -> bool {
    !found(&[text], typed).is_empty()
}

#[test]
fn the_last_word_may_go_on_and_the_others_are_whole() {
    assert!(finds("good morning alice", "mor"));
    assert!(finds("good morning alice", "alice mor"));
    assert!(!finds("good morning alice", "mor alice"));
    assert!(!finds("good morning alice", "mor "), "a space ends a word");
    assert!(finds("good morning alice", "m"));
    assert!(!finds("good morning alice", "evening"));
}

#[test]
fn case_accents_and_compatible_forms_do_not_matter() {
    assert!(finds("Crème Brûlée", "creme brulee"));
    assert!(finds("creme brulee", "CRÈME"));
    assert!(finds("ﬁne ｗｉｄｅ", "fine wide"));
    assert!(finds("Straße", "straße"));
    assert!(finds("Привет, мир", "привет ми"));
    assert!(finds("Ελληνικά", "ελληνικα"));
    assert!(finds("e\u{301}te\u{301}", "été"));
}

#[test]
fn scripts_without_spaces_are_found_by_parts() {
    let texts = ["今日は東京に行きます", "京都の東", "北京", "สวัสดีครับ", "ကောင်းပါတယ်"];
    assert_eq!(found(&texts, "東京"), [0]);
    assert_eq!(found(&texts, "京"), [0, 1, 2]);
    assert_eq!(found(&texts, "行きます"), [0]);
    assert_eq!(found(&texts, "京都"), [1]);
    assert_eq!(found(&texts, "ครับ"), [3]);
    assert_eq!(found(&texts, "ปา"), Vec::<i64>::new());
    assert_eq!(found(&texts, "ပါတယ်"), [4]);
    assert!(finds("see you in 東京 on monday", "monday 東京"));
    assert!(finds("ガギグ", "カキ"), "marks on kana are diacritics");
    assert!(finds("한국어를 배워요", "한국"), "Hangul has spaces, and syllables grow as they are typed");
    assert!(finds("한국어를 배워요", "하"));
}

#[test]
fn scripts_with_marks_are_whole_words() {
    assert!(finds("नमस्ते दुनिया", "दुनि"));
    assert!(!finds("नमस्ते", "नमन"));
    assert!(finds("שלום עולם", "עול"));
    assert!(finds("مرحبا بالعالم", "بالع"));
}

#[test]
fn emojis_are_words() {
    assert!(finds("well done🎉🎉", "🎉"));
    assert!(finds("well done🎉", "done"));
    assert!(finds("love ❤️ you", "❤"));
    assert!(!finds("well done🎉", "👍"));
}

#[test]
fn nothing_that_is_typed_is_syntax() {
    for typed in [
        "\"",
        "\"\"",
        "a\"b",
        "AND",
        "a AND",
        "NOT a",
        "NEAR(a b)",
        "text:a",
        "chat:c1",
        "*",
        "a*",
        "(",
        ")",
        "{a b}:c",
        "^a",
        "a+b",
        "-a",
        "'",
        ";",
        "\\",
        "\0",
        "a\0b",
        "%",
        "_",
        "--",
        "/*",
        "\u{202e}",
        "🏳️‍🌈",
        "\u{fffd}",
    ] {
        assert!(found(&["nothing of the kind"], typed).is_empty(), "{typed:?}");
    }
    assert!(finds("this AND that", "and"));
    assert!(finds("what NEAR means", "near mea"));
    assert!(finds("c++ and c#", "c++"));
    assert!(finds("text:a is a filter", "text:a"));
    assert!(finds("o\"neill", "o\"neill"));
    assert!(!finds("hello", "c1"), "the chat's own word is not in the text");
    assert_eq!(query("  \t ", None), None);
    assert_eq!(query("!!! ???", None), None);
}

#[test]
fn more_words_than_anybody_types_are_cut() {
    let typed = "word ".repeat(10_000);
    assert!(query(&typed, None).unwrap().len() < 500);
    assert!(finds("a word", &typed));
}

#[test]
fn what_was_put_in_can_be_taken_out() {
    let mut db = Connection::open_in_memory().unwrap();
    crate::store::migrate::run(&mut db).unwrap();
    let text = "Ünïcode 東京 🎉 हिन्दी";
    insert(&db, 1, ChatId(1), text).unwrap();
    remove(&db, 1, ChatId(1), text).unwrap();
    db.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'row')").unwrap();
    let left: i64 = db.query_row("SELECT count(*) FROM temp.words", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
