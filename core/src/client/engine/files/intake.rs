//! Taking a file in: what it is, what may leave of it, and the name that its contents give it. All of it waits for the disk: not
//! for the engine's thread.

use std::io::{self, Read, Seek, Write};

use crate::client::Error;
use crate::file::check::{Check, Digest};
use crate::file::kind::{self, BEGINNING};
use crate::file::picture::{self, Prepared};
use crate::file::{FileError, name, voice};
use crate::model::attachment::{Attachment, Seen};
use crate::model::file::Expected;
use crate::model::trust::to_hex;

/// How many bytes are copied at a time.
const PIECE: usize = 256 << 10;
/// A larger picture is no photograph of a phone's, in bytes.
const LARGEST_PICTURE: u64 = 64 << 20;

/// A file that was taken in.
pub(super) struct Taken {
    /// What is said of it.
    pub file: Attachment,
    /// The name that its contents give it.
    pub digest_name: String,
}

/// Copies a file, and looks at what it is. Pictures are made ready to be sent by `prepare`; None: it is to go as it is.
pub(super) fn take(
    source: &mut (impl Read + Seek),
    said: Option<&str>,
    prepare: Option<impl FnOnce(&[u8]) -> Result<Prepared, FileError>>,
    out: &mut impl Write,
) -> Result<Taken, Error> {
    let mut beginning = Vec::new();
    source.by_ref().take(BEGINNING as u64).read_to_end(&mut beginning).map_err(|_| Error::FileUnreadable)?;
    source.rewind().map_err(|_| Error::FileUnreadable)?;
    let media_type = kind::media_type(&beginning, said);
    let picture = prepare.map(|prepare| picture_of(source, media_type, prepare)).transpose()?.flatten();
    match picture {
        Some(picture) => take_picture(picture, said, out),
        None => take_as_it_is(source, &beginning, said, media_type, out),
    }
}

/// Pictures that may tell where they were taken, and that nobody here can read.
const TELLING: [&str; 4] = ["image/heic", "image/avif", "image/tiff", "image/jxl"];

/// The picture that a file is, ready to be sent; None if it is none, or of a kind in which nothing else stands.
fn picture_of(
    source: &mut (impl Read + Seek),
    media_type: &str,
    prepare: impl FnOnce(&[u8]) -> Result<Prepared, FileError>,
) -> Result<Option<Prepared>, Error> {
    if TELLING.contains(&media_type) {
        return Err(Error::PictureUnusable);
    }
    if !matches!(media_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp") {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    source.by_ref().take(LARGEST_PICTURE + 1).read_to_end(&mut bytes).map_err(|_| Error::FileUnreadable)?;
    if bytes.len() as u64 > LARGEST_PICTURE {
        return Err(Error::PictureUnusable);
    }
    match prepare(&bytes) {
        Ok(prepared) => Ok(Some(prepared)),
        Err(FileError::NotAPicture) => source.rewind().map(|()| None).map_err(|_| Error::FileUnreadable),
        // Sent as it is, it would tell what stands in it besides the picture.
        Err(_) => Err(Error::PictureUnusable),
    }
}

fn take_picture(prepared: Prepared, said: Option<&str>, out: &mut impl Write) -> Result<Taken, Error> {
    let mut check = Check::new(&Expected::default());
    check.update(&prepared.bytes).map_err(|_| Error::PictureUnusable)?;
    let digest = check.finish().map_err(|_| Error::PictureUnusable)?;
    out.write_all(&prepared.bytes).map_err(|error| io_error(&error))?;
    // What was a PNG may be a JPEG now.
    let said = said.map(|said| match (name::extension(said), kind::extension(prepared.media_type)) {
        (Some(old), Some(new)) if kind::by_name(said) != Some(prepared.media_type) => {
            format!("{}{new}", said.trim_end_matches(old))
        }
        _ => said.to_owned(),
    });
    let file = Attachment {
        media_type: Some(prepared.media_type.to_owned()),
        width: Some(prepared.width),
        height: Some(prepared.height),
        blurhash: Some(prepared.preview.blurhash),
        preview: Some(prepared.preview.jpeg),
        ..described(said.as_deref(), prepared.media_type, digest)
    };
    Ok(Taken { file, digest_name: name_of(&digest.sha256, &prepared.bytes) })
}

fn take_as_it_is(
    source: &mut (impl Read + Seek),
    beginning: &[u8],
    said: Option<&str>,
    media_type: &str,
    out: &mut impl Write,
) -> Result<Taken, Error> {
    let mut check = Check::new(&Expected::default());
    let mut piece = vec![0; PIECE];
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Error::FileUnreadable),
        };
        check.update(&piece[..read]).map_err(|_| Error::FileUnreadable)?;
        out.write_all(&piece[..read]).map_err(|error| io_error(&error))?;
    }
    let digest = check.finish().map_err(|_| Error::FileUnreadable)?;
    let duration = duration(source, media_type);
    let file = Attachment { duration, ..described(said, media_type, digest) };
    Ok(Taken { file, digest_name: name_of(&digest.sha256, beginning) })
}

fn described(said: Option<&str>, media_type: &str, digest: Digest) -> Attachment {
    Attachment {
        name: Some(name::safe(said, Some(media_type))),
        media_type: Some(media_type.to_owned()),
        expected: Expected { size: Some(digest.size), sha256: Some(digest.sha256), sha512: None },
        ..Attachment::default()
    }
}

/// How much of a picture is read to see how large it is: the headers of most cameras are shorter.
const HEADERS: u64 = 256 << 10;

/// Looks at a file that has come: the name that its contents give it, and what they say.
pub(super) fn look(file: &mut (impl Read + Seek), digest: &Digest) -> io::Result<(String, Seen)> {
    let mut beginning = Vec::new();
    file.by_ref().take(HEADERS).read_to_end(&mut beginning)?;
    let media_type = kind::media_type(beginning.get(..BEGINNING).unwrap_or(&beginning), None);
    let seen = Seen {
        size: digest.size,
        media_type: (media_type != kind::UNKNOWN).then_some(media_type),
        pixels: if media_type.starts_with("image/") { picture::size(&beginning).ok() } else { None },
        duration: duration(file, media_type),
    };
    Ok((name_of(&digest.sha256, &beginning), seen))
}

/// How long a file plays, if it does and says so.
fn duration(file: &mut (impl Read + Seek), media_type: &str) -> Option<u64> {
    let plays = media_type.starts_with("audio/") || media_type.starts_with("video/");
    if plays { voice::duration(file).ok().flatten() } else { None }
}

/// The name of a file by its contents, with the extension of what its bytes are, so that other programs know it.
fn name_of(sha256: &[u8; 32], beginning: &[u8]) -> String {
    let name = to_hex(sha256);
    let media_type = kind::media_type(beginning.get(..BEGINNING).unwrap_or(beginning), None);
    match kind::extension(media_type) {
        Some(extension) => format!("{name}.{extension}"),
        None => name,
    }
}

/// What the system says of a file that cannot be written.
pub(super) fn io_error(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::StorageFull,
        kind => Error::StoreUnusable { detail: kind.to_string() },
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod intake_tests;
