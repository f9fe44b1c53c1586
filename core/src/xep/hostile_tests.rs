//! Whatever well-formed XML comes, every parser answers, and what is written again from it is well-formed.

use jid::BareJid;
use proptest::prelude::*;

use super::*;
use crate::model::omemo::Version;
use crate::sync::incoming;
use crate::sync::omemo::NoKeys;

/// Names and namespaces that mean something somewhere, so that random elements reach the depths of the parsers.
const NAMES: [&str; 72] = [
    "message",
    "presence",
    "iq",
    "body",
    "thread",
    "error",
    "delay",
    "forwarded",
    "sent",
    "received",
    "result",
    "fin",
    "set",
    "first",
    "last",
    "count",
    "metadata",
    "start",
    "end",
    "prefs",
    "always",
    "never",
    "jid",
    "query",
    "item",
    "items",
    "group",
    "identity",
    "feature",
    "x",
    "field",
    "value",
    "event",
    "retract",
    "retracted",
    "pubsub",
    "displayed",
    "reply",
    "fallback",
    "reactions",
    "reaction",
    "stanza-id",
    "origin-id",
    "c",
    "hash",
    "photo",
    "vCard",
    "PHOTO",
    "encrypted",
    "header",
    "keys",
    "key",
    "iv",
    "payload",
    "devices",
    "list",
    "device",
    "bundle",
    "spk",
    "envelope",
    "content",
    "encryption",
    "slot",
    "put",
    "get",
    "file-too-large",
    "retry",
    "file",
    "file-sharing",
    "sources",
    "url-data",
    "thumbnail",
];

const NAMESPACES: [&str; 46] = [
    ns::CLIENT,
    ns::STANZAS,
    ns::ROSTER,
    ns::DATA_FORMS,
    ns::DISCO_INFO,
    ns::DISCO_ITEMS,
    ns::MUC_USER,
    ns::VCARD,
    ns::RSM,
    ns::PUBSUB,
    ns::PUBSUB_EVENT,
    ns::PUBSUB_ERRORS,
    ns::AVATAR_DATA,
    ns::AVATAR_METADATA,
    ns::CHAT_STATES,
    ns::CAPS,
    ns::VCARD_UPDATE,
    ns::NICK,
    ns::RECEIPTS,
    ns::BLOCKING,
    ns::DELAY,
    ns::CARBONS,
    ns::FORWARD,
    ns::HASHES,
    ns::CORRECTION,
    ns::MAM,
    ns::MARKERS,
    ns::HINTS,
    ns::STANZA_IDS,
    ns::ENCRYPTION_NAME,
    ns::OMEMO,
    ns::OMEMO_2,
    ns::ENVELOPE,
    ns::CAPS_2,
    ns::RETRACTION,
    ns::FALLBACK,
    ns::REACTIONS,
    ns::REPLY,
    ns::DISPLAYED_SYNC,
    ns::OOB,
    ns::URL_DATA,
    ns::THUMBNAILS,
    ns::UPLOAD,
    ns::FILE_METADATA,
    ns::FILE_SHARING,
    ns::ENCRYPTED_FILES,
];

const ATTRIBUTES: [&str; 29] = [
    "from",
    "to",
    "id",
    "type",
    "stamp",
    "by",
    "for",
    "start",
    "end",
    "jid",
    "node",
    "var",
    "ver",
    "queryid",
    "complete",
    "subscription",
    "name",
    "index",
    "timestamp",
    "default",
    "sid",
    "rid",
    "namespace",
    "url",
    "uri",
    "target",
    "algo",
    "media-type",
    "cipher",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("anna@example.org".to_owned()),
        Just("bob@example.net/phone".to_owned()),
        Just("2026-01-01T00:00:00Z".to_owned()),
        Just("chat".to_owned()),
        Just("result".to_owned()),
        Just("https://a.example/f".to_owned()),
        Just("data:image/blurhash,LEHV6n".to_owned()),
        Just("AAAA".to_owned()),
        Just("18446744073709551615".to_owned()),
        "[0-9]{1,3}",
        "\\PC{0,12}",
    ]
}

