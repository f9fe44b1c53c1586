//! Files of messages, between how they are stored and how they stand in a stanza: as an address beside the text (XEP-0066), as
//! an encrypted link (XEP-0454), or shared with everything that is known of them (XEP-0447, XEP-0448).

use crate::file::aesgcm::AesGcmLink;
use crate::file::name;
use crate::model::attachment::{Attachment, Source};
use crate::model::file::{Expected, FileUrl};
use crate::xep::encrypted_file::EncryptedFile;
use crate::xep::fallback::{self, Fallback};
use crate::xep::file_metadata::FileMetadata;
use crate::xep::file_sharing::{self, Disposition, FileSharing};
use crate::xep::hashes::Hash;
use crate::xep::message::Message;
use crate::xep::ns;
use crate::xep::oob::Oob;
use crate::xep::thumbnail::{Picture, Thumbnail};
use crate::xep::xml::Tag;

/// The files of a message, and what is left of its text.
pub fn read(message: &Message) -> (Option<String>, Vec<Attachment>) {
    let text = message.text();
    let mut files: Vec<Attachment> = message.files.iter().filter_map(shared).collect();
    if !files.is_empty() {
        let is_for_others = |fallback: &&Fallback| fallback.feature.as_deref() == Some(ns::FILE_SHARING);
        let rest = text.map(|text| fallback::without(&text, message.fallbacks.iter().filter(is_for_others)));
        // Some write the address without saying that it is for others.
        return (rest.filter(|text| !text.trim().is_empty() && !is_address(text, &files)), files);
    }
    if let Some(file) = text.as_deref().and_then(link) {
        return (None, vec![file]);
    }
    let text = text.filter(|text| !message.oob.iter().any(|oob| oob.is_whole_body(text)));
    files.extend(message.oob.iter().filter_map(beside).take(file_sharing::MOST));
    (text, files)
}

/// A file whose address, with its key, is all that a text says.
fn link(text: &str) -> Option<Attachment> {
    let link = AesGcmLink::parse(text.trim())?;
    Some(at(link.url.clone(), Source { key: Some(link.key), ..plain(link.url) }))
}

/// A file whose address stands beside the text.
fn beside(oob: &Oob) -> Option<Attachment> {
    let mut file = match link(&oob.url) {
        Some(file) => file,
        None => FileUrl::parse(&oob.url).map(|url| at(url.clone(), plain(url)))?,
    };
    file.description.clone_from(&oob.description);
    Some(file)
}

/// A file of which nothing is known but where it lies.
fn at(url: FileUrl, source: Source) -> Attachment {
    let name = url.last_segment();
    let media_type = name.as_deref().and_then(crate::file::kind::by_name).map(str::to_owned);
    Attachment { name, media_type, source: Some(source), ..Attachment::default() }
}

fn plain(url: FileUrl) -> Source {
    Source { url, key: None, encrypted: Expected::default() }
}

/// A file with what its sender says of it; None if it cannot be had anywhere that is known here.
fn shared(sharing: &FileSharing) -> Option<Attachment> {
    let source = match sharing.usable_sources().first()? {
        file_sharing::Source::Url(url) => plain(url.clone()),
        file_sharing::Source::Encrypted(file) => {
            Source { url: file.sources.first()?.clone(), key: Some(file.key.clone()), encrypted: file.expected() }
        }
    };
    let said = &sharing.file;
    let pictures = || said.thumbnails.iter().map(|thumbnail| &thumbnail.picture);
    Some(Attachment {
        name: said.name.clone().or_else(|| source.url.last_segment()),
        media_type: said.media_type.clone(),
        expected: said.expected(),
        width: said.width,
        height: said.height,
        duration: said.length,
        description: said.description.clone(),
        blurhash: pictures().find_map(|picture| match picture {
            Picture::Blurhash(hash) => Some(hash.clone()),
            _ => None,
        }),
        preview: pictures().find_map(|picture| match picture {
            Picture::Data { bytes, media_type } if is_shown(media_type) => Some(bytes.clone()),
            _ => None,
        }),
        source: Some(source),
        path: None,
    })
}

/// Small pictures that every screen can show.
fn is_shown(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp")
}

fn is_address(text: &str, files: &[Attachment]) -> bool {
    let text = text.trim();
    let url = FileUrl::parse(text).or_else(|| AesGcmLink::parse(text).map(|link| link.url));
    url.is_some_and(|url| files.iter().any(|file| file.source.as_ref().is_some_and(|source| source.url == url)))
}

/// The text that leads to a file, for those who know no better: its address, with the key if it is encrypted. Only for inside an
/// encrypted message then.
pub fn address(file: &Attachment) -> Option<String> {
    let source = file.source.as_ref()?;
    match &source.key {
        None => Some(source.url.as_str().to_owned()),
        Some(key) => Some(AesGcmLink::new(source.url.clone(), key.clone())?.text().to_string()),
    }
}

/// What a message says of its file beside the address.
pub fn said(file: &Attachment) -> Vec<Tag> {
    let Some(source) = &file.source else { return Vec::new() };
    let from = match &source.key {
        None => file_sharing::Source::Url(source.url.clone()),
        Some(key) => file_sharing::Source::Encrypted(EncryptedFile {
            key: key.clone(),
            hashes: Vec::new(),
            sources: vec![source.url.clone()],
        }),
    };
    // An encrypted link is no address that a browser could open.
    let oob = source.key.is_none().then(|| Oob { url: source.url.as_str().to_owned(), description: None }.tag());
    let sharing = FileSharing { id: None, disposition: disposition(file), file: metadata(file), sources: vec![from] };
    oob.into_iter().chain([sharing.tag(), fallback::body(ns::FILE_SHARING, None)]).collect()
}

/// Pictures, recordings and films are seen where they stand.
fn disposition(file: &Attachment) -> Option<Disposition> {
    let kind = file.media_type.as_deref()?.split('/').next()?;
    Some(if matches!(kind, "image" | "audio" | "video") { Disposition::Inline } else { Disposition::Attachment })
}

fn metadata(file: &Attachment) -> FileMetadata {
    let (width, height) = (file.width, file.height);
    let blurhash = file.blurhash.clone().map(|hash| Thumbnail { picture: Picture::Blurhash(hash), width, height });
    let preview = file.preview.clone().map(|bytes| {
        let picture = Picture::Data { bytes, media_type: "image/jpeg".to_owned() };
        Thumbnail { picture, width: None, height: None }
    });
    FileMetadata {
        media_type: file.media_type.clone(),
        name: file.name.clone(),
        size: file.expected.size,
        hashes: file.expected.sha256.map(Hash::sha256).into_iter().collect(),
        width,
        height,
        length: file.duration,
        date: None,
        description: file.description.clone(),
        thumbnails: preview.into_iter().chain(blurhash).collect(),
    }
}

/// The name under which a file is put on the web: its own, or one that tells nothing but its kind if it is encrypted.
pub fn name_on_the_web(file: &Attachment, hidden: Option<&str>) -> String {
    let safe = name::safe(file.name.as_deref(), file.media_type.as_deref());
    match hidden {
        None => safe,
        Some(hidden) => match name::extension(&safe) {
            Some(extension) => format!("{hidden}.{extension}"),
            None => hidden.to_owned(),
        },
    }
}

#[cfg(test)]
mod files_tests;
