//! Small decisions about texts that all apps share.

/// The rest of an action message (XEP-0245), if the text is one: `/me waves` says "waves".
pub fn action(text: &str) -> Option<&str> {
    text.strip_prefix("/me ").filter(|rest| !rest.trim().is_empty())
}

#[cfg(test)]
mod text_tests {
    use super::*;

    #[test]
    fn only_a_leading_me_with_a_space_is_an_action() {
        assert_eq!(action("/me waves"), Some("waves"));
        assert_eq!(action("/mean"), None);
        assert_eq!(action(" /me waves"), None);
        assert_eq!(action("/me "), None);
    }
}
