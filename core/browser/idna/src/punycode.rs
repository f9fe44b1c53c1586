//! Punycode (RFC 3492): how a label's characters are written on the wire. Only reading: the browser writes.

const BASE: u32 = 36;
const LOWEST: u32 = 1;
const HIGHEST: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_BEYOND_ASCII: u32 = 128;

/// The label that is meant, without its "xn--". None: it is not well-formed.
pub(crate) fn read(code: &str) -> Option<String> {
    let (plain, codes) = code.rsplit_once('-').unwrap_or(("", code));
    let mut label: Vec<char> = plain.chars().collect();
    let (mut character, mut bias, mut at) = (FIRST_BEYOND_ASCII, FIRST_BIAS, 0_u32);
    let mut codes = codes.bytes().peekable();
    while codes.peek().is_some() {
        let before = at;
        at = at.checked_add(number(&mut codes, bias)?)?;
        let length = u32::try_from(label.len()).ok()?.checked_add(1)?;
        bias = adapted(at - before, length, before == 0);
        character = character.checked_add(at / length)?;
        at %= length;
        label.insert(at as usize, char::from_u32(character)?);
        at += 1;
    }
    Some(label.into_iter().collect())
}

/// A number of variable length: digits of growing weight up to the first below its threshold.
fn number(codes: &mut impl Iterator<Item = u8>, bias: u32) -> Option<u32> {
    let (mut number, mut weight, mut position) = (0_u32, 1_u32, BASE);
    loop {
        let digit = match codes.next()? {
            byte @ b'a'..=b'z' => u32::from(byte - b'a'),
            byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
            _ => return None,
        };
        number = number.checked_add(digit.checked_mul(weight)?)?;
        let threshold = position.saturating_sub(bias).clamp(LOWEST, HIGHEST);
        if digit < threshold {
            return Some(number);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        position += BASE;
    }
}

/// The bias after a number, so that the next one is likely to be short.
fn adapted(step: u32, length: u32, first: bool) -> u32 {
    let mut step = if first { step / DAMP } else { step / 2 };
    step += step / length;
    let mut position = 0;
    while step > ((BASE - LOWEST) * HIGHEST) / 2 {
        step /= BASE - LOWEST;
        position += BASE;
    }
    position + (BASE - LOWEST + 1) * step / (step + SKEW)
}

#[cfg(test)]
mod punycode_tests {
    use super::*;

    #[test]
    fn labels_are_read_as_they_were_meant() {
        for (code, label) in [
            ("bcher-kva", "bücher"),
            ("fiqs8s", "中国"),
            ("80akhbyknj4f", "испытание"),
            ("mgbh0fb", "مثال"),
            ("hxajbheg2az3al", "παράδειγμα"),
            ("n3h", "☃"),
            ("a-eha", "aü"),
            ("", ""),
        ] {
            assert_eq!(read(code).as_deref(), Some(label), "{code}");
        }
    }

    #[test]
    fn what_was_not_written_so_is_none() {
        for code in ["bcher-kv", "ü", "-\u{7f}", "99999999", "bcher-KVA", "999999b", "99999999b"] {
            assert_eq!(read(code), None, "{code}");
        }
    }
}
