//! The documents in which a domain names its WebSocket address (XEP-0156).

#[cfg(not(target_arch = "wasm32"))]
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsValue;

use super::{Incoming, frame};

/// The relation that marks a WebSocket address (XEP-0156 section 2).
const RELATION: &str = "urn:xmpp:alt-connections:websocket";
const NS_XRD: &str = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
/// The largest document that is read, in bytes. Real ones stay below 4 KiB.
pub(super) const SIZE_LIMIT: usize = 64 * 1024;

/// RFC 6415 appendix A.
pub(super) fn from_json(text: &str, usable: impl Fn(&str) -> bool) -> Option<String> {
    let found = links(text)?.into_iter().filter(|(relation, _)| relation.as_deref() == Some(RELATION));
    found.filter_map(|(_, href)| href).find(|href| usable(href))
}

/// The relation and the address of each link.
#[cfg(not(target_arch = "wasm32"))]
fn links(text: &str) -> Option<Vec<(Option<String>, Option<String>)>> {
    let document: Value = serde_json::from_str(text).ok()?;
    let of = |link: &Value, key: &str| link.get(key)?.as_str().map(str::to_owned);
    Some(document.get("links")?.as_array()?.iter().map(|link| (of(link, "rel"), of(link, "href"))).collect())
}

/// The relation and the address of each link, as the browser reads JSON.
#[cfg(target_arch = "wasm32")]
fn links(text: &str) -> Option<Vec<(Option<String>, Option<String>)>> {
    let get = |value: &JsValue, key: &str| js_sys::Reflect::get(value, &key.into()).ok();
    let links = get(&js_sys::JSON::parse(text).ok()?, "links")?;
    let of = |link: &JsValue, key: &str| get(link, key)?.as_string();
    let links = js_sys::Array::is_array(&links).then(|| js_sys::Array::from(&links))?;
    Some(links.iter().map(|link| (of(&link, "rel"), of(&link, "href"))).collect())
}

/// RFC 6415 section 3.
pub(super) fn from_xml(text: &str, usable: impl Fn(&str) -> bool) -> Option<String> {
    // A document may have a declaration and comments, which a stream may not have.
    let mut plain = text.trim_start_matches('\u{feff}').trim();
    if plain.starts_with("<?xml") {
        plain = plain.split_once("?>")?.1;
    }
    let mut clean = String::new();
    while let Some((before, after)) = plain.split_once("<!--") {
        clean.push_str(before);
        plain = after.split_once("-->")?.1;
    }
    clean.push_str(plain);
    let Ok(Incoming::Frame(document)) = frame::single(clean.trim(), SIZE_LIMIT) else { return None };
    let document = document.parse().ok()?;
    if !document.is("XRD", NS_XRD) {
        return None;
    }
    let found = document.children().filter(|link| link.is("Link", NS_XRD) && link.attr("rel") == Some(RELATION));
    found.filter_map(|link| link.attr("href")).find(|href| usable(href)).map(str::to_owned)
}

#[cfg(test)]
pub(super) mod host_meta_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn is_secure(href: &str) -> bool {
        href.starts_with("wss://")
    }

    pub(in crate::transport) const JSON: &str = r#"{"links":[{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://a.example/bosh"},
    {"rel":"urn:xmpp:alt-connections:websocket","href":"ws://a.example/plain"},
    {"rel":"urn:xmpp:alt-connections:websocket","href":"wss://a.example/ws"}]}"#;
    pub(in crate::transport) const XML: &str = "<?xml version='1.0' encoding='utf-8'?>\n<!-- > a comment -->\n\
    <XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='lrdd' template='https://a.example/{uri}'/>\n\
    <Link rel='urn:xmpp:alt-connections:websocket' href='ws://a.example/plain'/>\n\
    <!-- another --><Link rel='urn:xmpp:alt-connections:websocket' href='wss://b.example/ws?a&amp;b'/></XRD>\n";

    #[test]
    fn addresses_are_read_from_both_documents() {
        assert_eq!(from_json(JSON, is_secure).as_deref(), Some("wss://a.example/ws"));
        assert_eq!(from_xml(XML, is_secure).as_deref(), Some("wss://b.example/ws?a&b"));
    }

    #[test]
    fn documents_that_say_nothing_useful_are_passed_over() {
        for text in ["", "{}", "[]", r#"{"links":{}}"#, r#"{"links":[1,{"rel":2}]}"#, "<html>", &"[".repeat(100_000)] {
            assert_eq!(from_json(text, is_secure), None);
        }
        let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'/>";
        for text in ["", "<html>", "<XRD/>", "<?xml", "<!-- ", bomb, &"<a>".repeat(10_000)] {
            assert_eq!(from_xml(text, is_secure), None);
        }
    }
}
