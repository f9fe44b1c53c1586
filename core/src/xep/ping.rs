//! XEP-0199: is anybody there?

use super::xml::Tag;
use super::{Element, ns};

/// The payload of the question. The answer is an empty result; an error is an answer as well.
pub fn request() -> Tag {
    Tag::new("ping", ns::PING)
}

/// Whether a request asks this.
pub fn is_request(payload: &Element) -> bool {
    payload.is("ping", ns::PING)
}

#[cfg(test)]
mod ping_tests {
    use super::*;

    #[test]
    fn a_ping_is_asked_and_known() {
        let xml = request().to_string();
        assert_eq!(xml, "<ping xmlns='urn:xmpp:ping'/>");
        assert!(is_request(&xml.parse::<Element>().unwrap()));
        assert!(!is_request(&"<ping xmlns='other'/>".parse::<Element>().unwrap()));
    }
}
