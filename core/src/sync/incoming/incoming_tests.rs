use super::*;
use crate::model::omemo::Sealed;
use crate::sync::omemo::NoKeys;

const NOW: Micros = 1_000_000_000_000;

fn anna() -> BareJid {
    BareJid::new("anna@example.org").unwrap()
}

fn parse(xml: &str) -> Message {
    Message::parse(&xml.parse().unwrap()).unwrap()
}

/// What Anna's device makes of a stanza in its stream.
fn comes(xml: &str) -> Option<Incoming> {
    live(parse(xml), &anna(), NOW, &mut NoKeys)
}

fn from_bob(inner: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@example.net/phone' to='anna@example.org/pc' type='chat' id='m1'>{inner}\
         </message>"
    )
}

fn bob_says(inner: &str) -> Arrived {
    comes(&from_bob(inner)).unwrap().arrived.unwrap()
}

fn carbon_of(direction: &str, by: &str, message: &str) -> Option<Incoming> {
    comes(&format!(
        "<message xmlns='jabber:client' from='{by}' to='anna@example.org/pc'><{direction} xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{message}</forwarded></{direction}></message>"
    ))
}

fn text(arrived: &Arrived) -> &str {
    match &arrived.content {
        Content::Text { body, .. } => body,
        _ => panic!("not a text"),
    }
}

#[test]
fn a_live_message_becomes_a_text_with_its_ids() {
    let arrived = bob_says(
        "<body>Hi</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='bob@example.net' id='wrong'/>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/><markable xmlns='urn:xmpp:chat-markers:0'/>",
    );
    assert_eq!(
        (arrived.chat.to_string().as_str(), arrived.from.as_str()),
        ("bob@example.net", "bob@example.net/phone")
    );
    assert_eq!((arrived.outgoing, arrived.way, arrived.time, arrived.markable), (false, Way::Live, NOW, true));
    let ids = Ids { stanza: Some("m1".into()), origin: Some("o1".into()), archive: Some("a1".into()) };
    assert_eq!((text(&arrived), &arrived.ids), ("Hi", &ids));
}

#[test]
fn a_message_that_says_nothing_is_not_stored_unless_the_archive_has_it() {
    assert!(comes(&from_bob("<x xmlns='who:knows'/>")).unwrap().arrived.is_none());
    assert!(comes(&from_bob("<body> \n</body>")).unwrap().arrived.is_none());
    let arrived = bob_says("<stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/>");
    assert!(arrived.content == Content::Nothing && arrived.ids.archive.as_deref() == Some("a1"));
}

#[test]
fn only_our_own_server_says_that_a_message_is_late() {
    let late = |from: &str| {
        bob_says(&format!("<body>x</body><delay xmlns='urn:xmpp:delay' {from} stamp='1970-01-01T00:00:07Z'/>"))
    };
    for from in ["from='example.org'", "from='anna@example.org'", ""] {
        assert_eq!((late(from).way, late(from).time), (Way::Offline, 7_000_000), "{from}");
    }
    for from in ["from='bob@example.net'", "from='anna@example.org/pc'", "from='example.net'"] {
        assert_eq!((late(from).way, late(from).time), (Way::Live, NOW), "{from}");
    }
    let future =
        bob_says("<body>x</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='2999-01-01T00:00:00Z'/>");
    assert_eq!((future.way, future.time), (Way::Offline, NOW));
}

