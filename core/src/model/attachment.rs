//! A file of a message: what its sender says of it, where it can be had, and where it lies here.

use std::fmt;

use super::file::{Expected, FileKey, FileUrl};
use super::ids::{AccountId, ChatId, FileId, MessageId};

/// A file that a message carries. What its sender says of it is not checked before its bytes are here.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its name. Anything may stand in it: see `file::name`.
    pub name: Option<String>,
    /// Its media type, in lower case.
    pub media_type: Option<String>,
    /// What its bytes must be.
    pub expected: Expected,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// How long it plays, in milliseconds.
    pub duration: Option<u64>,
    /// A description for people.
    pub description: Option<String>,
    /// A blurred picture of it, as a text.
    pub blurhash: Option<String>,
    /// A small picture of it: a JPEG or PNG of some KiB.
    pub preview: Option<Vec<u8>>,
    /// Where it can be had; None: it has to be uploaded first.
    pub source: Option<Source>,
    /// Its name in the folder of files, once its bytes are here.
    pub path: Option<String>,
}

impl fmt::Debug for Attachment {
    /// What is in a conversation is nobody else's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment(here: {}, source: {:?})", self.path.is_some(), self.source)
    }
}

/// Where a file can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its place on the web.
    pub url: FileUrl,
    /// Its key, if it is encrypted.
    pub key: Option<FileKey>,
    /// What the bytes on the web must be, if it is encrypted.
    pub encrypted: Expected,
}

/// A file of a stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its row.
    pub id: FileId,
    /// What is known of it.
    pub file: Attachment,
    /// Why it is not here, or not uploaded.
    pub problem: Option<FileProblem>,
    /// Whether it is to be fetched.
    pub wanted: Wanted,
}

/// A file and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// The account.
    pub account: AccountId,
    /// The chat.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// The file.
    pub file: StoredFile,
}

/// What the bytes of a file say, where its sender said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many they are.
    pub size: u64,
    /// The media type.
    pub media_type: Option<&'static str>,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
    /// How long it plays, in milliseconds.
    pub duration: Option<u64>,
}

/// Who waits for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nobody.
    No,
    /// It is fetched by itself, if it is not too large.
    ByItself,
    /// A person asked for it.
    Asked,
}

/// Why a file was not brought over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// Its server cannot be reached, or the connection was lost. It is tried again by itself.
    Unreachable,
    /// Its server cannot prove who it is.
    Certificate,
    /// It lies where nothing must be fetched from: not inside TLS, or in a private network.
    Forbidden,
    /// It is no longer there.
    Gone,
    /// The server refused it.
    Refused,
    /// It is larger than it may be.
    TooLarge,
    /// What came is not what its sender sent, or nothing could prove it.
    Damaged,
    /// The disk has no room.
    DiskFull,
    /// The disk cannot be read or written.
    Disk,
}
