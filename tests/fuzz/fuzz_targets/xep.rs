//! Any XML against every parser of `xep`: each answers, and what is written again from its answer reads the same.
#![no_main]

use larimar::view::styling;
use larimar::xep::{
    Element, avatar, blocking, caps, disco, displayed_sync, iq, mam, message, presence, pubsub, roster, vcard,
    vcard_profile, vcard4, xml,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(element) = std::str::from_utf8(data).ok().and_then(|text| text.parse().ok()) {
        every_parser(&element);
    }
});

fn every_parser(element: &Element) {
    if let Some(text) = message::Message::parse(element).and_then(|message| message.text()) {
        for span in styling::in_utf16(&text, styling::spans(&text)) {
            assert!(span.range.end <= text.encode_utf16().count());
        }
    }
    let _ = presence::Presence::parse(element);
    let _ = iq::Iq::parse(element.clone());
    let _ = roster::Roster::parse(element);
    let _ = mam::Archived::parse(element);
    let _ = mam::Fin::parse(element);
    let _ = mam::Metadata::parse(element);
    let _ = blocking::list(element);
    let _ = blocking::Push::parse(element);
    let _ = avatar::metadata(element).map(|infos| avatar::best(&infos).cloned());
    let _ = avatar::data(element);
    let _ = vcard::photo(element);
    let _ = disco::items(element);
    if let Some(profile) = vcard_profile::parse(element) {
        let _ = vcard_profile::parse(&again(&vcard_profile::with_profile(Some(element), &profile)));
    }
    if let Some(profile) = vcard4::parse(element) {
        let _ = vcard4::parse(&again(&vcard4::with_profile(Some(element), &profile)));
    }
    if let Some(preferences) = mam::Preferences::parse(element) {
        assert_eq!(mam::Preferences::parse(&again(&preferences.tag())), Some(preferences));
    }
    if let Some(info) = disco::Info::parse(element) {
        assert_eq!(disco::Info::parse(&again(&info.tag())), Some(info.clone()));
        if let Some(caps) = caps::Caps::of(&info, "n") {
            assert!(caps.verifies(&info));
        }
        assert!(caps::Caps2::of(&info).hashes.iter().all(|hash| hash.verifies(&info)));
    }
    if let Some(items) = pubsub::Items::parse(element) {
        let _ = items.items.iter().filter_map(displayed_sync::Displayed::parse).count();
    }
    // An element of no namespace can stand inside another one, and nowhere else.
    if !element.ns().is_empty() {
        let written = xml::Tag::from(element);
        assert_eq!(again(&written).text(), element.text());
    }
    element.children().for_each(every_parser);
}

fn again(tag: &xml::Tag) -> Element {
    tag.to_string().parse().expect("what is written is well-formed")
}
