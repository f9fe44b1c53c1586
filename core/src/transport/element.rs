//! A frame becomes an element: parsed once, with the namespaces that its stream's header declared.

use std::rc::Rc;

use super::frame::declarations;
use super::{Frame, TransportError};
use crate::xep::Element;
use crate::xep::element::Namespaces;

/// The opening tag of the stream around a frame. Its namespace declarations are read once for all frames; a clone is cheap.
#[derive(Clone, Default)]
pub struct Context(Option<Rc<Opening>>);

struct Opening {
    tag: String,
    declared: Namespaces,
}

impl Context {
    /// The opening tag; empty where frames stand alone.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", |opening| &opening.tag)
    }

    /// The namespace that a prefix (or its absence) is bound to around a frame.
    pub(super) fn namespace(&self, prefix: Option<&str>) -> Option<&str> {
        self.0.as_ref()?.declared.get(prefix.unwrap_or_default()).map(|ns| &**ns)
    }

    /// True where frames stand alone.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl From<&str> for Context {
    fn from(tag: &str) -> Context {
        let opening = || Rc::new(Opening { tag: tag.to_owned(), declared: declarations(tag) });
        Context((!tag.is_empty()).then(opening))
    }
}

impl From<Rc<str>> for Context {
    fn from(tag: Rc<str>) -> Context {
        Context::from(&*tag)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Context({} bytes)", self.as_str().len())
    }
}

impl Frame {
    /// The element itself, its prefixes resolved by the stream header around it.
    ///
    /// # Errors
    /// [`TransportError::Malformed`] when it is not well-formed, or uses a prefix that nobody declared.
    pub fn parse(&self) -> Result<Element, TransportError> {
        let read = match &self.context.0 {
            Some(opening) => Element::read(&self.text, &opening.declared),
            None => self.text.parse(),
        };
        read.map_err(|_| TransportError::Malformed { reason: "an element is not well-formed" })
    }
}

#[cfg(test)]
mod element_tests {
    use super::*;

    const HEADER: &str =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

    fn frame(text: &str) -> Frame {
        Frame { text: text.to_owned(), context: HEADER.into() }
    }

    #[test]
    fn prefixes_of_the_stream_header_hold_in_a_frame() {
        assert!(frame("<stream:features/>").parse().unwrap().is("features", "http://etherx.jabber.org/streams"));
        assert!(frame("<iq id='1'/>").parse().unwrap().is("iq", "jabber:client"));
        assert!(frame("<odd:iq/>").parse().is_err());
        assert!(Frame { text: "<a xmlns='b'/>".to_owned(), context: "".into() }.parse().unwrap().is("a", "b"));
    }

    #[test]
    fn the_stream_header_leaves_no_trace_in_the_element() {
        let element = frame("<message><body>hi</body></message>").parse().unwrap();
        let written = crate::xep::xml::Tag::from(&element).to_string();
        assert_eq!(written, "<message xmlns='jabber:client'><body>hi</body></message>");
    }

    #[test]
    fn what_follows_an_element_is_not_swallowed() {
        assert!(frame("<iq/><iq/>").parse().is_err());
        assert!(frame("<iq>").parse().is_err());
    }

    #[test]
    fn a_long_attribute_is_no_problem() {
        let text = format!("<message><img xmlns='x' src='{}'/></message>", "a".repeat(100_000));
        assert!(frame(&text).parse().is_ok());
    }
}
