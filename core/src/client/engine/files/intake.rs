//! Taking a file in from outside, and giving one out. All of it waits for the disk: not for the engine's thread.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::disk::name_of;
use crate::client::Error;
use crate::file::check::{Check, Digest};
use crate::file::kind::{self, BEGINNING};
use crate::file::picture::{self, Limits};
use crate::file::{FileError, name, voice};
use crate::model::attachment::{Attachment, Seen};
use crate::model::file::Expected;
use crate::platform;

/// How many bytes are copied at a time.
const PIECE: usize = 256 << 10;
/// A larger picture is no photograph of a phone's, in bytes.
const LARGEST_PICTURE: u64 = 64 << 20;
/// How many names are tried where one is taken.
const MOST_NAMES: u32 = 1000;

/// A file that was taken in.
pub(super) struct Taken {
    /// What is said of it.
    pub file: Attachment,
    /// Where it lies for now, in the folder of files.
    pub place: PathBuf,
    /// The name that its contents give it.
    pub digest_name: String,
}

/// Copies a file into the folder of files, and looks at what it is. Pictures are made ready to be sent, unless it is to go as it
/// is.
pub(super) fn take(source: &Path, folder: &Path, as_it_is: bool) -> Result<Taken, Error> {
    let mut disk = File::open(source).map_err(|_| Error::FileUnreadable)?;
    let metadata = disk.metadata().map_err(|_| Error::FileUnreadable)?;
    if !metadata.is_file() {
        return Err(Error::FileUnreadable);
    }
    let said = source.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut beginning = Vec::new();
    Read::by_ref(&mut disk).take(BEGINNING as u64).read_to_end(&mut beginning).map_err(|_| Error::FileUnreadable)?;
    disk.seek(SeekFrom::Start(0)).map_err(|_| Error::FileUnreadable)?;
    let media_type = kind::media_type(&beginning, said.as_deref());
    fs::create_dir_all(folder).map_err(|error| io_error(&error))?;
    let place = folder.join(format!("outgoing-{}", platform::uuid()));
    let picture = if as_it_is { None } else { picture_of(&mut disk, metadata.len(), media_type)? };
    let taken = match picture {
        Some(picture) => take_picture(picture, said.as_deref(), &place),
        None => take_as_it_is(&mut disk, &beginning, said.as_deref(), media_type, &place),
    };
    taken.inspect_err(|_| {
        // What stays behind is removed at the next start.
        let _ = fs::remove_file(&place);
    })
}

/// Pictures that may tell where they were taken, and that nobody here can read.
const TELLING: [&str; 4] = ["image/heic", "image/avif", "image/tiff", "image/jxl"];

/// The picture that a file is, ready to be sent; None if it is none, or of a kind in which nothing else stands.
fn picture_of(disk: &mut File, size: u64, media_type: &str) -> Result<Option<picture::Prepared>, Error> {
    if TELLING.contains(&media_type) {
        return Err(Error::PictureUnusable);
    }
    if !matches!(media_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp") {
        return Ok(None);
    }
    if size > LARGEST_PICTURE {
        return Err(Error::PictureUnusable);
    }
    let mut bytes = Vec::new();
    disk.read_to_end(&mut bytes).map_err(|_| Error::FileUnreadable)?;
    match picture::prepare(&bytes, Limits::default()) {
        Ok(prepared) => Ok(Some(prepared)),
        Err(FileError::NotAPicture) => disk.seek(SeekFrom::Start(0)).map(|_| None).map_err(|_| Error::FileUnreadable),
        // Sent as it is, it would tell what stands in it besides the picture.
        Err(_) => Err(Error::PictureUnusable),
    }
}

