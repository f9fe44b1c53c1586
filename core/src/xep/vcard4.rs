//! XEP-0292: the same in vCard 4 (RFC 6351), as the item of a node. Everything that is not a part of [`Profile`] stays.

use super::vcard_profile::{is_page, line, note, unique};
use super::xml::Tag;
use super::{Element, ns};
use crate::model::profile::Profile;

/// The properties that a [`Profile`] is made of.
const OURS: [&str; 8] = ["fn", "nickname", "email", "tel", "url", "org", "title", "note"];

/// Reads a `<vcard/>`; None if it is something else.
pub fn parse(element: &Element) -> Option<Profile> {
    if !element.is("vcard", ns::VCARD_4) {
        return None;
    }
    let all = |name: &'static str| properties(element).filter(move |property| property.name() == name);
    let first = |name: &'static str| all(name).find_map(value);
    Some(Profile {
        full_name: first("fn"),
        nickname: first("nickname"),
        emails: unique(all("email").filter_map(value)),
        phones: unique(all("tel").filter_map(value)),
        urls: unique(all("url").filter_map(value)).into_iter().filter(|url| is_page(url)).collect(),
        organisation: first("org"),
        title: first("title"),
        note: all("note").find_map(|property| property.children().find_map(note)),
    })
}

/// A vCard that says what `profile` says, and everything else as it was in the one `known`.
pub fn with_profile(known: Option<&Element>, profile: &Profile) -> Tag {
    let known = known.filter(|vcard| vcard.is("vcard", ns::VCARD_4));
    let is_ours = |child: &&Element| child.has_ns(ns::VCARD_4) && OURS.contains(&child.name());
    let others = known.into_iter().flat_map(Element::children).filter(|child| !is_ours(child)).map(Tag::from);
    let again = |name: &'static str, kind: &'static str, wanted: &str| {
        let mut same = known.into_iter().flat_map(properties).filter(|property| property.name() == name);
        let same = same.find(|property| value(property).as_deref() == Some(wanted));
        same.map_or_else(|| property(name, kind, wanted), Tag::from)
    };
    let text = |name, text: &Option<String>| text.as_ref().map(|text| property(name, "text", text));
    Tag::new("vcard", ns::VCARD_4)
        .children(text("fn", &profile.full_name))
        .children(others)
        .children(text("nickname", &profile.nickname))
        .children(profile.emails.iter().map(|email| again("email", "text", email)))
        .children(profile.phones.iter().map(|phone| again("tel", "text", phone)))
        .children(profile.urls.iter().map(|url| again("url", "uri", url)))
        .children(text("org", &profile.organisation))
        .children(text("title", &profile.title))
        .children(text("note", &profile.note))
}

/// A vCard's properties, those in groups (RFC 6351 section 3.7) as well.
fn properties(vcard: &Element) -> impl Iterator<Item = &Element> {
    let ours = |child: &&Element| child.has_ns(ns::VCARD_4);
    let flat = move |child: &'_ Element| child.name() == "group";
    let direct = vcard.children().filter(ours).filter(move |child| !flat(child));
    let grouped = vcard.children().filter(ours).filter(move |child| flat(child)).flat_map(Element::children);
    direct.chain(grouped.filter(ours))
}

/// The value of a property: of whatever type it is, its first text. A telephone number may be a `tel:` address.
fn value(property: &Element) -> Option<String> {
    let values = property.children().filter(|child| child.has_ns(ns::VCARD_4) && child.name() != "parameters");
    let value = values.filter_map(line).next()?;
    Some(value.strip_prefix("tel:").map_or_else(|| value.clone(), str::to_owned))
}

fn property(name: &'static str, kind: &'static str, value: &str) -> Tag {
    Tag::new(name, ns::VCARD_4).child(Tag::new(kind, ns::VCARD_4).text(value))
}

#[cfg(test)]
mod vcard4_tests {
    use super::*;

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn what_people_look_at_is_read() {
        let profile = parse(&element(
            "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Bob</text></fn><nickname><text>B</text></nickname>\
             <email><parameters><type><text>work</text></type></parameters><text>b@example.org</text></email>\
             <group name='g'><tel><uri>tel:+49-30</uri></tel></group><tel><text>112</text></tel>\
             <url><uri>http://example.org</uri></url><url><uri>javascript:x</uri></url><org><text>O</text></org>\
             <title><text>T</text></title><note><text>one\ntwo</text></note><bday><date>19990101</date></bday></vcard>",
        ))
        .unwrap();
        assert_eq!((profile.full_name.as_deref(), profile.nickname.as_deref()), (Some("Bob"), Some("B")));
        assert_eq!(
            (&profile.emails[..], &profile.phones[..]),
            (&["b@example.org".to_owned()][..], &["112".to_owned(), "+49-30".to_owned()][..])
        );
        assert_eq!(
            (&profile.urls[..], profile.organisation.as_deref()),
            (&["http://example.org".to_owned()][..], Some("O"))
        );
        assert_eq!((profile.title.as_deref(), profile.note.as_deref()), (Some("T"), Some("one\ntwo")));
        assert!(parse(&element("<vcard xmlns='other'/>")).is_none());
        assert!(
            parse(&element("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn/><tel><uri/></tel></vcard>"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn everything_else_of_a_vcard_stays() {
        let known = element(
            "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Old</text></fn><bday><date>1999</date></bday>\
             <email><parameters><type><text>work</text></type></parameters><text>b@example.org</text></email></vcard>",
        );
        let profile = Profile {
            full_name: Some("New".to_owned()),
            emails: vec!["b@example.org".to_owned()],
            urls: vec!["https://example.org".to_owned()],
            ..Profile::default()
        };
        let written = with_profile(Some(&known), &profile).to_string();
        assert_eq!(
            written,
            "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>New</text></fn><bday><date>1999</date></bday>\
             <email><parameters><type><text>work</text></type></parameters><text>b@example.org</text></email>\
             <url><uri>https://example.org</uri></url></vcard>"
        );
        assert!(parse(&element(&written)).unwrap() == profile);
    }
}
