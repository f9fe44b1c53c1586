use super::*;
use crate::xep::fallback::Part;

fn read(xml: &str) -> Option<Message> {
    Message::parse(&xml.parse::<Element>().unwrap())
}

fn message(inner: &str) -> Message {
    read(&format!(
        "<message xmlns='jabber:client' from='bob@example.org/phone' to='anna@example.org' type='chat' id='m1'>{inner}\
         </message>"
    ))
    .unwrap()
}

#[test]
fn a_message_is_read_with_its_extensions() {
    let message = message(
        "<thread>t1</thread><body>Salut &amp; hi</body><active xmlns='http://jabber.org/protocol/chatstates'/>\
         <origin-id xmlns='urn:xmpp:sid:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/>\
         <request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>\
         <delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:03Z'/><store xmlns='urn:xmpp:hints'/>",
    );
    assert_eq!((message.kind, message.id.as_deref()), (Kind::Chat, Some("m1")));
    assert_eq!(message.from, Some(Jid::new("bob@example.org/phone").unwrap()));
    assert_eq!((message.body.as_deref(), message.thread.as_deref()), (Some("Salut & hi"), Some("t1")));
    assert_eq!((message.origin_id.as_deref(), message.stanza_ids[0].id.as_str()), (Some("o1"), "a1"));
    assert_eq!(message.chat_state, Some(ChatState::Active));
    assert!(message.receipt_requested && message.markable && message.hints.store);
    assert_eq!(message.delays[0].stamp, 3_000_000);
}

#[test]
fn what_a_message_refers_to_is_read() {
    let message = message(
        "<received xmlns='urn:xmpp:receipts' id='1'/><displayed xmlns='urn:xmpp:chat-markers:0' id='2'/>\
         <replace xmlns='urn:xmpp:message-correct:0' id='3'/><reply xmlns='urn:xmpp:reply:0' id='4'/>\
         <reactions xmlns='urn:xmpp:reactions:0' id='5'><reaction>🐢</reaction></reactions>\
         <retract xmlns='urn:xmpp:message-retract:1' id='6'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>",
    );
    assert_eq!((message.receipt.as_deref(), message.displayed.as_deref()), (Some("1"), Some("2")));
    assert_eq!((message.replaces.as_deref(), message.retracts.as_deref()), (Some("3"), Some("6")));
    assert_eq!(message.reply.unwrap().id, "4");
    assert_eq!(message.reactions.unwrap().id, "5");
    assert_eq!(message.fallbacks[0].body, Part::All);
}

#[test]
fn the_body_without_a_language_is_taken_and_else_the_first() {
    let chosen = |inner: &str| message(inner).body.unwrap();
    assert_eq!(chosen("<body xml:lang='de'>Guten Tag</body><body>Hello</body><body>Again</body>"), "Hello");
    assert_eq!(chosen("<body xml:lang='de'>Guten Tag</body><body xml:lang='fr'>Bonjour</body>"), "Guten Tag");
    assert_eq!(chosen("<body>\n two\tlines \n</body>"), "\n two\tlines \n");
    assert!(message("<body xmlns='http://www.w3.org/1999/xhtml'>styled</body>").body.is_none());
}

#[test]
fn malformed_extensions_sink_nothing() {
    let message = message(
        "<body>still here</body><delay xmlns='urn:xmpp:delay' stamp='never'/><reply xmlns='urn:xmpp:reply:0'/>\
         <received xmlns='urn:xmpp:receipts'/><replace xmlns='urn:xmpp:message-correct:0'/><x xmlns='who:knows'/>\
         <reactions xmlns='urn:xmpp:reactions:0'/><sent xmlns='urn:xmpp:carbons:2'/><result xmlns='urn:xmpp:mam:2'/>\
         <event xmlns='http://jabber.org/protocol/pubsub#event'/><retract xmlns='urn:xmpp:message-retract:1'/>",
    );
    assert_eq!(message.text().as_deref(), Some("still here"));
    assert!(message.delays.is_empty() && message.reply.is_none() && message.receipt.is_none());
    assert!(message.replaces.is_none() && message.reactions.is_none() && message.retracts.is_none());
    assert!(message.carbon.is_none() && message.archived.is_none() && message.event.is_none());
}

#[test]
fn a_message_of_nobody_is_none() {
    assert!(read("<message xmlns='jabber:client' from='@'><body>x</body></message>").is_none());
    assert!(read("<message xmlns='jabber:client' from=''><body>x</body></message>").is_none());
    assert!(read("<message xmlns='jabber:client' to='a@b@c@'><body>x</body></message>").is_none());
    assert!(read("<presence xmlns='jabber:client'/>").is_none());
    assert!(read("<message xmlns='jabber:server'/>").is_none());
    assert!(read("<message xmlns='jabber:client'/>").unwrap().from.is_none());
}

#[test]
fn an_unknown_type_is_a_normal_message() {
    assert_eq!(read("<message xmlns='jabber:client' type='letter'/>").unwrap().kind, Kind::Normal);
    assert_eq!(read("<message xmlns='jabber:client' type='groupchat'/>").unwrap().kind, Kind::Groupchat);
}

#[test]
fn the_quotation_of_a_reply_is_taken_from_its_text() {
    let fallback = "<body>&gt; Grüße\nDanke 👍</body>\
                    <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>";
    let reply = "<reply xmlns='urn:xmpp:reply:0' to='anna@example.org' id='q1'/>";
    assert_eq!(message(&format!("{fallback}{reply}")).text().as_deref(), Some("Danke 👍"));
    assert_eq!(message(fallback).text().as_deref(), Some("> Grüße\nDanke 👍"), "not an answer at all");
    let other = fallback.replace("urn:xmpp:reply:0", "some:thing");
    assert_eq!(message(&format!("{other}{reply}")).text().as_deref(), Some("> Grüße\nDanke 👍"));
}

#[test]
fn repeated_extensions_are_bounded() {
    let many = |xml: &str| xml.repeat(5000);
    let message = message(
        &[
            many("<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:03Z'/>"),
            many("<stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/>"),
            many("<fallback xmlns='urn:xmpp:fallback:0'/>"),
        ]
        .concat(),
    );
    assert_eq!(message.delays.len(), delay::MOST);
    assert_eq!(message.stanza_ids.len(), stanza_id::MOST);
    assert_eq!(message.fallbacks.len(), fallback::MOST);
}

#[test]
fn a_copy_in_a_copy_is_not_read() {
    let copy = "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
                <message xmlns='jabber:client'>INNER</message></forwarded></received>";
    let message = message(&copy.replace("INNER", &copy.replace("INNER", "<body>deep</body>")));
    assert!(message.carbon.unwrap().message.carbon.is_none());
}
