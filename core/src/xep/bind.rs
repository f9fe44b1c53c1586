//! Resource binding (RFC 6120 section 7) and the session request that followed it in RFC 3921.

use jid::FullJid;

use super::xml::escaped;
use super::{Element, address};

/// The namespace.
pub const NS: &str = "urn:ietf:params:xml:ns:xmpp-bind";
/// The namespace of RFC 3921's session.
pub const SESSION_NS: &str = "urn:ietf:params:xml:ns:xmpp-session";

/// Asks for this resource, or for one of the server's choice.
pub fn request(id: &str, resource: Option<&str>) -> String {
    let resource = resource.map(|resource| format!("<resource>{}</resource>", escaped(resource))).unwrap_or_default();
    format!("<iq xmlns='jabber:client' type='set' id='{}'><bind xmlns='{NS}'>{resource}</bind></iq>", escaped(id))
}

/// RFC 3921's session, for a server that still demands it.
pub fn session(id: &str) -> String {
    format!("<iq xmlns='jabber:client' type='set' id='{}'><session xmlns='{SESSION_NS}'/></iq>", escaped(id))
}

/// The address in a result of [`request`].
pub fn bound(iq: &Element) -> Option<FullJid> {
    let jid = iq.get_child("bind", NS)?.get_child("jid", NS)?.text();
    address::read(jid.trim())?.try_into_full().ok()
}
