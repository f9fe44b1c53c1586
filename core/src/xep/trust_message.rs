//! XEP-0434: what somebody decided on keys, as XEP-0450 uses it. It is read from envelopes alone, and written into them alone.
//!
//! A key is named by its Ed25519 form, as it stands in the bundle: so does QXmpp, which Kaidan is made with. XEP-0384 names none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::envelope::Envelope;
use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::Micros;
use crate::model::trust::Statement;

/// Further decisions in one message are not read.
pub const MOST: usize = 1_000;

/// What an envelope says of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustMessage {
    /// All of it. What is distrusted comes last: it is what counts, if both is said of one key.
    pub said: Vec<Statement>,
    /// When it was said, by the sender's clock.
    pub time: Micros,
}

impl TrustMessage {
    /// Reads an envelope's. None if it has none, or no time (XEP-0434 section 4.2.1): then nobody could tell which of two was
    /// said last.
    pub fn read(envelope: &Envelope) -> Option<TrustMessage> {
        let said = envelope.content.iter().find_map(statements).filter(|said| !said.is_empty())?;
        Some(TrustMessage { said, time: envelope.time? })
    }
}

/// Reads `<trust-message/>`; None for another element, and for one that is not about omemo:2's keys, or not for XEP-0450.
fn statements(element: &Element) -> Option<Vec<Statement>> {
    let is_ours = element.is("trust-message", ns::TRUST_MESSAGES)
        && element.attr("usage") == Some(ns::AUTOMATIC_TRUST)
        && element.attr("encryption") == Some(ns::OMEMO_2);
    if !is_ours {
        return None;
    }
    let owners = element.children().filter(|child| child.is("key-owner", ns::TRUST_MESSAGES));
    let keys = owners.filter_map(|owner| Some((xml::jid(owner, "jid")?.to_bare(), owner)));
    let said = keys.flat_map(|(jid, owner)| owner.children().filter_map(move |child| statement(&jid, child)));
    let mut said: Vec<Statement> = said.take(MOST).collect();
    said.sort_by_key(|statement| !statement.trusted);
    Some(said)
}

fn statement(owner: &jid::BareJid, child: &Element) -> Option<Statement> {
    let trusted = match child.name() {
        _ if !child.has_ns(ns::TRUST_MESSAGES) => return None,
        "trust" => true,
        "distrust" => false,
        _ => return None,
    };
    let key = xml::base64(child, 32)?.try_into().ok()?;
    Some(Statement { owner: owner.clone(), key, trusted })
}

/// The element for an envelope.
pub fn tag(said: &[Statement]) -> Tag {
    let mut owners: Vec<(&jid::BareJid, Tag)> = Vec::new();
    for Statement { owner, key, trusted } in said {
        let key = Tag::new(if *trusted { "trust" } else { "distrust" }, ns::TRUST_MESSAGES).text(&BASE64.encode(key));
        match owners.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, tag)) => *tag = tag.clone().child(key),
            None => {
                let tag = Tag::new("key-owner", ns::TRUST_MESSAGES).attr("jid", owner.as_str());
                owners.push((owner, tag.child(key)));
            }
        }
    }
    Tag::new("trust-message", ns::TRUST_MESSAGES)
        .attr("usage", ns::AUTOMATIC_TRUST)
        .attr("encryption", ns::OMEMO_2)
        .children(owners.into_iter().map(|(_, tag)| tag))
}

#[cfg(test)]
mod trust_message_tests {
    use jid::BareJid;
    use proptest::prelude::*;

    use super::*;
    use crate::xep::envelope;

    const TIME: Micros = 1_700_000_000_000_000;

    fn alice() -> BareJid {
        BareJid::new("alice@example.org").unwrap()
    }

    fn envelope(content: Vec<Tag>) -> Envelope {
        Envelope::parse(envelope::write(content, &alice(), TIME, "").as_bytes()).unwrap()
    }

    fn read(xml: &str) -> Option<Vec<Statement>> {
        statements(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn the_example_of_xep_0434_is_read() {
        let xml = "<trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'>\
            <key-owner jid='alice@example.org'><trust>aFABnX7Q/rbTgjBySYzrT2FsYCVYb49mbca5yB734KQ=</trust>\
            <trust>IhpPjiKLchgrAG5cpSfTvdzPjZ5v6vTOluHEUehkgCA=</trust></key-owner>\
            <key-owner jid='bob@example.com'><distrust>tCP1CI3pqSTVGzFYFyPYUMfMZ9Ck/msmfD0wH/VtJBM=</distrust>\
            <trust>YjVI04NcbTPvXLaA95RO84HPcSvyOgEZ2r5cTyUs0C8=</trust></key-owner></trust-message>";
        let said = read(xml).unwrap();
        let short: Vec<_> = said.iter().map(|one| (one.owner.as_str(), one.key[0], one.trusted)).collect();
        let (alice, bob) = ("alice@example.org", "bob@example.com");
        assert_eq!(short, [(alice, 0x68, true), (alice, 0x22, true), (bob, 0x62, true), (bob, 0xb4, false)]);
        for (part, other) in [("omemo:2", "omemo:1"), ("atm:1", "atm:0"), ("tm:1' usage", "tm:0' usage")] {
            assert_eq!(read(&xml.replace(part, other)), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_key_or_has_no_owner_is_left_out() {
        let read = |inner: &str| {
            read(&format!(
                "<trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'>\
                 {inner}</trust-message>"
            ))
        };
        let key = BASE64.encode([7; 32]);
        let odd = format!(
            "<trust>{key}</trust><key-owner><trust>{key}</trust></key-owner><key-owner jid='@'><trust>{key}</trust></key-owner>\
             <key-owner jid='a@b.c'><trust/><trust>AAAA</trust><trust>{key}AAAA</trust><trust>%</trust>\
             <trust xmlns='other'>{key}</trust><odd>{key}</odd></key-owner>"
        );
        assert_eq!(read(&odd), Some(Vec::new()));
        let one = format!("<key-owner jid='A@b.c/phone'><distrust> {key}\n</distrust></key-owner>");
        let said = read(&one).unwrap();
        assert_eq!((said.len(), said[0].owner.as_str(), said[0].trusted), (1, "a@b.c", false));
        let many = format!("<key-owner jid='a@b.c'>{}</key-owner>", format!("<trust>{key}</trust>").repeat(MOST + 1));
        assert_eq!(read(&many).unwrap().len(), MOST);
    }

    #[test]
    fn it_counts_only_with_a_time() {
        let said = vec![Statement { owner: alice(), key: [7; 32], trusted: true }];
        let with_time = envelope(vec![tag(&said)]);
        assert_eq!(TrustMessage::read(&with_time), Some(TrustMessage { said: said.clone(), time: TIME }));
        assert_eq!(TrustMessage::read(&Envelope { time: None, ..with_time }), None);
        assert_eq!(TrustMessage::read(&envelope(vec![tag(&[])])), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(keys in prop::collection::vec((0..3_u8, any::<[u8; 32]>(), any::<bool>()), 1..9)) {
            let owner = |number: u8| BareJid::new(&format!("o'{number}@example.org")).unwrap_or_else(|_| alice());
            let mut said: Vec<Statement> =
                keys.into_iter().map(|(number, key, trusted)| Statement { owner: owner(number), key, trusted }).collect();
            let mut read = TrustMessage::read(&envelope(vec![tag(&said)])).unwrap().said;
            for list in [&mut said, &mut read] {
                list.sort_by_key(|one| (one.owner.clone(), one.key, one.trusted));
            }
            prop_assert_eq!(read, said);
        }
    }
}
