//! XEP-0359: ids that do not change on the way. Only an id by our own account's archive means something here, and only if
//! the server announces `urn:xmpp:sid:0`: then it removes what others wrote in its name.

use jid::Jid;

use super::xml::{self, Tag};
use super::{Element, ns};

/// Further ids in one stanza are not read.
pub(crate) const MOST: usize = 8;

/// An id that somebody on the way gave to a stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StanzaId {
    /// The id.
    pub id: String,
    /// Who gave it.
    pub by: Jid,
}

impl StanzaId {
    /// Reads `<stanza-id/>`; None unless it has an id and a valid giver.
    pub fn parse(element: &Element) -> Option<StanzaId> {
        if !element.is("stanza-id", ns::STANZA_IDS) {
            return None;
        }
        Some(StanzaId { id: xml::id(element, "id")?, by: xml::jid(element, "by")? })
    }
}

/// The id that the sender chose.
pub fn origin(element: &Element) -> Option<String> {
    element.is("origin-id", ns::STANZA_IDS).then(|| xml::id(element, "id")).flatten()
}

/// Says which id we chose.
pub fn origin_id(id: &str) -> Tag {
    Tag::new("origin-id", ns::STANZA_IDS).attr("id", id)
}

#[cfg(test)]
mod stanza_id_tests {
    use super::*;

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn a_stanza_id_needs_a_giver() {
        let read = StanzaId::parse(&element("<stanza-id xmlns='urn:xmpp:sid:0' id='5' by='anna@example.org'/>"));
        assert_eq!(read, Some(StanzaId { id: "5".to_owned(), by: Jid::new("anna@example.org").unwrap() }));
        assert_eq!(StanzaId::parse(&element("<stanza-id xmlns='urn:xmpp:sid:0' id='5'/>")), None);
        assert_eq!(StanzaId::parse(&element("<stanza-id xmlns='urn:xmpp:sid:0' id='5' by='@'/>")), None);
    }

    #[test]
    fn an_origin_id_is_read_as_it_is_written() {
        let xml = origin_id("o-1").to_string();
        assert_eq!(xml, "<origin-id xmlns='urn:xmpp:sid:0' id='o-1'/>");
        assert_eq!(origin(&element(&xml)).as_deref(), Some("o-1"));
    }
}
