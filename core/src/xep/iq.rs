//! Requests and their answers (RFC 6120 section 8.2.3).

use jid::Jid;

use super::stanza_error::{self, StanzaError};
use super::xml::{self, Tag};
use super::{Element, ns};

/// The type of an iq stanza.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Asks.
    Get,
    /// Changes.
    Set,
    /// The answer.
    Result,
    /// The refusal.
    Error,
}

/// A request or an answer. An answer must be one to a request of ours, from whom it went to: see
/// the stream's table of requests.
#[derive(Clone)]
pub struct Iq {
    /// Its type.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Its sender; None is our own account or its server.
    pub from: Option<Jid>,
    /// To whom it was sent.
    pub to: Option<Jid>,
    /// What it says.
    pub payload: Option<Element>,
    /// Why it was refused.
    pub error: Option<StanzaError>,
}

impl Iq {
    /// Reads an iq stanza, without copying what it carries. None without a known type and an id, or with a malformed
    /// sender or recipient.
    pub fn parse(element: Element) -> Option<Iq> {
        if !element.is("iq", ns::CLIENT) {
            return None;
        }
        let kind = match element.attr("type")? {
            "get" => Kind::Get,
            "set" => Kind::Set,
            "result" => Kind::Result,
            "error" => Kind::Error,
            _ => return None,
        };
        let address = |name: &str| xml::address(&element, name);
        let mut iq = Iq {
            kind,
            id: xml::id(&element, "id")?,
            from: address("from")?,
            to: address("to")?,
            payload: None,
            error: None,
        };
        for child in element.into_children() {
            if kind == Kind::Error && child.is("error", ns::CLIENT) {
                iq.error = StanzaError::parse(&child);
            } else if iq.payload.is_none() {
                iq.payload = Some(child);
            }
        }
        Some(iq)
    }
}

fn iq(kind: &str, id: &str, to: Option<&str>) -> Tag {
    Tag::new("iq", ns::CLIENT).attr("type", kind).attr("id", id).attr_opt("to", to)
}

/// A stanza that asks. Without `to` it goes to our own account.
pub fn get(id: &str, to: Option<&str>, payload: Tag) -> String {
    iq("get", id, to).child(payload).to_string()
}

/// A stanza that changes something. Without `to` it goes to our own account.
pub fn set(id: &str, to: Option<&str>, payload: Tag) -> String {
    iq("set", id, to).child(payload).to_string()
}

/// The answer to a request.
pub fn result(id: &str, to: Option<&str>, payload: Option<Tag>) -> String {
    iq("result", id, to).children(payload).to_string()
}

/// The refusal of a request, with the error's type (`cancel`, ...) and condition (RFC 6120 section 8.3.3).
pub fn error(id: &str, to: Option<&str>, kind: &str, condition: &'static str) -> String {
    iq("error", id, to).child(stanza_error::error(kind, condition)).to_string()
}

#[cfg(test)]
mod iq_tests {
    use super::*;

    fn read(xml: &str) -> Option<Iq> {
        Iq::parse(xml.parse::<Element>().unwrap())
    }

    #[test]
    fn requests_and_answers_are_written() {
        let payload = || Tag::new("ping", "urn:xmpp:ping");
        assert_eq!(
            get("1", Some("example.org"), payload()),
            "<iq xmlns='jabber:client' type='get' id='1' to='example.org'><ping xmlns='urn:xmpp:ping'/></iq>"
        );
        assert_eq!(
            set("2", None, payload()),
            "<iq xmlns='jabber:client' type='set' id='2'><ping xmlns='urn:xmpp:ping'/></iq>"
        );
        assert_eq!(result("3", None, None), "<iq xmlns='jabber:client' type='result' id='3'/>");
        assert_eq!(
            error("4", Some("a'b"), "cancel", "feature-not-implemented"),
            "<iq xmlns='jabber:client' type='error' id='4' to='a&apos;b'><error type='cancel'>\
             <feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        );
    }

    #[test]
    fn an_answer_is_read() {
        let iq =
            read("<iq xmlns='jabber:client' type='result' id='7' from='a@b.example/c'> <q xmlns='x'/> </iq>").unwrap();
        assert_eq!((iq.kind, iq.id.as_str()), (Kind::Result, "7"));
        assert_eq!(iq.from.unwrap().as_str(), "a@b.example/c");
        assert!(iq.payload.unwrap().is("q", "x"));
    }

    #[test]
    fn a_refusal_may_carry_what_was_asked() {
        let iq = read(
            "<iq xmlns='jabber:client' type='error' id='7'><q xmlns='x'/><error type='modify'>\
             <bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        )
        .unwrap();
        assert_eq!(iq.error.unwrap().condition, "bad-request");
        assert!(iq.payload.unwrap().is("q", "x"));
    }

    #[test]
    fn what_cannot_be_answered_is_none() {
        assert!(read("<iq xmlns='jabber:client' type='get'/>").is_none());
        assert!(read("<iq xmlns='jabber:client' type='odd' id='1'/>").is_none());
        assert!(read("<iq xmlns='jabber:client' id='1'/>").is_none());
        assert!(read("<iq xmlns='jabber:client' type='get' id='1' from='@'/>").is_none());
        assert!(read("<message xmlns='jabber:client' type='get' id='1'/>").is_none());
    }
}
