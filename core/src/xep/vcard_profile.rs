//! The texts of a vCard (XEP-0054): who somebody is and how else they are reached. Clients differ in what they write where,
//! so reading is generous; what is written again keeps everything that is not a part of [`Profile`].

use super::xml::{self, Tag};
use super::{Element, ns, vcard};
use crate::model::profile::Profile;

/// The longest name, address or number that is read, in bytes.
const LONGEST: usize = 1024;
/// The longest note, in bytes.
const LONGEST_NOTE: usize = 16 << 10;
/// How many addresses of a kind are read.
const MOST: usize = 20;

/// The elements that a [`Profile`] is made of. `DESC` is the note of XEP-0054, `NOTE` that of vCard 3.
const OURS: [&str; 9] = ["FN", "NICKNAME", "EMAIL", "TEL", "URL", "ORG", "TITLE", "DESC", "NOTE"];

/// Reads a vCard; None if it is something else.
pub fn parse(element: &Element) -> Option<Profile> {
    if !element.is("vCard", ns::VCARD) {
        return None;
    }
    let all = |name: &'static str| element.children().filter(move |child| child.is(name, ns::VCARD));
    let first = |name: &'static str| all(name).find_map(line);
    let many = |name: &'static str| unique(all(name).filter_map(value));
    Some(Profile {
        full_name: first("FN").or_else(|| all("N").find_map(parts_of_name)),
        nickname: first("NICKNAME"),
        emails: many("EMAIL"),
        phones: many("TEL"),
        urls: many("URL").into_iter().filter(|url| is_page(url)).collect(),
        organisation: all("ORG").find_map(|org| within(org, "ORGNAME").or_else(|| line(org))),
        title: first("TITLE"),
        note: all("DESC").chain(all("NOTE")).find_map(note),
    })
}

/// A vCard that says what `profile` says, and everything else as it was in the one `known`. An address that was there
/// already keeps its kind (home, work).
pub fn with_profile(known: Option<&Element>, profile: &Profile) -> Tag {
    let known = known.filter(|vcard| vcard.is("vCard", ns::VCARD));
    let is_ours = |child: &&Element| child.has_ns(ns::VCARD) && OURS.contains(&child.name());
    let others = known.into_iter().flat_map(Element::children).filter(|child| !is_ours(child)).map(Tag::from);
    let again = |name: &'static str, inner: &'static str, wanted: &str| {
        let children = known.into_iter().flat_map(Element::children);
        let mut same = children.filter(|child| child.is(name, ns::VCARD));
        let same = same.find(|child| value(child).as_deref() == Some(wanted));
        same.map_or_else(|| tag(name).child(tag(inner).text(wanted)), Tag::from)
    };
    let text = |name, text: &Option<String>| text.as_ref().map(|text| tag(name).text(text));
    let organisation = profile.organisation.as_ref().map(|name| tag("ORG").child(tag("ORGNAME").text(name)));
    vcard::request()
        .children(text("FN", &profile.full_name))
        .children(others)
        .children(text("NICKNAME", &profile.nickname))
        .children(profile.emails.iter().map(|email| again("EMAIL", "USERID", email)))
        .children(profile.phones.iter().map(|phone| again("TEL", "NUMBER", phone)))
        .children(profile.urls.iter().map(|url| tag("URL").text(url)))
        .children(organisation)
        .children(text("TITLE", &profile.title))
        .children(text("DESC", &profile.note))
}

fn tag(name: &'static str) -> Tag {
    Tag::new(name, ns::VCARD)
}

pub(super) fn line(element: &Element) -> Option<String> {
    xml::line(element, LONGEST)
}

pub(super) fn note(element: &Element) -> Option<String> {
    xml::line(element, LONGEST_NOTE)
}

fn within(element: &Element, name: &str) -> Option<String> {
    element.children().find(|child| child.is(name, ns::VCARD)).and_then(line)
}

/// An address or number, in the element that the XEP has for it, or bare.
fn value(element: &Element) -> Option<String> {
    within(element, "USERID").or_else(|| within(element, "NUMBER")).or_else(|| line(element))
}

fn parts_of_name(name: &Element) -> Option<String> {
    let parts = ["GIVEN", "MIDDLE", "FAMILY"].iter().filter_map(|part| within(name, part));
    Some(parts.collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty())
}

/// Each once, in their order, not without end.
pub(super) fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in values {
        if all.len() < MOST && !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// What a person may follow; no `javascript:`, `file:` and the like.
pub(super) fn is_page(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

#[cfg(test)]
mod vcard_profile_tests;
