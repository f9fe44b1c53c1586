//! What is known of an element that is handed up without its content: one beyond the limits, or one that cannot be parsed.

use super::single::{OpeningTag, content};
use super::tag::Tag;
use super::{Context, Frame, NS_CLIENT};

/// How much of such an element's beginning is kept, in bytes: the start tag of a stanza, and what stands first in it.
const BEGINNING: usize = 4096;

/// An element that is left out. Who counts stanzas counts it; who asked for it knows that it does not come.
#[derive(Clone)]
pub struct LeftOut {
    /// The beginning of its text; it may end anywhere.
    pub beginning: String,
    /// The stream header around it, as in [`Frame::context`].
    pub context: Context,
    /// Why, in words.
    pub reason: &'static str,
}

impl std::fmt::Debug for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LeftOut({})", self.reason)
    }
}

impl LeftOut {
    pub(super) fn new(begun: &[u8], context: Context, reason: &'static str) -> LeftOut {
        let kept = &begun[..begun.len().min(BEGINNING)];
        // It may have been cut inside a character.
        let whole = kept.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        LeftOut { beginning: whole.to_owned(), context, reason }
    }

    /// Its start tag, with those attributes that stand in the beginning; None if not even its name does.
    pub(crate) fn opening(&self) -> Option<OpeningTag<'_>> {
        Tag::begun(&self.beginning).map(OpeningTag)
    }

    /// Its start tag, if it is a stanza (RFC 6120 section 8).
    pub(crate) fn stanza(&self) -> Option<OpeningTag<'_>> {
        let tag = self.opening()?;
        let (prefix, name) = tag.0.split_name();
        let of_a_client = match tag.0.declared(prefix) {
            Some(namespace) => namespace == NS_CLIENT,
            None => self.context.namespace(prefix) == Some(NS_CLIENT),
        };
        (of_a_client && matches!(name, "message" | "presence" | "iq")).then_some(tag)
    }

    /// The start tag of its first child, as far as it stands in the beginning.
    pub(crate) fn first_child(&self) -> Option<OpeningTag<'_>> {
        let end = content(&self.beginning)?;
        Tag::begun(self.beginning.get(end..)?.trim_ascii_start()).map(OpeningTag)
    }
}

impl From<&Frame> for LeftOut {
    /// Of a frame that cannot be parsed.
    fn from(frame: &Frame) -> LeftOut {
        LeftOut::new(frame.text.as_bytes(), frame.context.clone(), "not well-formed")
    }
}
