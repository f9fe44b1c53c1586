//! What is known of an account's archive (XEP-0313): how far it was read, and what is missing.

use super::Micros;
use super::ids::ChatId;

/// How far the archive was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchivePosition {
    /// The last archive id up to which everything is here: the next catch-up asks for what comes after it.
    pub newest: Option<String>,
    /// That message's stamp, for the case that the server has forgotten the id.
    pub newest_stamp: Option<Micros>,
    /// What is missing, newest first.
    pub holes: Vec<Hole>,
}

/// A stretch of the archive that is not here: what came before `newer` and after `older_stamp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Its row.
    pub id: i64,
    /// The chat it concerns; None concerns the whole account.
    pub chat: Option<ChatId>,
    /// The archive id of the first message after the hole.
    pub newer: String,
    /// That message's stamp.
    pub newer_stamp: Micros,
    /// The stamp of the last message before the hole; None: the hole reaches to the beginning of the archive.
    pub older_stamp: Option<Micros>,
}
