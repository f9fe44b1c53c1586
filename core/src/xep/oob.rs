//! XEP-0066: a file's address beside a message. Some clients show a file only if the address is also the whole body.

use std::fmt;

use super::xml::{self, Tag};
use super::{Element, ns};

/// The longest address and the longest description that are read, in bytes.
const LONGEST: usize = 8192;

/// An address beside a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Oob {
    /// The address as it came: `https:`, `aesgcm:` (XEP-0454), or anything else.
    pub url: String,
    /// What it leads to, for people.
    pub description: Option<String>,
}

impl Oob {
    /// Reads `<x/>`; None without an address.
    pub fn parse(element: &Element) -> Option<Oob> {
        if !element.is("x", ns::OOB) {
            return None;
        }
        let line = |name: &str| element.get_child(name, ns::OOB).and_then(|child| xml::line(child, LONGEST));
        Some(Oob { url: line("url")?, description: line("desc") })
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let text = |name: &'static str, text: &str| Tag::new(name, ns::OOB).text(text);
        let description = self.description.as_deref().map(|description| text("desc", description));
        Tag::new("x", ns::OOB).child(text("url", &self.url)).children(description)
    }

    /// Whether the address is all that a message says: then the body is for those who do not know this.
    pub fn is_whole_body(&self, body: &str) -> bool {
        body.trim() == self.url
    }
}

impl fmt::Debug for Oob {
    /// Whoever knows the address can fetch the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oob({} bytes)", self.url.len())
    }
}

#[cfg(test)]
mod oob_tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let oob = Oob { url: "https://a.example/f?a&b".to_owned(), description: Some("A <file>".to_owned()) };
        let xml = oob.tag().to_string();
        assert_eq!(
            xml,
            "<x xmlns='jabber:x:oob'><url>https://a.example/f?a&amp;b</url><desc>A &lt;file&gt;</desc></x>"
        );
        assert_eq!(Oob::parse(&xml.parse().unwrap()), Some(oob.clone()));
        assert!(oob.is_whole_body(" https://a.example/f?a&b\n") && !oob.is_whole_body("see https://a.example/f?a&b"));
        assert!(!format!("{oob:?}").contains("example"));
    }

    #[test]
    fn no_address_is_no_file() {
        let read = |xml: &str| Oob::parse(&xml.parse().unwrap());
        assert_eq!(read("<x xmlns='jabber:x:oob'><url> </url></x>"), None);
        assert_eq!(read("<x xmlns='jabber:x:oob'><desc>d</desc></x>"), None);
        assert_eq!(read("<x xmlns='other'><url>https://a.example/</url></x>"), None);
        assert_eq!(read(&format!("<x xmlns='jabber:x:oob'><url>{}</url></x>", "a".repeat(LONGEST + 1))), None);
    }
}
