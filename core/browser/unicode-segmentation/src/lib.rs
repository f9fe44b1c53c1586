//! Visible characters (extended grapheme clusters, UAX #29) and words, found by the browser's regular expressions: they have most
//! of the tables that the crate `unicode-segmentation` of the registry would bring, 9 kB by gzip. This takes that crate's place in
//! the browser's build, with what the core calls of it. What it cuts otherwise stands in `expression`.

mod expression;

use std::vec::IntoIter;

use js_sys::{JsString, RegExp};

/// Texts that are cut between visible characters, or into words.
pub trait UnicodeSegmentation {
    /// The visible characters. There are no others here than the extended ones.
    fn graphemes(&self, extended: bool) -> impl Iterator<Item = &str>;
    /// The visible characters, and at which byte each begins.
    fn grapheme_indices(&self, extended: bool) -> impl Iterator<Item = (usize, &str)>;
    /// The words: letters and digits that stand together. What stands between them ends a word here, also an apostrophe.
    fn unicode_words(&self) -> IntoIter<&str>;
}

impl UnicodeSegmentation for str {
    fn graphemes(&self, extended: bool) -> impl Iterator<Item = &str> {
        self.grapheme_indices(extended).map(|(_, character)| character)
    }

    fn grapheme_indices(&self, _: bool) -> impl Iterator<Item = (usize, &str)> {
        Characters { text: self, at: 0, unit: 0, asked: None }
    }

    fn unicode_words(&self) -> IntoIter<&str> {
        let (mut words, mut begin) = (Vec::new(), None);
        for (at, c) in self.char_indices() {
            if is_part_of_word(c) {
                begin = begin.or(Some(at));
            } else if let Some(begin) = begin.take() {
                words.push(&self[begin..at]);
            }
        }
        words.extend(begin.map(|begin| &self[begin..]));
        words.into_iter()
    }
}

/// The visible characters of a text, one after the other.
struct Characters<'a> {
    text: &'a str,
    /// Where the next one begins, in bytes and as a browser counts.
    at: usize,
    unit: u32,
    /// What the browser is asked with, where it had to be: its copy of the text, and the expression.
    asked: Option<(JsString, RegExp)>,
}

impl Characters<'_> {
    /// Where the visible character ends that begins here, as the browser counts.
    fn end(&mut self) -> u32 {
        let ask = || (JsString::from(self.text), expression::CHARACTER.with(RegExp::clone));
        let (copy, expression) = self.asked.get_or_insert_with(ask);
        expression.set_last_index(self.unit);
        let _found = copy.match_(expression);
        expression.last_index()
    }
}

impl<'a> Iterator for Characters<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let mut rest = self.text[self.at..].chars();
        let first = rest.next()?;
        let is_alone = is_plain(first) && rest.next().is_none_or(is_plain);
        let begin = self.at;
        let end = if is_alone { 0 } else { self.end() };
        for c in self.text[begin..].chars() {
            self.at += c.len_utf8();
            self.unit += c.len_utf16() as u32;
            if self.unit >= end {
                break;
            }
        }
        Some((begin, &self.text[begin..self.at]))
    }
}

fn is_part_of_word(c: char) -> bool {
    let ask = || expression::PART_OF_WORD.with(RegExp::clone).test(c.encode_utf8(&mut [0; 4]));
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { ask() }
}

/// Whether there is an end between such characters, which need not be asked for: letters without marks of their own, and ASCII but
/// for the two that end a line together.
fn is_plain(c: char) -> bool {
    c != '\r'
        && matches!(c, '\0'..='\u{7f}' | '\u{c0}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{590}'
        | '\u{4e00}'..='\u{9fff}')
}

#[cfg(all(test, target_arch = "wasm32"))]
mod segmentation_tests;