fn take_picture(prepared: picture::Prepared, said: Option<&str>, place: &Path) -> Result<Taken, Error> {
    let mut check = Check::new(&Expected::default());
    check.update(&prepared.bytes).map_err(|_| Error::PictureUnusable)?;
    let digest = check.finish().map_err(|_| Error::PictureUnusable)?;
    let write = || {
        let mut out = File::create(place)?;
        out.write_all(&prepared.bytes)?;
        out.sync_all()
    };
    write().map_err(|error| io_error(&error))?;
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
    Ok(Taken { file, place: place.to_owned(), digest_name: name_of(&digest.sha256, &prepared.bytes) })
}

fn take_as_it_is(
    disk: &mut File,
    beginning: &[u8],
    said: Option<&str>,
    media_type: &str,
    place: &Path,
) -> Result<Taken, Error> {
    let mut out = File::create(place).map_err(|error| io_error(&error))?;
    let mut check = Check::new(&Expected::default());
    let mut piece = vec![0; PIECE];
    loop {
        let read = match disk.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Error::FileUnreadable),
        };
        check.update(&piece[..read]).map_err(|_| Error::FileUnreadable)?;
        out.write_all(&piece[..read]).map_err(|error| io_error(&error))?;
    }
    out.sync_all().map_err(|error| io_error(&error))?;
    let digest = check.finish().map_err(|_| Error::FileUnreadable)?;
    let duration = duration(disk, media_type);
    let file = Attachment { duration, ..described(said, media_type, digest) };
    Ok(Taken { file, place: place.to_owned(), digest_name: name_of(&digest.sha256, beginning) })
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
pub(super) fn look(place: &Path, digest: &Digest) -> io::Result<(String, Seen)> {
    let mut disk = File::open(place)?;
    let mut beginning = Vec::new();
    Read::by_ref(&mut disk).take(HEADERS).read_to_end(&mut beginning)?;
    let media_type = kind::media_type(beginning.get(..BEGINNING).unwrap_or(&beginning), None);
    let seen = Seen {
        size: digest.size,
        media_type: (media_type != kind::UNKNOWN).then_some(media_type),
        pixels: if media_type.starts_with("image/") { picture::size(&beginning).ok() } else { None },
        duration: duration(&mut disk, media_type),
    };
    Ok((name_of(&digest.sha256, &beginning), seen))
}

/// How long a file plays, if it does and says so.
fn duration(disk: &mut File, media_type: &str) -> Option<u64> {
    let plays = media_type.starts_with("audio/") || media_type.starts_with("video/");
    if plays { voice::duration(disk).ok().flatten() } else { None }
}

/// Copies a file to a place outside. If that is a folder, to this name in it, or one like it that is free.
pub(super) fn copy_out(from: &Path, to: PathBuf, safe: &str) -> Result<(PathBuf, u64), Error> {
    let mut source = File::open(from).map_err(|_| Error::FileUnreadable)?;
    let (place, mut out) = if to.is_dir() {
        free_place(&to, safe)?
    } else {
        let out = File::create(&to).map_err(|error| io_error(&error))?;
        (to, out)
    };
    let copied = io::copy(&mut source, &mut out).and_then(|bytes| out.sync_all().map(|()| bytes));
    match copied {
        Ok(bytes) => Ok((place, bytes)),
        Err(error) => {
            // Half a file is none.
            let _ = fs::remove_file(&place);
            Err(io_error(&error))
        }
    }
}

fn free_place(folder: &Path, safe: &str) -> Result<(PathBuf, File), Error> {
    for number in 1..MOST_NAMES {
        let name = if number == 1 { safe.to_owned() } else { name::numbered(safe, number) };
        let place = folder.join(name);
        match File::options().write(true).create_new(true).open(&place) {
            Ok(out) => return Ok((place, out)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(io_error(&error)),
        }
    }
    Err(Error::StoreUnusable { detail: io::ErrorKind::AlreadyExists.to_string() })
}

/// What the system says of a file that cannot be written.
pub(super) fn io_error(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::StorageFull,
        kind => Error::StoreUnusable { detail: kind.to_string() },
    }
}

#[cfg(test)]
mod intake_tests;
