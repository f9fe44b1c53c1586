//! What a session's own requests are for, so that their answers find their place.

use jid::{BareJid, Jid};

use super::Answer;
use super::capabilities::Announced;
use super::omemo::{Attempt, Publication};
use crate::model::ids::{ChatId, FileId};
use crate::model::omemo::Version;
use crate::sync::archive::Query;
use crate::sync::omemo::Address;
use crate::xep::Element;
use crate::xep::omemo::Entry;

/// What a request was for.
pub(crate) enum Purpose {
    /// Copies of what our other devices send and receive (XEP-0280).
    Carbons,
    /// The roster.
    Roster,
    /// The block list (XEP-0191).
    BlockList,
    /// What the server can do (XEP-0030).
    ServerFeatures,
    /// What the account can do: archive, PEP.
    AccountFeatures,
    /// A page of the archive (XEP-0313).
    Archive(Box<ArchivePurpose>),
    /// How far chats were read on our other devices (XEP-0490).
    ReadStates,
    /// A chat's read state was published. `limited` is true once the number of items was given as a number.
    PublishRead { chat: ChatId, archive_id: String, limited: bool },
    /// What a device's hash stands for (XEP-0115, XEP-0390).
    Capabilities(Announced),
    /// An avatar's bytes (XEP-0084).
    AvatarData { of: BareJid, hash: String, media_type: String },
    /// A vCard with a photo of that hash (XEP-0153).
    VcardPhoto { of: BareJid, hash: String },
    /// A list of devices (XEP-0384).
    Devices { of: BareJid, version: Version },
    /// A device's bundle.
    Bundle(Address),
    /// What the server has of our bundle; then our list is mended.
    OwnBundle { version: Version, list: Option<Vec<Entry>> },
    /// Our list or bundle was published.
    Published { version: Version, what: Publication, attempt: Attempt },
    /// What else there is at the server (XEP-0030).
    ServerItems,
    /// Whether somebody at the server takes files (XEP-0363).
    TakesFiles(Jid),
    /// A place for a file.
    Slot { file: FileId, encrypt: bool },
    /// The server was told where to push to (XEP-0357).
    Push,
    /// It was told that it need not push there any more.
    PushEnded,
    /// A node of ours was configured.
    Configured,
    /// Somebody else's request.
    Caller(Answer<Option<Element>>),
    /// A sign of life.
    Ping,
}

impl Purpose {
    /// True for what is asked once a session, at its beginning.
    pub fn begins(&self) -> bool {
        matches!(
            self,
            Purpose::Carbons
                | Purpose::Roster
                | Purpose::BlockList
                | Purpose::ServerFeatures
                | Purpose::AccountFeatures
                | Purpose::ReadStates
        )
    }
}

/// A page of the archive and who waits for it.
pub(crate) struct ArchivePurpose {
    pub query: Query,
    pub answer: Option<Answer<()>>,
}
