//! XEP-0172: the name that somebody gives themselves, in a request for presence or as an item of the node of the same name.

use super::xml::{self, Tag};
use super::{Element, ns};

/// The longest name that is read, in bytes.
const LONGEST: usize = 1024;

/// Reads `<nick/>`; None if it is empty.
pub fn parse(element: &Element) -> Option<String> {
    element.is("nick", ns::NICK).then(|| xml::line(element, LONGEST)).flatten()
}

/// Says our name; an empty one takes it back.
pub fn tag(name: &str) -> Tag {
    Tag::new("nick", ns::NICK).text(name)
}

#[cfg(test)]
mod nick_tests {
    use super::*;

    #[test]
    fn a_nickname_is_read_as_it_is_written() {
        let read = |xml: &str| parse(&xml.parse::<Element>().unwrap());
        let xml = tag("Zoë <3").to_string();
        assert_eq!(xml, "<nick xmlns='http://jabber.org/protocol/nick'>Zoë &lt;3</nick>");
        assert_eq!(read(&xml).as_deref(), Some("Zoë <3"));
        assert_eq!(read(&tag(" ").to_string()), None);
        assert_eq!(read(&tag(&"x".repeat(1025)).to_string()), None);
    }
}
