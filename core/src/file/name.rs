//! A name under which a file may lie in its folder, whatever its sender calls it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::kind;

/// The longest name, in bytes. File systems take 255, an encrypted one 143, and there must be room for what is put behind.
pub const LONGEST: usize = 120;
/// The longest extension, in bytes, without its dot.
const LONGEST_EXTENSION: usize = 12;
/// Names that stand for devices on Windows, with any extension. A file may be carried there later.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name for a file: one part of a path, not empty, not hidden, at most [`LONGEST`] bytes, without characters that a file
/// system refuses or that show a name as another than it is. The extension stays; where there is none, it is that of the media
/// type.
pub fn safe(said: Option<&str>, media_type: Option<&str>) -> String {
    let last = said.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.nfc().filter(|c| !is_invisible(*c)).map(replaced).collect();
    let clean = trimmed(&clean);
    let (stem, extension) = split(clean);
    let stem = trimmed(stem);
    let extension = extension.or_else(|| media_type.and_then(kind::extension));
    let stem = if stem.is_empty() { "file" } else { stem };
    let guard = if is_reserved(stem) { "_" } else { "" };
    let room = LONGEST - guard.len() - extension.map_or(0, |extension| extension.len() + 1);
    let stem = trimmed(cut(stem, room));
    let stem = if stem.is_empty() { "file" } else { stem };
    match extension {
        Some(extension) => format!("{guard}{stem}.{extension}"),
        None => format!("{guard}{stem}"),
    }
}

/// Another name for the same file, where the name is taken: `picture (2).jpg`.
pub fn numbered(name: &str, number: u32) -> String {
    let (stem, extension) = split(name);
    let number = format!(" ({number})");
    let room = LONGEST.saturating_sub(number.len() + extension.map_or(0, |extension| extension.len() + 1));
    let stem = cut(stem, room);
    match extension {
        Some(extension) => format!("{stem}{number}.{extension}"),
        None => format!("{stem}{number}"),
    }
}

/// The extension of a name, without its dot.
pub fn extension(name: &str) -> Option<&str> {
    split(name).1
}

/// What stands before the last dot, and a sane extension behind it.
fn split(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, Some(extension)),
        _ => (name, None),
    }
}

fn is_extension(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_EXTENSION && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Without spaces and dots at its ends: they hide a file, lead out of its folder, or vanish.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '.')
}

/// What file systems and shells give a meaning to becomes an underscore.
fn replaced(c: char) -> char {
    if c.is_control() || "<>:\"|?*$`\u{2028}\u{2029}".contains(c) { '_' } else { c }
}

/// Whether a character is not seen but changes how others are: direction marks, zero-width spaces, tags, non-characters. The
/// joiners stay, which some scripts and emoji need.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = ["com", "lpt"].iter().find_map(|name| first.strip_prefix(name));
    // Superscript digits count there too.
    RESERVED.contains(&first.as_str())
        || port.is_some_and(|n| n.chars().count() == 1 && n.starts_with(|c| matches!(c, '0'..='9' | '¹' | '²' | '³')))
}

/// The beginning of a text, at most so many bytes, and never half a visible character (unless one alone is longer).
fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let fits = |at: &usize| *at <= bytes;
    let end = text.grapheme_indices(true).map(|(at, _)| at).take_while(fits).last().unwrap_or(0);
    let end = if end > 0 { end } else { text.char_indices().map(|(at, _)| at).take_while(fits).last().unwrap_or(0) };
    &text[..end]
}

#[cfg(test)]
mod name_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn named(said: &str) -> String {
        safe(Some(said), None)
    }

    #[test]
    fn a_good_name_stays() {
        for name in
            ["Ferien 2026.jpg", "très cool.tar.gz", "写真.png", "README", "a-b_c(1).PDF", "👩‍👩‍👧.webp", "نامه‌ها.txt"]
        {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (said, name) in [
            ("../../x", "x"),
            ("..\\..\\x.exe", "x.exe"),
            ("/etc/passwd", "passwd"),
            ("C:\\boot.ini", "boot.ini"),
            ("c:evil.txt", "c_evil.txt"),
            ("..", "file"),
            ("a/..", "file"),
            ("a/", "file"),
            (".bashrc", "bashrc"),
            ("...jpg", "jpg"),
            (" . ", "file"),
            ("", "file"),
            ("x\0.jpg", "x_.jpg"),
            ("a\nb.txt", "a_b.txt"),
            ("trailing. . ", "trailing"),
            ("x.jpg. ", "x.jpg"),
        ] {
            assert_eq!(named(said), name, "{said:?}");
        }
    }

    #[test]
    fn a_name_is_shown_as_it_is() {
        assert_eq!(named("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(named("a\u{200b}b\u{feff}\u{2066}.txt"), "ab.txt");
        assert_eq!(named("u\u{308}.txt"), "ü.txt");
        assert_eq!(named("a\u{e0041}\u{fffe}.txt"), "a.txt");
    }

    #[test]
    fn names_of_devices_are_changed() {
        for (said, name) in
            [("CON", "_CON"), ("nul.txt", "_nul.txt"), ("com1.tar.gz", "_com1.tar.gz"), ("LPT¹", "_LPT¹")]
        {
            assert_eq!(named(said), name);
        }
        assert_eq!((named("console.txt"), named("com10.txt")), ("console.txt".to_owned(), "com10.txt".to_owned()));
    }

    #[test]
    fn the_extension_stays_or_is_that_of_the_media_type() {
        let typed = |said: &str, media_type: &str| safe(Some(said), Some(media_type));
        assert_eq!(typed("photo", "image/jpeg"), "photo.jpg");
        assert_eq!(typed("photo.png", "image/jpeg"), "photo.png");
        assert_eq!(typed("v1. the end", "application/pdf"), "v1. the end.pdf");
        assert_eq!(typed("photo", "x/unheard-of"), "photo");
        assert_eq!(safe(None, Some("audio/ogg")), "file.ogg");
        let long = named(&format!("{}.jpeg", "ä".repeat(200)));
        assert!(long.ends_with("ä.jpeg") && long.len() <= LONGEST && long.len() > LONGEST - 3, "{long}");
        assert!(named(&"👩‍👩‍👧".repeat(50)).ends_with('👧'));
        assert_eq!(numbered("a.jpg", 2), "a (2).jpg");
        assert!(numbered(&long, 1000).len() <= LONGEST);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_said_the_file_stays_in_its_folder(said in "(?s)(.|[./\\\\ :\u{202e}\0]){0,150}", media_type in "(image/png|a/b)?") {
            let name = safe(Some(&said), Some(&media_type));
            let parts: Vec<Component<'_>> = Path::new(&name).components().collect();
            prop_assert!(matches!(parts[..], [Component::Normal(_)]), "{name:?}");
            prop_assert!(name.len() <= LONGEST && !name.starts_with('.') && !name.ends_with(['.', ' ']), "{name:?}");
            prop_assert!(!name.chars().any(|c| c.is_control() || is_invisible(c) || "/\\:".contains(c)), "{name:?}");
            prop_assert_eq!(safe(Some(&name), Some(&media_type)), name);
        }
    }
}
