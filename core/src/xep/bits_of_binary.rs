//! Bits of binary (XEP-0231): small pictures inside stanzas.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::Element;
use super::xml::{Tag, escaped};

/// The namespace.
pub const NS: &str = "urn:xmpp:bob";
/// The largest that is taken, in bytes; the XEP means 8 KiB (section 2.1), captchas are larger.
const LARGEST: usize = 256 << 10;

/// One piece of data.
#[derive(Clone, PartialEq, Eq)]
pub struct Data {
    /// Its id, without `cid:`.
    pub cid: String,
    /// Its media type.
    pub media_type: String,
    /// The bytes.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Data({}, {} bytes)", self.media_type, self.data.len())
    }
}

impl Data {
    /// Data with the id that their bytes have (section 2.1).
    pub fn of(media_type: &str, data: Vec<u8>) -> Data {
        let cid = format!("sha1+{}@bob.xmpp.org", hex(&Sha1::digest(&data)));
        Data { cid, media_type: media_type.to_owned(), data }
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let tag = Tag::new("data", NS).attr("cid", &self.cid).attr("type", &self.media_type);
        tag.text(&BASE64.encode(&self.data))
    }
}

/// Reads `<data/>`; None if there are no data in it, they are too large, or they are not those that the id names.
pub fn read(element: &Element) -> Option<Data> {
    if !element.is("data", NS) {
        return None;
    }
    let mut text = element.text();
    if text.len() > LARGEST * 3 / 2 {
        return None;
    }
    text.retain(|c| !c.is_whitespace());
    let data = BASE64.decode(text).ok().filter(|data| !data.is_empty() && data.len() <= LARGEST)?;
    let cid = element.attr("cid")?.to_owned();
    let hash = match cid.split_once('+') {
        Some(("sha1", hash)) => Some((hash, hex(&Sha1::digest(&data)))),
        Some(("sha-256", hash)) => Some((hash, hex(&Sha256::digest(&data)))),
        _ => None,
    };
    if hash.is_some_and(|(named, real)| !named.split('@').next().unwrap_or_default().eq_ignore_ascii_case(&real)) {
        return None;
    }
    Some(Data { cid, media_type: element.attr("type").unwrap_or_default().to_owned(), data })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks `to` for the data of this id (section 2.3).
pub fn request(id: &str, to: &str, cid: &str) -> String {
    let (id, to, cid) = (escaped(id), escaped(to), escaped(cid));
    format!("<iq xmlns='jabber:client' type='get' id='{id}' to='{to}'><data xmlns='{NS}' cid='{cid}'/></iq>")
}

#[cfg(test)]
mod bits_of_binary_tests {
    use super::*;

    fn data(cid: &str, text: &str) -> Option<Data> {
        read(&format!("<data xmlns='urn:xmpp:bob' cid='{cid}' type='text/plain'>{text}</data>").parse().unwrap())
    }

    #[test]
    fn data_are_read_as_they_are_written() {
        let data = Data::of("image/png", b"hello".to_vec());
        assert_eq!(data.cid, "sha1+aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d@bob.xmpp.org");
        assert_eq!(read(&data.tag().to_string().parse().unwrap()), Some(data));
    }

    #[test]
    fn data_are_what_their_id_names() {
        // "hello", and its SHA-1.
        let cid = "sha1+aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d@bob.xmpp.org";
        assert_eq!(data(cid, " aGVs\n bG8= ").unwrap().data, b"hello");
        assert_eq!(data(cid, "aGVsbG8h"), None);
        assert_eq!(data("something@bob.xmpp.org", "aGVsbG8h").unwrap().data, b"hello!");
        assert_eq!(data(cid, ""), None);
        assert_eq!(data("x", &"AAAA".repeat(LARGEST / 2)), None);
    }
}
