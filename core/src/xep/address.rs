//! Addresses (RFC 7622) as servers and people write them, in the one form by which they are compared.

use std::borrow::Cow;

use jid::{BareJid, Jid};
use sha2::{Digest as _, Sha256};

/// Reads an address. A resource that cannot be prepared, because its characters are younger than the profiles of RFC 6122
/// that we prepare by (a telephone's emoji), must not cost what its bearer says: another name stands for it.
pub fn read(text: &str) -> Option<Jid> {
    let text = unicode_domain(text);
    match Jid::new(&text) {
        Ok(jid) => Some(jid),
        Err(_) => {
            let (bare, resource) = text.split_once('/').filter(|(_, resource)| !resource.is_empty())?;
            Some(BareJid::new(bare).ok()?.with_resource_str(&stand_in(resource)).ok()?.into())
        }
    }
}

/// Reads an address without a resource.
pub fn bare(text: &str) -> Option<BareJid> {
    BareJid::new(&unicode_domain(text)).ok()
}

/// The same for the same resource, and for no other.
fn stand_in(resource: &str) -> String {
    let digest = Sha256::digest(resource.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A domain's labels in Unicode (section 3.2): "xn--..." is the same domain, and would be another chat.
fn unicode_domain(text: &str) -> Cow<'_, str> {
    let (bare, resource) = text.find('/').map_or((text, ""), |slash| text.split_at(slash));
    let (node, domain) = bare.find('@').map_or(("", bare), |at| bare.split_at(at + 1));
    if !domain.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--")) {
        return Cow::Borrowed(text);
    }
    match idna::domain_to_unicode(domain) {
        (domain, Ok(())) => Cow::Owned(format!("{node}{domain}{resource}")),
        // It is refused as it is.
        (_, Err(_)) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod address_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn form(text: &str) -> Option<String> {
        read(text).map(|jid| jid.to_string())
    }

    #[test]
    fn what_means_the_same_is_the_same() {
        for (one, other) in [
            ("ΣΊΣΥΦΟΣ@one.test", "σίσυφοσ@one.test"),
            ("ＦＵＬＬ@One.Test.", "full@one.test"),
            ("e\u{301}l@one.test", "él@one.test"),
            ("STRASSE@one.test", "straße@one.test"),
            ("ᾼ@one.test", "αι@one.test"),
            ("𝐀l\u{ad}ı@one.test", "alı@one.test"),
            ("jürgen@xn--bcher-kva.test", "jürgen@bücher.test"),
            ("jürgen@XN--BCHER-KVA.test/phone", "jürgen@bücher.test/phone"),
            ("jürgen@BÜCHER.test", "jürgen@bücher.test"),
        ] {
            assert_eq!(form(one), form(other), "{one}");
            assert!(form(one).is_some(), "{one}");
        }
        assert_ne!(form("one@one.test"), form("öne@one.test"));
        // Only a domain has labels.
        assert_eq!(form("xn--a@one.test/xn--bcher-kva").as_deref(), Some("xn--a@one.test/xn--bcher-kva"));
    }

    #[test]
    fn a_resource_of_younger_characters_costs_nothing() {
        let (phone, tablet) = (read("bob@one.test/📱").unwrap(), read("bob@one.test/📱2").unwrap());
        assert_eq!(phone.to_bare().as_str(), "bob@one.test");
        assert_ne!(phone, tablet);
        assert_eq!(read("bob@one.test/📱"), Some(phone));
        assert_eq!(read("b b@one.test/📱"), None);
        assert_eq!(read("bob@one.test/"), None);
    }

    #[test]
    fn what_is_no_address_is_none() {
        let long = "a".repeat(1024);
        for text in [
            "",
            "@",
            "alice@",
            "@one.test",
            "a b@one.test",
            "a\u{0}@one.test",
            "a\n@one.test",
            "a'b@one.test",
            "אaב@one.test",
            "a\u{202e}b@one.test",
            "ȡ@one.test",
            "alice@xn--a.test",
            "alice@one..test",
            "alice@-one.test",
        ] {
            assert_eq!(bare(text), None, "{text:?}");
        }
        assert_eq!(bare(&format!("{long}@one.test")), None);
        assert_eq!(bare(&format!("alice@{}.test", "a".repeat(64))), None);
        assert_eq!(bare("alice@one.test/phone"), None);
    }
}
