//! A file of a message as screens show it.

use crate::model::attachment::{StoredFile, Wanted};
use crate::model::ids::FileId;
use crate::store::FILES;

/// Where a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum FileState {
    /// On the web: it is fetched when somebody asks for it.
    Remote,
    /// On the web, and it is being fetched, or will be as soon as that can be.
    Coming,
    /// Here.
    Here,
    /// On the web, perhaps: it was not fetched, and the row's error says why.
    Failed,
}

/// One file of a message. What it says of itself is its sender's word.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct FileRow {
    /// Stable id.
    pub id: i64,
    /// Its name, for people; never a path.
    pub name: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// How long it plays, in milliseconds.
    pub duration_ms: Option<u64>,
    /// A description for people.
    pub description: Option<String>,
    /// A blurred picture of it (blurhash).
    pub blurhash: Option<String>,
    /// A small picture of it.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array | null"))]
    pub preview: Option<Vec<u8>>,
    /// Where it is.
    pub state: FileState,
    /// Why it was not fetched: the name of the reason.
    pub error: Option<String>,
    /// Where its bytes lie, below the folder of the store.
    pub path: Option<String>,
    /// While it is on its way: how many bytes have gone.
    pub moved: Option<u64>,
}

impl FileRow {
    /// The row of a stored file.
    pub(crate) fn new(stored: StoredFile) -> FileRow {
        let StoredFile { id: FileId(id), file, problem, wanted } = stored;
        FileRow {
            id,
            state: match (&file.path, wanted, problem) {
                (Some(_), ..) => FileState::Here,
                (None, Wanted::ByItself | Wanted::Asked, _) => FileState::Coming,
                (None, Wanted::No, Some(_)) => FileState::Failed,
                (None, Wanted::No, None) => FileState::Remote,
            },
            name: crate::file::name::safe(file.name.as_deref(), file.media_type.as_deref()),
            media_type: file.media_type,
            size: file.expected.size,
            width: file.width,
            height: file.height,
            duration_ms: file.duration,
            description: file.description,
            blurhash: file.blurhash,
            preview: file.preview,
            error: problem.map(|problem| format!("{problem:?}")),
            path: file.path.map(|path| format!("{FILES}/{path}")),
            moved: None,
        }
    }
}
