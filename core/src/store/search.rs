//! The search index: how texts become words, and how what a person types becomes a query.
//!
//! Words are what Unicode's tokenizer of FTS5 finds, without case and diacritics. Scripts that put no spaces between words
//! (Han, Kana, Thai, Lao, Khmer, Burmese) are indexed as overlapping pairs of characters, so that two characters find every
//! text that has them side by side, and one character finds those that start a pair. Emojis are words of their own. Each
//! text also has its chat as a word in a second column, so that a search in one chat is an intersection of two lists.

use std::fmt::Write as _;

use rusqlite::{Connection, params};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::Result;
use crate::model::ids::{AccountId, ChatId};

/// More of what was typed than this many words is not looked at.
const MOST_WORDS: usize = 12;

/// What the index gets of a text.
pub(super) fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut chars = folded(text).peekable();
    while let Some(c) = chars.next() {
        match class(c) {
            Class::Word => out.push(c),
            Class::Alone => pad(&mut out, &[c]),
            Class::Dense => match chars.peek() {
                Some(&next) if matches!(class(next), Class::Dense) => pad(&mut out, &[c, next]),
                _ => pad(&mut out, &[c]),
            },
        }
    }
    out
}

fn pad(out: &mut String, word: &[char]) {
    out.push(' ');
    out.extend(word);
    out.push(' ');
}

/// Compatible forms made equal (full width, ligatures), and what sits on a letter taken off it.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().filter(|c| {
        !matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}')
    })
}

enum Class {
    /// Part of a word between separators, or a separator.
    Word,
    /// A word of one character.
    Alone,
    /// Of a script without spaces.
    Dense,
}

fn class(c: char) -> Class {
    match c {
        // Thai, Lao, Burmese, Khmer
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Class::Dense,
        // Kana, Bopomofo, Han
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3100}'..='\u{312f}' | '\u{31f0}'..='\u{31ff}' => {
            Class::Dense
        }
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Class::Dense,
        // Symbols and emojis
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Class::Alone,
        _ => Class::Word,
    }
}

/// The FTS5 query for what a person typed: every word must be there, the last one may go on. Nothing of it is taken as
/// FTS5's syntax. None: there is nothing to look for.
pub(super) fn query(typed: &str, chat: Option<ChatId>) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in typed.split(char::is_whitespace) {
        for part in parts(word) {
            if terms.len() < MOST_WORDS {
                terms.push(part);
            }
        }
    }
    if terms.is_empty() {
        return None;
    }
    // A word is finished by a space after it.
    if !typed.ends_with(char::is_whitespace) && !terms.last().is_some_and(|t| t.ends_with('*')) {
        terms.last_mut()?.push('*');
    }
    let mut query = String::new();
    if let Some(chat) = chat {
        let _ = write!(query, "chat : \"{}\" AND ", chat_word(chat));
    }
    let _ = write!(query, "text : ({})", terms.join(" AND "));
    Some(query)
}

/// The terms of one typed word: runs of one class each.
fn parts(word: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut run = String::new();
    let mut dense: Vec<char> = Vec::new();
    for c in folded(word) {
        match class(c) {
            Class::Word => {
                end_dense(&mut dense, &mut parts);
                run.push(if c == '"' || c.is_control() { ' ' } else { c });
            }
            Class::Alone => {
                end_dense(&mut dense, &mut parts);
                end_run(&mut run, &mut parts);
                parts.push(format!("\"{c}\""));
            }
            Class::Dense => {
                end_run(&mut run, &mut parts);
                dense.push(c);
            }
        }
    }
    end_dense(&mut dense, &mut parts);
    end_run(&mut run, &mut parts);
    parts
}

fn end_run(run: &mut String, parts: &mut Vec<String>) {
    // What has no letter or digit is no word for the tokenizer either.
    if run.unicode_words().next().is_some() {
        parts.push(format!("\"{run}\""));
    }
    run.clear();
}

fn end_dense(dense: &mut Vec<char>, parts: &mut Vec<String>) {
    match dense.as_slice() {
        [] => {}
        [one] => parts.push(format!("\"{one}\"*")),
        more => {
            let pairs: Vec<String> = more.windows(2).map(String::from_iter).collect();
            parts.push(format!("\"{}\"", pairs.join(" ")));
        }
    }
    dense.clear();
}

/// The word that stands for a chat in the index.
fn chat_word(chat: ChatId) -> String {
    format!("c{}", chat.0)
}

/// Puts a text into the index.
pub(super) fn insert(db: &Connection, key: i64, chat: ChatId, body: &str) -> Result<()> {
    let mut statement = db.prepare_cached("INSERT INTO search (rowid, text, chat) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![key, words(body), chat_word(chat)])?;
    Ok(())
}

/// Takes a text out of the index, which must be given as it was put in.
pub(super) fn remove(db: &Connection, key: i64, chat: ChatId, body: &str) -> Result<()> {
    let sql = "INSERT INTO search (search, rowid, text, chat) VALUES ('delete', ?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![key, words(body), chat_word(chat)])?;
    Ok(())
}

/// Takes a chat's texts out of the index.
pub(super) fn forget_chat(db: &Connection, chat: ChatId) -> Result<()> {
    let sql = "SELECT search_key, body FROM message WHERE chat = ?1 AND search_key IS NOT NULL AND body <> ''
               ORDER BY search_key";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([chat.0])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        remove(db, row.get(0)?, chat, &body)?;
    }
    Ok(())
}

/// Takes an account's texts out of the index.
pub(super) fn forget_account(db: &Connection, account: AccountId) -> Result<()> {
    let mut statement = db.prepare("SELECT id FROM chat WHERE account = ?1")?;
    let chats: Vec<i64> = statement.query_map([account.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    chats.into_iter().try_for_each(|chat| forget_chat(db, ChatId(chat)))
}

#[cfg(test)]
mod search_tests;
