//! Any message stanza in a stream: a forged carbon or an unasked archive result is nobody's, and nobody else speaks for us.
#![no_main]

use jid::BareJid;
use larimar::model::message::Content;
use larimar::sync::incoming;
use larimar::sync::omemo::NoKeys;
use larimar::xep::message::Message;
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_800_000_000_000_000;

fuzz_target!(|data: &[u8]| {
    let Ok(own) = BareJid::new("anna@example.org") else { return };
    let Some(message) =
        std::str::from_utf8(data).ok().and_then(|text| text.parse().ok()).as_ref().and_then(Message::parse)
    else {
        return;
    };
    let archived = incoming::archived(&mut message.clone(), "a1", message.delays.first(), &own, NOW, &mut NoKeys);
    if let Some(arrived) = &archived.arrived {
        assert!(arrived.time <= NOW);
    }
    let by_us = message.from.as_ref().is_none_or(|from| from.to_bare() == own);
    let by_our_account = message.from.as_ref().is_none_or(|from| *from == own);
    let from = message.from.clone();
    let (carbon, result) = (message.carbon.is_some(), message.archived.is_some());
    let Some(read) = incoming::live(message, &own, NOW, &mut NoKeys) else { return };
    assert!(!result && (!carbon || by_our_account));
    let Some(arrived) = read.arrived else { return };
    assert!(arrived.time <= NOW);
    if !by_us {
        assert!(!arrived.outgoing);
        assert_eq!(from.map(|from| from.to_bare()), Some(arrived.chat));
    }
    if arrived.outgoing {
        assert!(read.receipt.is_none() && !matches!(arrived.content, Content::Receipt { .. } | Content::Error { .. }));
    }
});
