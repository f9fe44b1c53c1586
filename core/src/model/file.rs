//! What is known of a file on its way: where it lies, with which key it is encrypted, what its bytes must be.
//!
//! Whoever knows a file's address can fetch it, and whoever knows its key can read it: neither is shown by Debug.

use std::fmt;

use url::{Host, Url};
use zeroize::Zeroizing;

/// The longest address that is taken, in bytes. Slots with a signature in their address stay below 2 KiB.
const LONGEST_URL: usize = 8192;

/// Where a file lies: an `https:` address, or an `http:` one for those who allow it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FileUrl(Url);

impl FileUrl {
    /// Reads an address; None if it is malformed, too long, has no host, or is neither `https:` nor `http:`. A fragment and
    /// a user's name or password in it are left out: they are for nobody on the way.
    pub fn parse(text: &str) -> Option<FileUrl> {
        let text = text.trim();
        if text.len() > LONGEST_URL {
            return None;
        }
        FileUrl::of(text.parse().ok()?)
    }

    fn of(mut url: Url) -> Option<FileUrl> {
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
            return None;
        }
        url.set_fragment(None);
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        (url.as_str().len() <= LONGEST_URL).then_some(FileUrl(url))
    }

    /// Where this place sends those who ask (RFC 9110 section 10.2.2).
    pub fn join(&self, location: &str) -> Option<FileUrl> {
        if location.len() > LONGEST_URL {
            return None;
        }
        FileUrl::of(self.0.join(location).ok()?)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether everything on the way is inside TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host, in ASCII; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host, if it is an address and no name.
    pub fn ip(&self) -> Option<std::net::IpAddr> {
        match self.0.host()? {
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
            Host::Domain(_) => None,
        }
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.ip().is_some_and(|ip| ip.is_loopback()) || self.host() == "localhost"
    }

    /// The last part of the path as it was before it was escaped: often the file's name. Anything may stand in it; what is no
    /// UTF-8 becomes U+FFFD.
    pub fn last_segment(&self) -> Option<String> {
        let last = self.0.path_segments()?.next_back()?;
        Some(String::from_utf8_lossy(&unescaped(last)).into_owned()).filter(|last| !last.is_empty())
    }
}

impl fmt::Debug for FileUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileUrl({}, {} bytes)", self.0.scheme(), self.0.as_str().len())
    }
}

/// A text without its percent-encoding (RFC 3986 section 2.1); a sign that escapes nothing stands for itself.
pub(crate) fn unescaped(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let escaped =
            (*first == b'%').then(|| tail.get(..2)).flatten().filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let byte =
            escaped.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    bytes
}

/// How a file is encrypted (XEP-0448 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cipher {
    /// AES-128-GCM, the tag of 16 bytes after the ciphertext. Only read.
    Aes128Gcm,
    /// AES-256-GCM, the tag of 16 bytes after the ciphertext. What we write.
    Aes256Gcm,
    /// AES-256-CBC with PKCS #7's padding. It has no tag: a hash must come along. Only read.
    Aes256Cbc,
}

/// The bytes of a GCM tag after a ciphertext.
pub const TAG_BYTES: u64 = 16;

/// The key of one file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey {
    cipher: Cipher,
    key: Zeroizing<Vec<u8>>,
    iv: Zeroizing<Vec<u8>>,
}

impl FileKey {
    /// A key for this cipher: 16 or 32 bytes, with an iv of 12 bytes (GCM; 16 are taken too, which older clients used) or
    /// of 16 (CBC). None if the lengths are others.
    pub fn new(cipher: Cipher, key: &[u8], iv: &[u8]) -> Option<FileKey> {
        let fits = match cipher {
            Cipher::Aes128Gcm => key.len() == 16 && matches!(iv.len(), 12 | 16),
            Cipher::Aes256Gcm => key.len() == 32 && matches!(iv.len(), 12 | 16),
            Cipher::Aes256Cbc => key.len() == 32 && iv.len() == 16,
        };
        fits.then(|| FileKey { cipher, key: key.to_vec().into(), iv: iv.to_vec().into() })
    }

    /// A key of AES-256-GCM out of randomness, as this fills a buffer. One is for one file alone, and for one encryption of
    /// it: two texts under one key and iv would give both away.
    pub fn generate(random: &mut dyn FnMut(&mut [u8])) -> FileKey {
        let (mut key, mut iv) = (Zeroizing::new(vec![0; 32]), Zeroizing::new(vec![0; 12]));
        random(&mut key);
        random(&mut iv);
        FileKey { cipher: Cipher::Aes256Gcm, key, iv }
    }

    /// How the file is encrypted.
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// The key: 16 or 32 bytes.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The initialization vector: 12 or 16 bytes.
    pub fn iv(&self) -> &[u8] {
        &self.iv
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKey({:?})", self.cipher)
    }
}

