//! Preparation of texts that are compared (stringprep, RFC 3454): addresses (RFC 6122) and passwords (RFC 4013). This takes the
//! place of the registry's crate `stringprep` in the browser's build, with what `jid` and the core call of it, and says the same of
//! every text. Its tables are one of a kilobyte: the lower case is the standard library's, what may not be in a text and what is
//! written from right to left is told together, and what is said of characters that are refused anyway is left out.

mod class;
mod runs;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use class::{Class, class};

/// A text that cannot be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

/// What the kinds of texts differ in.
struct Profile {
    /// Upper case means the same as lower case (B.2).
    folds: bool,
    /// Other spaces mean the same as ASCII's.
    knows_spaces: bool,
    /// Which characters of ASCII it refuses.
    refuses: fn(char) -> bool,
}

/// Prepares the name of a user in an address (RFC 6122, appendix A).
///
/// # Errors
/// It has characters that no such name has, or mixes directions.
pub fn nodeprep(text: &str) -> Result<Cow<'_, str>, Error> {
    let refuses = |c: char| c <= ' ' || matches!(c, '"' | '&' | '\'' | '/' | ':' | '<' | '>' | '@' | '\u{7f}');
    prepare(text, &Profile { folds: true, knows_spaces: false, refuses })
}

/// Prepares a domain (RFC 3491).
///
/// # Errors
/// It has characters that no domain has, or mixes directions.
pub fn nameprep(text: &str) -> Result<Cow<'_, str>, Error> {
    prepare(text, &Profile { folds: true, knows_spaces: false, refuses: |_| false })
}

/// Prepares a resource of an address (RFC 6122, appendix B).
///
/// # Errors
/// It has characters that no resource has, or mixes directions.
pub fn resourceprep(text: &str) -> Result<Cow<'_, str>, Error> {
    prepare(text, &Profile { folds: false, knows_spaces: false, refuses: |c| c.is_ascii_control() })
}

/// Prepares a user's name or a password for signing in (RFC 4013).
///
/// # Errors
/// It has characters that neither has, or mixes directions.
pub fn saslprep(text: &str) -> Result<Cow<'_, str>, Error> {
    prepare(text, &Profile { folds: false, knows_spaces: true, refuses: |c| c.is_ascii_control() })
}

fn prepare<'a>(text: &'a str, profile: &Profile) -> Result<Cow<'a, str>, Error> {
    let prepared = if text.is_ascii() {
        if profile.folds && text.contains(|c: char| c.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(mapped(text, profile).as_str().nfkc().collect())
    };
    if prepared.contains(profile.refuses) || !prepared.is_ascii() && !is_allowed(&prepared) {
        return Err(Error);
    }
    Ok(prepared)
}

/// The characters that are meant, by section 3.
fn mapped(text: &str, profile: &Profile) -> String {
    let mut meant = String::with_capacity(text.len());
    for c in text.chars() {
        if profile.knows_spaces && is_space(c) {
            meant.push(' ');
            continue;
        }
        if is_nothing(c) {
            continue;
        }
        if profile.folds {
            fold(c, &mut meant);
        } else {
            meant.push(c);
        }
    }
    meant
}

/// Whether there is nothing in a normalized text that must not be there (section 5), nothing unassigned, and no mix of directions
/// (section 6): where anything is written from right to left, so are the first and the last character, and no letter is not.
fn is_allowed(text: &str) -> bool {
    let (mut first, mut last, mut has_left, mut has_right) = (None, Class::Other, false, false);
    for c in text.chars() {
        last = class(c);
        first = first.or(Some(last));
        match last {
            Class::Refused => return false,
            Class::Left => has_left = true,
            Class::Right => has_right = true,
            Class::Other => {}
        }
    }
    !has_right || !has_left && first == Some(Class::Right) && last == Class::Right
}

/// What is taken out (B.1).
fn is_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{1806}' | '\u{180b}'..='\u{180d}' | '\u{200b}'..='\u{200d}' | '\u{2060}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Spaces beyond ASCII's (C.1.2).
fn is_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What a character means, whatever its case, for a text that is normalized then (B.2). A younger character means itself, also where
/// it is normalized to an older one.
fn fold(c: char, meant: &mut String) {
    if c.is_ascii() || class(c) == Class::Refused {
        meant.push(c.to_ascii_lowercase());
        return;
    }
    for part in (&*c.encode_utf8(&mut [0; 4])).nfkd() {
        match part {
            'ß' => meant.push_str("ss"),
            'ς' => meant.push('σ'),
            // The iota below a letter is written beside it in upper case.
            '\u{345}' => meant.push('ι'),
            part => lower(part, meant),
        }
    }
}

/// The lower case, where that is not younger than the character.
fn lower(c: char, meant: &mut String) {
    let before = meant.len();
    for lower in c.to_lowercase() {
        if class(lower) == Class::Refused {
            meant.truncate(before);
            meant.push(c);
            return;
        }
        meant.push(lower);
    }
}
