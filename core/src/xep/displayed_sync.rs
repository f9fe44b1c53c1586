//! XEP-0490: our own devices tell each other how far each chat has been read, by the archive id of the last message.

use jid::BareJid;

use super::pubsub::{self, Access, Item, MaxItems, Options};
use super::stanza_id::StanzaId;
use super::xml::Tag;
use super::{address, ns};

/// The place in one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Displayed {
    /// The chat.
    pub chat: BareJid,
    /// The archive id, and who gave it: our own account for a chat with one person.
    pub stanza_id: StanzaId,
}

impl Displayed {
    /// Reads an item of the node; None if its id is no address, or it has no archive id.
    pub fn parse(item: &Item) -> Option<Displayed> {
        let chat = address::bare(item.id.as_deref()?)?;
        let displayed = item.payload.as_ref().filter(|payload| payload.is("displayed", ns::DISPLAYED_SYNC))?;
        Some(Displayed { chat, stanza_id: displayed.children().find_map(StanzaId::parse)? })
    }
}

/// The payload of the request that publishes how far a chat has been read. `max_items`: as many chats as the node keeps.
pub fn publish(chat: &BareJid, archive_id: &str, own: &BareJid, max_items: MaxItems) -> Tag {
    let id = Tag::new("stanza-id", ns::STANZA_IDS).attr("by", own.as_str()).attr("id", archive_id);
    let displayed = Tag::new("displayed", ns::DISPLAYED_SYNC).child(id);
    pubsub::publish(ns::DISPLAYED_SYNC, Some(chat.as_str()), displayed, Some(options(max_items)))
}

/// How the node is to be: for us alone, one item a chat, and no item by itself when a device comes online.
pub fn options(max_items: MaxItems) -> Options {
    Options { access: Access::Whitelist, persist: true, max_items: Some(max_items), send_last: false }
}

/// Whose archive an id is of: only our own account's means something for a chat with one person.
pub fn is_by(displayed: &Displayed, own: &BareJid) -> bool {
    displayed.stanza_id.by == *own
}

#[cfg(test)]
mod displayed_sync_tests {
    use super::*;
    use crate::xep::Element;
    use crate::xep::pubsub::Items;

    #[test]
    fn the_place_in_a_chat_is_published_for_us_alone() {
        let [bob, anna] = ["bob@example.net", "anna@example.org"].map(|jid| BareJid::new(jid).unwrap());
        assert_eq!(
            publish(&bob, "a-1", &anna, MaxItems::Number(100)).to_string(),
            "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:mds:displayed:0'>\
             <item id='bob@example.net'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a-1'/></displayed></item></publish>\
             <publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>\
             <value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
             <field var='pubsub#persist_items'><value>true</value></field>\
             <field var='pubsub#access_model'><value>whitelist</value></field>\
             <field var='pubsub#max_items'><value>100</value></field>\
             <field var='pubsub#send_last_published_item'><value>never</value></field></x></publish-options></pubsub>"
        );
    }

    #[test]
    fn places_are_read_and_odd_items_are_none() {
        let items = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:mds:displayed:0'>\
             <item id='bob@example.net'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a-1'/></displayed></item>\
             <item id='@'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='anna@example.org' id='a-1'/></displayed></item>\
             <item id='eve@example.net'><displayed xmlns='urn:xmpp:mds:displayed:0'/></item>\
             <item id='eve@example.net'><other xmlns='x'/></item><item id='eve@example.net'/></items></pubsub>";
        let items = Items::parse(&items.parse::<Element>().unwrap()).unwrap();
        let read: Vec<Displayed> = items.items.iter().filter_map(Displayed::parse).collect();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].chat.as_str(), read[0].stanza_id.id.as_str()), ("bob@example.net", "a-1"));
        assert!(is_by(&read[0], &BareJid::new("anna@example.org").unwrap()));
        assert!(!is_by(&read[0], &BareJid::new("bob@example.net").unwrap()));
    }
}
