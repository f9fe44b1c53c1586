//! XEP-0280: copies of what our other devices send and receive. Anybody can write a stanza that looks like one: who reads it
//! must check that it came from our own bare address.

use super::delay::Delay;
use super::forwarded::Forwarded;
use super::message::Message;
use super::xml::Tag;
use super::{Element, ns};

/// A copy of a message.
#[derive(Clone)]
pub struct Carbon {
    /// True: another device of ours sent it; false: it received it.
    pub sent: bool,
    /// When, if the copy was delayed.
    pub delay: Option<Delay>,
    /// The message.
    pub message: Message,
}

impl Carbon {
    /// Reads `<sent/>` or `<received/>`; None without a message in it.
    pub fn parse(element: &Element) -> Option<Carbon> {
        let sent = element.is("sent", ns::CARBONS);
        if !sent && !element.is("received", ns::CARBONS) {
            return None;
        }
        let Forwarded { delay, message } = Forwarded::inside(element)?;
        Some(Carbon { sent, delay, message: message? })
    }
}

/// The payload of the request that switches copies on (section 4).
pub fn enable() -> Tag {
    Tag::new("enable", ns::CARBONS)
}

/// The payload of the request that switches them off (section 5).
pub fn disable() -> Tag {
    Tag::new("disable", ns::CARBONS)
}

#[cfg(test)]
mod carbons_tests {
    use super::*;

    fn read(xml: &str) -> Option<Carbon> {
        Carbon::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn a_copy_has_a_direction_and_a_message() {
        let copy = |direction: &str| {
            read(&format!(
                "<{direction} xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
                 <delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:09Z'/>\
                 <message xmlns='jabber:client' from='a@b.example/c' to='d@e.example' id='1'><body>Hey</body></message>\
                 </forwarded></{direction}>"
            ))
        };
        let sent = copy("sent").unwrap();
        assert!(sent.sent && !copy("received").unwrap().sent);
        assert_eq!(sent.delay.unwrap().stamp, 9_000_000);
        assert_eq!(sent.message.body.as_deref(), Some("Hey"));
        assert!(copy("private").is_none());
    }

    #[test]
    fn a_copy_of_nothing_is_none() {
        assert!(read("<sent xmlns='urn:xmpp:carbons:2'/>").is_none());
        assert!(read("<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></sent>").is_none());
        assert!(
            read(
                "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
                 <message xmlns='jabber:server'><body>x</body></message></forwarded></sent>"
            )
            .is_none()
        );
    }

    #[test]
    fn copies_are_switched_on_and_off() {
        assert_eq!(enable().to_string(), "<enable xmlns='urn:xmpp:carbons:2'/>");
        assert_eq!(disable().to_string(), "<disable xmlns='urn:xmpp:carbons:2'/>");
    }
}