#[test]
fn carbons_of_both_directions_are_messages_of_the_chat() {
    let sent = "<message xmlns='jabber:client' from='anna@example.org/phone' to='bob@example.net/x' type='chat' id='c1'>\
                <body>From my phone</body><stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/></message>";
    let incoming = carbon_of("sent", "anna@example.org", sent).unwrap();
    let arrived = incoming.arrived.unwrap();
    assert_eq!(
        (arrived.chat.to_string().as_str(), arrived.outgoing, arrived.way),
        ("bob@example.net", true, Way::Carbon)
    );
    assert_eq!((text(&arrived), arrived.ids.archive.as_deref()), ("From my phone", Some("a1")));

    let received = from_bob("<body>To your phone</body><request xmlns='urn:xmpp:receipts'/>");
    let incoming = carbon_of("received", "anna@example.org", &received).unwrap();
    assert!(incoming.receipt.is_none(), "the other device gives the receipt");
    let arrived = incoming.arrived.unwrap();
    assert_eq!((arrived.chat.to_string().as_str(), arrived.outgoing), ("bob@example.net", false));
    assert_eq!((text(&arrived), arrived.time), ("To your phone", NOW));
}

#[test]
fn a_carbon_that_comes_late_has_the_time_of_its_message() {
    let inside =
        from_bob("<body>x</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:07Z'/>");
    let arrived = carbon_of("received", "anna@example.org", &inside).unwrap().arrived.unwrap();
    assert_eq!((arrived.way, arrived.time), (Way::Carbon, 7_000_000));
    let beside = format!("<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:09Z'/>{}", from_bob("<body>x</body>"));
    let arrived = carbon_of("received", "anna@example.org", &beside).unwrap().arrived.unwrap();
    assert_eq!((arrived.way, arrived.time), (Way::Carbon, 9_000_000));
}

#[test]
fn forged_carbons_are_nobodys() {
    let sent = "<message xmlns='jabber:client' from='anna@example.org/phone' to='bob@example.net' type='chat' id='c1'>\
                <body>I owe you 100</body></message>";
    for by in ["bob@example.net/phone", "bob@example.net", "anna@example.org/phone", "example.org", "anna@example.net"]
    {
        assert!(carbon_of("sent", by, sent).is_none(), "{by}");
        assert!(carbon_of("received", by, &from_bob("<body>x</body>")).is_none(), "{by}");
    }
    // From our own account, but what it says contradicts itself.
    assert!(carbon_of("received", "anna@example.org", sent).is_none());
    assert!(carbon_of("sent", "anna@example.org", &from_bob("<body>x</body>")).is_none());
}

#[test]
fn a_body_beside_a_forged_carbon_is_not_shown_either() {
    let xml = from_bob(
        "<body>look</body><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
                        <message xmlns='jabber:client' from='eve@example.net'><body>x</body></message></forwarded>\
                        </received>",
    );
    assert!(comes(&xml).is_none());
}

#[test]
fn an_archive_result_in_the_stream_is_for_who_asked() {
    let result = "<result xmlns='urn:xmpp:mam:2' queryid='q' id='a1'><forwarded xmlns='urn:xmpp:forward:0'>\
                  <message xmlns='jabber:client' from='bob@example.net'><body>x</body></message></forwarded></result>";
    assert!(comes(&from_bob(result)).is_none());
    let own =
        format!("<message xmlns='jabber:client' from='anna@example.org' to='anna@example.org/pc'>{result}</message>");
    assert!(comes(&own).is_none());
    assert_eq!(parse(&own).archived.unwrap().queryid.as_deref(), Some("q"));
}

#[test]
fn an_archived_message_has_the_archives_id_and_time() {
    let delay = Delay { from: None, stamp: 5_000_000 };
    let xml = from_bob(
        "<body>Hi</body><request xmlns='urn:xmpp:receipts'/><composing xmlns='http://jabber.org/protocol/chatstates'/>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='other'/>\
         <delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:01Z'/>",
    );
    let incoming = archived(&mut parse(&xml), "a1", Some(&delay), &anna(), NOW, &mut NoKeys);
    assert!(incoming.typing.is_none());
    assert_eq!(incoming.receipt.as_deref(), Some("m1"));
    let arrived = incoming.arrived.unwrap();
    assert_eq!((arrived.way, arrived.time, arrived.ids.archive.as_deref()), (Way::Archive, 5_000_000, Some("a1")));

    let own = "<message xmlns='jabber:client' from='anna@example.org/phone' to='bob@example.net' type='chat' id='m2'>\
               <body>Hi yourself</body></message>";
    let arrived = archived(&mut parse(own), "a2", None, &anna(), NOW, &mut NoKeys).arrived.unwrap();
    assert_eq!((arrived.chat.to_string().as_str(), arrived.outgoing, arrived.time), ("bob@example.net", true, NOW));
    let nothing = archived(&mut parse(&from_bob("")), "a3", Some(&delay), &anna(), NOW, &mut NoKeys).arrived.unwrap();
    assert!(nothing.content == Content::Nothing);
}

