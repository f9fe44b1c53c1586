//! XEP-0454: the address of a file and its key in one link, as legacy OMEMO sends them: `aesgcm://host/path#ivkey`, both in
//! hexadecimal.

use std::fmt::{self, Write as _};

use zeroize::Zeroizing;

use crate::model::file::{Cipher, FileKey, FileUrl};

const SCHEME: &str = "aesgcm:";
/// The key's digits.
const KEY: usize = 64;

/// A link to an encrypted file.
#[derive(Clone, PartialEq, Eq)]
pub struct AesGcmLink {
    /// Where the ciphertext lies; the tag stands behind it.
    pub url: FileUrl,
    /// Its key: of AES-256-GCM.
    pub key: FileKey,
}

impl AesGcmLink {
    /// Reads a text that is such a link. What stands on further lines (older clients put a thumbnail there) is not read. None
    /// for anything else: also for a link with other text before it, or with an iv of another length than 12 or 16 bytes.
    pub fn parse(text: &str) -> Option<AesGcmLink> {
        let line = text.trim().lines().next()?.trim();
        let rest = line
            .get(..SCHEME.len())
            .filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
            .map(|_| &line[SCHEME.len()..])?;
        let (place, secret) = rest.split_once('#')?;
        if place.contains(char::is_whitespace) || !matches!(secret.len(), 88 | 96) {
            return None;
        }
        let bytes = from_hex(secret)?;
        let (iv, key) = bytes.split_at(bytes.len() - KEY / 2);
        Some(AesGcmLink {
            url: FileUrl::parse(&format!("https:{place}"))?,
            key: FileKey::new(Cipher::Aes256Gcm, key, iv)?,
        })
    }

    /// The link of a file whose address is `https:` and whose key is of AES-256-GCM; None for another.
    pub fn new(url: FileUrl, key: FileKey) -> Option<AesGcmLink> {
        (url.is_https() && key.cipher() == Cipher::Aes256Gcm).then_some(AesGcmLink { url, key })
    }

    /// The link as text. It is as secret as the file.
    pub fn text(&self) -> Zeroizing<String> {
        let place = self.url.as_str().strip_prefix("https:").unwrap_or_default();
        let mut text = Zeroizing::new(String::with_capacity(place.len() + SCHEME.len() + 1 + 32 + KEY));
        text.push_str(SCHEME);
        text.push_str(place);
        text.push('#');
        for byte in self.key.iv().iter().chain(self.key.key()) {
            // Writing to a String cannot fail.
            let _ = write!(*text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for AesGcmLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesGcmLink")
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    text.as_bytes().chunks_exact(2).map(pair).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

#[cfg(test)]
mod aesgcm_tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "8c3d050e9386ec173861778f68a38b6c5a8c9e2e8a8f1d2c5c5b0b3d1a6a7e5e1f2d3c4b5a69788796a5b4c3";

    #[test]
    fn a_link_is_read_and_written() {
        let text = format!("aesgcm://up.example.org:5281/a/b%20c.jpg?x=1#{SECRET}");
        let link = AesGcmLink::parse(&format!(" {text}\ndata:image/jpeg,AAAA")).unwrap();
        assert_eq!(link.url.as_str(), "https://up.example.org:5281/a/b%20c.jpg?x=1");
        assert_eq!((link.key.iv().len(), link.key.iv()[0], link.key.key()[31]), (12, 0x8c, 0xc3));
        assert_eq!(*link.text(), text);
        assert_eq!(AesGcmLink::new(link.url.clone(), link.key.clone()), Some(link.clone()));
        let old = format!("AESGCM://up.example.org/a#00112233{}", SECRET.to_uppercase());
        assert_eq!(AesGcmLink::parse(&old).unwrap().key.iv().len(), 16);
        let shown = format!("{link:?} {:?}", link.key);
        assert!(!shown.contains("example") && !shown.contains("8c"), "{shown}");
    }

    #[test]
    fn what_is_no_link_is_none() {
        for odd in [
            "",
            "aesgcm:",
            "aesgcm://a.example/f",
            &format!("https://a.example/f#{SECRET}"),
            &format!("aesgcm://a.example/f#{}", &SECRET[2..]),
            &format!("aesgcm://a.example/f#zz{}", &SECRET[2..]),
            &format!("aesgcm://a.example/f#+1{}", &SECRET[2..]),
            &format!("see aesgcm://a.example/f#{SECRET}"),
            &format!("aesgcm:///f#{SECRET}0011"),
            &format!("aesgcm://a.example/f g#{SECRET}"),
            &format!("aesgcm://a.example/f#{}é", &SECRET[2..]),
        ] {
            assert_eq!(AesGcmLink::parse(odd), None, "{odd}");
        }
        let key = FileKey::generate(&mut |buffer| buffer.fill(1));
        assert_eq!(AesGcmLink::new(FileUrl::parse("http://a.example/f").unwrap(), key), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(path in "[a-z0-9/%?=._-]{0,40}", key in any::<[u8; 32]>(), iv in any::<[u8; 16]>(), short in any::<bool>()) {
            let url = FileUrl::parse(&format!("https://a.example/{path}")).unwrap();
            let key = FileKey::new(Cipher::Aes256Gcm, &key, if short { &iv[..12] } else { &iv[..] }).unwrap();
            let link = AesGcmLink::new(url, key).unwrap();
            prop_assert_eq!(AesGcmLink::parse(&link.text()), Some(link));
        }

        #[test]
        fn whatever_stands_there_is_answered(text in "(aesgcm:)?\\PC{0,20}#?[0-9a-f]{0,100}") {
            let _ = AesGcmLink::parse(&text);
        }
    }
}
