//! XEP-0191: addresses that are kept away. Whoever reads a push must check that it has no sender, or that it is our own bare
//! address.

use jid::{BareJid, Jid};

use super::xml::{self, Tag};
use super::{Element, ns};

/// A change of the block list by one of our devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Push {
    /// These are blocked as well.
    Blocked(Vec<Jid>),
    /// These no longer are.
    Unblocked(Vec<Jid>),
    /// Nobody is blocked any more.
    UnblockedAll,
}

impl Push {
    /// Reads `<block/>` or `<unblock/>`. Malformed addresses are left out; if none is left, nothing changed.
    pub fn parse(element: &Element) -> Option<Push> {
        let jids = items(element);
        let empty = element.children().next().is_none();
        match element.name() {
            _ if !element.has_ns(ns::BLOCKING) => None,
            "block" if !jids.is_empty() => Some(Push::Blocked(jids)),
            "unblock" if empty => Some(Push::UnblockedAll),
            "unblock" if !jids.is_empty() => Some(Push::Unblocked(jids)),
            _ => None,
        }
    }
}

/// Reads `<blocklist/>`: the whole list. An entry may be a full address, or a domain.
pub fn list(element: &Element) -> Option<Vec<Jid>> {
    element.is("blocklist", ns::BLOCKING).then(|| items(element))
}

fn items(element: &Element) -> Vec<Jid> {
    let items = element.children().filter(|child| child.is("item", ns::BLOCKING));
    items.filter_map(|item| xml::jid(item, "jid")).collect()
}

/// The payload of the request for the list.
pub fn request() -> Tag {
    Tag::new("blocklist", ns::BLOCKING)
}

/// The payload of the request that blocks addresses.
pub fn block(jids: &[BareJid]) -> Tag {
    with_items("block", jids)
}

/// The payload of the request that unblocks addresses. There must be one: without any it would unblock everybody.
pub fn unblock(first: &BareJid, others: &[BareJid]) -> Tag {
    let tag = with_items("unblock", std::slice::from_ref(first));
    tag.children(others.iter().map(item))
}

fn with_items(name: &'static str, jids: &[BareJid]) -> Tag {
    Tag::new(name, ns::BLOCKING).children(jids.iter().map(item))
}

fn item(jid: &BareJid) -> Tag {
    Tag::new("item", ns::BLOCKING).attr("jid", jid.as_str())
}

#[cfg(test)]
mod blocking_tests {
    use super::*;

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn the_list_is_read_without_what_is_no_address() {
        let xml = "<blocklist xmlns='urn:xmpp:blocking'><item jid='eve@example.net'/><item jid='spam.example'/><item/>\
                   <item jid='@'/></blocklist>";
        let jids = list(&element(xml)).unwrap();
        assert_eq!(jids, ["eve@example.net", "spam.example"].map(|jid| Jid::new(jid).unwrap()));
        assert_eq!(list(&element("<blocklist xmlns='urn:xmpp:blocking'/>")), Some(Vec::new()));
        assert_eq!(list(&element("<block xmlns='urn:xmpp:blocking'/>")), None);
    }

    #[test]
    fn pushes_tell_what_changed_and_only_an_empty_one_unblocks_everybody() {
        let push = |xml: &str| Push::parse(&element(xml));
        let eve = vec![Jid::new("eve@example.net").unwrap()];
        let item = "<item jid='eve@example.net'/>";
        assert_eq!(push(&format!("<block xmlns='urn:xmpp:blocking'>{item}</block>")), Some(Push::Blocked(eve.clone())));
        assert_eq!(push(&format!("<unblock xmlns='urn:xmpp:blocking'>{item}</unblock>")), Some(Push::Unblocked(eve)));
        assert_eq!(push("<unblock xmlns='urn:xmpp:blocking'/>"), Some(Push::UnblockedAll));
        assert_eq!(push("<unblock xmlns='urn:xmpp:blocking'><item jid='@'/></unblock>"), None);
        assert_eq!(push("<block xmlns='urn:xmpp:blocking'/>"), None);
        assert_eq!(push("<block xmlns='other'><item jid='eve@example.net'/></block>"), None);
    }

    #[test]
    fn addresses_are_blocked_and_unblocked() {
        let [eve, spam] = ["eve@example.net", "spam.example"].map(|jid| BareJid::new(jid).unwrap());
        assert_eq!(request().to_string(), "<blocklist xmlns='urn:xmpp:blocking'/>");
        assert_eq!(
            block(&[eve.clone(), spam.clone()]).to_string(),
            "<block xmlns='urn:xmpp:blocking'><item jid='eve@example.net'/><item jid='spam.example'/></block>"
        );
        assert_eq!(
            unblock(&eve, &[spam]).to_string(),
            "<unblock xmlns='urn:xmpp:blocking'><item jid='eve@example.net'/><item jid='spam.example'/></unblock>"
        );
    }
}
