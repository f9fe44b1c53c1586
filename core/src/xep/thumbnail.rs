//! XEP-0264: a small picture that stands for a file until the file is here.
//!
//! A blurhash has no element of its own: clients (Cheogram, Movim's and slidge's gateways) write it as a `data:` address of the
//! type `image/blurhash`. A picture on the web is not read: whoever looks at a chat would fetch it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::file::unescaped;

/// More thumbnails of one file are not read.
pub const MOST: usize = 8;
/// The largest picture inside a stanza, in bytes; blurred ones have less than 1 KiB.
pub const LARGEST: usize = 64 << 10;
/// The longest blurhash: 9 times 9 components.
const LONGEST_BLURHASH: usize = 4 + 2 * 81;

const BLURHASH: &str = "image/blurhash";

/// A small picture for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// The picture.
    pub picture: Picture,
    /// Its width in pixels; of a blurhash: how wide it is to be drawn.
    pub width: Option<u32>,
    /// Its height in pixels; of a blurhash: how high it is to be drawn.
    pub height: Option<u32>,
}

/// How a thumbnail is given.
#[derive(Clone, PartialEq, Eq)]
pub enum Picture {
    /// Bits of binary (XEP-0231), beside it or to be asked for: its id, without `cid:`.
    BitsOfBinary {
        /// The id.
        cid: String,
        /// Its media type, as it was said.
        media_type: String,
    },
    /// The bytes themselves.
    Data {
        /// The bytes.
        bytes: Vec<u8>,
        /// Their media type, as it was said.
        media_type: String,
    },
    /// A blurhash, not checked yet.
    Blurhash(String),
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Picture::BitsOfBinary { media_type, .. } => write!(f, "BitsOfBinary({media_type})"),
            Picture::Data { bytes, media_type } => write!(f, "Data({media_type}, {} bytes)", bytes.len()),
            Picture::Blurhash(_) => f.write_str("Blurhash"),
        }
    }
}

impl Thumbnail {
    /// Reads `<thumbnail/>`; None without a picture that can be shown without asking a server on the web.
    pub fn parse(element: &Element) -> Option<Thumbnail> {
        if !element.is("thumbnail", ns::THUMBNAILS) {
            return None;
        }
        let uri = element.attr("uri")?.trim();
        let media_type = element.attr("media-type").and_then(image_type);
        let picture = match uri.split_once(':')? {
            ("cid", cid) if !cid.is_empty() && cid.len() <= 256 => {
                let media_type = media_type.unwrap_or_else(|| "image/png".to_owned());
                Picture::BitsOfBinary { cid: cid.to_owned(), media_type }
            }
            ("data", data) => data_uri(data, media_type)?,
            _ => return None,
        };
        Some(Thumbnail { picture, width: xml::number(element, "width"), height: xml::number(element, "height") })
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let (uri, media_type) = match &self.picture {
            Picture::BitsOfBinary { cid, media_type } => (format!("cid:{cid}"), media_type.as_str()),
            Picture::Data { bytes, media_type } => {
                (format!("data:{media_type};base64,{}", BASE64.encode(bytes)), media_type.as_str())
            }
            Picture::Blurhash(hash) => (format!("data:{BLURHASH},{}", escaped(hash)), BLURHASH),
        };
        Tag::new("thumbnail", ns::THUMBNAILS)
            .attr("uri", uri)
            .attr("media-type", media_type)
            .attr_opt("width", self.width.map(|width| width.to_string()))
            .attr_opt("height", self.height.map(|height| height.to_string()))
    }
}

