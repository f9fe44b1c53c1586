use super::*;
use crate::model::omemo::Version;
use crate::xep::message::Kind;

/// One of each that a sender may say encrypted.
const SAID: &str = "<body>said</body><thread>t1</thread><composing xmlns='http://jabber.org/protocol/chatstates'/>\
    <request xmlns='urn:xmpp:receipts'/><received xmlns='urn:xmpp:receipts' id='1'/>\
    <markable xmlns='urn:xmpp:chat-markers:0'/><displayed xmlns='urn:xmpp:chat-markers:0' id='2'/>\
    <replace xmlns='urn:xmpp:message-correct:0' id='3'/><reply xmlns='urn:xmpp:reply:0' id='4'/>\
    <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>\
    <reactions xmlns='urn:xmpp:reactions:0' id='5'><reaction>🐢</reaction></reactions>\
    <retract xmlns='urn:xmpp:message-retract:1' id='6'/>";

/// One of each that only stands outside.
const OUTER: &str = "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>\
    <delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:03Z'/><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>\
    <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a1'/><store xmlns='urn:xmpp:hints'/>\
    <retracted xmlns='urn:xmpp:message-retract:1'/><x xmlns='http://jabber.org/protocol/muc#user'/>\
    <sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded></sent>\
    <result xmlns='urn:xmpp:mam:2' id='r1'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded>\
    </result>\
    <event xmlns='http://jabber.org/protocol/pubsub#event'><purge node='n'/></event>\
    <encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>\
    <encrypted xmlns='urn:xmpp:omemo:2'><header sid='5'/></encrypted>";

fn element(inner: &str) -> Element {
    let xml =
        format!("<message xmlns='jabber:client' from='bob@example.org/phone' type='chat' id='m1'>{inner}</message>");
    xml.parse().unwrap()
}

fn message(inner: &str) -> Message {
    Message::parse(&element(inner)).unwrap()
}

/// The same as it is read from an envelope, by a message that had nothing else.
fn decrypted(inner: &str) -> Message {
    let mut read = message("");
    read.read_content(element(inner).children());
    read
}

fn says_all(message: &Message) -> bool {
    let ids = [&message.receipt, &message.displayed, &message.replaces, &message.retracts];
    message.body.as_deref() == Some("said")
        && message.thread.as_deref() == Some("t1")
        && message.chat_state == Some(ChatState::Composing)
        && message.receipt_requested
        && message.markable
        && ids.map(Option::as_deref) == [Some("1"), Some("2"), Some("3"), Some("6")]
        && message.reply.as_ref().is_some_and(|reply| reply.id == "4")
        && message.fallbacks.len() == 1
        && message.reactions.as_ref().is_some_and(|reactions| reactions.id == "5")
}

fn says_nothing(message: &Message) -> bool {
    let ids = [&message.receipt, &message.displayed, &message.replaces, &message.retracts];
    message.body.is_none()
        && message.thread.is_none()
        && message.chat_state.is_none()
        && !message.receipt_requested
        && !message.markable
        && ids.iter().all(|id| id.is_none())
        && message.reply.is_none()
        && message.fallbacks.is_empty()
        && message.reactions.is_none()
}

/// How many of what only stands outside there are.
fn outer(message: &Message) -> usize {
    [
        message.error.is_some(),
        !message.delays.is_empty(),
        message.origin_id.is_some(),
        !message.stanza_ids.is_empty(),
        message.hints.store,
        message.tombstone,
        message.muc_user,
        message.carbon.is_some(),
        message.archived.is_some(),
        message.event.is_some(),
        message.encryption_name.is_some(),
        !message.encrypted.is_empty(),
    ]
    .into_iter()
    .filter(|is_there| *is_there)
    .count()
}

#[test]
fn what_a_sender_says_is_read_from_an_envelope_as_from_a_stanza() {
    assert!(says_all(&message(SAID)) && says_all(&decrypted(SAID)));
    let bodies = "<body xml:lang='de'>Guten Tag</body><body>Hello</body><body xmlns='urn:xmpp:sce:1'>none</body>";
    assert_eq!(decrypted(bodies).body.as_deref(), Some("Hello"));
}

#[test]
fn what_is_for_servers_or_by_them_is_not_read_from_an_envelope() {
    assert_eq!(outer(&message(OUTER)), 12);
    let read = decrypted(OUTER);
    assert_eq!(outer(&read), 0);
    assert!(says_nothing(&read));
}

#[test]
fn what_stands_outside_of_an_envelope_is_dropped_but_for_what_belongs_there() {
    let mut read = message(&format!("{SAID}{OUTER}"));
    assert!(says_all(&read));
    read.drop_clear();
    assert!(says_nothing(&read));
    assert_eq!(outer(&read), 12);
    assert_eq!((read.kind, read.id.as_deref()), (Kind::Chat, Some("m1")));
    assert_eq!(read.from.unwrap().as_str(), "bob@example.org/phone");
}

#[test]
fn a_server_adds_nothing_to_an_encrypted_message() {
    let mut read = message(&format!("{SAID}{OUTER}"));
    read.read_content(element("<body>really said</body>").children());
    assert_eq!(read.body.as_deref(), Some("really said"));
    assert!(read.reactions.is_none() && read.retracts.is_none() && read.replaces.is_none());
    assert_eq!(outer(&read), 12);
    read.read_content([]);
    assert!(says_nothing(&read));
}

#[test]
fn an_encrypted_message_has_one_of_each_version_and_the_newer_first() {
    let encrypted = |version: Version, sid: u32| {
        format!("<encrypted xmlns='{}'><header sid='{sid}'/><payload>AAAA</payload></encrypted>", version.namespace())
    };
    let all = [(Version::Legacy, 1), (Version::Omemo2, 2), (Version::Legacy, 3), (Version::Omemo2, 4)];
    let read = message(&all.map(|(version, sid)| encrypted(version, sid)).concat());
    let found: Vec<(Version, u32)> = read.encrypted.iter().map(|one| (one.version, one.sid)).collect();
    assert_eq!(found, [(Version::Omemo2, 2), (Version::Legacy, 1)]);
    assert!(message("<encrypted xmlns='urn:xmpp:omemo:2'/>").encrypted.is_empty());
    let named = message("<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl' name='OMEMO'/>");
    assert_eq!(named.encryption_name.as_deref(), Some("eu.siacs.conversations.axolotl"));
}