#[test]
fn a_note_to_oneself_is_outgoing_by_every_way() {
    let note = "<message xmlns='jabber:client' from='anna@example.org/phone' to='anna@example.org' type='chat' id='n1'>\
                <body>milk</body><request xmlns='urn:xmpp:receipts'/></message>";
    let incoming = comes(note).unwrap();
    assert!(incoming.receipt.is_none() && incoming.typing.is_none());
    for arrived in [
        incoming.arrived.unwrap(),
        carbon_of("sent", "anna@example.org", note).unwrap().arrived.unwrap(),
        carbon_of("received", "anna@example.org", note).unwrap().arrived.unwrap(),
        archived(&mut parse(note), "a1", None, &anna(), NOW, &mut NoKeys).arrived.unwrap(),
    ] {
        assert_eq!((arrived.chat, arrived.outgoing), (anna(), true));
        assert_eq!(arrived.ids.stanza.as_deref(), Some("n1"));
    }
}

#[test]
fn group_chats_and_notices_are_not_chats_with_one_person() {
    let kind = |kind: &str, inner: &str| from_bob(inner).replacen("type='chat'", &format!("type='{kind}'"), 1);
    assert!(comes(&kind("groupchat", "<body>x</body>")).unwrap().arrived.is_none());
    assert!(comes(&kind("headline", "<body>x</body>")).unwrap().arrived.is_none());
    let private = "<body>x</body><x xmlns='http://jabber.org/protocol/muc#user'/>";
    let incoming = comes(&from_bob(private)).unwrap();
    assert!(incoming.arrived.is_none() && incoming.typing.is_none());
    assert!(comes(&kind("normal", "<body>x</body>")).unwrap().arrived.is_some());
    assert!(archived(&mut parse(&from_bob(private)), "a1", None, &anna(), NOW, &mut NoKeys).arrived.is_none());
}

#[test]
fn an_error_says_why_a_message_came_back() {
    let error = |inner: &str| {
        let xml = from_bob(&format!("<body>what I sent</body><error type='cancel'>{inner}</error>"));
        match comes(&xml.replacen("type='chat'", "type='error'", 1)).unwrap().arrived.unwrap().content {
            Content::Error { target, reason } if target == "m1" => reason,
            _ => panic!("not an error"),
        }
    };
    let condition = |name: &str| error(&format!("<{name} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"));
    assert_eq!(condition("item-not-found"), FailureReason::NoSuchAddress);
    assert_eq!(condition("remote-server-not-found"), FailureReason::ServerUnreachable);
    assert_eq!(condition("not-acceptable"), FailureReason::Blocked);
    assert_eq!(condition("policy-violation"), FailureReason::NotAllowed);
    assert_eq!(condition("service-unavailable"), FailureReason::Refused);
    assert_eq!(condition("invented"), FailureReason::Refused);
    assert_eq!(error(""), FailureReason::Refused);
    assert_eq!(error("<stanza-too-big xmlns='urn:xmpp:errors'/>"), FailureReason::TooLarge);
}

