//! Small decisions about texts that all apps share.

use unicode_segmentation::UnicodeSegmentation;

/// The rest of an action message (XEP-0245), if the text is one: `/me waves` says "waves".
pub fn action(text: &str) -> Option<&str> {
    text.strip_prefix("/me ").filter(|rest| !rest.trim().is_empty())
}

/// True for what may be a reaction (XEP-0444): one visible character that is not plain text.
pub fn is_emoji(text: &str) -> bool {
    let mut characters = text.graphemes(true);
    let one = characters.next().is_some() && characters.next().is_none();
    one && text.len() <= 64 && text.chars().any(|c| !c.is_ascii() && !c.is_whitespace() && !is_letter_or_digit(c))
}

/// Asked of what knows words: a browser need not load the tables behind `is_alphanumeric` then.
fn is_letter_or_digit(c: char) -> bool {
    c.encode_utf8(&mut [0; 4]).unicode_words().next().is_some()
}

#[cfg(test)]
mod text_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn only_a_leading_me_with_a_space_is_an_action() {
        assert_eq!(action("/me waves"), Some("waves"));
        assert_eq!(action("/mean"), None);
        assert_eq!(action(" /me waves"), None);
        assert_eq!(action("/me "), None);
    }

    #[test]
    fn a_reaction_is_one_visible_character_that_is_not_text() {
        for emoji in ["👍", "👨‍👩‍👧", "👋🏽", "❤️", "1️⃣", "🇰🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert!(is_emoji(emoji), "{emoji}");
        }
        for other in ["", "a", "👍👍", "🇰🇪🇰🇪", "👍\n", "ok", " ", "é", "<"] {
            assert!(!is_emoji(other), "{other}");
        }
    }
}
