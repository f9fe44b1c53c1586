//! Reads an element from its text, in one pass, without recursion. What the limits of a stream let through is still checked
//! in full: names, characters, references, namespaces (XML 1.0 and Namespaces in XML 1.0, restricted as RFC 6120 section
//! 11.1 says: no comments, no processing instructions, no document types, no entities of one's own).

use std::borrow::Cow;
use std::rc::Rc;

use memchr::{memchr, memmem};

use super::{Attribute, Element, Namespaces, Node};
use crate::xep::{ns, xml};

/// The namespace of the prefix `xmlns`, which needs no declaration.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The deepest nesting that is read, and that a stream lets through: a top-level element is at depth 1. Stanzas in use stay
/// below 20.
pub const MAX_DEPTH: usize = 64;

/// The most namespace declarations that hold at once. Stanzas in use stay below 20.
const MAX_DECLARED: usize = 256;

/// A text that is not one well-formed element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed element: {0}")]
pub struct NotWellFormed(&'static str);

type Result<T> = std::result::Result<T, NotWellFormed>;

/// An element whose end has not come.
struct Open<'a> {
    element: Element,
    /// Its name as it is written.
    name: &'a str,
    /// How many declarations there were before its own.
    scope: usize,
}

/// An attribute as it is written.
struct Written<'a> {
    name: &'a str,
    value: Cow<'a, str>,
}

struct Reader<'a> {
    rest: &'a str,
    around: &'a Namespaces,
    /// What is declared, by the outer elements first.
    scope: Vec<(&'a str, Rc<str>)>,
    open: Vec<Open<'a>>,
    /// The attributes of the tag that is being read.
    written: Vec<Written<'a>>,
    none: Rc<str>,
}

pub(super) fn read(text: &str, around: &Namespaces) -> Result<Element> {
    let mut reader =
        Reader { rest: text, around, scope: Vec::new(), open: Vec::new(), written: Vec::new(), none: Rc::from("") };
    loop {
        if let Some(element) = reader.markup()? {
            return if reader.rest.is_empty() { Ok(element) } else { Err(NotWellFormed("something follows it")) };
        }
        reader.text()?;
    }
}

