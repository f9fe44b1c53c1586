//! XEP-0203: when a stanza was sent that is delivered late.

use jid::Jid;

use super::{Element, address, ns, timestamp};
use crate::model::Micros;

/// Stanzas are delayed by a few parties at most; further stamps are not read.
pub(crate) const MOST: usize = 8;

/// A stamp of somebody who kept a stanza for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Who says so.
    pub from: Option<Jid>,
    /// When the stanza was sent, or reached that party.
    pub stamp: Micros,
}

impl Delay {
    /// Reads `<delay/>`; None without a valid stamp.
    pub fn parse(element: &Element) -> Option<Delay> {
        if !element.is("delay", ns::DELAY) {
            return None;
        }
        let stamp = timestamp::parse(element.attr("stamp")?)?;
        // A malformed sender is somebody, not nobody: whose stamp this is matters.
        let from = match element.attr("from") {
            Some(from) => Some(address::read(from)?),
            None => None,
        };
        Some(Delay { from, stamp })
    }
}

/// The delay that a child of this element tells, if there is one.
pub(crate) fn inside(element: &Element) -> Option<Delay> {
    element.children().find_map(Delay::parse)
}

#[cfg(test)]
mod delay_tests {
    use super::*;

    fn read(xml: &str) -> Option<Delay> {
        Delay::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn a_delay_has_a_stamp_and_perhaps_an_author() {
        let delay = read("<delay xmlns='urn:xmpp:delay' from='pub.example' stamp='1970-01-01T00:00:02Z'>late</delay>");
        assert_eq!(delay, Some(Delay { from: Some(Jid::new("pub.example").unwrap()), stamp: 2_000_000 }));
        let delay = read("<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:02.5+00:00'/>");
        assert_eq!(delay, Some(Delay { from: None, stamp: 2_500_000 }));
    }

    #[test]
    fn a_delay_without_a_time_or_by_nobody_is_none() {
        assert_eq!(read("<delay xmlns='urn:xmpp:delay'/>"), None);
        assert_eq!(read("<delay xmlns='urn:xmpp:delay' stamp='yesterday'/>"), None);
        assert_eq!(read("<delay xmlns='urn:xmpp:delay' from='@' stamp='1970-01-01T00:00:02Z'/>"), None);
        assert_eq!(read("<delay xmlns='jabber:x:delay' stamp='1970-01-01T00:00:02Z'/>"), None);
    }
}
