//! What is cut here is cut by the registry's crate alike. In a browser: `cargo xtask test web`.

use registrys::UnicodeSegmentation as _;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::is_part_of_word;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Visible characters, and parts of some.
const CHARACTERS: &[&str] = &[
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

#[test]
fn any_three_are_cut_as_the_registrys_crate_cuts_them() {
    for one in CHARACTERS {
        for other in CHARACTERS {
            for third in CHARACTERS {
                let text = format!("{one}{other}{third}");
                let registrys: Vec<&str> = text.graphemes(true).collect();
                let ours: Vec<&str> = <str as crate::UnicodeSegmentation>::graphemes(&text, true).collect();
                assert_eq!(ours, registrys, "{}", text.escape_unicode());
            }
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

#[test]
fn a_word_has_letters_or_digits() {
    let words = |text| <str as crate::UnicodeSegmentation>::unicode_words(text).collect::<Vec<_>>();
    assert_eq!(words("…«Ça va»? 42, ठीक है।👍🏽"), ["Ça", "va", "42", "ठ\u{940}क", "ह\u{948}"]);
    assert_eq!(words(" -\u{60c}\u{964}\u{2013}👍"), [""; 0]);
    for c in CHARACTERS.iter().flat_map(|text| text.chars()).chain("–…«»“”،؟।€§×№ªµº²½".chars())
    {
        let is_word = c.to_string().unicode_words().next().is_some();
        assert_eq!(is_part_of_word(c), is_word, "{c:?}");
    }
}
