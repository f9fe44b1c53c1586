//! What a server says of its limits (XEP-0478).

use super::Element;

/// The namespace.
pub const NS: &str = "urn:xmpp:stream-limits:0";

/// The limits of one stream. None is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The largest element that the server accepts, in bytes.
    pub max_bytes: Option<usize>,
    /// After how many seconds of silence the server may end the stream.
    pub idle_seconds: Option<u32>,
}

impl Limits {
    /// Reads `<limits/>`.
    pub fn read(element: &Element) -> Limits {
        let number = |name| element.get_child(name, NS).map(|child| child.text());
        Limits {
            max_bytes: number("max-bytes").and_then(|text| text.trim().parse().ok()),
            idle_seconds: number("idle-seconds").and_then(|text| text.trim().parse().ok()),
        }
    }
}
