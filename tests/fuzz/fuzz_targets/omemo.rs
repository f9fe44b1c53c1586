//! Whatever comes as OMEMO: XML and protobuf of both versions, and envelopes. What is refused changes nothing, what was read once
//! is refused the second time, and what is written again from what was read reads the same.
//!
//! The first byte says what the rest is: `x` XML, `e` an envelope, `m` a message stanza, `l` and `o` a session's message in
//! legacy and in omemo:2, `L` and `O` a key exchange.

#![no_main]

#[path = "omemo/world.rs"]
mod world;

use jid::BareJid;
use larimar::model::trust::Statement;
use larimar::omemo::{Device, KeyExchange, Received, Version, open_legacy_payload, open_payload};
use larimar::xep::envelope::{self, Envelope};
use larimar::xep::hints::Hints;
use larimar::xep::message::Message;
use larimar::xep::omemo::{Encrypted, bundle_tag, devices_tag, read_bundle, read_devices};
use larimar::xep::trust_message::{self, TrustMessage};
use larimar::xep::{Element, xml};
use libfuzzer_sys::fuzz_target;

use self::world::{Side, talking};

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind {
        b'x' => drop(element(bytes).as_ref().map(every_reader)),
        b'e' => opened(bytes),
        b'm' => drop(element(bytes).as_ref().and_then(Message::parse).map(message)),
        b'l' => drop(decrypt(&mut anna(Version::Legacy), bytes, false)),
        b'o' => drop(decrypt(&mut anna(Version::Omemo2), bytes, false)),
        b'L' => key_exchange(Version::Legacy, bytes),
        b'O' => key_exchange(Version::Omemo2, bytes),
        _ => {}
    }
});

fn anna(version: Version) -> Side {
    talking(version).0.clone()
}

fn element(bytes: &[u8]) -> Option<Element> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn every_reader(element: &Element) {
    let again = |tag: xml::Tag| tag.to_string().parse::<Element>().expect("what is written is well-formed");
    if let Some(mut encrypted) = Encrypted::parse(element) {
        // Keys of one address come together.
        encrypted.keys.sort_by(|one, other| one.jid.cmp(&other.jid));
        assert_eq!(Encrypted::parse(&again(encrypted.tag())), Some(encrypted));
    }
    for version in Version::ALL {
        if let Some(entries) = read_devices(version, element) {
            entries.iter().for_each(|entry| drop(entry.listed()));
            assert_eq!(read_devices(version, &again(devices_tag(version, &entries))), Some(entries));
        }
        if let Some(bundle) = read_bundle(version, element) {
            assert_eq!(read_bundle(version, &again(bundle_tag(version, &bundle))), Some(bundle));
        }
    }
    element.children().for_each(every_reader);
}

fn opened(bytes: &[u8]) {
    if let Some(envelope) = Envelope::parse(bytes) {
        trust(&envelope);
        let mut message = Message { retracts: Some("m1".to_owned()), ..Message::default() };
        message.read_content(&envelope.content);
        assert!(message.hints == Hints::default() && message.stanza_ids.is_empty() && message.delays.is_empty());
        assert!(message.encrypted.is_empty() && !message.tombstone && message.origin_id.is_none());
        message.drop_clear();
        assert!(message.body.is_none() && message.reactions.is_none() && message.retracts.is_none());
    }
}

/// What an envelope says of keys.
fn trust(envelope: &Envelope) {
    let Some(TrustMessage { said, time }) = TrustMessage::read(envelope) else { return };
    assert!(said.len() <= trust_message::MOST);
    let from = BareJid::new("anna@example.org").expect("an address");
    let written = envelope::write([trust_message::tag(&said)], &from, time, "");
    let again = Envelope::parse(written.as_bytes()).and_then(|envelope| TrustMessage::read(&envelope));
    // Keys of one owner come together.
    let sorted = |mut said: Vec<Statement>| {
        said.sort_by(|one, other| (&one.owner, one.key, one.trusted).cmp(&(&other.owner, other.key, other.trusted)));
        said
    };
    assert_eq!(again.map(|again| sorted(again.said)), Some(sorted(said)));
}

/// All of it, as a session does.
fn message(message: Message) {
    for encrypted in &message.encrypted {
        for key in &encrypted.keys {
            let Some(Received { plaintext, .. }) = decrypt(&mut anna(encrypted.version), &key.data, key.key_exchange)
            else {
                continue;
            };
            let Some(payload) = &encrypted.payload else { continue };
            match encrypted.version {
                Version::Legacy => drop(open_legacy_payload(&plaintext, &encrypted.iv, payload)),
                Version::Omemo2 => drop(open_payload(&plaintext, payload).map(|bytes| opened(&bytes))),
            }
        }
    }
}

fn key_exchange(version: Version, bytes: &[u8]) {
    let Ok(exchange) = KeyExchange::from_wire(version, bytes) else { return };
    // Whoever it claims to be of has a record.
    let mut anna = anna(version);
    let _ = decrypt(&mut anna, bytes, true);
    anna.device = Device::new(exchange.identity());
    let _ = decrypt(&mut anna, bytes, true);
}

fn decrypt(anna: &mut Side, bytes: &[u8], key_exchange: bool) -> Option<Received> {
    let once = |device: &mut Device| {
        let before = device.clone();
        let received = device.decrypt(&anna.identity, &anna.prekeys, bytes, key_exchange).ok();
        assert!(received.is_some() || *device == before, "what was refused changed something");
        received
    };
    let received = once(&mut anna.device);
    if received.is_some() {
        assert!(once(&mut anna.device).is_none(), "a message was read twice");
    }
    assert!(Device::from_bytes(&anna.device.to_bytes()).is_ok_and(|read| read == anna.device));
    received
}
