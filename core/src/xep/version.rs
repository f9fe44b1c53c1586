//! XEP-0092: which software this is. The operating system is nobody's business and is not told.

use super::xml::Tag;
use super::{Element, ns};

/// Whether a request asks this.
pub fn is_request(payload: &Element) -> bool {
    payload.is("query", ns::VERSION)
}

/// The answer.
pub fn answer(name: &str, version: &str) -> Tag {
    let child = |tag, text| Tag::new(tag, ns::VERSION).text(text);
    Tag::new("query", ns::VERSION).child(child("name", name)).child(child("version", version))
}

#[cfg(test)]
mod version_tests {
    use super::*;

    #[test]
    fn the_answer_has_name_and_version_alone() {
        assert_eq!(
            answer("Larimar", "0.1.0").to_string(),
            "<query xmlns='jabber:iq:version'><name>Larimar</name><version>0.1.0</version></query>"
        );
        assert!(is_request(&"<query xmlns='jabber:iq:version'/>".parse::<Element>().unwrap()));
    }
}
