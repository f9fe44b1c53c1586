//! XEP-0030: what an entity is and can do, and which entities belong to it.

use jid::Jid;

use super::form_fields::Form;
use super::xml::{self, Tag};
use super::{Element, ns};

/// More identities, features, forms or items in one answer are not read.
const MOST: usize = 1024;

/// What an entity is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Its category, such as `client`.
    pub category: String,
    /// Its type within the category, such as `phone`.
    pub kind: String,
    /// The language of its name.
    pub lang: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
}

/// What an entity is and can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// The node that was asked about.
    pub node: Option<String>,
    /// What it is.
    pub identities: Vec<Identity>,
    /// What it can do.
    pub features: Vec<String>,
    /// More about it (XEP-0128).
    pub forms: Vec<Form>,
}

impl Info {
    /// Reads `<query/>`.
    pub fn parse(element: &Element) -> Option<Info> {
        if !element.is("query", ns::DISCO_INFO) {
            return None;
        }
        let mut info = Info { node: xml::id(element, "node"), ..Info::default() };
        for child in element.children() {
            if child.is("identity", ns::DISCO_INFO) && info.identities.len() < MOST {
                info.identities.extend(identity(child));
            } else if child.is("feature", ns::DISCO_INFO) && info.features.len() < MOST {
                info.features.extend(xml::id(child, "var"));
            } else if info.forms.len() < MOST {
                info.forms.extend(Form::parse(child));
            }
        }
        Some(info)
    }

    /// Whether it can do this.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|each| each == feature)
    }

    /// Whether it is this.
    pub fn is(&self, category: &str, kind: &str) -> bool {
        self.identities.iter().any(|each| each.category == category && each.kind == kind)
    }

    /// The form of this type.
    pub fn form(&self, form_type: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.form_type.as_deref() == Some(form_type))
    }

    /// The payload of an answer, also as it is kept (see [`crate::model::changes::Change::Capabilities`]).
    pub fn tag(&self) -> Tag {
        let identities = self.identities.iter().map(|identity| {
            Tag::new("identity", ns::DISCO_INFO)
                .attr("category", &identity.category)
                .attr("type", &identity.kind)
                .attr_opt("xml:lang", identity.lang.as_ref())
                .attr_opt("name", identity.name.as_ref())
        });
        let features = self.features.iter().map(|feature| Tag::new("feature", ns::DISCO_INFO).attr("var", feature));
        let query = Tag::new("query", ns::DISCO_INFO).attr_opt("node", self.node.as_ref());
        query.children(identities).children(features).children(self.forms.iter().map(Form::tag))
    }
}

fn identity(element: &Element) -> Option<Identity> {
    Some(Identity {
        category: xml::id(element, "category")?,
        kind: xml::id(element, "type")?,
        lang: xml::lang(element).filter(|lang| !lang.is_empty() && lang.len() <= 64).map(str::to_owned),
        name: xml::id(element, "name"),
    })
}

/// The payload of the request for what an entity is and can do.
pub fn info_request(node: Option<&str>) -> Tag {
    Tag::new("query", ns::DISCO_INFO).attr_opt("node", node)
}

/// The payload of the request for what belongs to an entity.
pub fn items_request(node: Option<&str>) -> Tag {
    Tag::new("query", ns::DISCO_ITEMS).attr_opt("node", node)
}

/// An answer that nothing belongs to us.
pub fn no_items(node: Option<&str>) -> Tag {
    items_request(node)
}

/// What belongs to an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its address.
    pub jid: Jid,
    /// Its node.
    pub node: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
}

/// Reads `<query/>` with items. Those without a valid address are left out.
pub fn items(element: &Element) -> Option<Vec<Item>> {
    if !element.is("query", ns::DISCO_ITEMS) {
        return None;
    }
    let items = element.children().filter(|child| child.is("item", ns::DISCO_ITEMS)).take(MOST);
    let item = |item: &Element| {
        Some(Item { jid: xml::jid(item, "jid")?, node: xml::id(item, "node"), name: xml::id(item, "name") })
    };
    Some(items.filter_map(item).collect())
}

#[cfg(test)]
mod disco_tests {
    use super::*;

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn an_answer_is_read_as_it_is_written() {
        let xml = "<query xmlns='http://jabber.org/protocol/disco#info' node='n'>\
                   <identity category='server' type='im' xml:lang='en' name='A &amp; B'/>\
                   <feature var='urn:xmpp:mam:2'/><feature var='urn:xmpp:sid:0'/>\
                   <x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>some:form</value></field>\
                   <field var='limit'><value>7</value></field></x></query>";
        let info = Info::parse(&element(xml)).unwrap();
        assert!(info.has("urn:xmpp:mam:2") && !info.has("urn:xmpp:mam:1"));
        assert!(info.is("server", "im") && !info.is("server", "x"));
        assert_eq!(info.form("some:form").unwrap().value("limit"), Some("7"));
        assert_eq!(info.tag().to_string(), xml);
    }

    #[test]
    fn what_is_incomplete_is_left_out() {
        let info = Info::parse(&element(
            "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='x'/><feature/><odd/></query>",
        ));
        assert_eq!(info, Some(Info::default()));
    }

    #[test]
    fn features_without_end_are_not_read() {
        let xml = format!(
            "<query xmlns='http://jabber.org/protocol/disco#info'>{}</query>",
            "<feature var='x'/>".repeat(5000)
        );
        assert_eq!(Info::parse(&element(&xml)).unwrap().features.len(), MOST);
    }

    #[test]
    fn requests_name_a_node_where_there_is_one() {
        assert_eq!(
            info_request(Some("a#b")).to_string(),
            "<query xmlns='http://jabber.org/protocol/disco#info' node='a#b'/>"
        );
        assert_eq!(items_request(None).to_string(), "<query xmlns='http://jabber.org/protocol/disco#items'/>");
    }

    #[test]
    fn items_have_addresses() {
        let items = items(&element(
            "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='upload.example.org' name='Files'/>\
             <item jid='@'/><item/></query>",
        ))
        .unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].jid.as_str(), items[0].name.as_deref()), ("upload.example.org", Some("Files")));
    }
}
