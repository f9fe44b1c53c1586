use proptest::prelude::*;

use super::*;
use crate::xep::element::MAX_DEPTH;
use crate::xep::message::Message;

fn anna() -> BareJid {
    BareJid::new("anna@example.org").unwrap()
}

fn body(text: &str) -> Tag {
    Tag::new("body", ns::CLIENT).text(text)
}

fn read(inner: &str) -> Option<Envelope> {
    Envelope::parse(format!("<envelope xmlns='urn:xmpp:sce:1'>{inner}</envelope>").as_bytes())
}

#[test]
fn an_envelope_is_read_as_it_is_written() {
    let reply = Tag::new("reply", ns::REPLY).attr("id", "q1");
    let xml = write([body("Salut & <hi>"), reply], &anna(), 1_000_000, "x9");
    assert_eq!(
        xml,
        "<envelope xmlns='urn:xmpp:sce:1'><content><body xmlns='jabber:client'>Salut &amp; &lt;hi&gt;</body>\
         <reply xmlns='urn:xmpp:reply:0' id='q1'/></content><rpad>x9</rpad><from jid='anna@example.org'/>\
         <time stamp='1970-01-01T00:00:01Z'/></envelope>"
    );
    let envelope = Envelope::parse(xml.as_bytes()).unwrap();
    assert_eq!(envelope.from, Some(Jid::from(anna())));
    assert_eq!((envelope.to, envelope.time), (None, Some(1_000_000)));
    let mut message = Message::default();
    message.read_content(&envelope.content);
    assert_eq!((message.body.as_deref(), message.reply.unwrap().id.as_str()), (Some("Salut & <hi>"), "q1"));
}

#[test]
fn other_clients_write_envelopes_in_other_ways() {
    let order = read(
        "<rpad>C1DHN9HK-9A25tSmwK4hU!Jji9%GKYK^syIlHJT9TnI4</rpad><time stamp='2004-01-25T06:05:00+01:00'/>\
         <to jid='missioncontrol@houston.nasa.example'/><from jid='opportunity@mars.example/wheel'/><odd xmlns='other'/>\
         <content/>",
    )
    .unwrap();
    assert_eq!(order.to, Some(Jid::new("missioncontrol@houston.nasa.example").unwrap()));
    assert_eq!(order.from, Some(Jid::new("opportunity@mars.example/wheel").unwrap()));
    assert_eq!((order.time, order.content.len()), (Some(1_075_007_100_000_000), 0));
    let bare = read(&format!("<content/><time/><rpad>{}</rpad>", "x".repeat(5000))).unwrap();
    assert!(bare.from.is_none() && bare.to.is_none() && bare.time.is_none());
    let prefixed = "\u{feff}<?xml version='1.0' encoding='utf-8'?>\n<e:envelope xmlns:e='urn:xmpp:sce:1' \
                    xmlns:c='jabber:client'><e:content><c:body>&#128077;</c:body></e:content></e:envelope>\n";
    let content = Envelope::parse(prefixed.as_bytes()).unwrap().content;
    assert!(content[0].is("body", ns::CLIENT) && content[0].text() == "👍");
}

#[test]
fn what_is_no_envelope_is_none() {
    let empty = "<envelope xmlns='urn:xmpp:sce:1'><content/></envelope>";
    assert!(Envelope::parse(empty.as_bytes()).is_some());
    for xml in [
        "",
        "hello",
        "<?xml version='1.0'",
        "<envelope xmlns='urn:xmpp:sce:1'/>",
        "<envelope xmlns='urn:xmpp:sce:1'><content xmlns='other'/></envelope>",
        "<envelope xmlns='urn:xmpp:sce:0'><content/></envelope>",
        "<content xmlns='urn:xmpp:sce:1'/>",
        "<envelope xmlns='urn:xmpp:sce:1'><content></envelope>",
        "<!DOCTYPE x><envelope xmlns='urn:xmpp:sce:1'><content/></envelope>",
    ] {
        assert!(Envelope::parse(xml.as_bytes()).is_none(), "{xml}");
    }
    assert!(Envelope::parse(&[empty.as_bytes(), empty.as_bytes()].concat()).is_none());
    assert!(Envelope::parse(&[empty.as_bytes(), b"\xff"].concat()).is_none());
}

#[test]
fn a_sender_who_can_be_nobody_does_not_pass_for_none() {
    for affix in ["<from/>", "<from jid='@'/>", "<to jid=''/>", "<to jid='a b@example.org'/>"] {
        assert!(read(&format!("<content/>{affix}")).is_none(), "{affix}");
    }
}

#[test]
fn an_envelope_has_limits() {
    let within = |length: usize| read(&format!("<content/><rpad>{}</rpad>", "x".repeat(length))).is_some();
    assert!(within(LARGEST - 1000) && !within(LARGEST));
    let many = |number: usize| read(&format!("<content>{}</content>", "<a/>".repeat(number))).is_some();
    assert!(many(MOST_TAGS - 10) && !many(MOST_TAGS));
    let deep =
        |depth: usize| read(&format!("<content>{}{}</content>", "<a>".repeat(depth), "</a>".repeat(depth))).is_some();
    assert!(deep(MAX_DEPTH - 2) && !deep(MAX_DEPTH - 1));
}

#[test]
fn lengths_of_short_messages_are_alike() {
    let lengths: std::collections::BTreeSet<usize> =
        (0..100).map(|length| whole(&"x".repeat(length), 0).len()).collect();
    assert!(lengths.len() <= 2, "{lengths:?}");
}

/// An envelope with the padding that it is to have.
fn whole(text: &str, chance: u8) -> String {
    let length = padding(write([body(text)], &anna(), 0, "").len(), chance);
    assert!((1..=MOST_PADDING).contains(&length));
    write([body(text)], &anna(), 0, &random_text(&vec![chance; length]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(text in "\\PC{0,300}", time in -60_000_000_000_000_000..250_000_000_000_000_000i64, chance: u8) {
        let xml = write([body(&text)], &anna(), time, &random_text(&[chance; 40]));
        let envelope = Envelope::parse(xml.as_bytes()).unwrap();
        prop_assert_eq!(envelope.content[0].text(), text);
        prop_assert_eq!((envelope.from, envelope.time), (Some(Jid::from(anna())), Some(time)));
    }

    #[test]
    fn padded_lengths_are_whole_blocks(text in "\\PC{0,300}", chance: u8) {
        prop_assert_eq!(whole(&text, chance).len() % BLOCK, 16 * usize::from(chance % 4));
    }

    #[test]
    fn whatever_was_decrypted_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Envelope::parse(&bytes).is_none());
    }
}
