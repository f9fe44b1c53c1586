//! Addresses (RFC 7622) as servers and people write them, in the one form by which they are compared.

use std::borrow::Cow;

use jid::{BareJid, Jid};
use sha2::{Digest as _, Sha256};

/// Reads an address. A resource that cannot be prepared, because its characters are younger than the profiles of RFC 6122
/// that we prepare by (a telephone's emoji), must not cost what its bearer says: another name stands for it.
pub fn read(text: &str) -> Option<Jid> {
    let text = unicode_domain(text);
    prepared(&text).or_else(|| {
        let (bare, resource) = text.split_once('/').filter(|(_, resource)| !resource.is_empty())?;
        Some(prepared(bare)?.into_bare().with_resource_str(&stand_in(resource)).ok()?.into())
    })
}

/// Reads an address without a resource.
pub fn bare(text: &str) -> Option<BareJid> {
    prepared(&unicode_domain(text)).filter(Jid::is_bare).map(Jid::into_bare)
}

/// An address in its one form. What becomes another when it is prepared again is none: a younger letter can stand for a capital one
/// ("🄰" for "A"), and whoever keeps it and reads it again would mean somebody else.
fn prepared(text: &str) -> Option<Jid> {
    let jid = Jid::new(text).ok()?;
    let stays = jid.as_str() == text || Jid::new(jid.as_str()).is_ok_and(|again| again == jid);
    stays.then_some(jid)
}

/// The same for the same resource, and for no other.
fn stand_in(resource: &str) -> String {
    let digest = Sha256::digest(resource.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A domain's labels in Unicode (section 3.2): "xn--..." is the same domain, and would be another chat. So would one whose labels
/// are separated as Chinese and Japanese keyboards write a full stop.
fn unicode_domain(text: &str) -> Cow<'_, str> {
    let (bare, resource) = text.find('/').map_or((text, ""), |slash| text.split_at(slash));
    let (node, domain) = bare.find('@').map_or(("", bare), |at| bare.split_at(at + 1));
    let is_coded = domain.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"));
    if !is_coded && !domain.contains(['\u{3002}', '\u{ff61}']) {
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
            ("jürgen@bücher。test", "jürgen@bücher.test"),
            ("eva@One｡Test/phone", "eva@one.test/phone"),
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
    fn it_is_the_same_when_it_is_read_again() {
        // Beyond these planes nothing stands for anything else.
        for c in '\0'..'\u{30000}' {
            for text in [format!("a{c}b@one.test"), format!("b@a{c}b.test"), format!("b@one.test/a{c}b")] {
                let Some(jid) = read(&text) else { continue };
                assert_eq!(read(jid.as_str()).as_ref(), Some(&jid), "{text:?}");
                assert_eq!(bare(jid.to_bare().as_str()), Some(jid.into_bare()), "{text:?}");
            }
        }
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
            "🄰nna@one.test",
            "9@c2\u{324}Ϲb.test",
            "alice@one.test..",
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
