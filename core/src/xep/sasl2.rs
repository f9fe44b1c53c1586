//! Extensible SASL Profile (XEP-0388): signing in, and everything that can be agreed on in the same round trip.

use jid::Jid;
use zeroize::Zeroizing;

use super::sasl::{self, Failure};
use super::stream_features::names;
use super::xml::escaped;
use super::{Element, address, bind2, fast, sm};

/// The namespace.
pub const NS: &str = "urn:xmpp:sasl:2";

/// What a server offers (section 2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Names of mechanisms.
    pub mechanisms: Vec<String>,
    /// Mechanisms for tokens (XEP-0484); empty if there are none.
    pub token_mechanisms: Vec<String>,
    /// What can be agreed on with the login.
    pub inline: Inline,
}

/// What a server can do together with a login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inline {
    /// A resource (XEP-0386).
    pub bind: bool,
    /// The session of before (XEP-0198 section 8).
    pub resume: bool,
    /// Stream management with the resource.
    pub enable: bool,
    /// Carbons with the resource.
    pub carbons: bool,
    /// The client's state with the resource.
    pub client_state: bool,
}

impl Offer {
    /// Reads `<authentication/>`.
    pub fn read(element: &Element) -> Offer {
        let inline = element.get_child("inline", NS);
        let child = |name, ns| inline.and_then(|inline| inline.get_child(name, ns));
        let bind = child("bind", bind2::NS);
        let features = bind.map(bind2::features).unwrap_or_default();
        let has = |feature: &str| features.iter().any(|name| name == feature);
        Offer {
            mechanisms: names(element, "mechanism", NS),
            token_mechanisms: child("fast", fast::NS)
                .map(|fast| names(fast, "mechanism", fast::NS))
                .unwrap_or_default(),
            inline: Inline {
                bind: bind.is_some(),
                resume: child("sm", sm::NS).is_some(),
                enable: has(sm::NS),
                carbons: has(bind2::CARBONS_NS),
                client_state: has(bind2::CLIENT_STATE_NS),
            },
        }
    }
}

/// What a server answers.
pub enum Answer {
    /// More is asked for.
    Challenge(Vec<u8>),
    /// It is done.
    Success(Box<Success>),
    /// It is refused.
    Failure(Failure),
    /// The password was right, and is not enough (section 2.6.3).
    Continue,
}

/// The end of a login that went well (section 2.6.2).
#[derive(Debug, Default)]
pub struct Success {
    /// The mechanism's last word.
    pub data: Option<Vec<u8>>,
    /// Who is signed in; with a resource if one is bound.
    pub jid: Option<Jid>,
    /// The resource's features, if one is bound.
    pub bound: Option<bind2::Bound>,
    /// What became of the session of before.
    pub resumption: Option<sm::Said>,
    /// A token for the next login.
    pub token: Option<fast::Issued>,
}

impl Success {
    fn read(element: &Element) -> Option<Success> {
        let data = match element.get_child("additional-data", NS) {
            Some(data) => Some(sasl::decode(&Zeroizing::new(data.text()))?),
            None => None,
        };
        let jid = element.get_child("authorization-identifier", NS).map(|jid| jid.text());
        Some(Success {
            data,
            jid: jid.and_then(|jid| address::read(jid.trim())),
            bound: element.get_child("bound", bind2::NS).map(bind2::Bound::read),
            resumption: element.children().find_map(sm::read),
            token: element.get_child("token", fast::NS).and_then(fast::Issued::read),
        })
    }
}

/// Reads an answer; None if the element is something else or its data are not base64.
pub fn read(element: &Element) -> Option<Answer> {
    if !element.has_ns(NS) {
        return None;
    }
    match element.name() {
        "challenge" => sasl::decode(&element.text()).map(Answer::Challenge),
        "success" => Success::read(element).map(|success| Answer::Success(Box::new(success))),
        "failure" => Some(Answer::Failure(Failure::read(element))),
        "continue" => Some(Answer::Continue),
        _ => None,
    }
}

/// `<authenticate/>` (section 2.4): the mechanism and its first word, which installation this is (`device`, a UUID), and
/// elements for what is to be agreed on with the login.
pub fn authenticate(mechanism: &str, initial: &[u8], device: &str, inline: &str) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "<authenticate xmlns='{NS}' mechanism='{mechanism}'><initial-response>{}</initial-response>\
         <user-agent id='{}'><software>Larimar</software></user-agent>{inline}</authenticate>",
        *sasl::encode(initial),
        escaped(device)
    ))
}

/// `<response/>`.
pub fn response(data: &[u8]) -> Zeroizing<String> {
    if data.is_empty() {
        return Zeroizing::new(format!("<response xmlns='{NS}'/>"));
    }
    Zeroizing::new(format!("<response xmlns='{NS}'>{}</response>", *sasl::encode(data)))
}
