//! XEP-0446: what a file is. All of it is what its sender says, and none of it is checked.

use super::hashes::{self, Hash};
use super::thumbnail::{self, Thumbnail};
use super::xml::{self, Tag};
use super::{Element, ns, timestamp};
use crate::model::Micros;
use crate::model::file::Expected;

/// The longest name that is read, in bytes: four times what file systems take.
const LONGEST_NAME: usize = 1024;
/// The longest description that is read, in bytes.
const LONGEST_DESCRIPTION: usize = 64 << 10;

/// What a file is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileMetadata {
    /// Its media type, in lower case and without parameters.
    pub media_type: Option<String>,
    /// Its name. Anything may stand in it: see `file::name`.
    pub name: Option<String>,
    /// Its length in bytes.
    pub size: Option<u64>,
    /// Hashes of its bytes.
    pub hashes: Vec<Hash>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// How long it plays, in milliseconds.
    pub length: Option<u64>,
    /// When it was changed last.
    pub date: Option<Micros>,
    /// A description for people.
    pub description: Option<String>,
    /// Small pictures for it.
    pub thumbnails: Vec<Thumbnail>,
}

impl FileMetadata {
    /// Reads `<file/>`. What is malformed in it is left out.
    pub fn parse(element: &Element) -> Option<FileMetadata> {
        if !element.is("file", ns::FILE_METADATA) {
            return None;
        }
        let mut file = FileMetadata { hashes: Hash::inside(element), ..FileMetadata::default() };
        let mut description: Option<&Element> = None;
        for child in element.children() {
            if child.has_ns(ns::FILE_METADATA) {
                if child.name() == "desc" {
                    description = xml::better_language(description, child);
                } else {
                    file.read(child);
                }
            } else if file.thumbnails.len() < thumbnail::MOST {
                file.thumbnails.extend(Thumbnail::parse(child));
            }
        }
        file.description = description.and_then(|element| xml::line(element, LONGEST_DESCRIPTION));
        Some(file)
    }

    fn read(&mut self, child: &Element) {
        let line = || xml::line(child, LONGEST_NAME);
        match child.name() {
            "media-type" => self.media_type = line().as_deref().and_then(media_type),
            "name" => self.name = line(),
            "size" => self.size = number(child),
            "width" => self.width = number(child),
            "height" => self.height = number(child),
            // Earlier versions of the document have both in one, and in its examples two names for it.
            "dimensions" | "dimension" => {
                let text = line().unwrap_or_default();
                let both =
                    text.split_once(['x', '×']).map(|(width, height)| (width.trim().parse(), height.trim().parse()));
                if let Some((Ok(width), Ok(height))) = both {
                    (self.width, self.height) = (self.width.or(Some(width)), self.height.or(Some(height)));
                }
            }
            "length" => self.length = number(child),
            "date" => self.date = line().as_deref().and_then(timestamp::parse),
            _ => {}
        }
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let text = |name: &'static str, text: &str| Tag::new(name, ns::FILE_METADATA).text(text);
        let number = |name: &'static str, number: Option<u64>| number.map(|number| text(name, &number.to_string()));
        Tag::new("file", ns::FILE_METADATA)
            .children(self.media_type.as_deref().map(|media_type| text("media-type", media_type)))
            .children(self.name.as_deref().map(|name| text("name", name)))
            .children(number("size", self.size))
            .children(number("width", self.width.map(u64::from)))
            .children(number("height", self.height.map(u64::from)))
            .children(number("length", self.length))
            .children(self.date.map(|date| text("date", &timestamp::format(date))))
            .children(self.description.as_deref().map(|description| text("desc", description)))
            .children(self.hashes.iter().map(Hash::tag))
            .children(self.thumbnails.iter().map(Thumbnail::tag))
    }

    /// What its bytes must be.
    pub fn expected(&self) -> Expected {
        hashes::expected(self.size, &self.hashes)
    }
}