#[test]
fn an_error_belongs_to_its_senders_chat_also_when_it_is_our_own() {
    let note = "<message xmlns='jabber:client' from='anna@example.org' to='anna@example.org/pc' type='error' id='n1'/>";
    let arrived = comes(note).unwrap().arrived.unwrap();
    assert_eq!((arrived.chat, arrived.outgoing), (anna(), false));
    let ours =
        "<message xmlns='jabber:client' from='anna@example.org/phone' to='bob@example.net' type='error' id='m1'/>";
    assert!(carbon_of("sent", "anna@example.org", ours).unwrap().arrived.is_none());
    let nameless = from_bob("").replacen("type='chat' id='m1'", "type='error'", 1);
    assert!(comes(&nameless).unwrap().arrived.is_none());
}

#[test]
fn a_correction_replaces_the_text_alone() {
    let arrived = bob_says(
        "<body>&gt; Hi\nnew</body><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>\
         <reply xmlns='urn:xmpp:reply:0' id='q1'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback>",
    );
    assert!(matches!(arrived.content, Content::Correction { target, body } if target == "m0" && body == "new"));
    let empty = comes(&from_bob("<body/><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>"));
    assert!(empty.unwrap().arrived.is_none(), "nothing is no correction");
}

#[test]
fn an_answer_comes_without_its_quotation() {
    let arrived = bob_says(
        "<body>&gt; Grüße 👩‍👧\nDanke</body><reply xmlns='urn:xmpp:reply:0' to='anna@example.org/pc' id='q1'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='12'/></fallback>",
    );
    let to = ReplyTo { id: "q1".to_owned(), author: Some("anna@example.org".to_owned()) };
    assert!(
        matches!(arrived.content, Content::Text { body, reply: Some(reply), .. } if body == "Danke" && reply == to)
    );
}

#[test]
fn reactions_and_retractions_ignore_the_body_for_others() {
    let arrived = bob_says(
        "<body>Bob reacted</body><reactions xmlns='urn:xmpp:reactions:0' id='m0'><reaction>🐢</reaction></reactions>",
    );
    assert!(matches!(arrived.content, Content::Reactions { target, emojis } if target == "m0" && emojis == ["🐢"]));
    let arrived = bob_says(
        "<body>Bob took it back</body><retract xmlns='urn:xmpp:message-retract:1' id='m0'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'><body/></fallback>",
    );
    assert!(matches!(arrived.content, Content::Retraction { target } if target == "m0"));
}

#[test]
fn a_tombstone_takes_back_the_message_whose_place_it_has() {
    let xml = from_bob("<retracted xmlns='urn:xmpp:message-retract:1' stamp='2026-01-01T00:00:00Z' id='r1'/>");
    let arrived = archived(&mut parse(&xml), "a1", None, &anna(), NOW, &mut NoKeys).arrived.unwrap();
    assert!(arrived.content == Content::Retraction { target: "m1".to_owned() });
    assert_eq!(arrived.ids, Ids::default(), "it must not pass for the message itself");
}

#[test]
fn receipts_and_markers_are_the_senders() {
    let arrived = bob_says("<received xmlns='urn:xmpp:receipts' id='m0'/>");
    assert!(
        arrived.content == Content::Receipt { target: "m0".to_owned() } && arrived.chat.as_str() == "bob@example.net"
    );
    let arrived = bob_says("<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>");
    assert!(arrived.content == Content::Displayed { target: "m0".to_owned() } && !arrived.outgoing);

    let ours = |inner: &str| {
        format!(
            "<message xmlns='jabber:client' from='anna@example.org/phone' to='bob@example.net' id='r1'>{inner}</message>"
        )
    };
    let seen = ours("<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>");
    let arrived = carbon_of("sent", "anna@example.org", &seen).unwrap().arrived.unwrap();
    assert!(arrived.outgoing && arrived.content == Content::Displayed { target: "m0".to_owned() });
    let given = ours("<received xmlns='urn:xmpp:receipts' id='m0'/>");
    let arrived = carbon_of("sent", "anna@example.org", &given).unwrap().arrived.unwrap();
    assert!(arrived.outgoing && arrived.content == Content::Receipt { target: "m0".to_owned() });
}

