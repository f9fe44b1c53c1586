use jid::BareJid;

use super::*;
use crate::model::ids::{ChatId, OutboxId};
use crate::model::message::{Content, ReplyTo};
use crate::model::omemo::Version;
use crate::model::outbox::OutboxState;
use crate::model::trust::Statement;
use crate::sync::incoming;
use crate::sync::omemo::NoKeys;
use crate::xep::message::Message;

fn sent(payload: Payload) -> String {
    stanza(&item(payload))
}

fn item(payload: Payload) -> OutboxItem {
    OutboxItem {
        id: OutboxId(1),
        chat: ChatId(1),
        to: BareJid::new("bob@example.org").unwrap(),
        stanza_id: "s1".to_owned(),
        message: None,
        payload,
        state: OutboxState::Queued,
    }
}

/// What Bob's device reads.
fn received(xml: &str) -> Content {
    let xml = xml.replacen("<message", "<message from='anna@example.org/pc'", 1);
    let message = Message::parse(&xml.parse().unwrap()).unwrap();
    incoming::live(message, &BareJid::new("bob@example.org").unwrap(), 0, &mut NoKeys).unwrap().arrived.unwrap().content
}

const ASKING: &str = "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>\
                      <active xmlns='http://jabber.org/protocol/chatstates'/></message>";

#[test]
fn a_text_has_its_id_twice_and_asks_for_receipt_and_marker() {
    let xml = sent(Payload::Text { body: "1 < 2\n".to_owned(), reply: None, quoted: None, files: Vec::new() });
    assert_eq!(
        xml,
        format!(
            "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'><body>1 &lt; 2\n</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='s1'/>{ASKING}"
        )
    );
}

#[test]
fn what_xml_cannot_carry_does_not_break_the_stream() {
    let xml =
        sent(Payload::Text { body: "a\0b\u{b}c\u{ffff}]]>".to_owned(), reply: None, quoted: None, files: Vec::new() });
    let expected = "a\u{fffd}b\nc\u{fffd}]]>".to_owned();
    assert!(matches!(received(&xml), Content::Text { body, .. } if body == expected));
}

#[test]
fn an_answer_quotes_for_those_who_do_not_know_answers() {
    let reply = ReplyTo { id: "m7".to_owned(), author: Some("bob@example.org".to_owned()) };
    let quoted = Some("Où?\u{1}\u{b}Hier 👩‍👧\n".to_owned());
    let xml = sent(Payload::Text { body: "Là".to_owned(), reply: Some(reply.clone()), quoted, files: Vec::new() });
    assert_eq!(
        xml,
        format!(
            "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'>\
             <body>&gt; Où?\u{fffd}\n&gt; Hier 👩‍👧\nLà</body><origin-id xmlns='urn:xmpp:sid:0' id='s1'/>\
             <reply xmlns='urn:xmpp:reply:0' to='bob@example.org' id='m7'/>\
             <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='18'/></fallback>{ASKING}"
        )
    );
    assert!(matches!(received(&xml), Content::Text { body, reply: Some(read), .. } if body == "Là" && read == reply));
}

#[test]
fn an_answer_to_nothing_that_can_be_quoted_has_no_fallback() {
    let reply = Some(ReplyTo { id: "m7".to_owned(), author: None });
    let xml = sent(Payload::Text { body: "Yes".to_owned(), reply, quoted: Some(" \n".to_owned()), files: Vec::new() });
    assert_eq!(
        xml,
        format!(
            "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'><body>Yes</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='s1'/><reply xmlns='urn:xmpp:reply:0' id='m7'/>{ASKING}"
        )
    );
}

#[test]
fn a_correction_has_the_new_text_and_names_the_first_version() {
    let xml = sent(Payload::Correction { target: "m1".to_owned(), body: "new".to_owned() });
    assert_eq!(
        xml,
        "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'><body>new</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='s1'/><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>\
         <active xmlns='http://jabber.org/protocol/chatstates'/></message>"
    );
    assert!(matches!(received(&xml), Content::Correction { target, body } if target == "m1" && body == "new"));
}

#[test]
fn a_retraction_has_a_body_that_is_marked_as_none() {
    let xml = sent(Payload::Retraction { target: "m1".to_owned() });
    assert_eq!(
        xml,
        "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'>\
         <body>This message was taken back, but your app cannot remove it.</body>\
         <retract xmlns='urn:xmpp:message-retract:1' id='m1'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'><body/></fallback>\
         <origin-id xmlns='urn:xmpp:sid:0' id='s1'/><store xmlns='urn:xmpp:hints'/></message>"
    );
    assert!(matches!(received(&xml), Content::Retraction { target } if target == "m1"));
}

#[test]
fn reactions_are_kept_without_a_body() {
    let emojis = vec!["🐢".to_owned(), "❤️".to_owned()];
    let xml = sent(Payload::Reactions { target: "m1".to_owned(), emojis: emojis.clone() });
    assert_eq!(
        xml,
        "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'>\
         <reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction>🐢</reaction><reaction>❤️</reaction></reactions>\
         <origin-id xmlns='urn:xmpp:sid:0' id='s1'/><store xmlns='urn:xmpp:hints'/></message>"
    );
    assert!(matches!(received(&xml), Content::Reactions { emojis: read, .. } if read == emojis));
    let none = sent(Payload::Reactions { target: "m1".to_owned(), emojis: Vec::new() });
    assert!(matches!(received(&none), Content::Reactions { emojis, .. } if emojis.is_empty()));
}

