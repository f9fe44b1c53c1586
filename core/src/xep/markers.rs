//! XEP-0333: a person tells up to which message they have seen a chat. Versions before 1.0 also had markers for "received"
//! and "acknowledged", which older clients still send.

use super::xml::{self, Tag};
use super::{Element, ns};

/// What a message says about markers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Its sender would like to know when it was displayed.
    Markable,
    /// A device has the message with this id.
    Received(String),
    /// The chat has been seen up to the message with this id.
    Displayed(String),
}

impl Marker {
    /// Reads a marker's element. Who acknowledged a message has seen it.
    pub fn parse(element: &Element) -> Option<Marker> {
        if !element.has_ns(ns::MARKERS) {
            return None;
        }
        match element.name() {
            "markable" => Some(Marker::Markable),
            "received" => xml::id(element, "id").map(Marker::Received),
            "displayed" | "acknowledged" => xml::id(element, "id").map(Marker::Displayed),
            _ => None,
        }
    }
}

/// Asks to be told when a message was displayed.
pub fn markable() -> Tag {
    Tag::new("markable", ns::MARKERS)
}

/// Tells that everything up to the message with this id has been seen.
pub fn displayed(id: &str) -> Tag {
    Tag::new("displayed", ns::MARKERS).attr("id", id)
}

#[cfg(test)]
mod markers_tests {
    use super::*;

    fn read(xml: &str) -> Option<Marker> {
        Marker::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn markers_are_read_as_they_are_written() {
        assert_eq!(markable().to_string(), "<markable xmlns='urn:xmpp:chat-markers:0'/>");
        assert_eq!(read(&markable().to_string()), Some(Marker::Markable));
        assert_eq!(displayed("a&b").to_string(), "<displayed xmlns='urn:xmpp:chat-markers:0' id='a&amp;b'/>");
        assert_eq!(read(&displayed("a&b").to_string()), Some(Marker::Displayed("a&b".to_owned())));
    }

    #[test]
    fn older_markers_are_understood() {
        assert_eq!(read("<received xmlns='urn:xmpp:chat-markers:0' id='7'/>"), Some(Marker::Received("7".to_owned())));
        assert_eq!(
            read("<acknowledged xmlns='urn:xmpp:chat-markers:0' id='7'/>"),
            Some(Marker::Displayed("7".to_owned()))
        );
    }

    #[test]
    fn a_marker_without_an_id_is_none() {
        assert_eq!(read("<displayed xmlns='urn:xmpp:chat-markers:0'/>"), None);
        assert_eq!(read("<dreamt xmlns='urn:xmpp:chat-markers:0' id='7'/>"), None);
    }
}
