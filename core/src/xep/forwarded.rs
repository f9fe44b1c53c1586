//! XEP-0297: a message inside another stanza, as carbons and archives have it.

use super::delay::{self, Delay};
use super::message::Message;
use super::{Element, ns};

/// A message as somebody kept or copied it.
#[derive(Clone, Default)]
pub struct Forwarded {
    /// When that party had it.
    pub delay: Option<Delay>,
    /// The message; None if it is not one that can be read.
    pub message: Option<Message>,
}

impl Forwarded {
    /// Reads the `<forwarded/>` inside an element. What is forwarded within the forwarded message is not read.
    pub fn inside(element: &Element) -> Option<Forwarded> {
        let forwarded = element.children().find(|child| child.is("forwarded", ns::FORWARD))?;
        let message = forwarded.children().find(|child| child.is("message", ns::CLIENT)).and_then(Message::parse_copy);
        Some(Forwarded { delay: delay::inside(forwarded), message })
    }
}
