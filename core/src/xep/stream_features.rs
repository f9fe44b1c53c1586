//! What a server offers on a stream (RFC 6120 section 4.3.2).

use super::limits::{self, Limits};
use super::stream_error::STREAM_NS;
use super::{Element, bind, register, sasl, sasl2, sm};

/// XEP-0440.
const CHANNEL_BINDING_NS: &str = "urn:xmpp:sasl-cb:0";
/// More names than any server offers; the rest of a longer list is not read.
const MOST_NAMES: usize = 100;

/// The features of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Mechanisms of SASL (RFC 6120 section 6.4.1).
    pub mechanisms: Vec<String>,
    /// SASL2 (XEP-0388), if it is offered.
    pub sasl2: Option<sasl2::Offer>,
    /// Names of channel bindings (XEP-0440); None if the server does not list them.
    pub channel_bindings: Option<Vec<String>>,
    /// Resource binding (RFC 6120 section 7).
    pub bind: bool,
    /// RFC 3921's session, and not as an option.
    pub session_required: bool,
    /// Stream management (XEP-0198).
    pub stream_management: bool,
    /// Client state indication (XEP-0352).
    pub client_state: bool,
    /// Versions of the roster (RFC 6121 section 2.6, XEP-0237).
    pub roster_versions: bool,
    /// Subscriptions approved ahead (RFC 6121 section 3.4).
    pub pre_approval: bool,
    /// New accounts (XEP-0077).
    pub register: bool,
    /// New accounts for those who have a token (XEP-0445).
    pub register_with_token: bool,
    /// New accounts by a row of challenges (XEP-0389): the flow that can be done here.
    pub register_flow: Option<String>,
    /// The server's limits (XEP-0478).
    pub limits: Limits,
}

impl Features {
    /// Reads `<stream:features/>`; None if the element is something else.
    pub fn read(element: &Element) -> Option<Features> {
        if !element.is("features", STREAM_NS) {
            return None;
        }
        let has = |name: &str, ns: &str| element.get_child(name, ns).is_some();
        let mechanisms = element.get_child("mechanisms", sasl::NS);
        let session = element.get_child("session", bind::SESSION_NS);
        Some(Features {
            mechanisms: mechanisms.map(|list| names(list, "mechanism", sasl::NS)).unwrap_or_default(),
            sasl2: element.get_child("authentication", sasl2::NS).map(sasl2::Offer::read),
            channel_bindings: element.get_child("sasl-channel-binding", CHANNEL_BINDING_NS).map(channel_bindings),
            bind: has("bind", bind::NS),
            session_required: session.is_some_and(|session| session.get_child("optional", bind::SESSION_NS).is_none()),
            stream_management: has("sm", sm::NS),
            client_state: has("csi", "urn:xmpp:csi:0"),
            roster_versions: has("ver", "urn:xmpp:features:rosterver"),
            pre_approval: has("sub", "urn:xmpp:features:pre-approval"),
            register: has("register", register::FEATURE_NS),
            register_with_token: has("register", register::TOKEN_FEATURE_NS),
            register_flow: element.get_child("register", register::FLOWS_NS).and_then(register::flow),
            limits: element.get_child("limits", limits::NS).map(Limits::read).unwrap_or_default(),
        })
    }
}

/// The texts of an element's children of this name.
pub(super) fn names(element: &Element, name: &str, ns: &str) -> Vec<String> {
    let children = element.children().filter(|child| child.is(name, ns)).take(MOST_NAMES);
    children.map(|child| child.text().trim().to_owned()).collect()
}

fn channel_bindings(element: &Element) -> Vec<String> {
    let children = element.children().filter(|child| child.is("channel-binding", CHANNEL_BINDING_NS)).take(MOST_NAMES);
    children.filter_map(|child| child.attr("type").map(str::to_owned)).collect()
}
