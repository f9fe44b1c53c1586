//! A frame becomes an element: parsed once, with the namespaces that its stream's header declared.

use std::collections::BTreeMap;
use std::rc::Rc;

use xmpp_parsers::minidom::Element;
use xmpp_parsers::minidom::rxml::{Options, Parse, RawParser, WithOptions};
use xmpp_parsers::minidom::tree_builder::TreeBuilder;

use super::frame::declarations;
use super::{Frame, TransportError};

/// The longest attribute value accepted, in bytes; longer text is no problem. The parser's own limit of 8 KiB would refuse
/// an image in an attribute (XEP-0071), which some clients send. The parser allocates this much at once, so it is told
/// less where the frame is smaller.
const MAX_VALUE: usize = 256 * 1024;

/// The opening tag of the stream around a frame. Its namespace declarations are read once for all frames; a clone is cheap.
#[derive(Clone, Default)]
pub struct Context(Option<Rc<Opening>>);

struct Opening {
    tag: String,
    declared: BTreeMap<Option<String>, String>,
}

impl Context {
    /// The opening tag; empty where frames stand alone.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", |opening| &opening.tag)
    }

    /// The namespace that a prefix (or its absence) is bound to around a frame.
    pub(super) fn namespace(&self, prefix: Option<&str>) -> Option<&str> {
        let declared = &self.0.as_ref()?.declared;
        declared.get(&prefix.map(str::to_owned)).map(String::as_str)
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
        const WRONG: TransportError = TransportError::Malformed { reason: "an element is not well-formed" };
        let mut parser =
            RawParser::with_options(Options { max_token_length: self.text.len().min(MAX_VALUE), ..Options::default() });
        let mut builder = TreeBuilder::new();
        if let Some(opening) = &self.context.0 {
            // A single set would be written onto the element as if it stood there; beneath an empty one it stays around it.
            builder = builder.with_prefixes_stack(vec![opening.declared.clone().into(), BTreeMap::new().into()]);
        }
        let mut rest = self.text.as_bytes();
        loop {
            let event = parser.parse(&mut rest, true).map_err(|_| WRONG)?.ok_or(WRONG)?;
            builder.process_event(event).map_err(|_| WRONG)?;
            if let Some(element) = builder.root.take() {
                return if rest.is_empty() { Ok(element) } else { Err(WRONG) };
            }
        }
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
        assert_eq!(String::from(&element), "<message xmlns='jabber:client'><body>hi</body></message>");
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
