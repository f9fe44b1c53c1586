//! Unicode's normal forms (UAX #15), asked of the browser: it has the tables that the crate `unicode-normalization` of the
//! registry would bring, 56 kB by gzip. This takes that crate's place in the browser's build, with what `stringprep` and the core
//! call of it.

use std::str::Chars;
use std::vec::IntoIter;

use js_sys::JsString;

/// Texts in a normal form.
pub trait UnicodeNormalization<I> {
    /// What can be one character is one.
    fn nfc(self) -> IntoIter<char>;
    /// What can be one character is one, and compatible characters are the same.
    fn nfkc(self) -> IntoIter<char>;
    /// What can be several characters is several, and compatible characters are the same.
    fn nfkd(self) -> IntoIter<char>;
}

impl<'a> UnicodeNormalization<Chars<'a>> for &'a str {
    fn nfc(self) -> IntoIter<char> {
        normal(self, "NFC")
    }

    fn nfkc(self) -> IntoIter<char> {
        normal(self, "NFKC")
    }

    fn nfkd(self) -> IntoIter<char> {
        normal(self, "NFKD")
    }
}

impl<I: Iterator<Item = char>> UnicodeNormalization<I> for I {
    fn nfc(self) -> IntoIter<char> {
        normal(&self.collect::<String>(), "NFC")
    }

    fn nfkc(self) -> IntoIter<char> {
        normal(&self.collect::<String>(), "NFKC")
    }

    fn nfkd(self) -> IntoIter<char> {
        normal(&self.collect::<String>(), "NFKD")
    }
}

fn normal(text: &str, form: &str) -> IntoIter<char> {
    // What is ASCII is in every form.
    let chars: Vec<char> = if text.is_ascii() {
        text.chars().collect()
    } else {
        String::from(JsString::from(text).normalize(form)).chars().collect()
    };
    chars.into_iter()
}