fn number<T: std::str::FromStr>(element: &Element) -> Option<T> {
    xml::line(element, 32).and_then(|text| text.parse().ok())
}

/// A media type in lower case and without parameters; None if it is none (RFC 6838 section 4.2).
pub fn media_type(text: &str) -> Option<String> {
    let text = text.split(';').next()?.trim().to_ascii_lowercase();
    let (kind, name) = text.split_once('/')?;
    let sane = |part: &str| {
        !part.is_empty()
            && part.len() <= 127
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    (sane(kind) && sane(name)).then_some(text)
}

#[cfg(test)]
mod file_metadata_tests {
    use proptest::prelude::*;

    use super::*;
    use crate::xep::thumbnail::Picture;

    fn read(inner: &str) -> FileMetadata {
        let xml = format!("<file xmlns='urn:xmpp:file:metadata:0'>{inner}</file>");
        FileMetadata::parse(&xml.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_the_document_is_read() {
        let file = read(
            "<media-type>image/jpeg; q=1</media-type><name>summit.jpg</name><size>3032449</size>\
             <dimensions>4096x2160</dimensions>\
             <hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>\
             <hash xmlns='urn:xmpp:hashes:2' algo='id-blake2b256'>2AfMGH8O7UNPTvUVAM9aK13mpCY=</hash>\
             <desc xml:lang='de'>Vom Gipfel.</desc><desc>Photo from the summit.</desc><date>1970-01-01T00:00:01Z</date>\
             <thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:x@bob.xmpp.org' media-type='image/png' width='128' height='96'/>",
        );
        assert_eq!((file.media_type.as_deref(), file.name.as_deref()), (Some("image/jpeg"), Some("summit.jpg")));
        assert_eq!((file.size, file.width, file.height), (Some(3_032_449), Some(4096), Some(2160)));
        assert_eq!((file.hashes.len(), file.thumbnails.len(), file.date), (2, 1, Some(1_000_000)));
        assert_eq!(file.description.as_deref(), Some("Photo from the summit."));
        assert!(!file.expected().has_hash());
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        let file = read(
            "<media-type>x</media-type><name> </name><size>-1</size><width>wide</width><height>2</height>\
             <dimensions>1by1</dimensions><length>99999999999999999999999</length><date>soon</date><odd/>",
        );
        assert_eq!(file, FileMetadata { height: Some(2), ..FileMetadata::default() });
        let many = read(&"<hash xmlns='urn:xmpp:hashes:2' algo='a'>AAAA</hash>".repeat(1000));
        assert_eq!(many.hashes.len(), hashes::MOST);
        assert_eq!(read(&format!("<name>{}</name>", "a".repeat(LONGEST_NAME + 1))).name, None);
        assert_eq!(FileMetadata::parse(&"<file xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>".parse().unwrap()), None);
    }

    #[test]
    fn width_and_height_count_before_both_in_one() {
        assert_eq!(read("<dimensions>1x2</dimensions><width>3</width>").width, Some(3));
        let file = read("<height>4</height><dimension>1x2</dimension>");
        assert_eq!((file.width, file.height), (Some(1), Some(4)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(
            name in prop::option::of("\\PC{1,20}"), size in any::<Option<u64>>(), length in any::<Option<u64>>(),
            width in any::<Option<u32>>(), date in prop::option::of(0_i64..1_000_000_000_000_000), hash in any::<[u8; 32]>(),
            description in prop::option::of("[a-z&<>'\"]{1,30}"),
        ) {
            let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            let thumbnail = Thumbnail { picture: Picture::Blurhash("L00000".to_owned()), width, height: None };
            let file = FileMetadata {
                media_type: Some("audio/ogg".to_owned()), name, size, hashes: vec![Hash::sha256(hash)], width,
                height: width, length, date, description, thumbnails: vec![thumbnail],
            };
            let read = FileMetadata::parse(&file.tag().to_string().parse().unwrap());
            prop_assert_eq!(read, Some(file));
        }
    }
}
