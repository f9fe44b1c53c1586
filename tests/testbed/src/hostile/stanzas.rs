//! Just enough XML to tell one stanza of an honest client from the next.

use std::io;

/// The length of the first whole element in these bytes, if it is whole. Stream headers and XML declarations are passed over.
pub(super) fn next_stanza(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut depth = 0_u32;
    let mut place = 0;
    while let Some(open) = find(bytes, place, b'<') {
        let Some(close) = end_of_tag(bytes, open) else { return Ok(None) };
        let tag = bytes.get(open..=close).unwrap_or_default();
        place = close + 1;
        if tag.starts_with(b"<?") || tag.starts_with(b"<stream:stream") {
            continue;
        }
        if tag.starts_with(b"</") {
            if depth == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the client ended the stream"));
            }
            depth -= 1;
        } else if !tag.ends_with(b"/>") {
            depth += 1;
        }
        if depth == 0 {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&other| other == byte).map(|place| from + place)
}

/// Where the tag that begins here ends; `>` may stand in an attribute's value.
fn end_of_tag(bytes: &[u8], open: usize) -> Option<usize> {
    let mut quote = None;
    for (place, &byte) in bytes.iter().enumerate().skip(open) {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None if byte == b'\'' || byte == b'"' => quote = Some(byte),
            None if byte == b'>' => return Some(place),
            None => {}
        }
    }
    None
}

/// The value of an attribute of the first tag in this text, as it stands there.
pub fn attribute(stanza: &str, name: &str) -> Option<String> {
    let tag = stanza.get(..=end_of_tag(stanza.as_bytes(), 0)?)?;
    for quote in ['\'', '"'] {
        let start = format!(" {name}={quote}");
        if let Some((_, rest)) = tag.split_once(&start) {
            return rest.split_once(quote).map(|(value, _)| value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod stanzas_tests {
    use super::{attribute, next_stanza};

    #[test]
    fn a_stanza_ends_where_its_element_ends() {
        let bytes = b"<?xml version='1.0'?><stream:stream to='one.test'> <iq id='1 > 0'><a/><b>x</b></iq><presence/>";
        let first = next_stanza(bytes).unwrap().unwrap();
        assert!(bytes[..first].ends_with(b"</iq>"));
        assert_eq!(next_stanza(&bytes[first..]).unwrap(), Some(b"<presence/>".len()));
        assert_eq!(next_stanza(b"<message><body>hal").unwrap(), None);
        assert_eq!(next_stanza(b"<mess").unwrap(), None);
        assert!(next_stanza(b"</stream:stream>").is_err());
    }

    #[test]
    fn attributes_are_those_of_the_first_tag() {
        let stanza = "<iq type=\"get\" id='a1'><query node='x'/></iq>";
        assert_eq!(attribute(stanza, "type").as_deref(), Some("get"));
        assert_eq!(attribute(stanza, "id").as_deref(), Some("a1"));
        assert_eq!(attribute(stanza, "node"), None);
    }
}
