//! Why a stanza was refused (RFC 6120 section 8.3).

use super::upload::Refusal;
use super::xml::{self, Tag};
use super::{Element, ns};

/// The error in a stanza of type `error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StanzaError {
    /// What may be done about it (section 8.3.2): `auth`, `cancel`, `continue`, `modify` or `wait`; as it was given.
    pub kind: String,
    /// The condition's name (section 8.3.3), also an unknown one; `undefined-condition` if there is none.
    pub condition: String,
    /// A further condition in another namespace: its name and namespace.
    pub application: Option<(String, String)>,
    /// What a service that takes files says more.
    pub upload: Option<Refusal>,
    /// A text for people.
    pub text: Option<String>,
    /// Who refused it (the attribute `by`).
    pub by: Option<String>,
}

impl StanzaError {
    /// Reads `<error/>` of a stanza.
    pub fn parse(element: &Element) -> Option<StanzaError> {
        if !element.is("error", ns::CLIENT) {
            return None;
        }
        let mut error = StanzaError {
            kind: xml::id(element, "type").unwrap_or_else(|| "cancel".to_owned()),
            condition: String::new(),
            application: None,
            upload: None,
            text: None,
            by: xml::id(element, "by"),
        };
        for child in element.children() {
            error.upload = error.upload.or_else(|| Refusal::parse(child));
            match (child.has_ns(ns::STANZAS), child.name()) {
                (true, "text") => error.text = error.text.or_else(|| xml::line(child, 4096)),
                (true, name) if error.condition.is_empty() => error.condition = name.to_owned(),
                (true, _) => {}
                (false, name) if error.application.is_none() => {
                    error.application = Some((name.to_owned(), child.ns().to_owned()));
                }
                (false, _) => {}
            }
        }
        if error.condition.is_empty() {
            error.condition = "undefined-condition".to_owned();
        }
        Some(error)
    }

    /// Whether it has this further condition.
    pub fn is(&self, name: &str, namespace: &str) -> bool {
        self.application.as_ref().is_some_and(|(n, ns)| n == name && ns == namespace)
    }
}

/// The error that answers a request: its type and condition.
pub fn error(kind: &str, condition: &'static str) -> Tag {
    Tag::new("error", ns::CLIENT).attr("type", kind).child(Tag::new(condition, ns::STANZAS))
}

#[cfg(test)]
mod stanza_error_tests {
    use super::*;

    fn read(inner: &str) -> StanzaError {
        let xml = format!("<error xmlns='jabber:client' {inner}</error>");
        StanzaError::parse(&xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn an_error_has_a_condition_and_perhaps_more() {
        let error = read(
            "type='wait' by='example.org'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
             <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'> Slower, please </text><rate xmlns='some:thing'/>",
        );
        assert_eq!((error.kind.as_str(), error.condition.as_str()), ("wait", "policy-violation"));
        assert_eq!((error.text.as_deref(), error.by.as_deref()), (Some("Slower, please"), Some("example.org")));
        assert!(error.is("rate", "some:thing"));
    }

    #[test]
    fn unknown_and_missing_conditions_sink_nothing() {
        let error = read("><made-up xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
        assert_eq!((error.kind.as_str(), error.condition.as_str()), ("cancel", "made-up"));
        assert_eq!(read("type='odd'>").condition, "undefined-condition");
    }

    #[test]
    fn an_error_is_written() {
        assert_eq!(
            error("cancel", "service-unavailable").to_string(),
            "<error xmlns='jabber:client' type='cancel'>\
             <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        );
    }
}
