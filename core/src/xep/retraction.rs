//! XEP-0424 (version 0.4): a sender takes a message back, and what an archive keeps in its place.

use super::xml::{self, Tag};
use super::{Element, fallback, ns};

/// What older clients show, who cannot take a message away.
const FALLBACK: &str = "This message was taken back, but your app cannot remove it.";

/// The id of the message that is taken back.
pub fn retracted_id(element: &Element) -> Option<String> {
    element.is("retract", ns::RETRACTION).then(|| xml::id(element, "id")).flatten()
}

/// Whether a message is only the place where a retracted one was (a tombstone).
pub fn is_tombstone(element: &Element) -> bool {
    element.is("retracted", ns::RETRACTION)
}

/// Takes the message with this id back: the element, and a body for others, marked as such.
pub fn retract(id: &str) -> [Tag; 3] {
    [
        Tag::new("body", ns::CLIENT).text(FALLBACK),
        Tag::new("retract", ns::RETRACTION).attr("id", id),
        fallback::body(ns::RETRACTION, None),
    ]
}

#[cfg(test)]
mod retraction_tests {
    use super::*;

    #[test]
    fn a_retraction_names_its_message_and_marks_its_body() {
        let written: Vec<String> = retract("m1").iter().map(ToString::to_string).collect();
        assert_eq!(written[1], "<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>");
        assert_eq!(
            written[2],
            "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'><body/></fallback>"
        );
        assert_eq!(retracted_id(&written[1].parse::<Element>().unwrap()).as_deref(), Some("m1"));
    }

    #[test]
    fn a_tombstone_is_no_retraction() {
        let xml = "<retracted xmlns='urn:xmpp:message-retract:1' stamp='2026-01-01T00:00:00Z' id='r1'/>";
        let element = xml.parse::<Element>().unwrap();
        assert!(is_tombstone(&element));
        assert_eq!(retracted_id(&element), None);
    }
}