/// What stands behind `data:` (RFC 2397). The type in the address counts before the one beside it.
fn data_uri(data: &str, beside: Option<String>) -> Option<Picture> {
    let (head, data) = data.split_once(',').filter(|(_, data)| data.len() <= LARGEST * 3 / 2 + 64)?;
    let mut words = head.split(';').map(str::trim);
    let media_type = words.next().and_then(image_type).or(beside)?;
    let plain = unescaped(data);
    let bytes = match words.any(|word| word.eq_ignore_ascii_case("base64")) {
        true => xml::base64_text(std::str::from_utf8(&plain).ok()?)?,
        false => plain,
    };
    if bytes.is_empty() || bytes.len() > LARGEST {
        return None;
    }
    if media_type != BLURHASH {
        return Some(Picture::Data { bytes, media_type });
    }
    let hash = String::from_utf8(bytes).ok()?;
    let sane = hash.len() <= LONGEST_BLURHASH && hash.bytes().all(|b| b.is_ascii_graphic());
    sane.then_some(Picture::Blurhash(hash))
}

/// The media type of a picture, in lower case and without parameters.
fn image_type(text: &str) -> Option<String> {
    let text = text.split(';').next()?.trim().to_ascii_lowercase();
    let sane = |b: u8| b.is_ascii_alphanumeric() || b"/+-.".contains(&b);
    (text.len() <= 64 && text.len() > 6 && text.starts_with("image/") && text.bytes().all(sane)).then_some(text)
}

/// A text as it may stand in an address: the signs of base 83 have meanings there.
fn escaped(text: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || "-._~".contains(*c);
    text.chars().map(|c| if plain(&c) { c.to_string() } else { escape(c) }).collect()
}

fn escape(c: char) -> String {
    c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod thumbnail_tests {
    use proptest::prelude::*;

    use super::*;

    fn read(xml: &str) -> Option<Thumbnail> {
        Thumbnail::parse(&xml.parse().unwrap())
    }

    fn of(picture: Picture) -> Thumbnail {
        Thumbnail { picture, width: Some(128), height: Some(96) }
    }

    #[test]
    fn the_example_of_the_document_is_read() {
        let thumbnail = read(
            "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:sha1+ffd7c8d28e9c5e82afea41f97108c6b4@bob.xmpp.org' \
             media-type='image/png' width='128' height='96'/>",
        );
        let cid = "sha1+ffd7c8d28e9c5e82afea41f97108c6b4@bob.xmpp.org".to_owned();
        assert_eq!(thumbnail, Some(of(Picture::BitsOfBinary { cid, media_type: "image/png".to_owned() })));
    }

    #[test]
    fn a_blurhash_is_written_as_others_read_it() {
        let thumbnail = of(Picture::Blurhash("LEHV6nWB2yk8pyo0adR*.7kCMdnj#%".to_owned()));
        let xml = thumbnail.tag().to_string();
        assert_eq!(
            xml,
            "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/blurhash,LEHV6nWB2yk8pyo0adR%2A.7kCMdnj%23%25' \
             media-type='image/blurhash' width='128' height='96'/>"
        );
        assert_eq!(read(&xml), Some(thumbnail.clone()));
        // As slidge writes it: not escaped.
        let xml = xml.replace("%2A", "*");
        assert_eq!(read(&xml), Some(thumbnail));
    }

    #[test]
    fn a_picture_on_the_web_is_not_read() {
        let with = |uri: &str, more: &str| read(&format!("<thumbnail xmlns='urn:xmpp:thumbs:1' uri='{uri}' {more}/>"));
        for odd in
            ["https://a.example/t.png", "cid:", "data:text/html,x", "data:image/png;base64,!", "data:image/png,", "x"]
        {
            assert_eq!(with(odd, ""), None, "{odd}");
        }
        assert_eq!(with("data:image/blurhash,a%20b", ""), None);
        assert!(with("data:;base64,AAAA", "media-type='IMAGE/JPEG'").is_some());
        assert_eq!(with(&format!("data:image/png;base64,{}", "AAAA".repeat(LARGEST / 3 + 1)), ""), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(bytes in prop::collection::vec(any::<u8>(), 1..200), hash in "[!-~]{6,40}", width in any::<Option<u32>>()) {
            for picture in [Picture::Data { bytes, media_type: "image/jpeg".to_owned() }, Picture::Blurhash(hash)] {
                let thumbnail = Thumbnail { picture, width, height: None };
                prop_assert_eq!(read(&thumbnail.tag().to_string()), Some(thumbnail));
            }
        }
    }
}
