//! XEP-0448: a file's place on the web, and the key of what lies there. It travels inside an encrypted message alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::file_sharing::{self, url_data};
use super::hashes::{self, Hash};
use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::file::{Cipher, Expected, FileKey, FileUrl};

/// Names of the ciphers (section 4).
const CIPHERS: [(Cipher, &str); 3] = [
    (Cipher::Aes128Gcm, "urn:xmpp:ciphers:aes-128-gcm-nopadding:0"),
    (Cipher::Aes256Gcm, "urn:xmpp:ciphers:aes-256-gcm-nopadding:0"),
    (Cipher::Aes256Cbc, "urn:xmpp:ciphers:aes-256-cbc-pkcs7:0"),
];

/// An encrypted file on the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedFile {
    /// Its key. Of AES-GCM the tag usually stands behind the ciphertext; the document only recommends that.
    pub key: FileKey,
    /// Hashes of the ciphertext.
    pub hashes: Vec<Hash>,
    /// Where the ciphertext lies.
    pub sources: Vec<FileUrl>,
}

impl EncryptedFile {
    /// Reads `<encrypted/>`; None with an unknown cipher, without a key that fits it, or without an address.
    pub fn parse(element: &Element) -> Option<EncryptedFile> {
        if !element.is("encrypted", ns::ENCRYPTED_FILES) {
            return None;
        }
        let name = element.attr("cipher")?.trim();
        let cipher = CIPHERS.iter().find(|(_, known)| *known == name)?.0;
        let bytes = |name: &str| {
            element
                .get_child(name, ns::ENCRYPTED_FILES)
                .and_then(|child| xml::base64(child, 64))
                .map(zeroize::Zeroizing::new)
        };
        let key = FileKey::new(cipher, &bytes("key")?, &bytes("iv")?)?;
        let sources = element.get_child("sources", ns::FILE_SHARING)?.children().filter_map(url_data);
        let sources: Vec<FileUrl> = sources.take(file_sharing::MOST).collect();
        (!sources.is_empty()).then(|| EncryptedFile { key, hashes: Hash::inside(element), sources })
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let name = CIPHERS.iter().find(|(cipher, _)| *cipher == self.key.cipher()).map_or("", |(_, name)| *name);
        let text = |name: &'static str, bytes: &[u8]| Tag::new(name, ns::ENCRYPTED_FILES).text(&BASE64.encode(bytes));
        let sources = self.sources.iter().map(file_sharing::url_data_tag);
        Tag::new("encrypted", ns::ENCRYPTED_FILES)
            .attr("cipher", name)
            .child(text("key", self.key.key()))
            .child(text("iv", self.key.iv()))
            .children(self.hashes.iter().map(Hash::tag))
            .child(Tag::new("sources", ns::FILE_SHARING).children(sources))
    }

    /// What the bytes of the ciphertext must be.
    pub fn expected(&self) -> Expected {
        hashes::expected(None, &self.hashes)
    }
}

#[cfg(test)]
mod encrypted_file_tests {
    use proptest::prelude::*;

    use super::*;

    fn read(xml: &str) -> Option<EncryptedFile> {
        EncryptedFile::parse(&xml.parse().unwrap())
    }

    const EXAMPLE: &str = "<encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0'>\
        <key>SuRJ2agVm/pQbJQlPq/B23Xt1YOOJCcEGJA5HrcYOGQ=</key><iv>T8RDMBaiqn6Ci4Nw</iv>\
        <hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>BgKI2gp2kNCRsARNvhFmw5kFf9BBo2pTbV2D8XHTMWI=</hash>\
        <sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' \
        target='https://download.montague.lit/4a77/encrypted.jpg'/></sources></encrypted>";

    #[test]
    fn the_example_of_the_document_is_read_and_written() {
        let file = read(EXAMPLE).unwrap();
        assert_eq!((file.key.cipher(), file.key.key()[0], file.key.iv().len()), (Cipher::Aes256Gcm, 0x4a, 12));
        assert_eq!((file.hashes.len(), file.sources[0].host()), (1, "download.montague.lit"));
        assert_eq!(file.tag().to_string(), EXAMPLE);
        assert!(!file.expected().has_hash());
    }

    #[test]
    fn the_other_ciphers_are_read_and_an_unknown_one_is_not() {
        let with = |cipher: &str, key: usize, iv: usize| {
            let of = |length: usize| BASE64.encode(vec![1; length]);
            let xml = EXAMPLE
                .replace("aes-256-gcm-nopadding", cipher)
                .replace("SuRJ2agVm/pQbJQlPq/B23Xt1YOOJCcEGJA5HrcYOGQ=", &of(key))
                .replace("T8RDMBaiqn6Ci4Nw", &of(iv));
            read(&xml).map(|file| file.key.cipher())
        };
        assert_eq!(with("aes-128-gcm-nopadding", 16, 12), Some(Cipher::Aes128Gcm));
        assert_eq!(with("aes-256-cbc-pkcs7", 32, 16), Some(Cipher::Aes256Cbc));
        assert_eq!(with("aes-256-gcm-nopadding", 16, 12), None);
        assert_eq!(with("aes-256-cbc-pkcs7", 32, 12), None);
        assert_eq!(with("rot13", 32, 12), None);
        assert_eq!(read(&EXAMPLE.replace("https://", "xmpp:")), None);
        assert_eq!(read(&EXAMPLE.replace("<iv>", "<iv>!")), None);
        assert_eq!(read("<encrypted xmlns='urn:xmpp:esfs:0'/>"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(seed in any::<u8>(), hash in any::<[u8; 32]>(), path in "[a-z/]{0,20}") {
            let key = FileKey::generate(&mut |buffer| buffer.fill(seed));
            let sources = vec![FileUrl::parse(&format!("https://a.example/{path}")).unwrap()];
            let file = EncryptedFile { key, hashes: vec![Hash::sha256(hash)], sources };
            prop_assert_eq!(read(&file.tag().to_string()), Some(file));
        }
    }
}
