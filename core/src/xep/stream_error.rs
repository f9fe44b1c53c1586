//! Why a server ends a stream (RFC 6120 section 4.9).

use super::Element;

/// The namespace of streams.
pub const STREAM_NS: &str = "http://etherx.jabber.org/streams";
/// The namespace of the conditions.
pub const NS: &str = "urn:ietf:params:xml:ns:xmpp-streams";

/// One `<stream:error/>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamError {
    /// The defined condition (RFC 6120 section 4.9.3), `undefined-condition` if there is none.
    pub condition: String,
    /// Where to go instead ("host" or "host:port"), with the condition `see-other-host`.
    pub see_other_host: Option<String>,
}

impl StreamError {
    /// Reads a stream error; None if the element is something else.
    pub fn read(element: &Element) -> Option<StreamError> {
        if !element.is("error", STREAM_NS) {
            return None;
        }
        let condition = element.children().find(|child| child.has_ns(NS) && child.name() != "text");
        let name = condition.map_or("undefined-condition", |condition| condition.name());
        let host = condition.filter(|_| name == "see-other-host").map(|condition| condition.text().trim().to_owned());
        Some(StreamError {
            condition: name.chars().take(64).collect(),
            see_other_host: host.filter(|host| !host.is_empty()),
        })
    }
}

#[cfg(test)]
mod stream_error_tests {
    use super::*;

    fn read(inner: &str) -> StreamError {
        StreamError::read(&format!("<error xmlns='{STREAM_NS}'>{inner}</error>").parse().unwrap()).unwrap()
    }

    #[test]
    fn conditions_are_named_and_another_host_is_told() {
        let error = read(
            "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>",
        );
        assert_eq!(error.condition, "conflict");
        let error =
            read("<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[2001:db8::1]:9222</see-other-host>");
        assert_eq!(error.see_other_host.as_deref(), Some("[2001:db8::1]:9222"));
        assert_eq!(read("").condition, "undefined-condition");
        assert_eq!(StreamError::read(&"<error xmlns='jabber:client'/>".parse().unwrap()), None);
    }
}