/// A header that an upload may have to carry (XEP-0363 section 4): no server may ask for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PutHeader {
    /// `Authorization`.
    Authorization,
    /// `Cookie`.
    Cookie,
    /// `Expires`.
    Expires,
}

impl PutHeader {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            PutHeader::Authorization => "Authorization",
            PutHeader::Cookie => "Cookie",
            PutHeader::Expires => "Expires",
        }
    }

    /// The header of this name, in any case.
    pub fn named(name: &str) -> Option<PutHeader> {
        let all = [PutHeader::Authorization, PutHeader::Cookie, PutHeader::Expires];
        all.into_iter().find(|header| header.name().eq_ignore_ascii_case(name))
    }
}

/// A place that a server has made for one file (XEP-0363 section 4).
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    /// Where the file is put.
    pub put: FileUrl,
    /// What is said when it is put; printable text without line breaks.
    pub headers: Vec<(PutHeader, String)>,
    /// Where everybody will find it.
    pub get: FileUrl,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({} headers)", self.headers.len())
    }
}

/// What the bytes of a file must be, as far as its sender said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Its length in bytes.
    pub size: Option<u64>,
    /// The SHA-256 of its bytes.
    pub sha256: Option<[u8; 32]>,
    /// The SHA-512 of its bytes.
    pub sha512: Option<[u8; 64]>,
}

impl Expected {
    /// Whether other bytes of the same length would be found out.
    pub fn has_hash(&self) -> bool {
        self.sha256.is_some() || self.sha512.is_some()
    }
}

#[cfg(test)]
mod file_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn an_address_is_read_and_stripped_of_what_is_for_nobody_on_the_way() {
        let url = FileUrl::parse(" https://user:secret@example.org/a/b%20c.jpg?x=1#key ").unwrap();
        assert_eq!(url.as_str(), "https://example.org/a/b%20c.jpg?x=1");
        assert_eq!((url.host(), url.last_segment().as_deref()), ("example.org", Some("b c.jpg")));
        assert!(url.is_https() && !url.is_loopback() && url.ip().is_none());
        for odd in ["", "ftp://example.org/a", "https://", "file:///etc/passwd", "aesgcm://example.org/a", "a/b"] {
            assert_eq!(FileUrl::parse(odd), None, "{odd}");
        }
        assert_eq!(FileUrl::parse(&format!("https://example.org/{}", "a".repeat(LONGEST_URL))), None);
        assert!(FileUrl::parse("http://[::1]:8080/a").unwrap().is_loopback());
    }

    #[test]
    fn an_escaped_name_is_whatever_its_writer_meant() {
        let last = |url: &str| FileUrl::parse(url).unwrap().last_segment();
        assert_eq!(last("https://a.example/%2e%2e%2F%2e%2e%2fx"), Some("../../x".to_owned()));
        assert_eq!(last("https://a.example/100%"), Some("100%".to_owned()));
        assert_eq!(last("https://a.example/%ff%C3%BC"), Some("\u{fffd}ü".to_owned()));
        assert_eq!(last("https://a.example/"), None);
    }

    #[test]
    fn a_redirection_leads_to_another_address_of_the_same_kind() {
        let url = FileUrl::parse("https://example.org/a/b").unwrap();
        assert_eq!(url.join("../c").unwrap().as_str(), "https://example.org/c");
        assert_eq!(url.join("//other.example/d").unwrap().host(), "other.example");
        assert_eq!(url.join("file:///etc/passwd"), None);
    }

    #[test]
    fn a_key_fits_its_cipher() {
        assert!(FileKey::new(Cipher::Aes256Gcm, &[1; 32], &[2; 12]).is_some());
        assert!(FileKey::new(Cipher::Aes256Gcm, &[1; 32], &[2; 16]).is_some());
        assert!(FileKey::new(Cipher::Aes256Gcm, &[1; 16], &[2; 12]).is_none());
        assert!(FileKey::new(Cipher::Aes256Cbc, &[1; 32], &[2; 12]).is_none());
        assert!(FileKey::new(Cipher::Aes128Gcm, &[1; 16], &[]).is_none());
    }

    #[test]
    fn debug_shows_neither_keys_nor_addresses() {
        let url = FileUrl::parse("https://example.org/secret").unwrap();
        let key = FileKey::new(Cipher::Aes256Gcm, &[77; 32], &[77; 12]).unwrap();
        let slot = Slot {
            put: url.clone(),
            headers: vec![(PutHeader::Authorization, "Basic secret".to_owned())],
            get: url.clone(),
        };
        let shown = format!("{url:?} {key:?} {slot:?}");
        assert!(!shown.contains("secret") && !shown.contains("77"), "{shown}");
    }
}