impl<'a> Reader<'a> {
    /// Takes so many bytes off the front. A place that is not between two characters is none that was looked for.
    fn take(&mut self, length: usize) -> Result<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(NotWellFormed("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn strip(&mut self, prefix: &str) -> bool {
        let stripped = self.rest.strip_prefix(prefix);
        self.rest = stripped.unwrap_or(self.rest);
        stripped.is_some()
    }

    /// True if there was white space.
    fn skip_space(&mut self) -> bool {
        let length = self.rest.len();
        self.rest = self.rest.trim_start_matches(is_space);
        self.rest.len() < length
    }

    /// Text up to the next `<`, inside of an element.
    fn text(&mut self) -> Result<()> {
        let length = memchr(b'<', self.rest.as_bytes()).ok_or(NotWellFormed("it has no end"))?;
        if length > 0 {
            let written = self.take(length)?;
            if written.contains("]]>") {
                return Err(NotWellFormed("the end of a CDATA section without its start"));
            }
            self.append(&resolved(written, false)?)?;
        }
        Ok(())
    }

    fn append(&mut self, text: &str) -> Result<()> {
        let nodes = &mut self.open.last_mut().ok_or(NotWellFormed("text outside of an element"))?.element.nodes;
        match nodes.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => nodes.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    /// A tag or a CDATA section; the whole element, if that was its end.
    fn markup(&mut self) -> Result<Option<Element>> {
        if self.strip("</") {
            return self.end_tag();
        }
        if self.strip("<![CDATA[") {
            let length = memmem::find(self.rest.as_bytes(), b"]]>").ok_or(NotWellFormed("it has no end"))?;
            let text = plain(self.take(length)?)?;
            self.append(&text)?;
            self.take("]]>".len())?;
            return Ok(None);
        }
        if !self.strip("<") {
            return Err(NotWellFormed("text outside of an element"));
        }
        self.start_tag()
    }

    fn end_tag(&mut self) -> Result<Option<Element>> {
        const WRONG: NotWellFormed = NotWellFormed("an end tag without its start");
        let Open { element, name, scope } = self.open.pop().ok_or(WRONG)?;
        if !self.strip(name) {
            return Err(WRONG);
        }
        self.skip_space();
        if !self.strip(">") {
            return Err(WRONG);
        }
        Ok(self.close(element, scope))
    }

    /// An element is whole: it goes into the one around it, or is the result.
    fn close(&mut self, element: Element, scope: usize) -> Option<Element> {
        self.scope.truncate(scope);
        match self.open.last_mut() {
            Some(around) => {
                around.element.nodes.push(Node::Element(element));
                None
            }
            None => Some(element),
        }
    }

    fn start_tag(&mut self) -> Result<Option<Element>> {
        let scope = self.scope.len();
        let name = self.name()?;
        let empty = self.attributes(scope)?;
        let (prefix, local) = split(name)?;
        let ns = match self.namespace(prefix) {
            Some(ns) if prefix != "xml" => ns,
            _ => return Err(NotWellFormed("a name without a namespace")),
        };
        let attributes = self.resolve_attributes()?;
        let element = Element { name: local.to_owned(), ns, attributes, nodes: Vec::new() };
        if empty {
            return Ok(self.close(element, scope));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(NotWellFormed("it is nested too deep"));
        }
        self.open.push(Open { element, name, scope });
        Ok(None)
    }

    /// A name with its prefix.
    fn name(&mut self) -> Result<&'a str> {
        let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'=');
        let length = self.rest.bytes().position(|byte| ends(&byte)).ok_or(NotWellFormed("a tag has no end"))?;
        self.take(length)
    }

    /// The attributes up to the end of the tag; true if that says that the element is empty. Declarations go into scope.
    fn attributes(&mut self, scope: usize) -> Result<bool> {
        const WRONG: NotWellFormed = NotWellFormed("an attribute is wrong");
        self.written.clear();
        loop {
            let spaced = self.skip_space();
            if self.strip(">") {
                return Ok(false);
            }
            if self.strip("/>") {
                return Ok(true);
            }
            if !spaced {
                return Err(NotWellFormed("attributes are not separated by space"));
            }
            let name = self.name()?;
            self.skip_space();
            if !self.strip("=") {
                return Err(WRONG);
            }
            self.skip_space();
            let quote = if self.strip("'") {
                b'\''
            } else if self.strip("\"") {
                b'"'
            } else {
                return Err(WRONG);
            };
            let length = memchr(quote, self.rest.as_bytes()).ok_or(WRONG)?;
            let value = resolved(self.take(length)?, true)?;
            self.take(1)?;
            match name.strip_prefix("xmlns") {
                Some("") => self.declare("", &value, scope)?,
                Some(":") => return Err(WRONG),
                Some(prefix) if prefix.starts_with(':') => self.declare(&prefix[1..], &value, scope)?,
                _ => self.written.push(Written { name, value }),
            }
        }
    }

    fn declare(&mut self, prefix: &'a str, ns: &str, scope: usize) -> Result<()> {
        let known = self.scope[scope..].iter().any(|(known, _)| *known == prefix);
        let wrong = match prefix {
            "" => ns == ns::XML || ns == XMLNS,
            "xml" => ns != ns::XML,
            "xmlns" => true,
            _ => ns.is_empty() || ns == ns::XML || ns == XMLNS || !is_name(prefix),
        };
        if known || wrong {
            return Err(NotWellFormed("a namespace is declared wrongly"));
        }
        if self.scope.len() == MAX_DECLARED {
            return Err(NotWellFormed("it declares too many namespaces"));
        }
        let shared = self.scope.iter().rev().map(|(_, ns)| ns).find(|known| &***known == ns);
        let ns = shared.map_or_else(|| Rc::from(ns), Rc::clone);
        self.scope.push((prefix, ns));
        Ok(())
    }

