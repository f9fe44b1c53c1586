//! What people and their devices say of identity keys (XEP-0434, XEP-0450): on the wire, in the store, and as an address that
//! is shown and scanned.

use jid::BareJid;

use super::Micros;

/// What somebody says of a key, as it is written: whether it is its owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whose key.
    pub owner: BareJid,
    /// The key as omemo:2's bundles carry it: 32 bytes of Ed25519.
    pub key: [u8; 32],
    /// It is its owner's; false: it is not, or no longer.
    pub trusted: bool,
}

/// The same as it is decided on: by the fingerprint, which is the same in both versions of OMEMO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whose key.
    pub owner: BareJid,
    /// Its fingerprint.
    pub fingerprint: String,
    /// It is its owner's; false: it is not, or no longer.
    pub trusted: bool,
}

/// What another device said in one message.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// All of it.
    pub decisions: Vec<Decision>,
    /// When that was, by the clock of who said it, and not later than now.
    pub time: Micros,
}

/// 32 bytes in hexadecimal digits.
pub fn to_hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads 64 hexadecimal digits, of either case.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod trust_tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_as_they_are_written() {
        let mut bytes = [0xab; 32];
        bytes[0] = 1;
        let text = to_hex(&bytes);
        assert!(text.starts_with("01abab") && text.len() == 64);
        assert_eq!((from_hex(&text), from_hex(&text.to_uppercase())), (Some(bytes), Some(bytes)));
        for odd in ["", &text[1..], &format!("{text}00"), &format!("+1{}", &text[2..]), &format!("é{}", &text[2..])] {
            assert_eq!(from_hex(odd), None, "{odd}");
        }
    }
}
