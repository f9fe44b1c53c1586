//! What a visible character is, and what a word is made of, as regular expressions. The package for KaiOS 2.5, whose browser knows no
//! properties of Unicode, writes them out (`kaios25/properties.mjs`).

use js_sys::RegExp;

thread_local! {
    /// One visible character, where the last one ended.
    pub(crate) static CHARACTER: RegExp = RegExp::new(&[BEFORE_OPEN_SYLLABLES, &open_syllables(), BEHIND].concat(), "uy");
    /// A letter or a digit.
    pub(crate) static PART_OF_WORD: RegExp = RegExp::new(r"[\p{Alphabetic}\p{N}]", "u");
}

/// What never begins one: marks, joiners, tones of skin.
macro_rules! extends {
    () => {
        r"\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d"
    };
}

/// What belongs to the one behind it.
macro_rules! prepended {
    () => {
        r"\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}"
    };
}

/// What nothing belongs to, unless it is one of the above.
macro_rules! controls {
    () => {
        r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2065\ufff0-\ufff8\u{e0000}-\u{e0fff}"
    };
}

/// Signs that take room of their own and begin a visible character all the same.
macro_rules! standing {
    () => {
        r"\u102b\u102c\u1038\u1062-\u1064\u1067-\u106d\u1083\u1087-\u108c\u108f\u109a-\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\u{11720}\u{11721}"
    };
}

/// Consonants that are written as one behind a sign that links them (GB9c).
macro_rules! consonants {
    () => {
        r"\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09b9\u09dc-\u09df\u09f0\u09f1\u0a95-\u0ab9\u0af9\u0b15-\u0b39\u0b5c-\u0b5f\u0b71\u0c15-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e\u1780-\u17b3"
    };
}

/// Those signs.
macro_rules! linkers {
    () => {
        r"\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2"
    };
}

/// The beginning of a syllable of Hangul.
macro_rules! beginnings {
    () => {
        r"[\u1100-\u115f\ua960-\ua97c]"
    };
}

/// Its middle.
macro_rules! middles {
    () => {
        r"[\u1160-\u11a7\ud7b0-\ud7c6\u{16d63}\u{16d67}-\u{16d6a}]"
    };
}

/// Its end.
macro_rules! ends {
    () => {
        r"[\u11a8-\u11ff\ud7cb-\ud7fb]"
    };
}

/// The rules of UAX #29, by what the browser's version of Unicode says of characters. Consonants are linked in the scripts of India,
/// in that of Burma and in that of Cambodia, and not in those that fewer people write. This is what stands before the syllables
/// of Hangul that have no end: ends of lines, controls, what belongs to the one behind it.
const BEFORE_OPEN_SYLLABLES: &str = concat!(
    r"\r\n|(?![",
    prepended!(),
    extends!(),
    "])[",
    controls!(),
    "]|[",
    prepended!(),
    "]*(?:",
    beginnings!(),
    "*(?:[",
);

/// What stands behind these: Hangul's other syllables, flags, pictures that are joined, consonants that are linked, all else, and
/// the marks behind each.
const BEHIND: &str = concat!(
    "]",
    middles!(),
    r"*|[\uac00-\ud7a3]|",
    middles!(),
    "+)",
    ends!(),
    "*|",
    beginnings!(),
    "+|",
    ends!(),
    "+",
    r"|[\p{RI}]{2}",
    r"|[\p{Extended_Pictographic}](?:[",
    extends!(),
    r"]*\u200d[\p{Extended_Pictographic}])*",
    "|[",
    consonants!(),
    r"](?:(?:(?!\u200c)[",
    extends!(),
    "])*[",
    linkers!(),
    r"](?:(?!\u200c)[",
    extends!(),
    "])*[",
    consonants!(),
    "])+",
    "|[^",
    controls!(),
    "]|[",
    prepended!(),
    extends!(),
    "])",
    "(?:(?![",
    standing!(),
    "])[",
    extends!(),
    r"\p{Mc}\u0e33\u0eb3])*",
);

/// Syllables of Hangul without an end.
fn open_syllables() -> String {
    let mut open = String::new();
    for code in (0xac00..0xd7a4).step_by(28) {
        if let Some(syllable) = char::from_u32(code) {
            open.push(syllable);
        }
    }
    open
}
