//! The roster (RFC 6121 section 2), with versions (section 2.6).

use jid::BareJid;

use super::xml::{self, Tag};
use super::{Element, address, ns};
use crate::model::contact::{RosterItem, Subscription};

/// The longest name of a contact or group that is read, in bytes.
const LONGEST_NAME: usize = 1024;

/// More groups of one contact are not read.
const MOST_GROUPS: usize = 64;

/// An entry, or that it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It is now like this.
    Item(RosterItem),
    /// It was removed.
    Removed(BareJid),
}

/// A roster as a whole, or (as a push) what changed. Whoever reads a push must check that it has no sender, or that it is
/// our own bare address (section 2.1.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Its version, where the server has versions.
    pub version: Option<String>,
    /// Its entries, each address once.
    pub entries: Vec<Entry>,
}

impl Roster {
    /// Reads `<query/>`. Entries without a valid address are left out.
    pub fn parse(element: &Element) -> Option<Roster> {
        if !element.is("query", ns::ROSTER) {
            return None;
        }
        let items = element.children().filter(|child| child.is("item", ns::ROSTER));
        let version = element.attr("ver").filter(|version| version.len() <= LONGEST_NAME).map(str::to_owned);
        Some(Roster { version, entries: items.filter_map(entry).collect() })
    }
}

fn entry(element: &Element) -> Option<Entry> {
    let jid = address::bare(element.attr("jid")?)?;
    let subscription = match element.attr("subscription") {
        Some("remove") => return Some(Entry::Removed(jid)),
        Some("to") => Subscription::To,
        Some("from") => Subscription::From,
        Some("both") => Subscription::Both,
        _ => Subscription::None,
    };
    let name = element.attr("name").map(str::trim).filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
    let groups = element.children().filter(|child| child.is("group", ns::ROSTER)).take(MOST_GROUPS);
    let mut groups: Vec<String> = groups.filter_map(|group| xml::line(group, LONGEST_NAME)).collect();
    groups.sort();
    groups.dedup();
    Some(Entry::Item(RosterItem {
        jid,
        name: name.map(str::to_owned),
        subscription,
        ask: element.attr("ask") == Some("subscribe"),
        approved: xml::flag(element, "approved"),
        groups,
    }))
}

/// The payload of the request for the roster; with a version (empty: none is known) the server may answer that nothing
/// changed, by an empty result (section 2.6.3).
pub fn request(version: Option<&str>) -> Tag {
    Tag::new("query", ns::ROSTER).attr_opt("ver", version)
}

/// The payload of the request that adds a contact or changes its name and groups.
pub fn set(jid: &BareJid, name: Option<&str>, groups: &[String]) -> Tag {
    let groups = groups.iter().map(|group| Tag::new("group", ns::ROSTER).text(group));
    let item = Tag::new("item", ns::ROSTER).attr("jid", jid.as_str()).attr_opt("name", name).children(groups);
    Tag::new("query", ns::ROSTER).child(item)
}

/// The payload of the request that removes a contact, and both subscriptions with it.
pub fn remove(jid: &BareJid) -> Tag {
    let item = Tag::new("item", ns::ROSTER).attr("jid", jid.as_str()).attr("subscription", "remove");
    Tag::new("query", ns::ROSTER).child(item)
}

/// Whether a stream feature says that subscriptions can be approved before they are asked for (section 3.4).
pub fn is_pre_approval(feature: &Element) -> bool {
    feature.is("sub", ns::PRE_APPROVAL)
}

#[cfg(test)]
mod roster_tests {
    use super::*;

    fn read(xml: &str) -> Option<Roster> {
        Roster::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn entries_are_read_with_all_that_is_known_of_them() {
        let roster = read(
            "<query xmlns='jabber:iq:roster' ver='v7'>\
             <item jid='bob@example.org' name=' Bob ' subscription='both' approved='true'>\
             <group>Work</group><group>Friends</group><group>Work</group><group/></item>\
             <item jid='eve@example.org' ask='subscribe'/><item jid='old@example.org' subscription='remove'/></query>",
        )
        .unwrap();
        assert_eq!(roster.version.as_deref(), Some("v7"));
        let bob = RosterItem {
            jid: BareJid::new("bob@example.org").unwrap(),
            name: Some("Bob".to_owned()),
            subscription: Subscription::Both,
            ask: false,
            approved: true,
            groups: vec!["Friends".to_owned(), "Work".to_owned()],
        };
        let eve = RosterItem {
            jid: BareJid::new("eve@example.org").unwrap(),
            name: None,
            subscription: Subscription::None,
            ask: true,
            approved: false,
            groups: Vec::new(),
        };
        let old = BareJid::new("old@example.org").unwrap();
        assert_eq!(roster.entries, [Entry::Item(bob), Entry::Item(eve), Entry::Removed(old)]);
    }

    #[test]
    fn an_odd_entry_does_not_sink_the_roster() {
        let roster = read(
            "<query xmlns='jabber:iq:roster'><item/><item jid='@'/><item jid='a@example.org' subscription='odd'/>\
             <item xmlns='other' jid='b@example.org'/></query>",
        )
        .unwrap();
        assert_eq!(roster.version, None);
        assert!(matches!(&roster.entries[..], [Entry::Item(item)] if item.subscription == Subscription::None));
    }

    #[test]
    fn the_roster_is_asked_for_and_changed() {
        let bob = BareJid::new("bob@example.org").unwrap();
        assert_eq!(request(Some("")).to_string(), "<query xmlns='jabber:iq:roster' ver=''/>");
        assert_eq!(request(None).to_string(), "<query xmlns='jabber:iq:roster'/>");
        assert_eq!(
            set(&bob, Some("Bob & Co"), &["Work".to_owned()]).to_string(),
            "<query xmlns='jabber:iq:roster'><item jid='bob@example.org' name='Bob &amp; Co'><group>Work</group></item>\
             </query>"
        );
        assert_eq!(
            remove(&bob).to_string(),
            "<query xmlns='jabber:iq:roster'><item jid='bob@example.org' subscription='remove'/></query>"
        );
    }

    #[test]
    fn pre_approval_is_a_stream_feature() {
        let feature = "<sub xmlns='urn:xmpp:features:pre-approval'/>";
        assert!(is_pre_approval(&feature.parse::<Element>().unwrap()));
    }
}
