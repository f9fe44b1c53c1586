//! Bind 2 (XEP-0386): a resource, and what is to be on from its first moment.

use super::xml::escaped;
use super::{Element, sasl2, sm};

/// The namespace.
pub const NS: &str = "urn:xmpp:bind:0";
/// Carbons (XEP-0280), as a feature of the resource.
pub const CARBONS_NS: &str = "urn:xmpp:carbons:2";
/// Client state indication (XEP-0352), as a feature of the resource.
pub const CLIENT_STATE_NS: &str = "urn:xmpp:csi:0";
/// The archive (XEP-0313), whose ends come with the resource.
const ARCHIVE_NS: &str = "urn:xmpp:mam:2";

/// Names of the features that can be enabled with a resource, in `<bind/>` as a server offers it (section 3.1).
pub fn features(element: &Element) -> Vec<String> {
    let list = element.get_child("inline", NS);
    let features = list.into_iter().flat_map(Element::children).filter(|child| child.is("feature", NS)).take(100);
    features.filter_map(|feature| feature.attr("var").map(str::to_owned)).collect()
}

/// Asks for a resource whose name begins with `tag`, and for what the server can do with it. An `inactive` session is one
/// that no person looks at (XEP-0352).
pub fn request(tag: &str, inline: sasl2::Inline, inactive: bool) -> String {
    let mut text = format!("<bind xmlns='{NS}'><tag>{}</tag>", escaped(tag));
    if inline.carbons {
        text.push_str("<enable xmlns='urn:xmpp:carbons:2'/>");
    }
    if inline.enable {
        text.push_str(&sm::enable());
    }
    if inline.client_state && inactive {
        text.push_str("<inactive xmlns='urn:xmpp:csi:0'/>");
    }
    text.push_str("</bind>");
    text
}

/// What came with the resource (section 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// Whether stream management was enabled.
    pub management: Option<sm::Said>,
    /// The ends of the account's archive at that moment; None if the server does not say.
    pub archive: Option<ArchiveEnds>,
}

/// The ends of an archive (XEP-0313 section 6.2), as ids; both None if it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveEnds {
    /// The oldest message's.
    pub start: Option<String>,
    /// The newest message's.
    pub end: Option<String>,
}

impl Bound {
    /// Reads `<bound/>`.
    pub fn read(element: &Element) -> Bound {
        let archive = element.get_child("metadata", ARCHIVE_NS).map(|metadata| {
            let id = |name| metadata.get_child(name, ARCHIVE_NS).and_then(|end| end.attr("id")).map(str::to_owned);
            ArchiveEnds { start: id("start"), end: id("end") }
        });
        Bound { management: element.children().find_map(sm::read), archive }
    }
}
