//! The avatar in a vCard (XEP-0054), and its hash in presence (XEP-0153). The rest of a vCard is not read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::xml::{self, Tag};
use super::{Element, avatar, ns};
use crate::model::contact::Avatar;

/// What a presence says of an avatar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Photo {
    /// There is none.
    None,
    /// The SHA-1 of its bytes, lower-case hexadecimal.
    Hash(String),
}

impl Photo {
    /// Reads `<x/>` of a presence; None if the device does not know (yet), or says nothing that is a hash.
    pub fn parse(element: &Element) -> Option<Photo> {
        if !element.is("x", ns::VCARD_UPDATE) {
            return None;
        }
        let photo = element.children().find(|child| child.is("photo", ns::VCARD_UPDATE))?;
        let hash = xml::text(photo, 128)?.trim().to_ascii_lowercase();
        if hash.is_empty() {
            return Some(Photo::None);
        }
        avatar::is_hash(&hash).then_some(Photo::Hash(hash))
    }

    /// What we say of ours.
    pub fn tag(&self) -> Tag {
        let photo = Tag::new("photo", ns::VCARD_UPDATE);
        let photo = match self {
            Photo::None => photo,
            Photo::Hash(hash) => photo.text(hash),
        };
        Tag::new("x", ns::VCARD_UPDATE).child(photo)
    }
}

/// The payload of the request for somebody's vCard (to their bare address).
pub fn request() -> Tag {
    Tag::new("vCard", ns::VCARD)
}

/// The avatar in a vCard, its hash computed from its bytes; None if it has none, or it is larger than is accepted.
pub fn photo(vcard: &Element) -> Option<Avatar> {
    if !vcard.is("vCard", ns::VCARD) {
        return None;
    }
    let photo = vcard.children().find(|child| child.is("PHOTO", ns::VCARD))?;
    let child = |name: &str| photo.children().find(|child| child.is(name, ns::VCARD));
    let bytes = avatar::bytes(child("BINVAL")?)?;
    let media_type = child("TYPE").and_then(|child| xml::line(child, 128));
    Some(avatar::image(media_type.as_deref(), bytes))
}

/// A vCard with another avatar (None: without one) and everything else as it was.
pub fn with_photo(vcard: Option<&Element>, photo: Option<&Avatar>) -> Tag {
    let others = vcard.into_iter().flat_map(Element::children).filter(|child| !child.is("PHOTO", ns::VCARD));
    let photo = photo.map(|photo| {
        Tag::new("PHOTO", ns::VCARD)
            .child(Tag::new("TYPE", ns::VCARD).text(&photo.media_type))
            .child(Tag::new("BINVAL", ns::VCARD).text(&BASE64.encode(&photo.bytes)))
    });
    request().children(others.map(Tag::from)).children(photo)
}

#[cfg(test)]
mod vcard_tests {
    use super::*;

    fn element(xml: &str) -> Element {
        xml.parse::<Element>().unwrap()
    }

    #[test]
    fn an_avatar_is_read_from_a_vcard_and_named_by_its_bytes() {
        let avatar = photo(&element(
            "<vCard xmlns='vcard-temp'><FN>Bob</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>\n aGVs\n bG8= </BINVAL></PHOTO>\
             </vCard>",
        ))
        .unwrap();
        assert_eq!(avatar.bytes, b"hello");
        assert_eq!(avatar.hash, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
        assert_eq!(avatar.media_type, "image/png");
        assert!(photo(&element("<vCard xmlns='vcard-temp'><PHOTO><BINVAL>?</BINVAL></PHOTO></vCard>")).is_none());
        assert!(
            photo(&element("<vCard xmlns='vcard-temp'><PHOTO><EXTVAL>http://x</EXTVAL></PHOTO></vCard>")).is_none()
        );
    }

    #[test]
    fn only_the_avatar_of_a_vcard_is_replaced() {
        let old = element(
            "<vCard xmlns='vcard-temp'><FN>A &amp; B</FN><PHOTO><BINVAL>b2xk</BINVAL></PHOTO><N><GIVEN>A</GIVEN></N></vCard>",
        );
        let new = avatar::image(Some("image/jpeg"), b"new".to_vec());
        assert_eq!(
            with_photo(Some(&old), Some(&new)).to_string(),
            "<vCard xmlns='vcard-temp'><FN>A &amp; B</FN><N><GIVEN>A</GIVEN></N>\
             <PHOTO><TYPE>image/jpeg</TYPE><BINVAL>bmV3</BINVAL></PHOTO></vCard>"
        );
        assert_eq!(with_photo(None, None).to_string(), "<vCard xmlns='vcard-temp'/>");
    }

    #[test]
    fn presence_tells_of_an_avatar_of_none_and_of_not_knowing() {
        let read = |inner: &str| Photo::parse(&element(&format!("<x xmlns='vcard-temp:x:update'>{inner}</x>")));
        let hash = "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D";
        assert_eq!(read(&format!("<photo>{hash}</photo>")), Some(Photo::Hash(hash.to_ascii_lowercase())));
        assert_eq!(read("<photo/>"), Some(Photo::None));
        assert_eq!(read(""), None);
        assert_eq!(read("<photo>../../etc</photo>"), None);
        assert_eq!(Photo::None.tag().to_string(), "<x xmlns='vcard-temp:x:update'><photo/></x>");
        assert_eq!(
            Photo::Hash("ab".to_owned()).tag().to_string(),
            "<x xmlns='vcard-temp:x:update'><photo>ab</photo></x>"
        );
    }
}