    fn namespace(&self, prefix: &str) -> Option<Rc<str>> {
        let declared = self.scope.iter().rev().find(|(known, _)| *known == prefix).map(|(_, ns)| ns);
        declared.or_else(|| self.around.get(prefix)).cloned()
    }

    fn resolve_attributes(&mut self) -> Result<Vec<Attribute>> {
        let mut attributes = Vec::with_capacity(self.written.len());
        let mut written = std::mem::take(&mut self.written);
        for Written { name, value } in written.drain(..) {
            let (prefix, local) = split(name)?;
            let ns = match prefix {
                "" => Rc::clone(&self.none),
                "xml" => Rc::from(ns::XML),
                prefix => self.namespace(prefix).ok_or(NotWellFormed("a prefix without a namespace"))?,
            };
            attributes.push(Attribute { ns, name: local.to_owned(), value: value.into_owned() });
        }
        self.written = written;
        attributes.sort();
        let doubled = attributes.windows(2).any(|pair| pair[0].ns == pair[1].ns && pair[0].name == pair[1].name);
        if doubled { Err(NotWellFormed("an attribute stands twice")) } else { Ok(attributes) }
    }
}

/// The prefix (or nothing) and the local part of a name that is one.
fn split(name: &str) -> Result<(&str, &str)> {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let wrong =
        !is_name(local) || (prefix.is_empty() && local.len() < name.len()) || !(prefix.is_empty() || is_name(prefix));
    if wrong { Err(NotWellFormed("a name is none")) } else { Ok((prefix, local)) }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// An NCName (Namespaces in XML 1.0, section 3).
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name) && characters.all(continues_name)
}

fn begins_name(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn continues_name(c: char) -> bool {
    begins_name(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// What XML can carry (XML 1.0 section 2.2).
fn is_carried(c: char) -> bool {
    xml::carried(c) == c
}

/// True if nothing in a text needs a closer look: no control characters but the line feed, none that begin as U+FFFE and
/// U+FFFF do, no reference, no `<`.
fn is_simple(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'&' | b'<' | 0xef) || byte == b'\n')
}

/// A text without references, its line ends made one character (XML 1.0 section 2.11).
fn plain(text: &str) -> Result<Cow<'_, str>> {
    if !text.chars().all(is_carried) {
        return Err(NotWellFormed("a character that XML does not carry"));
    }
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    Ok(if text.contains('\r') { Cow::Owned(lines(text)) } else { Cow::Borrowed(text) })
}

/// A text with its references resolved. In a value, white space that is not written as a reference is a space (XML 1.0
/// section 3.3.3).
fn resolved(text: &str, value: bool) -> Result<Cow<'_, str>> {
    if is_simple(text) && !(value && text.contains('\n')) {
        return Ok(Cow::Borrowed(text));
    }
    if value && text.contains('<') {
        return Err(NotWellFormed("a < inside a value"));
    }
    let clean = |text: &str, out: &mut String| -> Result<()> {
        let text = plain(text)?;
        if value {
            out.extend(text.chars().map(|c| if is_space(c) { ' ' } else { c }));
        } else {
            out.push_str(&text);
        }
        Ok(())
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        clean(before, &mut out)?;
        let (name, after) = after.split_once(';').ok_or(NotWellFormed("a reference has no end"))?;
        out.push(reference(name).filter(|c| is_carried(*c)).ok_or(NotWellFormed("a reference to nothing"))?);
        rest = after;
    }
    clean(rest, &mut out)?;
    Ok(Cow::Owned(out))
}

/// The character that stands between `&` and `;`: one of the five names that XML knows, or a number, of whatever XML carries
/// or not.
pub(crate) fn reference(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // `from_str_radix` would take a sign.
    let code = digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok()).flatten()?;
    char::from_u32(code)
}
