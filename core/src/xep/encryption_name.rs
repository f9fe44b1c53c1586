//! XEP-0380: how a message is encrypted, for those who cannot decrypt it. Some clients show an encrypted message only with it.

use super::xml::{self, Tag};
use super::{Element, ns};

/// The longest name that is read, in code points.
const LONGEST: usize = 64;

/// The encryption of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionName {
    /// Its namespace.
    pub namespace: String,
    /// What people call it, as the sender says; who knows the namespace uses a name of their own (section 4).
    pub name: Option<String>,
}

impl EncryptionName {
    /// Reads `<encryption/>`; None without a namespace.
    pub fn parse(element: &Element) -> Option<EncryptionName> {
        if !element.is("encryption", ns::ENCRYPTION_NAME) {
            return None;
        }
        let name = element.attr("name").map(|name| name.trim().chars().take(LONGEST).collect::<String>());
        Some(EncryptionName {
            namespace: xml::id(element, "namespace")?,
            name: name.filter(|name| !name.is_empty() && !name.chars().any(char::is_control)),
        })
    }
}

/// Says by its namespace how a message is encrypted. The encryptions that the XEP lists, OMEMO's among them, go without a name
/// (section 3.2).
pub fn encryption(namespace: &str, name: Option<&str>) -> Tag {
    Tag::new("encryption", ns::ENCRYPTION_NAME).attr("namespace", namespace).attr_opt("name", name)
}

#[cfg(test)]
mod encryption_name_tests {
    use super::*;

    fn read(xml: &str) -> Option<EncryptionName> {
        EncryptionName::parse(&xml.parse::<Element>().unwrap())
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let xml = encryption("eu.siacs.conversations.axolotl", None).to_string();
        assert_eq!(xml, "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>");
        let namespace = "eu.siacs.conversations.axolotl".to_owned();
        assert_eq!(read(&xml), Some(EncryptionName { namespace, name: None }));
        let xml = encryption("some:thing", Some("Some 'thing'")).to_string();
        let read = read(&xml).unwrap();
        assert_eq!((read.namespace.as_str(), read.name.as_deref()), ("some:thing", Some("Some 'thing'")));
    }

    #[test]
    fn a_name_without_a_namespace_is_none_and_a_bad_one_is_left_out() {
        assert_eq!(read("<encryption xmlns='urn:xmpp:eme:0' name='OMEMO'/>"), None);
        assert_eq!(read("<encryption xmlns='urn:xmpp:eme:0' namespace=''/>"), None);
        assert_eq!(read("<encrypted xmlns='urn:xmpp:eme:0' namespace='a:b'/>"), None);
        let name = |name: &str| {
            read(&format!("<encryption xmlns='urn:xmpp:eme:0' namespace='a:b' name='{name}'/>")).unwrap().name
        };
        assert_eq!(name(" "), None);
        assert_eq!(name("two&#xA;lines"), None);
        assert_eq!(name(&"x".repeat(100)), Some("x".repeat(64)));
    }
}
