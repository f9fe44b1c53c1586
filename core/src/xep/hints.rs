//! XEP-0334: what servers are to do with a message.

use super::xml::Tag;
use super::{Element, ns};

/// Hints in a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Keep it, although it has no body.
    pub store: bool,
    /// Do not keep it, neither in the archive nor offline.
    pub no_store: bool,
    /// Do not send it to other devices (XEP-0280).
    pub no_copy: bool,
}

impl Hints {
    /// Notes the hint of an element, if it is one.
    pub fn read(&mut self, element: &Element) {
        match element.name() {
            _ if !element.has_ns(ns::HINTS) => {}
            "store" => self.store = true,
            "no-store" | "no-permanent-store" => self.no_store = true,
            "no-copy" => self.no_copy = true,
            _ => {}
        }
    }
}

/// Asks for a message to be kept: archived and brought to all devices.
pub fn store() -> Tag {
    Tag::new("store", ns::HINTS)
}

/// Asks for a message not to be kept.
pub fn no_store() -> Tag {
    Tag::new("no-store", ns::HINTS)
}

#[cfg(test)]
mod hints_tests {
    use super::*;

    #[test]
    fn hints_are_read_as_they_are_written() {
        let mut hints = Hints::default();
        let odd = "<anything xmlns='urn:xmpp:hints'/>".to_owned();
        for xml in [no_store().to_string(), odd, "<store xmlns='other'/>".to_owned()] {
            hints.read(&xml.parse::<Element>().unwrap());
        }
        assert_eq!(hints, Hints { no_store: true, ..Hints::default() });
        hints.read(&store().to_string().parse::<Element>().unwrap());
        assert!(hints.store);
    }
}
