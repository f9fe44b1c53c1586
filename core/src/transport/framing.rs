//! XMPP over WebSocket (RFC 7395), as far as text goes: every message is one element that stands alone.

use super::frame::{self, NS_CLIENT, escape};
use super::{Incoming, OpenRequest, StreamHeader, TransportError};

/// The namespace of a stream's opening and closing on WebSocket (RFC 7395 section 3.3.2).
const NS_FRAMING: &str = "urn:ietf:params:xml:ns:xmpp-framing";

/// The name that both sides agree on in the WebSocket handshake (RFC 7395 section 3.1).
pub(crate) const SUBPROTOCOL: &str = "xmpp";

/// The closing of a stream (RFC 7395 section 3.6).
pub(crate) const CLOSE: &str = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

/// The opening of a stream (RFC 7395 section 3.4).
pub(crate) fn open(request: &OpenRequest) -> String {
    let from = request.from.as_ref().map(|from| format!(" from='{}'", escape(from))).unwrap_or_default();
    format!("<open xmlns='{NS_FRAMING}' to='{}'{from} version='1.0' xml:lang='en'/>", escape(&request.to))
}

/// What a message says.
///
/// # Errors
/// [`TransportError::Elsewhere`] where the server closes the stream and names another address (RFC 7395 section 3.6.1).
pub(crate) fn read(text: &str, limit: usize) -> Result<Incoming, TransportError> {
    let incoming = frame::single(text, limit)?;
    let Incoming::Frame(frame) = &incoming else { return Ok(incoming) };
    let Some(tag) = frame::opening(frame) else { return Ok(incoming) };
    if tag.is("open", NS_FRAMING) {
        let (id, from, version) = (tag.attribute("id"), tag.attribute("from"), tag.attribute("version"));
        return Ok(Incoming::Open(StreamHeader { id, from, version }));
    }
    if tag.is("close", NS_FRAMING) {
        return match tag.attribute("see-other-uri") {
            Some(uri) => Err(TransportError::Elsewhere { uri }),
            None => Ok(Incoming::Close),
        };
    }
    Ok(incoming)
}

/// Cuts text of one or more elements into messages. A stanza that leaves its namespace to the stream around it gets it
/// written out, because here is no stream around it.
pub(crate) fn messages(text: &str) -> Vec<String> {
    frame::elements(text)
        .into_iter()
        .map(|element| match frame::lacks_namespace(element) {
            Some(end) => format!("{} xmlns='{NS_CLIENT}'{}", &element[..end], &element[end..]),
            None => element.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod framing_tests {
    use super::*;

    #[test]
    fn openings_and_closings_are_told_from_stanzas() {
        let text = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='a&amp;b' from=\"x\" version='1.0'/>";
        let Ok(Incoming::Open(header)) = read(text, 1000) else { panic!() };
        assert_eq!((header.id.as_deref(), header.from.as_deref()), (Some("a&b"), Some("x")));
        assert!(matches!(read(CLOSE, 1000), Ok(Incoming::Close)));
        assert!(matches!(read("<close xmlns='jabber:client'/>", 1000), Ok(Incoming::Frame(_))));
        assert!(matches!(read("<iq xmlns='jabber:client' a='>'/>", 1000), Ok(Incoming::Frame(_))));
        assert!(read("<iq/><iq/>", 1000).is_err());
        assert!(matches!(read(&format!("<a>{}</a>", "b".repeat(1000)), 1000), Ok(Incoming::LeftOut(_))));
    }

    #[test]
    fn another_address_is_handed_up_and_not_followed() {
        let text = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://b.example/'/>";
        assert!(matches!(read(text, 1000), Err(TransportError::Elsewhere { uri }) if uri == "wss://b.example/"));
    }

    #[test]
    fn stanzas_are_sent_one_by_one_with_their_namespace() {
        let text = "<iq id='1'/> <message><body xmlns='x'>a</body></message><a:r xmlns:a='b'/><r xmlns='c'>&lt;</r>";
        let expected = [
            "<iq xmlns='jabber:client' id='1'/>",
            "<message xmlns='jabber:client'><body xmlns='x'>a</body></message>",
            "<a:r xmlns:a='b'/>",
            "<r xmlns='c'>&lt;</r>",
        ];
        assert_eq!(messages(text), expected);
    }

    #[test]
    fn an_address_with_odd_characters_is_escaped() {
        let request = OpenRequest { to: "ex'ample".to_owned(), from: Some("<a&b>@x".to_owned()) };
        let text = open(&request);
        assert!(text.contains("to='ex&apos;ample' from='&lt;a&amp;b&gt;@x'"));
        assert!(matches!(read(&text, 1000), Ok(Incoming::Open(_))));
    }
}
