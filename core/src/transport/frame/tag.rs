//! One start tag, read: its name and its attributes.

use std::borrow::Cow;

use super::TransportError;
use super::grammar::{is_space, malformed};
use super::scanner::{Event, Scanner};
use crate::xep::element::reference;

/// A start tag or an empty element's tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The name with its prefix.
    pub name: &'a str,
    attributes: &'a str,
}

/// The name at the start of what follows a `<`; None if there is none, or its end is not there.
pub(super) fn name(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|&b| is_space(b) || matches!(b, b'/' | b'>' | b'='))?;
    (end > 0).then(|| &bytes[..end])
}

/// One `name = "value"` as it is written, and what follows.
struct Attribute<'a> {
    name: &'a [u8],
    value: &'a [u8],
    rest: &'a [u8],
}

/// Takes one attribute off the front; None at the end of the tag, or where the text ends before the attribute does.
fn attribute(bytes: &[u8]) -> Option<Attribute<'_>> {
    let key = name(bytes)?;
    let rest = bytes[key.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first().filter(|(b, _)| matches!(b, b'"' | b'\''))?;
    let end = memchr::memchr(*quote, rest)?;
    Some(Attribute { name: key, value: &rest[..end], rest: &rest[end + 1..] })
}

impl<'a> Tag<'a> {
    /// Reads a start tag, from `<` to `>`, within the limits.
    pub(super) fn read(tag: &'a str) -> Result<Tag<'a>, TransportError> {
        const WRONG: TransportError = malformed("something else than a start tag");
        match Scanner::default().advance(tag.as_bytes())? {
            Some(Event::Opened(range) | Event::Element(range)) if range == (0..tag.len()) => {
                Tag::begun(tag).ok_or(WRONG)
            }
            Some(Event::Beyond(limit)) => Err(TransportError::TooLarge { limit }),
            _ => Err(WRONG),
        }
    }

    /// Reads what stands of a start tag at the beginning of a text that was checked: the name, and whole attributes.
    pub(super) fn begun(text: &'a str) -> Option<Tag<'a>> {
        let inner = text.strip_prefix('<')?;
        let end = name(inner.as_bytes())?.len();
        Some(Tag { name: &inner[..end], attributes: &inner[end..] })
    }

    /// The attributes in the order in which they stand: names with prefixes, values with their references resolved.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let mut rest = self.attributes.as_bytes();
        std::iter::from_fn(move || {
            let found = attribute(rest.trim_ascii_start())?;
            rest = found.rest;
            Some((std::str::from_utf8(found.name).ok()?, unescape(std::str::from_utf8(found.value).ok()?)))
        })
    }

    /// The value of one attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The prefix and the local part of the name.
    pub(super) fn split_name(&self) -> (Option<&'a str>, &'a str) {
        match self.name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, self.name),
        }
    }

    /// The namespace that a prefix (or its absence) is bound to by this very tag.
    pub(super) fn declared(&self, prefix: Option<&str>) -> Option<Cow<'a, str>> {
        self.attributes()
            .find(|(key, _)| match prefix {
                Some(prefix) => key.strip_prefix("xmlns:") == Some(prefix),
                None => *key == "xmlns",
            })
            .map(|(_, value)| value)
    }
}

/// Resolves the references of a value that was checked.
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (body, tail) = after.split_once(';').unwrap_or((after, ""));
        out.push(reference(body).unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes a value so that it may stand between single quotes.
pub(crate) fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&apos;"),
            '"' => out.push_str("&quot;"),
            // What XML cannot carry is left out; no address that was parsed has any.
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}
