//! XML's grammar as far as framing needs it, a byte at a time: start tags, end tags and references. Nothing here keeps a
//! byte of what it has seen, but for the few of a reference.

use super::TransportError;

/// The most attributes (with namespace declarations) one element may have. No stanza in use comes near it.
const MAX_ATTRIBUTES: usize = 256;

/// The longest reference accepted, between `&` and `;`: `#x10FFFF` with a few leading zeros.
const MAX_REFERENCE: usize = 14;

pub(super) const fn malformed(reason: &'static str) -> TransportError {
    TransportError::Malformed { reason }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Checks a byte of a name, its first one or another.
fn of_name(byte: u8, first: bool) -> Result<(), TransportError> {
    match byte {
        b'"' | b'\'' | b'<' | b'&' => Err(malformed("a tag has no valid name")),
        b'0'..=b'9' | b'-' | b'.' | b':' if first => Err(malformed("a tag has no valid name")),
        _ => Ok(()),
    }
}

/// How many bytes here are certainly of a name.
fn letters(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count()
}

/// What came of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It goes on.
    More,
    /// It has more attributes than are accepted, and goes on. Told once.
    TooManyAttributes,
    /// It has ended.
    End {
        /// The element has no content: `<a/>`.
        empty: bool,
    },
}

/// A start tag behind its `<`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct StartTag {
    place: Place,
    name_length: usize,
    values: usize,
}

/// Where in a start tag a byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// In the element's name.
    #[default]
    Name,
    /// Right behind a value.
    Behind,
    /// Behind white space that may be followed by an attribute.
    Space,
    /// Behind a slash.
    Slash,
    /// In an attribute's name.
    Attribute,
    /// Behind it, where there is space before the `=`.
    Equals,
    /// Behind the `=`.
    Quote,
    /// In a value, between two of these quotes.
    Value(u8),
    /// In a reference in such a value.
    Reference(u8, Reference),
}

impl StartTag {
    /// How long the element's name is, in bytes.
    pub(super) fn name_length(&self) -> usize {
        self.name_length
    }

    /// Goes on from `at` until there is something to tell, or the bytes end. `at` is then behind what was taken; at an
    /// error, it is at the byte that is wrong.
    pub(super) fn advance(&mut self, bytes: &[u8], at: &mut usize) -> Result<Told, TransportError> {
        const WRONG: TransportError = malformed("an attribute is not well-formed");
        while let Some(&byte) = bytes.get(*at) {
            self.place = match (self.place, byte) {
                (Place::Value(quote), _) => {
                    let rest = &bytes[*at..];
                    *at += memchr::memchr3(quote, b'<', b'&', rest).unwrap_or(rest.len());
                    match bytes.get(*at) {
                        None => return Ok(Told::More),
                        Some(b'<') => return Err(malformed("a < inside a value")),
                        Some(b'&') => Place::Reference(quote, Reference::default()),
                        Some(_) => Place::Behind,
                    }
                }
                (Place::Reference(quote, mut reference), _) => match reference.next(byte)? {
                    true => Place::Value(quote),
                    false => Place::Reference(quote, reference),
                },
                (_, b'<') => return Err(malformed("a < inside a tag")),
                (Place::Slash, b'>') => {
                    *at += 1;
                    return Ok(Told::End { empty: true });
                }
                (Place::Slash, _) => return Err(malformed("a tag has a stray slash")),
                (Place::Name, b'>' | b'/' | b'=' | b' ' | b'\t' | b'\r' | b'\n') if self.name_length == 0 => {
                    return Err(malformed("a tag has no valid name"));
                }
                (Place::Name | Place::Behind | Place::Space, b'>') => {
                    *at += 1;
                    return Ok(Told::End { empty: false });
                }
                (Place::Name | Place::Behind | Place::Space, b'/') => Place::Slash,
                (Place::Name | Place::Behind | Place::Space, _) if is_space(byte) => Place::Space,
                (Place::Name, b'=') | (Place::Behind, _) => {
                    return Err(malformed("attributes are not separated by space"));
                }
                (Place::Name, _) => {
                    of_name(byte, self.name_length == 0)?;
                    let more = letters(&bytes[*at + 1..]);
                    self.name_length += 1 + more;
                    *at += more;
                    Place::Name
                }
                (Place::Space, b'=') | (Place::Attribute, b'/' | b'>') => return Err(WRONG),
                (Place::Attribute | Place::Equals, b'=') => Place::Quote,
                (Place::Attribute, _) if is_space(byte) => Place::Equals,
                (Place::Space | Place::Attribute, _) => {
                    of_name(byte, self.place == Place::Space)?;
                    *at += letters(&bytes[*at + 1..]);
                    Place::Attribute
                }
                (Place::Equals | Place::Quote, _) if is_space(byte) => self.place,
                (Place::Quote, b'"' | b'\'') => {
                    self.values += 1;
                    self.place = Place::Value(byte);
                    if self.values == MAX_ATTRIBUTES + 1 {
                        *at += 1;
                        return Ok(Told::TooManyAttributes);
                    }
                    Place::Value(byte)
                }
                (Place::Equals | Place::Quote, _) => return Err(WRONG),
            };
            *at += 1;
        }
        Ok(Told::More)
    }
}

/// An end tag behind its `</`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum EndTag {
    /// Before its name.
    #[default]
    Begun,
    /// In its name.
    Name,
    /// In the white space behind that.
    Space,
}

impl EndTag {
    /// Goes on from `at` until the tag has ended (true), or the bytes have.
    pub(super) fn advance(&mut self, bytes: &[u8], at: &mut usize) -> Result<bool, TransportError> {
        while let Some(&byte) = bytes.get(*at) {
            *self = match (*self, byte) {
                (EndTag::Name | EndTag::Space, b'>') => {
                    *at += 1;
                    return Ok(true);
                }
                (EndTag::Name | EndTag::Space, _) if is_space(byte) => EndTag::Space,
                (EndTag::Space, _) | (_, b'/' | b'=' | b'>') => return Err(malformed("an end tag without its start")),
                (EndTag::Begun, _) if is_space(byte) => return Err(malformed("a tag has no valid name")),
                (EndTag::Begun | EndTag::Name, _) => {
                    of_name(byte, *self == EndTag::Begun)?;
                    *at += letters(&bytes[*at + 1..]);
                    EndTag::Name
                }
            };
            *at += 1;
        }
        Ok(false)
    }
}

/// A reference behind its `&`: one of the five that XML predefines, or a character; nothing declared (RFC 6120 section
/// 11.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reference {
    body: [u8; MAX_REFERENCE],
    length: usize,
}

impl Reference {
    /// Takes the next byte; true if it was the last.
    pub(super) fn next(&mut self, byte: u8) -> Result<bool, TransportError> {
        const WRONG: TransportError = malformed("an entity that is not allowed");
        if byte == b';' {
            let allowed = match &self.body[..self.length] {
                b"amp" | b"lt" | b"gt" | b"quot" | b"apos" => true,
                [b'#', b'x', hex @ ..] => !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit),
                [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
                _ => false,
            };
            return if allowed { Ok(true) } else { Err(WRONG) };
        }
        if self.length == MAX_REFERENCE || !(byte.is_ascii_alphanumeric() || byte == b'#') {
            return Err(WRONG);
        }
        self.body[self.length] = byte;
        self.length += 1;
        Ok(false)
    }
}
