use super::*;

fn read(xml: &str) -> Option<Presence> {
    Presence::parse(&xml.parse::<Element>().unwrap())
}

#[test]
fn a_presence_is_read_with_its_extensions() {
    let presence = read(
        "<presence xmlns='jabber:client' from='bob@example.org/phone'><show>dnd</show>\
         <status xml:lang='de'>Arbeit</status><status> Work </status><priority>-5</priority>\
         <nick xmlns='http://jabber.org/protocol/nick'>Bobby</nick>\
         <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://client.example/' ver='abc='/>\
         <c xmlns='urn:xmpp:caps'><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>def=</hash></c>\
         <x xmlns='vcard-temp:x:update'><photo>01b87fcd030b72895ff8e88db57ec525450f000d</photo></x>\
         <delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:01Z'/></presence>",
    )
    .unwrap();
    assert_eq!((presence.kind, presence.show, presence.priority), (Kind::Available, Some(Show::DoNotDisturb), -5));
    assert_eq!((presence.status.as_deref(), presence.nick.as_deref()), (Some("Work"), Some("Bobby")));
    assert_eq!(presence.caps.unwrap().ver, "abc=");
    assert_eq!(presence.caps2.unwrap().hashes[0].algo, "sha-256");
    assert_eq!(presence.photo, Some(Photo::Hash("01b87fcd030b72895ff8e88db57ec525450f000d".to_owned())));
    assert_eq!(presence.delay.unwrap().stamp, 1_000_000);
}

#[test]
fn odd_values_count_as_none() {
    let presence = read(
        "<presence xmlns='jabber:client' from='bob@example.org/phone'><show>bored</show><priority>1000</priority>\
         <c xmlns='http://jabber.org/protocol/caps'/><c xmlns='urn:xmpp:caps'/><x xmlns='vcard-temp:x:update'/></presence>",
    )
    .unwrap();
    assert_eq!((presence.show, presence.priority), (None, 0));
    assert!(presence.caps.is_none() && presence.caps2.is_none() && presence.photo.is_none());
    assert!(read("<presence xmlns='jabber:client' type='odd'/>").is_none());
    assert!(read("<presence xmlns='jabber:client' from='@'/>").is_none());
}

#[test]
fn subscriptions_are_asked_for_and_answered() {
    assert_eq!(
        directed(Kind::Subscribe, "s1", "bob@example.org", Some("Anna & Co")),
        "<presence xmlns='jabber:client' type='subscribe' id='s1' to='bob@example.org'>\
         <nick xmlns='http://jabber.org/protocol/nick'>Anna &amp; Co</nick></presence>"
    );
    for (kind, name) in Kind::NAMED {
        let xml = directed(kind, "s", "bob@example.org", None);
        assert_eq!(xml, format!("<presence xmlns='jabber:client' type='{name}' id='s' to='bob@example.org'/>"));
        assert_eq!(read(&xml).unwrap().kind, kind);
    }
}

#[test]
fn our_own_presence_is_written() {
    assert_eq!(available(Announcement::default()), "<presence xmlns='jabber:client'/>");
    let announcement = Announcement {
        show: Some(Show::ExtendedAway),
        status: Some("<gone>".to_owned()),
        priority: 10,
        extensions: vec![Tag::new("c", "some:thing")],
    };
    assert_eq!(
        available(announcement),
        "<presence xmlns='jabber:client'><show>xa</show><status>&lt;gone&gt;</status><priority>10</priority>\
         <c xmlns='some:thing'/></presence>"
    );
    assert_eq!(unavailable(), "<presence xmlns='jabber:client' type='unavailable'/>");
}
