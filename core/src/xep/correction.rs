//! XEP-0308: a message replaces an earlier one of its sender's.

use super::xml::{self, Tag};
use super::{Element, ns};

/// The id of the message that is replaced: its first version, however often it was corrected.
pub fn replaced(element: &Element) -> Option<String> {
    element.is("replace", ns::CORRECTION).then(|| xml::id(element, "id")).flatten()
}

/// Says which message is replaced.
pub fn replace(id: &str) -> Tag {
    Tag::new("replace", ns::CORRECTION).attr("id", id)
}

#[cfg(test)]
mod correction_tests {
    use super::*;

    #[test]
    fn a_correction_names_the_first_version() {
        let xml = replace("first").to_string();
        assert_eq!(xml, "<replace xmlns='urn:xmpp:message-correct:0' id='first'/>");
        assert_eq!(replaced(&xml.parse::<Element>().unwrap()).as_deref(), Some("first"));
        let nothing = "<replace xmlns='urn:xmpp:message-correct:0'/>".parse::<Element>().unwrap();
        assert_eq!(replaced(&nothing), None);
    }
}