#[test]
fn a_receipt_is_owed_for_texts_of_others() {
    let owed = |xml: &str| comes(xml).unwrap().receipt;
    let request = "<request xmlns='urn:xmpp:receipts'/>";
    assert_eq!(owed(&from_bob(&format!("<body>x</body>{request}"))).as_deref(), Some("m1"));
    assert_eq!(owed(&from_bob(request)), None);
    assert_eq!(owed(&from_bob("<body>x</body>")), None);
    let nameless = from_bob(&format!("<body>x</body>{request}")).replacen(" id='m1'", "", 1);
    assert_eq!(owed(&nameless), None);
    let error = from_bob(&format!("<body>x</body>{request}")).replacen("type='chat'", "type='error'", 1);
    assert_eq!(owed(&error), None);
}

#[test]
fn typing_begins_and_ends() {
    let typing = |inner: &str| comes(&from_bob(inner)).unwrap().typing.map(|(from, on)| (from.to_string(), on));
    let bob = |on| Some(("bob@example.net/phone".to_owned(), on));
    assert_eq!(typing("<composing xmlns='http://jabber.org/protocol/chatstates'/>"), bob(true));
    for state in ["active", "paused", "inactive", "gone"] {
        assert_eq!(typing(&format!("<{state} xmlns='http://jabber.org/protocol/chatstates'/>")), bob(false));
    }
    assert_eq!(typing("<body>done</body>"), bob(false));
    assert_eq!(typing("<received xmlns='urn:xmpp:receipts' id='m0'/>"), None);
    let late = "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:07Z'/>";
    assert_eq!(typing(&format!("<composing xmlns='http://jabber.org/protocol/chatstates'/>{late}")), None);
}

#[test]
fn an_encrypted_message_that_cannot_be_read_says_so_and_one_without_words_says_nothing() {
    let encrypted =
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><iv>AAAA</iv></header></encrypted>";
    let with_words = encrypted.replace("</encrypted>", "<payload>AAAA</payload></encrypted>");
    let arrived = bob_says(&format!("<body>I sent you an encrypted message</body>{with_words}"));
    assert!(arrived.content == Content::Sealed { reason: Sealed::NotForThisDevice });
    assert_eq!((arrived.encryption, arrived.sender), (Encryption::Omemo, None));
    // In omemo:2 anything may be encrypted; what is for people has a body for those who cannot read it.
    let newer = "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/><payload>AAAA</payload></encrypted>";
    assert!(comes(&from_bob(newer)).unwrap().arrived.is_none());
    assert!(bob_says(&format!("<body>An encrypted message</body>{newer}")).content != Content::Nothing);
    assert!(comes(&from_bob(encrypted)).unwrap().arrived.is_none());
    let arrived = archived(&mut parse(&from_bob(encrypted)), "a1", None, &anna(), NOW, &mut NoKeys).arrived.unwrap();
    assert!(arrived.content == Content::Nothing);
}

#[test]
fn an_encrypted_message_that_came_back_says_why() {
    let xml = "<message xmlns='jabber:client' type='error' from='bob@example.org' to='anna@example.org/phone' id='s1'>\
               <encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/><payload>AAAA</payload></encrypted>\
               <body>encrypted</body><error type='cancel'>\
               <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    let content = comes(xml).unwrap().arrived.unwrap().content;
    assert!(content == Content::Error { target: "s1".into(), reason: FailureReason::NoSuchAddress });
}

#[test]
fn a_message_without_a_sender_is_our_own_accounts() {
    let xml = "<message xmlns='jabber:client' id='s1'><body>Welcome</body></message>";
    let arrived = comes(xml).unwrap().arrived.unwrap();
    assert_eq!((arrived.chat, arrived.outgoing), (anna(), true));
}
