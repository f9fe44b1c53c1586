use super::*;

fn element(xml: &str) -> Element {
    xml.parse::<Element>().unwrap()
}

#[test]
fn a_page_is_asked_for() {
    let query = Query {
        queryid: "q1".to_owned(),
        with: Some(BareJid::new("bob@example.org").unwrap()),
        start: Some(1_000_000),
        end: None,
        page: Page { max: Some(50), after: None, before: Some("id-9".to_owned()) },
        flip: true,
    };
    assert_eq!(
        query.tag().to_string(),
        "<query xmlns='urn:xmpp:mam:2' queryid='q1'><x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>\
         <field var='with'><value>bob@example.org</value></field>\
         <field var='start'><value>1970-01-01T00:00:01Z</value></field></x>\
         <set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before>id-9</before></set><flip-page/></query>"
    );
}

#[test]
fn a_result_has_its_place_even_if_its_message_cannot_be_read() {
    let result = Archived::parse(&element(
        "<result xmlns='urn:xmpp:mam:2' queryid='q1' id='id-1'><forwarded xmlns='urn:xmpp:forward:0'>\
         <delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:05Z'/>\
         <message xmlns='jabber:client' from='bob@example.org/x' to='anna@example.org' type='chat' id='m1'>\
         <body>Good morning</body></message></forwarded></result>",
    ))
    .unwrap();
    assert_eq!((result.queryid.as_deref(), result.id.as_str()), (Some("q1"), "id-1"));
    assert_eq!(result.delay.unwrap().stamp, 5_000_000);
    assert_eq!(result.message.unwrap().body.as_deref(), Some("Good morning"));

    let empty = Archived::parse(&element("<result xmlns='urn:xmpp:mam:2' id='id-2'/>")).unwrap();
    assert!(empty.message.is_none() && empty.delay.is_none());
    let odd = "<result xmlns='urn:xmpp:mam:2' id='id-2'><forwarded xmlns='urn:xmpp:forward:0'>\
               <message xmlns='jabber:client' from='@'/></forwarded></result>";
    assert!(Archived::parse(&element(odd)).unwrap().message.is_none());
    assert!(Archived::parse(&element("<result xmlns='urn:xmpp:mam:2' queryid='q1'/>")).is_none());
}

#[test]
fn a_page_ends() {
    let fin = Fin::parse(&element(
        "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>\
         <first>id-1</first><last>id-2</last></set></fin>",
    ))
    .unwrap();
    assert!(fin.complete && fin.stable);
    assert_eq!((fin.set.first.as_deref(), fin.set.last.as_deref()), (Some("id-1"), Some("id-2")));
    let fin = Fin::parse(&element("<fin xmlns='urn:xmpp:mam:2' stable='false'/>")).unwrap();
    assert_eq!(fin, Fin { complete: false, stable: false, set: Set::default() });
}

#[test]
fn an_archive_tells_where_it_begins_and_ends() {
    assert_eq!(Metadata::request().to_string(), "<metadata xmlns='urn:xmpp:mam:2'/>");
    let metadata = Metadata::parse(&element(
        "<metadata xmlns='urn:xmpp:mam:2'><start id='a' timestamp='1970-01-01T00:00:01Z'/><end id='z'/></metadata>",
    ));
    let expected = Metadata { start: Some(("a".to_owned(), Some(1_000_000))), end: Some(("z".to_owned(), None)) };
    assert_eq!(metadata, Some(expected));
    assert_eq!(Metadata::parse(&element("<metadata xmlns='urn:xmpp:mam:2'/>")), Some(Metadata::default()));
}

#[test]
fn preferences_are_read_as_they_are_written() {
    let preferences = Preferences {
        default: Keep::Roster,
        always: vec![BareJid::new("bob@example.org").unwrap()],
        never: Vec::new(),
    };
    let xml = preferences.tag().to_string();
    assert_eq!(
        xml,
        "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>bob@example.org</jid></always><never/></prefs>"
    );
    assert_eq!(Preferences::parse(&element(&xml)), Some(preferences));
    assert_eq!(Preferences::parse(&element("<prefs xmlns='urn:xmpp:mam:2' default='maybe'/>")), None);
}
