//! XEP-0060 as accounts use it for themselves (PEP, XEP-0163): nodes of items, and notifications of them.

use super::form_fields::Submit;
use super::rsm::{Page, Set};
use super::stanza_error::StanzaError;
use super::xml::{self, Tag};
use super::{Element, ns};

/// Further items in one answer or notification are not read.
const MOST: usize = 10_000;

/// One item of a node.
#[derive(Clone)]
pub struct Item {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// What it holds.
    pub payload: Option<Element>,
}

impl Item {
    fn parse(element: &Element) -> Item {
        Item { id: xml::id(element, "id"), payload: element.children().next().cloned() }
    }
}

/// A notification: something happened to a node of the stanza's sender.
#[derive(Clone)]
pub struct Event {
    /// The node.
    pub node: String,
    /// Items that are new.
    pub items: Vec<Item>,
    /// The ids of items that were taken back.
    pub retracted: Vec<String>,
    /// All its items are gone: the node was purged or deleted.
    pub emptied: bool,
}

impl Event {
    /// What its last item holds: of a node of one item, what it is now.
    pub fn newest(&self) -> Option<&Element> {
        newest(&self.items)
    }

    /// Reads `<event/>`; None if it is not about a node's items.
    pub fn parse(element: &Element) -> Option<Event> {
        if !element.is("event", ns::PUBSUB_EVENT) {
            return None;
        }
        let change = element.children().find(|child| child.has_ns(ns::PUBSUB_EVENT))?;
        let mut event =
            Event { node: xml::id(change, "node")?, items: Vec::new(), retracted: Vec::new(), emptied: false };
        match change.name() {
            "items" => {
                for item in change.children().filter(|child| child.has_ns(ns::PUBSUB_EVENT)).take(MOST) {
                    match item.name() {
                        "item" => event.items.push(Item::parse(item)),
                        "retract" => event.retracted.extend(xml::id(item, "id")),
                        _ => {}
                    }
                }
            }
            "purge" | "delete" => event.emptied = true,
            _ => return None,
        }
        Some(event)
    }
}

/// The items that a request was answered with.
#[derive(Clone)]
pub struct Items {
    /// The node.
    pub node: String,
    /// Its items, in the order of the answer.
    pub items: Vec<Item>,
    /// Which page of them.
    pub set: Set,
}

impl Items {
    /// What the last of them holds: of a node of one item, what it is now.
    pub fn newest(&self) -> Option<&Element> {
        newest(&self.items)
    }

    /// Reads `<pubsub/>` with items.
    pub fn parse(element: &Element) -> Option<Items> {
        if !element.is("pubsub", ns::PUBSUB) {
            return None;
        }
        let items = element.children().find(|child| child.is("items", ns::PUBSUB))?;
        let list = items.children().filter(|child| child.is("item", ns::PUBSUB)).take(MOST).map(Item::parse).collect();
        Some(Items { node: xml::id(items, "node")?, items: list, set: Set::inside(element) })
    }
}

fn newest(items: &[Item]) -> Option<&Element> {
    items.last()?.payload.as_ref()
}

/// Who may read a node (section 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Those who get our presence.
    Presence,
    /// Our own devices (XEP-0223 requires it for what is private).
    Whitelist,
}

/// How many items a node keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxItems {
    /// As many as the server allows. Some servers do not know this word and answer `resource-constraint` or
    /// `precondition-not-met`: try a number then.
    Max,
    /// This many.
    Number(u32),
}

/// How a node is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Who may read it.
    pub access: Access,
    /// Whether items stay. XEP-0223 asks for it.
    pub persist: bool,
    /// How many.
    pub max_items: Option<MaxItems>,
    /// False: who comes online is not sent the last item (for nodes of many items).
    pub send_last: bool,
}

impl Options {
    fn form(self, form_type: &str) -> Tag {
        let access = match self.access {
            Access::Open => "open",
            Access::Presence => "presence",
            Access::Whitelist => "whitelist",
        };
        let max = self.max_items.map(|max| match max {
            MaxItems::Max => "max".to_owned(),
            MaxItems::Number(number) => number.to_string(),
        });
        Submit::new(form_type)
            .field("pubsub#persist_items", if self.persist { "true" } else { "false" })
            .field("pubsub#access_model", access)
            .field_opt("pubsub#max_items", max.as_deref())
            .field_opt("pubsub#send_last_published_item", (!self.send_last).then_some("never"))
            .tag()
    }
}

fn pubsub() -> Tag {
    Tag::new("pubsub", ns::PUBSUB)
}

fn on_node(action: &'static str, node: &str) -> Tag {
    Tag::new(action, ns::PUBSUB).attr("node", node)
}

/// Publishes an item (section 7.1). With options the server refuses (see [`is_precondition_not_met`]) if the node exists
/// and is otherwise; if it does not, it is made so.
pub fn publish(node: &str, id: Option<&str>, payload: Tag, options: Option<Options>) -> Tag {
    let item = Tag::new("item", ns::PUBSUB).attr_opt("id", id).child(payload);
    let options =
        options.map(|options| Tag::new("publish-options", ns::PUBSUB).child(options.form(ns::PUBLISH_OPTIONS)));
    pubsub().child(on_node("publish", node).child(item)).children(options)
}

/// Takes an item back (section 7.2). With `notify`, everybody hears of it.
pub fn retract(node: &str, id: &str, notify: bool) -> Tag {
    let notify = notify.then_some("true");
    let item = Tag::new("item", ns::PUBSUB).attr("id", id);
    pubsub().child(on_node("retract", node).attr_opt("notify", notify).child(item))
}

/// Asks for all items of a node, or a page of them (section 6.5).
pub fn items(node: &str, page: Option<&Page>) -> Tag {
    pubsub().child(on_node("items", node)).children(page.map(Page::tag))
}

/// Asks for the newest items of a node (section 6.5.7).
pub fn newest_items(node: &str, most: u32) -> Tag {
    pubsub().child(on_node("items", node).attr("max_items", most.to_string()))
}

/// Asks for one item of a node (section 6.5.8).
pub fn item(node: &str, id: &str) -> Tag {
    pubsub().child(on_node("items", node).child(Tag::new("item", ns::PUBSUB).attr("id", id)))
}

/// Sets how an own node is (section 8.2).
pub fn configure(node: &str, options: Options) -> Tag {
    let configure = Tag::new("configure", ns::PUBSUB_OWNER).attr("node", node).child(options.form(ns::NODE_CONFIG));
    Tag::new("pubsub", ns::PUBSUB_OWNER).child(configure)
}

/// Deletes an own node (section 8.4).
pub fn delete(node: &str) -> Tag {
    Tag::new("pubsub", ns::PUBSUB_OWNER).child(Tag::new("delete", ns::PUBSUB_OWNER).attr("node", node))
}

/// Whether a publication was refused because the node exists and is not as its options say: then configure it first.
pub fn is_precondition_not_met(error: &StanzaError) -> bool {
    error.is("precondition-not-met", ns::PUBSUB_ERRORS)
}

#[cfg(test)]
mod pubsub_tests;
