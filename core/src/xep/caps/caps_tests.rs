use xmpp_parsers::disco::DiscoInfoResult;

use super::*;
use crate::xep::disco::Identity;

fn element(xml: &str) -> Element {
    xml.parse::<Element>().unwrap()
}

const ANSWER: &str = "<query xmlns='http://jabber.org/protocol/disco#info'>\
    <identity category='client' type='phone' xml:lang='en' name='Turtle'/>\
    <identity category='client' type='phone' xml:lang='de' name='Schildkröte'/>\
    <feature var='urn:xmpp:receipts'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='urn:xmpp:ping'/>\
    <x xmlns='jabber:x:data' type='result'>\
    <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>\
    <field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>\
    <field var='os'><value>Sea</value></field>\
    </x></query>";

fn info() -> Info {
    Info::parse(&element(ANSWER)).unwrap()
}

/// Another implementation of the same hashes (which needs the fields to be in order).
fn theirs() -> DiscoInfoResult {
    let element: xmpp_parsers::minidom::Element = ANSWER.parse().unwrap();
    DiscoInfoResult::try_from(element).unwrap()
}

#[test]
fn both_hashes_are_those_of_another_implementation() {
    let ver = BASE64.encode(Sha1::digest(xmpp_parsers::caps::compute_disco(&theirs())));
    assert_eq!(Caps::of(&info(), "n").unwrap().ver, ver);
    let hash = BASE64.encode(Sha256::digest(xmpp_parsers::ecaps2::compute_disco(&theirs()).unwrap()));
    assert_eq!(Caps2::of(&info()).hashes, [Hash { algo: "sha-256".to_owned(), value: hash }]);
}

#[test]
fn a_hash_is_verified_by_the_answer_it_stands_for() {
    let (caps, caps2) = (Caps::of(&info(), "n").unwrap(), Caps2::of(&info()));
    let hash = caps2.usable().unwrap();
    assert!(caps.verifies(&info()) && hash.verifies(&info()));
    let mut other = info();
    other.features.push("urn:xmpp:jingle:1".to_owned());
    assert!(!caps.verifies(&other) && !hash.verifies(&other));
    let mut reordered = info();
    reordered.features.reverse();
    reordered.identities.reverse();
    reordered.forms[0].fields.reverse();
    assert!(caps.verifies(&reordered) && hash.verifies(&reordered));
}

#[test]
fn answers_that_could_be_read_in_two_ways_are_not_believed() {
    let one = Info { features: vec!["a<b".to_owned()], ..Info::default() };
    let two = Info { features: vec!["a".to_owned(), "b".to_owned()], ..Info::default() };
    let caps = Caps::of(&two, "n").unwrap();
    assert!(caps.verifies(&two) && !caps.verifies(&one));
    assert_eq!(Caps::of(&one, "n"), None);
    let twice = Info { features: vec!["a".to_owned(), "a".to_owned()], ..Info::default() };
    assert_eq!(Caps::of(&twice, "n"), None);
    let identity = Identity { category: "client".into(), kind: "pc".into(), lang: None, name: None };
    assert_eq!(Caps::of(&Info { identities: vec![identity.clone(), identity], ..Info::default() }, "n"), None);
    let form = info().forms;
    assert_eq!(Caps::of(&Info { forms: [form.clone(), form].concat(), ..Info::default() }, "n"), None);
}

#[test]
fn capabilities_are_read_as_they_are_written() {
    let caps = Caps { hash: "sha-1".into(), node: "https://turtle.example".into(), ver: "abc=".into() };
    let xml = caps.tag().to_string();
    assert_eq!(
        xml,
        "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://turtle.example' ver='abc='/>"
    );
    assert_eq!(Caps::parse(&element(&xml)), Some(caps.clone()));
    assert_eq!(caps.disco_node(), "https://turtle.example#abc=");
    assert_eq!(Caps::parse(&element("<c xmlns='http://jabber.org/protocol/caps' node='n' ver='1.0'/>")), None);

    let caps = Caps2 { hashes: vec![Hash { algo: "sha-256".into(), value: "abc=".into() }] };
    let xml = caps.tag().to_string();
    assert_eq!(xml, "<c xmlns='urn:xmpp:caps'><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>abc=</hash></c>");
    assert_eq!(Caps2::parse(&element(&xml)), Some(caps.clone()));
    assert_eq!(caps.hashes[0].disco_node(), "urn:xmpp:caps#sha-256.abc=");
    assert_eq!(Caps2::parse(&element("<c xmlns='urn:xmpp:caps'/>")), None);
}

#[test]
fn unknown_and_weak_hashes_are_not_used() {
    let hash = |algo: &str| Hash { algo: algo.into(), value: "abc=".into() };
    assert_eq!(Caps2 { hashes: vec![hash("sha-1"), hash("md5")] }.usable(), None);
    let several = Caps2 { hashes: vec![hash("sha3-512"), hash("sha-512"), hash("sha-256")] };
    assert_eq!(several.usable().map(|hash| hash.algo.as_str()), Some("sha-512"));
    assert!(!hash("md5").verifies(&info()));
}
