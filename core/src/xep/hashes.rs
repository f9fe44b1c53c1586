//! XEP-0300: hashes of files, with the names of their algorithms.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::file::Expected;

/// More hashes of one file are not read.
pub const MOST: usize = 16;
/// The longest hash, in bytes: those of 512 bits, and as much again.
const LONGEST: usize = 128;

/// A hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The algorithm, as IANA or XEP-0300 name it, in lower case: `sha-256`, also an unknown one.
    pub algorithm: String,
    /// The hash.
    pub value: Vec<u8>,
}

impl Hash {
    /// A SHA-256.
    pub fn sha256(value: [u8; 32]) -> Hash {
        Hash { algorithm: "sha-256".to_owned(), value: value.to_vec() }
    }

    /// Reads `<hash/>`; None without an algorithm, or if it is no base64.
    pub fn parse(element: &Element) -> Option<Hash> {
        if !element.is("hash", ns::HASHES) {
            return None;
        }
        let algorithm = element.attr("algo")?.trim().to_ascii_lowercase();
        let named = !algorithm.is_empty() && algorithm.len() <= 64;
        Some(Hash { value: xml::base64(element, LONGEST).filter(|_| named)?, algorithm })
    }

    /// The hashes among the children of an element.
    pub(crate) fn inside(element: &Element) -> Vec<Hash> {
        element.children().filter_map(Hash::parse).take(MOST).collect()
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        Tag::new("hash", ns::HASHES).attr("algo", &self.algorithm).text(&BASE64.encode(&self.value))
    }
}

/// What these hashes say of a file, as far as they can be checked here; of two of one kind the first counts.
pub fn expected(size: Option<u64>, hashes: &[Hash]) -> Expected {
    let of = |name: &str| hashes.iter().find(|hash| hash.algorithm == name).map(|hash| hash.value.as_slice());
    Expected {
        size,
        sha256: of("sha-256").and_then(|value| value.try_into().ok()),
        sha512: of("sha-512").and_then(|value| value.try_into().ok()),
    }
}

#[cfg(test)]
mod hashes_tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = Hash::sha256([7; 32]);
        let xml = hash.tag().to_string();
        assert_eq!(
            xml,
            "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=</hash>"
        );
        assert_eq!(Hash::parse(&xml.parse().unwrap()), Some(hash.clone()));
        let other = Hash { algorithm: "sha3-256".to_owned(), value: vec![1] };
        let known = expected(Some(3), &[other.clone(), hash]);
        assert_eq!((known.size, known.sha256, known.has_hash()), (Some(3), Some([7; 32]), true));
        assert!(!expected(None, &[other, Hash { algorithm: "sha-256".to_owned(), value: vec![1] }]).has_hash());
    }

    #[test]
    fn what_is_no_hash_is_left_out() {
        let read =
            |inner: &str| Hash::parse(&format!("<hash xmlns='urn:xmpp:hashes:2' {inner}</hash>").parse().unwrap());
        assert_eq!(read("algo='SHA-256'> Bwc \n</hash>".trim_end_matches("</hash>")).unwrap().value, [7, 7]);
        for odd in ["algo='sha-256'>", "algo='sha-256'>!", ">BwcH", "algo=''>BwcH"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(read(&format!("algo='x'>{}", "AAAA".repeat(50))), None);
    }
}
