//! XEP-0352: tells the server whether anybody is looking, so that it can hold back what can wait. These are no stanzas:
//! stream management does not count them.

use super::xml::Tag;
use super::{Element, ns};

/// Whether a stream feature offers this.
pub fn is_offered(feature: &Element) -> bool {
    feature.is("csi", ns::CSI)
}

/// Somebody is looking (true), or nobody is.
pub fn state(active: bool) -> String {
    Tag::new(if active { "active" } else { "inactive" }, ns::CSI).to_string()
}

#[cfg(test)]
mod csi_tests {
    use super::*;

    #[test]
    fn the_state_is_told() {
        assert_eq!(state(true), "<active xmlns='urn:xmpp:csi:0'/>");
        assert_eq!(state(false), "<inactive xmlns='urn:xmpp:csi:0'/>");
        assert!(is_offered(&"<csi xmlns='urn:xmpp:csi:0'/>".parse::<Element>().unwrap()));
    }
}
