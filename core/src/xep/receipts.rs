//! XEP-0184: a device of the contact tells that it has a message.

use super::xml::{self, Tag};
use super::{Element, ns};

/// Whether an element asks for a receipt.
pub fn is_request(element: &Element) -> bool {
    element.is("request", ns::RECEIPTS)
}

/// The id of the message that a receipt is for.
pub fn received(element: &Element) -> Option<String> {
    element.is("received", ns::RECEIPTS).then(|| xml::id(element, "id")).flatten()
}

/// Asks for a receipt.
pub fn request() -> Tag {
    Tag::new("request", ns::RECEIPTS)
}

/// The receipt for the message with this id.
pub fn receipt(id: &str) -> Tag {
    Tag::new("received", ns::RECEIPTS).attr("id", id)
}

#[cfg(test)]
mod receipts_tests {
    use super::*;

    #[test]
    fn a_receipt_names_its_message() {
        let read = |xml: &str| received(&xml.parse::<Element>().unwrap());
        assert_eq!(receipt("m'1").to_string(), "<received xmlns='urn:xmpp:receipts' id='m&apos;1'/>");
        assert_eq!(read(&receipt("m'1").to_string()).as_deref(), Some("m'1"));
        assert_eq!(read("<received xmlns='urn:xmpp:receipts'/>"), None);
        assert_eq!(read("<request xmlns='urn:xmpp:receipts' id='m1'/>"), None);
    }

    #[test]
    fn a_receipt_is_asked_for() {
        let xml = request().to_string();
        assert_eq!(xml, "<request xmlns='urn:xmpp:receipts'/>");
        assert!(is_request(&xml.parse::<Element>().unwrap()));
    }
}
