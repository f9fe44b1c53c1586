//! Writing XML that is always well-formed, and reading attributes and texts within bounds.
//!
//! A [`Tag`] is written with default namespaces only, which every client can read, and with its attributes in the order in
//! which they were given, so that what is written is the same each time.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jid::Jid;

use super::element::{Attribute, Element, Node};
use super::{address, ns};

/// The longest identifier that is accepted from others, in bytes: far more than anybody uses.
const LONGEST_ID: usize = 1024;

/// An element to be written. What is given to it is escaped, and what XML cannot carry is replaced (see [`clean`]).
#[derive(Clone)]
pub struct Tag {
    name: Cow<'static, str>,
    ns: Cow<'static, str>,
    attributes: String,
    content: String,
}

impl Tag {
    /// An empty element.
    pub fn new(name: &'static str, ns: &'static str) -> Tag {
        Tag { name: name.into(), ns: ns.into(), attributes: String::new(), content: String::new() }
    }

    /// Adds an attribute.
    pub fn attr(mut self, name: &str, value: impl AsRef<str>) -> Tag {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self.attributes.push_str("='");
        escape(&mut self.attributes, value.as_ref(), true);
        self.attributes.push('\'');
        self
    }

    /// Adds an attribute if there is a value.
    pub fn attr_opt(self, name: &str, value: Option<impl AsRef<str>>) -> Tag {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Adds text.
    pub fn text(mut self, text: &str) -> Tag {
        escape(&mut self.content, text, false);
        self
    }

    /// Adds a child.
    pub fn child(mut self, child: Tag) -> Tag {
        child.write(&mut self.content, &self.ns);
        self
    }

    /// Adds children.
    pub fn children(self, children: impl IntoIterator<Item = Tag>) -> Tag {
        children.into_iter().fold(self, Tag::child)
    }

    fn write(&self, out: &mut String, around: &str) {
        out.push('<');
        out.push_str(&self.name);
        if self.ns != around {
            out.push_str(" xmlns='");
            escape(out, &self.ns, true);
            out.push('\'');
        }
        out.push_str(&self.attributes);
        if self.content.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        out.push_str(&self.content);
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

impl fmt::Display for Tag {
    /// The element as XML, its namespace declared.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out, "");
        f.write_str(&out)
    }
}

impl From<&Element> for Tag {
    /// The same element again, without prefixes; attributes of foreign namespaces (but `xml:`) are left out.
    fn from(element: &Element) -> Tag {
        let name = element.name().to_owned();
        let mut tag = Tag {
            name: name.into(),
            ns: element.ns().to_owned().into(),
            attributes: String::new(),
            content: String::new(),
        };
        for Attribute { ns: space, name, value } in element.attributes() {
            if space.is_empty() {
                tag = tag.attr(name, value);
            } else if **space == *ns::XML {
                tag = tag.attr(&format!("xml:{name}"), value);
            }
        }
        for node in element.nodes() {
            tag = match node {
                Node::Element(child) => tag.child(Tag::from(child)),
                Node::Text(text) => tag.text(text),
            };
        }
        tag
    }
}

/// A text as XML 1.0 can carry it (section 2.2): vertical tab and form feed become line feeds, everything else that it has
/// no place for (NUL, other control characters, U+FFFE, U+FFFF) becomes U+FFFD. The number of code points stays.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| carried(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(carried).collect())
}

/// What XML carries in the place of a character: the same, where it can.
pub(super) fn carried(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => c,
        '\u{b}' | '\u{c}' => '\n',
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    }
}

/// Text as it stands in an element or in an attribute.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    escape(&mut out, text, true);
    out
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    for c in text.chars().map(carried) {
        match c {
            '<' => out.push_str("&lt;"),
            // Only "]]>" would be wrong, but who reads it may not know that.
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\'' if attribute => out.push_str("&apos;"),
            '"' if attribute => out.push_str("&quot;"),
            // A parser turns a bare carriage return into a line feed, and white space in attributes into spaces.
            '\r' => out.push_str("&#xD;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\t' if attribute => out.push_str("&#x9;"),
            _ => out.push(c),
        }
    }
}

/// An identifier of somebody else's in an attribute: not empty and of a sane length, or there is none.
pub(crate) fn id(element: &Element, name: &str) -> Option<String> {
    element.attr(name).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).map(str::to_owned)
}

/// An address in an attribute; one that is malformed is as good as none.
pub(crate) fn jid(element: &Element, name: &str) -> Option<Jid> {
    element.attr(name).and_then(address::read)
}

/// The sender or recipient of a stanza, who may be missing. The outer None is an address that is none.
#[expect(clippy::option_option, reason = "a missing address and a malformed one are different things")]
pub(crate) fn address(element: &Element, name: &str) -> Option<Option<Jid>> {
    match element.attr(name) {
        Some(value) => address::read(value).map(Some),
        None => Some(None),
    }
}

/// A number in an attribute.
pub(crate) fn number<T: std::str::FromStr>(element: &Element, name: &str) -> Option<T> {
    element.attr(name).and_then(|value| value.trim().parse().ok())
}

/// A boolean in an attribute, as XML Schema writes them; anything else is false.
pub(crate) fn flag(element: &Element, name: &str) -> bool {
    matches!(element.attr(name).map(str::trim), Some("true" | "1"))
}

/// The text inside an element, if it is not longer than `longest` bytes.
pub(crate) fn text(element: &Element, longest: usize) -> Option<String> {
    let length: usize = element.texts().map(str::len).sum();
    (length <= longest).then(|| element.text())
}

/// A text that is a line, such as a name: without white space around it, not empty, at most `longest` bytes.
pub(crate) fn line(element: &Element, longest: usize) -> Option<String> {
    text(element, longest).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Base64 as people write it: with line breaks, spaces and perhaps without its padding. None if it is none, or empty, or more
/// than `longest` bytes.
pub(crate) fn base64(element: &Element, longest: usize) -> Option<Vec<u8>> {
    let dense: String = text(element, longest * 3 / 2 + 64)?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    base64_text(&dense).filter(|bytes| !bytes.is_empty() && bytes.len() <= longest)
}

/// Base64 with or without its padding.
pub(crate) fn base64_text(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(text).ok()
}

/// The language of an element's text (`xml:lang`), where it says so itself.
pub(crate) fn lang(element: &Element) -> Option<&str> {
    element.attr_ns(ns::XML, "lang")
}

/// Which of two elements with the same text in different languages to take: the one without a language, else the first.
pub(crate) fn better_language<'a>(known: Option<&'a Element>, other: &'a Element) -> Option<&'a Element> {
    match known {
        Some(known) if lang(known).is_none() || lang(other).is_some() => Some(known),
        _ => Some(other),
    }
}

#[cfg(test)]
mod xml_tests;