/// A random element: any name in any namespace, with attributes, texts and children.
fn element() -> impl Strategy<Value = String> {
    let open = || {
        let attributes = prop::collection::btree_map(prop::sample::select(&ATTRIBUTES[..]), value(), 0..4);
        (prop::sample::select(&NAMES[..]), prop::sample::select(&NAMESPACES[..]), attributes)
    };
    let write = |(name, ns, attributes): (&'static str, &'static str, std::collections::BTreeMap<&str, String>),
                 inner: &str| {
        let tag = xml::Tag::new(name, ns);
        let empty = attributes.iter().fold(tag, |tag, (name, value)| tag.attr(name, value)).to_string();
        let open = empty.strip_suffix("/>").unwrap();
        format!("{open}>{inner}</{name}>")
    };
    let leaf =
        (open(), value()).prop_map(move |(open, text)| write(open, &xml::Tag::new("a", "").text(&text).to_string()));
    leaf.prop_recursive(6, 48, 6, move |inner| {
        (open(), prop::collection::vec(inner, 0..6)).prop_map(move |(open, children)| write(open, &children.concat()))
    })
}

fn every_parser(element: &Element) {
    let own = BareJid::new("anna@example.org").unwrap();
    if let Some(message) = message::Message::parse(element) {
        let _ = message.text();
        message.encrypted.iter().for_each(|encrypted| drop(encrypted.tag().to_string()));
        let _ = incoming::archived(&mut message.clone(), "a1", None, &own, 0, &mut NoKeys);
        let _ = incoming::live(message, &own, 0, &mut NoKeys);
    }
    let _ = presence::Presence::parse(element);
    let _ = iq::Iq::parse(element.clone());
    let _ = roster::Roster::parse(element);
    let _ = mam::Fin::parse(element);
    let _ = mam::Metadata::parse(element);
    let _ = mam::Preferences::parse(element).map(|preferences| preferences.tag().to_string());
    let _ = mam::Archived::parse(element);
    let _ = blocking::list(element);
    let _ = blocking::Push::parse(element);
    let _ = avatar::metadata(element).map(|infos| avatar::best(&infos).cloned());
    let _ = avatar::data(element);
    let _ = vcard::photo(element);
    let _ = vcard::with_photo(Some(element), None).to_string();
    let _ = disco::items(element);
    let _ = upload::slot(element, upload::Addresses::Https);
    let _ = stanza_error::StanzaError::parse(element);
    let _ = oob::Oob::parse(element).map(|oob| oob.tag().to_string());
    let _ = bits_of_binary::read(element).map(|data| data.tag().to_string());
    if let Some(sharing) = file_sharing::FileSharing::parse(element) {
        let again = sharing.tag().to_string().parse::<Element>().unwrap();
        assert_eq!(file_sharing::FileSharing::parse(&again), Some(sharing));
    }
    if let Some(info) = disco::Info::parse(element) {
        let again = info.tag().to_string().parse::<Element>().unwrap();
        assert_eq!(disco::Info::parse(&again), Some(info.clone()));
        let _ = caps::Caps::of(&info, "n");
        let _ = caps::Caps2::of(&info);
    }
    if let Some(items) = pubsub::Items::parse(element) {
        items.items.iter().for_each(|item| drop(displayed_sync::Displayed::parse(item)));
    }
    for version in Version::ALL {
        let _ = omemo::read_devices(version, element).map(|entries| omemo::devices_tag(version, &entries).to_string());
        let _ = omemo::read_bundle(version, element).map(|bundle| omemo::bundle_tag(version, &bundle).to_string());
    }
    let again = xml::Tag::from(element).to_string();
    let _ = envelope::Envelope::parse(again.as_bytes());
    assert_eq!(again.parse::<Element>().unwrap().text(), element.text());
    element.children().for_each(every_parser);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_parser_answers_to_every_element(xml in element()) {
        every_parser(&xml.parse::<Element>().unwrap());
    }

    #[test]
    fn every_message_of_random_extensions_is_read(children in prop::collection::vec(element(), 0..8), kind in value()) {
        let kind = xml::Tag::new("a", "").attr("type", kind).to_string();
        let kind = kind.trim_start_matches("<a ").trim_end_matches("/>");
        let xml = format!(
            "<message xmlns='jabber:client' from='bob@example.net/phone' id='m1' {kind}>{}</message>", children.concat()
        );
        let element = xml.parse::<Element>().unwrap();
        prop_assert!(message::Message::parse(&element).is_some());
        every_parser(&element);
    }

    #[test]
    fn every_time_is_read_without_trouble(text in "[0-9TZ:.+\\-é]{0,30}") {
        let _ = timestamp::parse(&text);
    }
}
