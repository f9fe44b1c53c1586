//! One complete tag: its name and its attributes, checked against XML's grammar as far as framing needs it.

use std::borrow::Cow;

use super::TransportError;

/// The most attributes (with namespace declarations) one element may have. No stanza in use comes near it.
pub(super) const MAX_ATTRIBUTES: usize = 256;

/// The longest reference accepted, from `&` to `;`: `&#x10FFFF;` with a few leading zeros.
pub(super) const MAX_REFERENCE: usize = 16;

/// A start tag or an empty element's tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The name with its prefix.
    pub name: &'a str,
    attributes: &'a str,
}

pub(super) const fn malformed(reason: &'static str) -> TransportError {
    TransportError::Malformed { reason }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The name at the start of what follows `<` or `</`, or an error if there is none.
pub(super) fn name(bytes: &[u8]) -> Result<&[u8], TransportError> {
    let end = bytes.iter().position(|&b| is_space(b) || matches!(b, b'/' | b'>' | b'=')).unwrap_or(bytes.len());
    let name = &bytes[..end];
    match name.first() {
        None | Some(b'0'..=b'9' | b'-' | b'.' | b':') => Err(malformed("a tag has no valid name")),
        Some(_) if name.iter().any(|b| matches!(b, b'"' | b'\'' | b'<' | b'&')) => {
            Err(malformed("a tag has no valid name"))
        }
        Some(_) => Ok(name),
    }
}

/// Checks a start tag, from `<` to `>`, and tells whether it is empty (`<a/>`).
pub(super) fn check(tag: &[u8]) -> Result<bool, TransportError> {
    let inner = tag.get(1..tag.len().saturating_sub(1)).unwrap_or_default();
    let mut rest = &inner[name(inner)?.len()..];
    let mut count = 0;
    loop {
        let spaces = rest.iter().take_while(|&&b| is_space(b)).count();
        match rest.get(spaces) {
            None => return Ok(false),
            Some(b'/') if rest.len() == spaces + 1 => return Ok(true),
            Some(b'/') => return Err(malformed("a tag has a stray slash")),
            Some(_) if spaces == 0 => return Err(malformed("attributes are not separated by space")),
            Some(_) => {}
        }
        count += 1;
        if count > MAX_ATTRIBUTES {
            return Err(TransportError::TooLarge { limit: "attributes of one element" });
        }
        let found = attribute(&rest[spaces..])?;
        references(found.value)?;
        rest = found.rest;
    }
}

/// One `name = "value"` as it is written, and what follows.
struct Attribute<'a> {
    name: &'a [u8],
    value: &'a [u8],
    rest: &'a [u8],
}

/// Takes one attribute off the front.
fn attribute(bytes: &[u8]) -> Result<Attribute<'_>, TransportError> {
    const WRONG: TransportError = malformed("an attribute is not well-formed");
    let key = name(bytes)?;
    let mut rest = bytes[key.len()..].trim_ascii_start();
    rest = rest.strip_prefix(b"=").ok_or(WRONG)?.trim_ascii_start();
    let quote = *rest.first().filter(|b| matches!(b, b'"' | b'\'')).ok_or(WRONG)?;
    let end = memchr::memchr(quote, &rest[1..]).ok_or(WRONG)?;
    Ok(Attribute { name: key, value: &rest[1..=end], rest: &rest[end + 2..] })
}

/// Checks every reference in text or in a value: the five that XML predefines and characters, nothing declared
/// (RFC 6120 section 11.1).
pub(super) fn references(mut text: &[u8]) -> Result<(), TransportError> {
    while let Some(at) = memchr::memchr(b'&', text) {
        let length = reference(&text[at..])?.ok_or(malformed("a reference has no end"))?;
        text = &text[at + length..];
    }
    Ok(())
}

/// The length of the reference that starts here with `&`; None if its end has not come yet.
pub(super) fn reference(bytes: &[u8]) -> Result<Option<usize>, TransportError> {
    let near = &bytes[..bytes.len().min(MAX_REFERENCE)];
    let Some(end) = memchr::memchr(b';', near) else {
        // One that cannot end in time, or holds what no reference holds, is not waited for.
        let hopeless =
            near.len() == MAX_REFERENCE || near[1..].iter().any(|b| !b.is_ascii_alphanumeric() && *b != b'#');
        return if hopeless { Err(malformed("an entity that is not allowed")) } else { Ok(None) };
    };
    let body = &near[1..end];
    let allowed = match body {
        b"amp" | b"lt" | b"gt" | b"quot" | b"apos" => true,
        [b'#', b'x', hex @ ..] => !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if allowed { Ok(Some(end + 1)) } else { Err(malformed("an entity that is not allowed")) }
}

impl<'a> Tag<'a> {
    /// Reads a start tag, from `<` to `>`, that may carry any attributes.
    pub(super) fn read(tag: &'a str) -> Result<Tag<'a>, TransportError> {
        let empty = check(tag.as_bytes())?;
        let inner = &tag[1..tag.len() - 1 - usize::from(empty)];
        let end = name(inner.as_bytes())?.len();
        Ok(Tag { name: &inner[..end], attributes: &inner[end..] })
    }

    /// The attributes in the order in which they stand: names with prefixes, values with their references resolved.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let mut rest = self.attributes.as_bytes();
        std::iter::from_fn(move || {
            let found = attribute(rest.trim_ascii_start()).ok()?;
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
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let character = match body {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match body.strip_prefix("#x") {
                Some(hex) => number(hex, 16),
                None => body.strip_prefix('#').and_then(|digits| number(digits, 10)),
            },
        };
        out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
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
