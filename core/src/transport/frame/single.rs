//! Texts that are whole elements: WebSocket messages, and frames of which no more than the start tag is needed.

use super::grammar::malformed;
use super::scanner::{Event, Scanner};
use super::tag::Tag;
use super::{Context, Frame, Incoming, LeftOut, TransportError};

/// Checks a text that must be exactly one element, as a WebSocket message must (RFC 7395 section 3.3), and makes a frame
/// of it, or what is left of one that is beyond the limits.
pub fn single(text: &str, limit: usize) -> Result<Incoming, TransportError> {
    let bytes = text.as_bytes();
    let (mut scanner, mut end, mut beyond) = (Scanner::default(), bytes.len().min(limit), None);
    loop {
        let event = scanner.advance(&bytes[..end])?;
        match event {
            Some(Event::Opened(_)) => {}
            Some(Event::Beyond(limit)) => beyond = Some(limit),
            None if end < bytes.len() && (beyond.is_some() || scanner.give_up()) => {
                beyond = beyond.or(Some("size"));
            }
            Some(Event::Element(range)) if range == (0..bytes.len()) => {
                return Ok(Incoming::Frame(Frame { text: text.to_owned(), context: Context::default() }));
            }
            Some(Event::Passed) if scanner.position() == bytes.len() && scanner.begun().start == 0 => {
                let reason = beyond.unwrap_or("size");
                return Ok(Incoming::LeftOut(LeftOut::new(bytes, Context::default(), reason)));
            }
            Some(_) => return Err(malformed("a message that is not one element")),
            None => return Err(malformed("half an element")),
        }
        if beyond.is_some() {
            end = bytes.len();
        }
    }
}

/// The elements of a text that was written by this crate.
pub(crate) fn elements(text: &str) -> Vec<&str> {
    let mut scanner = Scanner::default();
    let mut found = Vec::new();
    while let Ok(Some(event)) = scanner.advance(text.as_bytes()) {
        if let Event::Element(range) = event {
            found.extend(text.get(range));
        }
    }
    found
}

/// If an element leaves its namespace to the stream around it: where its name ends.
pub(crate) fn lacks_namespace(element: &str) -> Option<usize> {
    let tag = Tag::begun(element)?;
    let lacks = tag.split_name().0.is_none() && tag.declared(None).is_none();
    lacks.then_some(1 + tag.name.len())
}

/// The tag that opens a frame's element, for frames whose kind is decided before they are parsed.
pub(crate) fn opening(frame: &Frame) -> Option<OpeningTag<'_>> {
    Tag::begun(&frame.text).map(OpeningTag)
}

/// Where the content of the element at the beginning of this text begins, if it has any.
pub(super) fn content(text: &str) -> Option<usize> {
    match Scanner::default().advance(text.as_bytes()) {
        Ok(Some(Event::Opened(range))) => Some(range.end),
        _ => None,
    }
}

/// What [`opening`] gives.
pub(crate) struct OpeningTag<'a>(pub(super) Tag<'a>);

impl OpeningTag<'_> {
    /// True if the element has this local name, and declares this namespace itself.
    pub(crate) fn is(&self, name: &str, namespace: &str) -> bool {
        let (prefix, local) = self.0.split_name();
        local == name && self.0.declared(prefix).as_deref() == Some(namespace)
    }

    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.split_name().1
    }

    /// An attribute without a prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.0.attribute(name).map(|value| value.into_owned())
    }
}
