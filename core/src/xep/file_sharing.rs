//! XEP-0447: a message is a file, and this is where it can be had (as addresses, XEP-0103, or encrypted, XEP-0448).

use super::encrypted_file::EncryptedFile;
use super::file_metadata::FileMetadata;
use super::xml::{self, Tag};
use super::{Element, ns};
use crate::model::file::FileUrl;

/// More files in one message, or sources of one file, are not read.
pub const MOST: usize = 16;

/// How a file is meant (section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// To be seen in the conversation.
    Inline,
    /// To be kept: not fetched before somebody asks for it.
    Attachment,
}

/// Where a file can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// As it is.
    Url(FileUrl),
    /// Encrypted.
    Encrypted(EncryptedFile),
}

impl Source {
    fn parse(element: &Element) -> Option<Source> {
        url_data(element).map(Source::Url).or_else(|| EncryptedFile::parse(element).map(Source::Encrypted))
    }

    fn tag(&self) -> Tag {
        match self {
            Source::Url(url) => url_data_tag(url),
            Source::Encrypted(file) => file.tag(),
        }
    }
}

/// A file that somebody shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSharing {
    /// Its id, where a message has several.
    pub id: Option<String>,
    /// How it is meant; None: its media type decides.
    pub disposition: Option<Disposition>,
    /// What it is.
    pub file: FileMetadata,
    /// Where it can be had, as far as that is understood here; perhaps nowhere.
    pub sources: Vec<Source>,
}

impl FileSharing {
    /// Reads `<file-sharing/>`; None if it says nothing of a file.
    pub fn parse(element: &Element) -> Option<FileSharing> {
        if !element.is("file-sharing", ns::FILE_SHARING) {
            return None;
        }
        let sources = element.get_child("sources", ns::FILE_SHARING);
        let sources = sources.into_iter().flat_map(Element::children).filter_map(Source::parse).take(MOST);
        Some(FileSharing {
            id: xml::id(element, "id"),
            disposition: match element.attr("disposition").map(str::trim) {
                Some("inline") => Some(Disposition::Inline),
                Some("attachment") => Some(Disposition::Attachment),
                _ => None,
            },
            file: element.children().find_map(FileMetadata::parse)?,
            sources: sources.collect(),
        })
    }

    /// The element.
    pub fn tag(&self) -> Tag {
        let disposition = self.disposition.map(|disposition| match disposition {
            Disposition::Inline => "inline",
            Disposition::Attachment => "attachment",
        });
        Tag::new("file-sharing", ns::FILE_SHARING)
            .attr_opt("disposition", disposition)
            .attr_opt("id", self.id.as_ref())
            .child(self.file.tag())
            .child(Tag::new("sources", ns::FILE_SHARING).children(self.sources.iter().map(Source::tag)))
    }

    /// Where it can be had: what is encrypted first, and in the open only inside TLS, unless a hash of the file can be checked
    /// (section 6).
    pub fn usable_sources(&self) -> Vec<&Source> {
        let has_hash = self.file.expected().has_hash();
        let safe = |url: &FileUrl| url.is_https() || has_hash;
        let usable = |source: &&Source| match source {
            Source::Url(url) => safe(url),
            Source::Encrypted(file) => file.sources.iter().any(safe),
        };
        let mut sources: Vec<&Source> = self.sources.iter().filter(usable).collect();
        sources.sort_by_key(|source| matches!(source, Source::Url(_)));
        sources
    }
}

/// The address in `<url-data/>` (XEP-0103).
pub(crate) fn url_data(element: &Element) -> Option<FileUrl> {
    element.is("url-data", ns::URL_DATA).then(|| element.attr("target").and_then(FileUrl::parse)).flatten()
}

pub(crate) fn url_data_tag(url: &FileUrl) -> Tag {
    Tag::new("url-data", ns::URL_DATA).attr("target", url.as_str())
}

#[cfg(test)]
mod file_sharing_tests {
    use super::*;
    use crate::model::file::FileKey;
    use crate::xep::hashes::Hash;

    fn read(xml: &str) -> Option<FileSharing> {
        FileSharing::parse(&xml.parse().unwrap())
    }

    fn url(text: &str) -> FileUrl {
        FileUrl::parse(text).unwrap()
    }

    #[test]
    fn a_file_is_read_as_it_is_written() {
        let file = FileMetadata { name: Some("summit.jpg".to_owned()), size: Some(3), ..FileMetadata::default() };
        let sharing = FileSharing {
            id: Some("f1".to_owned()),
            disposition: Some(Disposition::Inline),
            file,
            sources: vec![Source::Url(url("https://a.example/f?a&b"))],
        };
        let xml = sharing.tag().to_string();
        assert_eq!(
            xml,
            "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline' id='f1'><file xmlns='urn:xmpp:file:metadata:0'>\
             <name>summit.jpg</name><size>3</size></file><sources>\
             <url-data xmlns='http://jabber.org/protocol/url-data' target='https://a.example/f?a&amp;b'/>\
             </sources></file-sharing>"
        );
        assert_eq!(read(&xml), Some(sharing));
    }

    #[test]
    fn sources_that_are_not_understood_are_left_out() {
        let sharing = read(
            "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='odd'><file xmlns='urn:xmpp:file:metadata:0'/><sources>\
             <jinglepub xmlns='urn:xmpp:jinglepub:1' from='a@b/c' id='9'/>\
             <url-data xmlns='http://jabber.org/protocol/url-data' target='ftp://a.example/f'/>\
             <url-data xmlns='http://jabber.org/protocol/url-data' target='https://a.example/f'/>\
             <encrypted xmlns='urn:xmpp:esfs:0' cipher='odd'/></sources></file-sharing>",
        )
        .unwrap();
        assert_eq!((sharing.sources.len(), sharing.disposition, sharing.id.as_ref()), (1, None, None));
        assert_eq!(read("<file-sharing xmlns='urn:xmpp:sfs:0'><sources/></file-sharing>"), None);
        let nowhere = "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'/></file-sharing>";
        assert_eq!(read(nowhere).unwrap().sources, []);
    }

    #[test]
    fn what_is_encrypted_is_preferred_and_the_open_needs_a_hash() {
        let key = FileKey::generate(&mut |buffer| buffer.fill(1));
        let encrypted = EncryptedFile { key, hashes: vec![], sources: vec![url("https://a.example/e")] };
        let mut sharing = FileSharing {
            id: None,
            disposition: None,
            file: FileMetadata::default(),
            sources: vec![
                Source::Url(url("http://a.example/f")),
                Source::Url(url("https://a.example/f")),
                Source::Encrypted(encrypted),
            ],
        };
        assert_eq!(sharing.usable_sources(), [&sharing.sources[2], &sharing.sources[1]]);
        sharing.file.hashes.push(Hash::sha256([1; 32]));
        assert_eq!(sharing.usable_sources().len(), 3);
        assert_eq!(read(&sharing.tag().to_string()), Some(sharing));
    }
}
