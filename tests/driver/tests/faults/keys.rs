//! No key of a message is used for two messages: seen on what the server has of omemo:2. Stories look at that as well.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use larimar_testbed::Archived;

/// Whose chain, which key of it, and for which device.
type Place = (String, String, Vec<u8>, u64);

/// Looks at every key in an archive, and says what is wrong. The same message may be there twice.
pub fn problems(archive: &[Archived]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<Place, Vec<u8>> = BTreeMap::new();
    let mut payloads: BTreeMap<String, String> = BTreeMap::new();
    let mut looked_at = 0;
    for archived in archive {
        for element in parts(&archived.xml, "<encrypted ", "</encrypted>") {
            if !element.contains("urn:xmpp:omemo:2") {
                continue;
            }
            let sid = attribute(element, "<header", "sid").unwrap_or_default();
            for key in parts(element, "<key ", "</key>") {
                let Some((head, data)) = key.split_once('>') else { continue };
                let rid = attribute(head, "", "rid").unwrap_or_default();
                let Some(message) = STANDARD.decode(data.trim()).ok().and_then(|bytes| message_in(bytes, head)) else {
                    problems.push(format!("a key of device {sid} for {rid} cannot be read"));
                    continue;
                };
                let (chain, number) = (bytes_of(&message, 3).unwrap_or_default(), number_of(&message, 1).unwrap_or(0));
                looked_at += 1;
                let place = (sid.clone(), rid.clone(), chain, number);
                if seen.insert(place, message.clone()).is_some_and(|before| before != message) {
                    problems.push(format!("device {sid} used key {number} of a chain twice for device {rid}"));
                }
            }
            for payload in parts(element, "<payload>", "</payload>") {
                let keys = element.replace(payload, "");
                if payloads.insert(payload.to_owned(), keys.clone()).is_some_and(|before| before != keys) {
                    problems.push(format!("device {sid} sent the same payload in two messages"));
                }
            }
        }
    }
    if looked_at == 0 {
        problems.push("nothing in the archive is encrypted".into());
    }
    problems
}

/// What stands between two marks, each time.
fn parts<'a>(text: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    text.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

fn attribute(text: &str, after: &str, name: &str) -> Option<String> {
    let text = &text[text.find(after)?..];
    let value =
        [format!("{name}='"), format!("{name}=\"")].iter().find_map(|before| text.split(before.as_str()).nth(1))?;
    value.split(['\'', '"']).next().map(str::to_owned)
}

/// The OMEMOMessage in an OMEMOAuthenticatedMessage, which a key exchange has inside.
fn message_in(bytes: Vec<u8>, head: &str) -> Option<Vec<u8>> {
    let exchange = attribute(head, "", "kex").is_some_and(|kex| kex == "true" || kex == "1");
    let authenticated = if exchange { bytes_of(&bytes, 5)? } else { bytes };
    bytes_of(&authenticated, 2)
}

/// The fields of a protobuf message: their numbers, with a number or bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, Vec<u8>)> {
    let mut fields = Vec::new();
    while let Some(tag) = varint(&mut bytes) {
        let Some(value) = varint(&mut bytes) else { break };
        let content = match tag & 7 {
            2 if usize::try_from(value).is_ok_and(|length| length <= bytes.len()) => {
                let (content, rest) = bytes.split_at(value as usize);
                bytes = rest;
                content.to_vec()
            }
            _ => Vec::new(),
        };
        fields.push((tag >> 3, value, content));
    }
    fields
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let (mut value, mut shift) = (0_u64, 0);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

fn bytes_of(message: &[u8], field: u64) -> Option<Vec<u8>> {
    fields(message).into_iter().find(|(number, ..)| *number == field).map(|(_, _, content)| content)
}

fn number_of(message: &[u8], field: u64) -> Option<u64> {
    fields(message).into_iter().find(|(number, ..)| *number == field).map(|(_, value, _)| value)
}
