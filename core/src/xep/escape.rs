//! Text as XML may carry it.

use std::borrow::Cow;

/// True for a character that XML 1.0 section 2.2 allows.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Escapes text for an element's content or an attribute in quotes of either kind. Characters that XML cannot carry at all
/// are left out: one of them would end the stream.
pub fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| is_allowed(c) && !matches!(c, '<' | '>' | '&' | '\'' | '"' | '\t' | '\n' | '\r');
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\'' => escaped.push_str("&apos;"),
            '"' => escaped.push_str("&quot;"),
            // A reader may turn these into spaces or into each other (XML 1.0 sections 2.11 and 3.3.3).
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            c if is_allowed(c) => escaped.push(c),
            _ => {}
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod escape_tests {
    use super::*;
    use crate::xep::Element;

    #[test]
    fn text_comes_back_as_it_was_without_what_xml_forbids() {
        let text = "a<b> & 'c' \"d\"\r\n\t]]> \u{1F600}";
        let element: Element = format!("<x xmlns='y' z='{0}'>{0}</x>", escape(text)).parse().unwrap();
        assert_eq!((element.attr("z"), element.text().as_str()), (Some(text), text));
        assert_eq!(escape("a\u{0}b\u{1b}c\u{FFFF}"), "abc");
        assert!(matches!(escape("plain"), Cow::Borrowed(_)));
    }
}
