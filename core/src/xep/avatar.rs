//! XEP-0084: avatars as items of two nodes, one that says what there is and one with the bytes.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest as _, Sha1};

use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::contact::Avatar;

/// A larger avatar is not accepted, in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// More versions of one avatar are not read.
const MOST: usize = 16;

/// One version of an avatar, as its owner announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The SHA-1 of its bytes, lower-case hexadecimal; also the id of the item with the bytes.
    pub hash: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u32,
    /// Its width in pixels, if known.
    pub width: Option<u16>,
    /// Its height in pixels, if known.
    pub height: Option<u16>,
    /// Where it lies instead of in the node, if it does.
    pub url: Option<String>,
}

/// Reads `<metadata/>`: every version of the avatar; empty: there is none. None for another element.
pub fn metadata(element: &Element) -> Option<Vec<Info>> {
    if !element.is("metadata", ns::AVATAR_METADATA) {
        return None;
    }
    let infos = element.children().filter(|child| child.is("info", ns::AVATAR_METADATA)).take(MOST);
    Some(infos.filter_map(info).collect())
}

fn info(element: &Element) -> Option<Info> {
    let hash = element.attr("id")?.trim().to_ascii_lowercase();
    is_hash(&hash).then(|| Info {
        hash,
        media_type: media_type(element.attr("type")),
        bytes: xml::number(element, "bytes").unwrap_or(0),
        width: xml::number(element, "width"),
        height: xml::number(element, "height"),
        url: xml::id(element, "url"),
    })
}

/// The version to fetch: one that lies in the node and is not too large, `image/png` (which everybody offers) first.
pub fn best(infos: &[Info]) -> Option<&Info> {
    let mut usable =
        infos.iter().filter(|info| info.url.is_none() && usize::try_from(info.bytes).is_ok_and(|n| n <= LARGEST));
    usable.clone().find(|info| info.media_type == "image/png").or_else(|| usable.next())
}

/// Says what our avatar is (the item's id is the hash); None takes it back.
pub fn metadata_tag(avatar: Option<&Avatar>) -> Tag {
    let info = avatar.map(|avatar| {
        Tag::new("info", ns::AVATAR_METADATA)
            .attr("id", &avatar.hash)
            .attr("type", &avatar.media_type)
            .attr("bytes", avatar.bytes.len().to_string())
    });
    Tag::new("metadata", ns::AVATAR_METADATA).children(info)
}

/// Reads `<data/>`; None if it is no base64, or larger than is accepted. Compare the hash of the result ([`image`]) with
/// the one that was asked for before it is believed.
pub fn data(element: &Element) -> Option<Vec<u8>> {
    element.is("data", ns::AVATAR_DATA).then(|| bytes(element)).flatten()
}

/// The bytes of our avatar (the item's id is the hash).
pub fn data_tag(avatar: &Avatar) -> Tag {
    Tag::new("data", ns::AVATAR_DATA).text(&BASE64.encode(&avatar.bytes))
}

/// An image with the hash of its bytes.
pub fn image(given: Option<&str>, bytes: Vec<u8>) -> Avatar {
    let mut hash = String::with_capacity(40);
    for byte in Sha1::digest(&bytes) {
        // Writing to a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    Avatar { hash, media_type: media_type(given), bytes }
}

/// The bytes of a picture in base64, at most [`LARGEST`].
pub(crate) fn bytes(element: &Element) -> Option<Vec<u8>> {
    xml::base64(element, LARGEST)
}

/// Whether a text is a SHA-1 in lower-case hexadecimal: it may become a name in a cache.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn media_type(given: Option<&str>) -> String {
    let given = given.map(|given| given.trim().to_ascii_lowercase()).filter(|given| {
        given.len() <= 64
            && given.starts_with("image/")
            && given.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+-.".contains(&b))
    });
    given.unwrap_or_else(|| "image/png".to_owned())
}

#[cfg(test)]
mod avatar_tests {
    use super::*;

    const HASH: &str = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn an_avatar_is_announced_and_read() {
        let avatar = image(Some("image/webp"), b"hello".to_vec());
        assert_eq!(avatar.hash, HASH);
        let xml = metadata_tag(Some(&avatar)).to_string();
        assert_eq!(
            xml,
            format!(
                "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='{HASH}' type='image/webp' bytes='5'/></metadata>"
            )
        );
        let infos = metadata(&element(&xml)).unwrap();
        assert_eq!((infos[0].hash.as_str(), infos[0].bytes, infos[0].width), (HASH, 5, None));
        assert_eq!(metadata_tag(None).to_string(), "<metadata xmlns='urn:xmpp:avatar:metadata'/>");
        assert_eq!(
            metadata(&element("<metadata xmlns='urn:xmpp:avatar:metadata'><stop/></metadata>")),
            Some(Vec::new())
        );
    }

    #[test]
    fn bytes_come_back_as_they_were() {
        let avatar = image(None, b"hello".to_vec());
        assert_eq!(data_tag(&avatar).to_string(), "<data xmlns='urn:xmpp:avatar:data'>aGVsbG8=</data>");
        let read = |text: &str| data(&element(&format!("<data xmlns='urn:xmpp:avatar:data'>{text}</data>")));
        assert_eq!(read("aGVs\nbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(read(" aGVsbG8 ").as_deref(), Some(&b"hello"[..]));
        assert_eq!(read("!"), None);
        assert_eq!(read(""), None);
        assert_eq!(read(&"AAAA".repeat(LARGEST / 3 + 1)), None);
    }

    #[test]
    fn the_version_to_fetch_lies_in_the_node_and_is_png_if_there_is_one() {
        let infos = metadata(&element(&format!(
            "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='{HASH}' type='image/png' bytes='9' url='http://x/'/>\
             <info id='{HASH}' type='image/jpeg' bytes='8' width='64' height='64'/>\
             <info id='{}' type='image/png' bytes='7'/><info id='no hash'/></metadata>",
            HASH.to_uppercase()
        )))
        .unwrap();
        assert_eq!(infos.len(), 3);
        assert_eq!(best(&infos).map(|info| info.bytes), Some(7));
        assert_eq!(best(&infos[..2]).and_then(|info| info.height), Some(64));
        assert_eq!(best(&infos[..1]), None);
        let huge = Info { bytes: u32::MAX, ..infos[1].clone() };
        assert_eq!(best(&[huge]), None);
    }

    #[test]
    fn a_media_type_that_is_none_becomes_png() {
        assert_eq!(image(Some("IMAGE/GIF"), vec![1]).media_type, "image/gif");
        assert_eq!(image(Some("text/html"), vec![1]).media_type, "image/png");
        assert_eq!(image(Some("image/<x>"), vec![1]).media_type, "image/png");
    }
}
