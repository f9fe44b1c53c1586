//! What is said of a text is what the registry's crate says, which has the tables of RFC 3454 as they are.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use registrys::tables;

/// How many bytes there are in a line of what is written.
const BYTES: usize = 24;

/// One kind of text, prepared by both.
type Both = (&'static str, fn(&str) -> Option<Cow<'_, str>>, fn(&str) -> Option<Cow<'_, str>>);

const KINDS: [Both; 4] = [
    ("nodeprep", |text| stringprep::nodeprep(text).ok(), |text| registrys::nodeprep(text).ok()),
    ("nameprep", |text| stringprep::nameprep(text).ok(), |text| registrys::nameprep(text).ok()),
    ("resourceprep", |text| stringprep::resourceprep(text).ok(), |text| registrys::resourceprep(text).ok()),
    ("saslprep", |text| stringprep::saslprep(text).ok(), |text| registrys::saslprep(text).ok()),
];

fn compare(text: &str) {
    for (name, ours, registrys) in KINDS {
        assert_eq!(ours(text), registrys(text), "{name} of {text:?} ({})", text.escape_unicode());
    }
}

/// The place of a character's class in `Class`.
fn class(code: u32) -> u8 {
    let refusals = [
        tables::unassigned_code_point,
        tables::non_ascii_space_character,
        tables::non_ascii_control_character,
        tables::private_use,
        tables::non_character_code_point,
        tables::inappropriate_for_plain_text,
        tables::inappropriate_for_canonical_representation,
        tables::change_display_properties_or_deprecated,
        tables::tagging_character,
    ];
    match char::from_u32(code) {
        None => 0,
        Some(c) if refusals.iter().any(|refuses| refuses(c)) => 0,
        Some(c) if tables::bidi_l(c) => 1,
        Some(c) if tables::bidi_r_or_al(c) => 2,
        Some(_) => 3,
    }
}

/// The length of each run and its class in one number, in groups of seven bits, the lowest first.
fn runs() -> Vec<u8> {
    let classes: Vec<u8> = (0..=u32::from(char::MAX)).map(class).collect();
    let mut bytes = Vec::new();
    for run in classes.chunk_by(|one, next| one == next) {
        let mut number = run.len() << 2 | usize::from(run[0]);
        while number > 0x7f {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }
    bytes
}

#[test]
fn the_table_is_what_is_written_here() {
    let mut text =
        "//! The classes of all characters, run by run: `LARIMAR_WRITE=1 cargo test` writes this.\n\n".to_owned();
    text.push_str(
        "/// The length of each run and its class in one number, in groups of seven bits, the lowest first.\n",
    );
    text.push_str("#[rustfmt::skip]\npub(crate) const RUNS: &[u8] = &[\n");
    for line in runs().chunks(BYTES) {
        let bytes: Vec<String> = line.iter().map(u8::to_string).collect();
        writeln!(text, "    {},", bytes.join(", ")).unwrap();
    }
    text.push_str("];\n");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/runs.rs");
    if std::env::var_os("LARIMAR_WRITE").is_some() {
        std::fs::write(&place, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(place).unwrap(), text);
}

#[test]
fn every_character_means_the_same_alone_and_beside_others() {
    let mut text = String::new();
    for c in '\0'..=char::MAX {
        for (before, behind) in [("", ""), ("א", "ب"), ("Ά", "\u{301}")] {
            text.clear();
            text.push_str(before);
            text.push(c);
            text.push_str(behind);
            compare(&text);
        }
    }
}

#[test]
fn texts_are_prepared_as_people_mean_them() {
    assert_eq!(stringprep::nodeprep("ＳＴＲＡẞE").ok(), None);
    assert_eq!(stringprep::nodeprep("ＳＴＲＡßE").as_deref(), Ok("strasse"));
    assert_eq!(stringprep::nodeprep("ΣΊΣΥΦΟΣ").as_deref(), Ok("σίσυφοσ"));
    assert_eq!(stringprep::saslprep("I\u{ad}X\u{a0}ª").as_deref(), Ok("IX a"));
    assert_eq!(stringprep::saslprep("\u{627}1"), Err(stringprep::Error));
}

/// Characters that change something more often than any others.
fn character() -> impl Strategy<Value = char> {
    let among = |ranges: &'static [std::ops::RangeInclusive<char>]| prop::char::ranges(Cow::Borrowed(ranges));
    prop_oneof![
        among(&[' '..='~']),
        among(&['\0'..='\u{24f}', '\u{1e00}'..='\u{1eff}']),
        among(&['\u{300}'..='\u{36f}', '\u{370}'..='\u{3ff}', '\u{1f00}'..='\u{1fff}']),
        among(&['\u{590}'..='\u{6ff}', '\u{fb1d}'..='\u{fdff}']),
        among(&['\u{1100}'..='\u{11ff}', '\u{ac00}'..='\u{d7a3}']),
        among(&['\u{2000}'..='\u{214f}', '\u{fe00}'..='\u{feff}']),
        among(&['\u{1d400}'..='\u{1d7ff}', '\u{1f100}'..='\u{1f1ff}']),
        any::<char>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_texts_are_prepared_alike(text in prop::collection::vec(character(), 0..8)) {
        compare(&text.into_iter().collect::<String>());
    }
}
