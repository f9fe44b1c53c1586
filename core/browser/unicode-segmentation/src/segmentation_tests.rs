//! What is cut here is cut by the registry's crate alike. In a browser: `cargo xtask test web`.

use std::thread::LocalKey;

use js_sys::RegExp;
use registrys::UnicodeSegmentation as _;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::{Characters, expression};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

thread_local! {
    static COARSE: RegExp = expression::coarse();
}

/// Visible characters that are cut right by both expressions, in whichever order they stand.
const EVERYWHERE: &[&str] = &[
    "a",
    "é",
    "e\u{301}\u{323}",
    "ж",
    "漢",
    "\n",
    "\r\n",
    "👍",
    "👍🏽",
    "👩‍👩‍👧‍👦",
    "❤️",
    "👩🏽‍❤️‍💋‍👨🏻",
    "1️⃣",
    "🇰🇪",
    "🏳️‍🌈",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "한",
    "\u{1112}\u{1161}\u{11ab}",
    "कि",
    "ते",
    "நி",
    "กำ",
    "ที่",
    "عَ",
    "بّ",
    "שׁ",
];

/// What more is cut right where the browser knows Unicode.
const WITH_UNICODE: &[&str] = &[
    "क्षि",
    "ত্র",
    "\u{600}1",
    "\u{1100}\u{1100}\u{1161}",
    "\u{ac00}\u{11a8}",
    "\u{ac01}\u{11a8}",
    "\u{1112}",
    "\u{1161}",
    "\u{11ab}",
    "\u{200b}",
    "\u{2028}",
    "\u{ad}",
    "ខ្មែ",
    "က္က",
    "🇰",
    "\u{1d158}\u{1d165}",
    "\u{301}",
    "\u{200d}",
    "\u{94d}",
    "\u{1038}",
    "\r",
];

fn cut<'a>(text: &'a str, expression: &'static LocalKey<RegExp>) -> Vec<&'a str> {
    Characters::new(text, expression).map(|(_, character)| character).collect()
}

fn compare(text: &str, expression: &'static LocalKey<RegExp>) {
    let registrys: Vec<&str> = text.graphemes(true).collect();
    assert_eq!(cut(text, expression), registrys, "{}", text.escape_unicode());
}

#[test]
fn each_is_one() {
    for character in EVERYWHERE {
        assert_eq!(cut(character, &COARSE), [*character]);
        assert_eq!(cut(character, &expression::CHARACTER), [*character]);
    }
}

#[test]
fn any_three_are_cut_as_the_registrys_crate_cuts_them() {
    let all = || EVERYWHERE.iter().chain(WITH_UNICODE);
    for one in all() {
        for other in all() {
            for third in all() {
                compare(&format!("{one}{other}{third}"), &expression::CHARACTER);
            }
        }
    }
}

#[test]
fn what_most_people_write_is_cut_right_without_unicode() {
    for one in EVERYWHERE {
        for other in EVERYWHERE {
            compare(&format!("{one}{other}"), &COARSE);
        }
    }
}

#[test]
fn each_begins_where_the_last_one_ended() {
    let text = "Kenya 🇰🇪, e\u{301}t\u{e9}: 👩‍👩‍👧.\r\n";
    let mut end = 0;
    for (at, character) in <str as crate::UnicodeSegmentation>::grapheme_indices(text, true) {
        assert_eq!((at, &text[at..at + character.len()]), (end, character));
        end += character.len();
    }
    assert_eq!(end, text.len());
    assert_eq!(<str as crate::UnicodeSegmentation>::graphemes("", true).count(), 0);
}
