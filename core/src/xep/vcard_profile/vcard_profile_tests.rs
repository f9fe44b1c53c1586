//! vCards as clients write them, and as we do.

use super::*;

fn element(xml: &str) -> Element {
    xml.parse::<Element>().unwrap()
}

#[test]
fn what_people_look_at_is_read() {
    let profile = parse(&element(
        "<vCard xmlns='vcard-temp'><FN> Bob Builder </FN><N><FAMILY>No</FAMILY></N><NICKNAME>Bobby</NICKNAME>\
         <EMAIL><HOME/><INTERNET/><USERID>bob@example.org</USERID></EMAIL><EMAIL>bare@example.org</EMAIL>\
         <EMAIL><USERID>bob@example.org</USERID></EMAIL><TEL><CELL/><NUMBER>+49 30 1</NUMBER></TEL><TEL/>\
         <URL>https://example.org/bob</URL><URL>javascript:alert(1)</URL><URL>file:///etc/passwd</URL>\
         <ORG><ORGNAME>Builders</ORGNAME><ORGUNIT>Roofs</ORGUNIT></ORG><TITLE>Boss</TITLE>\
         <DESC>Yes,\nwe can.</DESC><BDAY>1999</BDAY><odd xmlns='other'/></vCard>",
    ))
    .unwrap();
    assert_eq!(profile.full_name.as_deref(), Some("Bob Builder"));
    assert_eq!(profile.nickname.as_deref(), Some("Bobby"));
    assert_eq!(profile.emails, ["bob@example.org", "bare@example.org"]);
    assert_eq!(profile.phones, ["+49 30 1"]);
    assert_eq!(profile.urls, ["https://example.org/bob"]);
    assert_eq!((profile.organisation.as_deref(), profile.title.as_deref()), (Some("Builders"), Some("Boss")));
    assert_eq!(profile.note.as_deref(), Some("Yes,\nwe can."));
    assert_eq!(format!("{profile:?}"), "Profile");
}

#[test]
fn odd_and_empty_vcards_are_read_as_far_as_possible() {
    let parsed = |inner: &str| parse(&element(&format!("<vCard xmlns='vcard-temp'>{inner}</vCard>"))).unwrap();
    assert!(parsed("").is_empty());
    assert!(parsed("<FN/><EMAIL><USERID> </USERID></EMAIL><N/><ORG/><FN xmlns='other'>x</FN>").is_empty());
    assert_eq!(parsed("<N><GIVEN>Ada</GIVEN><FAMILY>L</FAMILY></N>").full_name.as_deref(), Some("Ada L"));
    assert_eq!(parsed("<ORG>Flat</ORG>").organisation.as_deref(), Some("Flat"));
    assert!(parsed(&format!("<FN>{}</FN>", "x".repeat(LONGEST + 1))).is_empty());
    let many: String = (0..100).map(|n| format!("<TEL><NUMBER>{n}</NUMBER></TEL>")).collect();
    assert_eq!(parsed(&many).phones.len(), MOST);
    assert!(parse(&element("<vcard xmlns='vcard-temp'/>")).is_none());
}

#[test]
fn everything_else_of_a_vcard_stays() {
    let known = element(
        "<vCard xmlns='vcard-temp'><FN>Old</FN><PHOTO><BINVAL>b2xk</BINVAL></PHOTO><BDAY>1999</BDAY>\
         <EMAIL><WORK/><USERID>kept@example.org</USERID></EMAIL><EMAIL><USERID>gone@example.org</USERID></EMAIL></vCard>",
    );
    let profile = Profile {
        full_name: Some("New & Co".to_owned()),
        emails: vec!["new@example.org".to_owned(), "kept@example.org".to_owned()],
        organisation: Some("Larimar".to_owned()),
        note: Some("two\nlines".to_owned()),
        ..Profile::default()
    };
    let written = with_profile(Some(&known), &profile).to_string();
    assert_eq!(
        written,
        "<vCard xmlns='vcard-temp'><FN>New &amp; Co</FN><PHOTO><BINVAL>b2xk</BINVAL></PHOTO><BDAY>1999</BDAY>\
         <EMAIL><USERID>new@example.org</USERID></EMAIL><EMAIL><WORK/><USERID>kept@example.org</USERID></EMAIL>\
         <ORG><ORGNAME>Larimar</ORGNAME></ORG><DESC>two\nlines</DESC></vCard>"
    );
    assert!(parse(&element(&written)).unwrap() == profile);
    assert_eq!(with_profile(None, &Profile::default()).to_string(), "<vCard xmlns='vcard-temp'/>");
}
