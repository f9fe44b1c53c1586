use proptest::prelude::*;

use super::*;
use crate::xep::stanza_error::StanzaError;

fn element(xml: &str) -> Element {
    xml.parse().unwrap()
}

fn read(put: &str, get: &str, headers: &str) -> Option<Slot> {
    let xml = format!(
        "<slot xmlns='urn:xmpp:http:upload:0'><put url='{put}'>{headers}</put><get url='{get}'/><odd xmlns='x'/></slot>"
    );
    slot(&element(&xml), Addresses::Https)
}

#[test]
fn a_slot_is_asked_for() {
    assert_eq!(
        request("très <cool>.jpg", 23456, Some("image/jpeg")).to_string(),
        "<request xmlns='urn:xmpp:http:upload:0' filename='très &lt;cool&gt;.jpg' size='23456' content-type='image/jpeg'/>"
    );
    assert_eq!(request("a", 0, None).to_string(), "<request xmlns='urn:xmpp:http:upload:0' filename='a' size='0'/>");
}

#[test]
fn a_slot_has_two_addresses_and_the_headers_that_are_allowed() {
    let headers = "<header name='authorization'>Basic\n Zm9v\r\n</header><header name='Cookie'>a=b; c=d</header>\
        <header name='Host'>evil.example</header><header name='Content-Length'>0</header><header>x</header>\
        <header name='Cookie'>second</header><header name='Expires'>a\u{1f600}b</header>";
    let slot = read("https://up.example/1/a%20b.jpg", "https://down.example/1/a%20b.jpg", headers).unwrap();
    assert_eq!(slot.put.as_str(), "https://up.example/1/a%20b.jpg");
    assert_eq!(slot.get.host(), "down.example");
    assert_eq!(
        slot.headers,
        [(PutHeader::Authorization, "Basic Zm9v".to_owned()), (PutHeader::Cookie, "a=b; c=d".to_owned())]
    );
}

#[test]
fn a_slot_in_the_open_is_none_but_on_this_machine_for_tests() {
    let (good, plain, local) = ("https://a.example/f", "http://a.example/f", "http://127.0.0.1:80/f");
    assert!(read(good, good, "").is_some());
    for (put, get) in [(plain, good), (good, plain), (local, good), (good, "javascript:x"), ("", good), (good, "/f")] {
        assert_eq!(read(put, get, ""), None, "{put} {get}");
    }
    let xml = |url: &str| format!("<slot xmlns='urn:xmpp:http:upload:0'><put url='{url}'/><get url='{url}'/></slot>");
    assert!(slot(&element(&xml(local)), Addresses::HttpOnLoopback).is_some());
    assert!(slot(&element(&xml(plain)), Addresses::HttpOnLoopback).is_none());
    assert_eq!(slot(&element("<slot xmlns='urn:xmpp:http:upload:0'/>"), Addresses::Https), None);
    assert_eq!(slot(&element("<slot xmlns='other'/>"), Addresses::Https), None);
}

#[test]
fn a_service_says_how_large_a_file_may_be() {
    let info = |inner: &str| {
        let xml = format!("<query xmlns='http://jabber.org/protocol/disco#info'>{inner}</query>");
        Service::of(&Info::parse(&element(&xml)).unwrap())
    };
    let form = |max: &str| {
        format!(
            "<feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>\
             <value>urn:xmpp:http:upload:0</value></field><field var='max-file-size'><value>{max}</value></field></x>"
        )
    };
    let service = info(&form(" 5242880 ")).unwrap();
    assert_eq!(service.max_file_size, Some(5_242_880));
    assert!(service.takes(5_242_880) && !service.takes(5_242_881));
    assert_eq!(info(&form("much")), Some(Service { max_file_size: None }));
    assert!(info("<feature var='urn:xmpp:http:upload:0'/>").unwrap().takes(u64::MAX));
    assert_eq!(info("<feature var='urn:xmpp:http:upload'/>"), None);
}

#[test]
fn a_refusal_says_what_would_be_taken_and_when() {
    let error = |inner: &str| {
        let xml = format!(
            "<error xmlns='jabber:client' type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>{inner}</error>"
        );
        StanzaError::parse(&element(&xml)).unwrap()
    };
    let too_large =
        error("<file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size></file-too-large>");
    assert_eq!(too_large.upload, Some(Refusal::TooLarge { max_file_size: Some(20_000) }));
    assert!(too_large.is("file-too-large", ns::UPLOAD));
    let silent = error("<file-too-large xmlns='urn:xmpp:http:upload:0'/>");
    assert_eq!(silent.upload, Some(Refusal::TooLarge { max_file_size: None }));
    let later = error("<odd xmlns='x'/><retry xmlns='urn:xmpp:http:upload:0' stamp='1970-01-01T00:00:02Z'/>");
    assert_eq!(later.upload, Some(Refusal::Later { retry: Some(2_000_000) }));
    assert_eq!(
        error("<retry xmlns='urn:xmpp:http:upload:0' stamp='soon'/>").upload,
        Some(Refusal::Later { retry: None })
    );
    assert_eq!(error("").upload, None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_header_ever_has_a_line_break_or_another_name(name in "\\PC{0,14}", value in "(?s).{0,40}") {
        let header = Tag::new("header", ns::UPLOAD).attr("name", name).text(&value).to_string();
        let slot = read("https://a.example/f", "https://a.example/f", &header).unwrap();
        for (_, value) in slot.headers {
            prop_assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b) || b == b'\t'));
        }
    }
}