#[test]
fn receipts_and_markers_reach_the_archive_and_ask_for_nothing() {
    let xml = sent(Payload::Receipt { target: "m1".to_owned() });
    assert_eq!(
        xml,
        "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'>\
         <received xmlns='urn:xmpp:receipts' id='m1'/><store xmlns='urn:xmpp:hints'/></message>"
    );
    let xml = sent(Payload::Displayed { target: "m1".to_owned() });
    assert_eq!(
        xml,
        "<message xmlns='jabber:client' type='chat' id='s1' to='bob@example.org'>\
         <displayed xmlns='urn:xmpp:chat-markers:0' id='m1'/><store xmlns='urn:xmpp:hints'/></message>"
    );
}

#[test]
fn typing_is_told_and_not_kept() {
    let bob = BareJid::new("bob@example.org").unwrap();
    assert_eq!(
        typing(&bob, true),
        "<message xmlns='jabber:client' type='chat' to='bob@example.org'>\
         <composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/></message>"
    );
    assert!(typing(&bob, false).contains("<paused xmlns='http://jabber.org/protocol/chatstates'/>"));
}

/// Every kind of item, each with a word that nobody else may read.
fn secrets() -> Vec<Payload> {
    let reply = Some(ReplyTo { id: "m7".into(), author: Some("bob@example.org".into()) });
    vec![
        Payload::Text { body: "walrus".into(), reply, quoted: Some("walrus".into()), files: Vec::new() },
        Payload::Correction { target: "m1".into(), body: "walrus".into() },
        Payload::Retraction { target: "m1".into() },
        Payload::Reactions { target: "m1".into(), emojis: vec!["🦭".into()] },
        Payload::Receipt { target: "m1".into() },
        Payload::Displayed { target: "m1".into() },
    ]
}

#[test]
fn no_word_stands_outside_of_what_is_encrypted() {
    for payload in secrets() {
        for version in Version::ALL {
            let element = Encrypted { version, sid: 5, keys: Vec::new(), iv: Vec::new(), payload: Some(vec![7]) };
            let xml = encrypted(&item(payload.clone()), &[element], version == Version::Legacy);
            for word in ["walrus", "🦭"] {
                assert!(!xml.contains(word), "{xml}");
            }
            assert!(xml.contains("<encryption xmlns='urn:xmpp:eme:0'") && xml.contains("id='s1'"), "{xml}");
        }
    }
}

#[test]
fn omemo_2_hides_what_a_stanza_does_and_legacy_says_it_outside() {
    for payload in secrets() {
        let element = |version| Encrypted { version, sid: 5, keys: Vec::new(), iv: Vec::new(), payload: Some(vec![7]) };
        let hidden = encrypted(&item(payload.clone()), &[element(Version::Omemo2)], false);
        assert!(!hidden.contains("m1") && !hidden.contains("m7") && !hidden.contains("urn:xmpp:receipts"), "{hidden}");
        let inside: String = content(&item(payload.clone())).iter().map(ToString::to_string).collect();
        let in_clear = received(&format!("<message xmlns='jabber:client' type='chat' id='s1'>{inside}</message>"));
        assert!(in_clear == received(&sent(payload.clone())), "the envelope says the same as the stanza in clear");
        let outside = encrypted(&item(payload), &[element(Version::Legacy)], true);
        assert!(outside.contains("m1") || outside.contains("m7"), "{outside}");
    }
}

#[test]
fn a_reaction_is_a_reply_for_those_who_cannot_be_told_in_secret() {
    let reaction = item(Payload::Reactions { target: "m1".into(), emojis: vec!["🦭".into(), "🎉".into()] });
    assert_eq!(legacy_body(&reaction).as_deref(), Some("🦭 🎉"));
    let taken_back = item(Payload::Reactions { target: "m1".into(), emojis: Vec::new() });
    assert_eq!(legacy_body(&taken_back), None);
}

#[test]
fn decisions_on_keys_stand_in_envelopes_and_never_outside() {
    let owner = BareJid::new("carol@example.org").unwrap();
    let said = vec![Statement { owner, key: [7; 32], trusted: true }];
    let item = item(Payload::Trust { said });
    let inside = content(&item).into_iter().map(|tag| tag.to_string()).collect::<String>();
    assert!(inside.contains("<trust-message") && inside.contains("carol@example.org"));
    assert_eq!(legacy_body(&item), None);
    for outside in [stanza(&item), encrypted(&item, &[], false), encrypted(&item, &[], true)] {
        assert!(!outside.contains("trust") && !outside.contains("carol"), "{outside}");
        assert!(outside.contains("<store xmlns='urn:xmpp:hints'/>"), "{outside}");
    }
}
