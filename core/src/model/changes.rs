//! What one step wants stored. One [`Changes`] is one transaction: a received stanza, a page of the archive, a command of
//! the person. Applying the same one twice changes nothing the second time.

use jid::BareJid;

use super::Micros;
use super::account::{Account, ConnectionSettings, ResumableSession};
use super::attachment::{FileProblem, Seen, Source};
use super::contact::{Avatar, RosterItem};
use super::ids::{AccountId, ChatId, FileId, MessageId, OutboxId};
use super::message::{Arrived, Encryption, FailureReason};
use super::omemo::{ChatEncryption, OmemoChange};
use super::outbox::Payload;

/// What one step wants stored, all or nothing.
#[derive(Clone)]
pub struct Changes {
    /// The account it concerns.
    pub account: AccountId,
    /// The time of the step, by the platform's clock.
    pub now: Micros,
    /// True while the archive is being caught up with: what comes live has no place of its own yet (see
    /// [`super::message::Place`]), because older messages may still come from the archive.
    pub catching_up: bool,
    /// In order.
    pub list: Vec<Change>,
}

/// One thing to be stored.
#[derive(Clone)]
pub enum Change {
    /// A message arrived. `receipt` is the stanza id to answer (XEP-0184), if one was asked for and may be given: it goes
    /// into the outbox in the same transaction, once, however often the message arrives live.
    Arrived {
        /// The message.
        message: Box<Arrived>,
        /// The stanza id for the receipt that is owed.
        receipt: Option<String>,
    },
    /// The person sends something: a row (for a text), or the change of one, and an outbox item, at once visible.
    Send {
        /// To whom.
        chat: BareJid,
        /// The new stanza's id.
        stanza_id: String,
        /// What.
        payload: Payload,
    },
    /// An outbox item is about to be written to the stream as stanza `number`. A text moves to the end of its chat.
    InFlight {
        /// Which.
        item: OutboxId,
        /// Its number in the session (XEP-0198); 0 where the server has no stream management.
        number: i64,
        /// Under which encryption it leaves.
        encryption: Encryption,
    },
    /// The server has every outbox item in flight up to this number; texts become `Sent`, all leave the outbox.
    Acknowledged {
        /// The last number handled.
        number: i64,
    },
    /// A session was resumed: items in flight beyond this number did not arrive, as far as the server counted. They are
    /// unsure: some servers still handle what they have read of the old connection.
    Resumed {
        /// The last number the server handled.
        number: i64,
    },
    /// The session is lost: everything in flight becomes unsure.
    SessionLost,
    /// The archive cannot tell all that was said since the last place that is known here. What waited in a backup that was
    /// restored fails, because it may have been sent by who wrote the backup; if it is found after all, it was sent.
    ArchiveForgot,
    /// The archive has been read to its end and does not have the unsure items: they are queued again.
    RequeueUnsure,
    /// The catch-up has ended: every floating row that was received, or that the server has, gets its place at the end of
    /// its chat, in the order in which they stand.
    Settle,
    /// An outbox item cannot be sent; its text fails.
    Failed {
        /// Which.
        item: OutboxId,
        /// Why.
        reason: FailureReason,
    },
    /// The person asks to send a failed message once more.
    Retry {
        /// Which.
        message: MessageId,
    },
    /// The session to resume, saved with everything that was received in it; None: there is none.
    Session(Option<ResumableSession>),
    /// Everything up to this archive id is here. `None` stamp leaves the stamp as it was.
    ArchiveNewest {
        /// The archive id.
        id: String,
        /// Its stamp.
        stamp: Option<Micros>,
    },
    /// There is nothing in the archive: what will be in it is to be read from its beginning, if nothing is known until then.
    ArchiveEmpty,
    /// What follows in a page is so recent that the archive may still get something before it: its order is provisional,
    /// and the next catch-up reads it again.
    Recent,
    /// A hole was found.
    HoleFound {
        /// The chat, or the whole account.
        chat: Option<ChatId>,
        /// The archive id after the hole.
        newer: String,
        /// Its stamp.
        newer_stamp: Micros,
        /// The stamp before the hole; None reaches to the beginning.
        older_stamp: Option<Micros>,
    },
    /// A hole became smaller (`newer` moved back), or is filled (None).
    HoleFilled {
        /// Which.
        hole: i64,
        /// The new edge: archive id and stamp.
        newer: Option<(String, Micros)>,
    },
    /// A chat's history is here back to its beginning.
    ChatComplete {
        /// Which.
        chat: BareJid,
    },
    /// The roster as a whole, replacing what was there.
    Roster {
        /// Its version (RFC 6121 section 2.6).
        version: Option<String>,
        /// Every entry.
        items: Vec<RosterItem>,
    },
    /// One entry changed (a roster push), or was removed.
    RosterItem {
        /// The version after it.
        version: Option<String>,
        /// The entry; None: removed.
        item: Option<RosterItem>,
        /// Whose.
        jid: BareJid,
    },
    /// Somebody asks to see our presence, or (false) no longer does.
    SubscriptionRequest {
        /// Who.
        jid: BareJid,
        /// The nickname they gave (XEP-0172).
        nick: Option<String>,
        /// True: asks; false: was answered or withdrawn.
        pending: bool,
    },
    /// The block list as a whole (XEP-0191).
    BlockList(Vec<BareJid>),
    /// Addresses were blocked or unblocked.
    Blocked {
        /// Which.
        jids: Vec<BareJid>,
        /// True: blocked.
        blocked: bool,
    },
    /// The nickname that a contact (or we) published (XEP-0172).
    Nickname {
        /// Whose.
        jid: BareJid,
        /// The name; None: taken back.
        nick: Option<String>,
    },
    /// A contact's avatar is this image (XEP-0084, XEP-0153); None: has none.
    AvatarOf {
        /// Whose.
        jid: BareJid,
        /// The hash.
        hash: Option<String>,
    },
    /// An avatar's bytes arrived; the cache stays bounded.
    AvatarImage(Avatar),
    /// What a capabilities hash stands for (XEP-0115, XEP-0390), as serialised disco#info XML.
    Capabilities {
        /// The key: algorithm and hash, or an address with node.
        key: String,
        /// The answer.
        info: String,
    },
    /// The person read a chat up to a message on this device. With `marker`, the last message up to there that asked for
    /// a marker (XEP-0333) is answered: the answer goes into the outbox in the same transaction. The new place is to be
    /// told to our other devices (XEP-0490), see [`Change::ReadPublished`].
    Read {
        /// The chat.
        chat: ChatId,
        /// Up to which message.
        message: MessageId,
        /// True if the contact may know.
        marker: bool,
    },
    /// Our other devices can know that a chat was read up to this archive id.
    ReadPublished {
        /// The chat.
        chat: ChatId,
        /// Up to which archive id.
        archive_id: String,
    },
    /// Another device of ours read a chat up to an archive id (XEP-0490).
    ReadElsewhere {
        /// The chat.
        chat: BareJid,
        /// Up to which archive id; remembered until that message is here.
        archive_id: String,
    },
    /// The unsent text of a chat; empty: none.
    Draft {
        /// Which.
        chat: ChatId,
        /// The text.
        text: String,
    },
    /// How a chat stands in the list; None leaves a field as it is.
    ChatSettings {
        /// Which.
        chat: ChatId,
        /// Muted until.
        muted_until: Option<Micros>,
        /// Archived.
        archived: Option<bool>,
        /// Pinned.
        pinned: Option<bool>,
        /// How it is encrypted. [`ChatEncryption::Automatic`] begins anew: it may leave in clear again.
        encryption: Option<ChatEncryption>,
    },
    /// A chat is opened by the person before any message: it gets its row.
    OpenChat {
        /// With whom.
        peer: BareJid,
    },
    /// A chat and its messages are removed from this device.
    RemoveChat {
        /// Which.
        chat: ChatId,
    },
    /// Where to connect.
    Connection(ConnectionSettings),
    /// What a login taught: the strongest mechanism, and the resource.
    LoggedIn {
        /// The rank of the strongest mechanism offered so far.
        best_mechanism: i64,
        /// The bound resource.
        resource: String,
    },
    /// The account is switched on or off.
    Enabled(bool),
    /// Keys, sessions, and devices of contacts.
    Omemo(OmemoChange),
    /// Something became of a file.
    File {
        /// Which.
        file: FileId,
        /// What.
        change: FileChange,
    },
}

/// What became of a file.
#[derive(Clone, Debug)]
pub enum FileChange {
    /// It is to be fetched, as soon as that can be.
    Wanted {
        /// True if a person asked for it: then it may be of any size.
        asked: bool,
    },
    /// Nobody waits for it any more.
    Unwanted,
    /// It lies at this place on the web now.
    Placed(Box<Source>),
    /// Its place on the web is of no use: it has to be uploaded anew.
    Unplaced,
    /// Its bytes are here.
    Here {
        /// Its name in the folder of files.
        path: String,
        /// What was seen of them.
        seen: Seen,
    },
    /// It was not brought over.
    Problem(FileProblem),
    /// It cannot be uploaded: its message fails.
    Failed(FailureReason),
}

/// A new account, before it has a row.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its bare address.
    pub jid: BareJid,
    /// Where to connect.
    pub connection: ConnectionSettings,
    /// The random id of this installation, in UUID form.
    pub device: String,
}

/// What a transaction changed, for the views and for the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Message rows that are new or look different, in order, each once.
    pub messages: Vec<MessageId>,
    /// Of these, incoming ones that are new and came now (live, carbon, offline or by forward catch-up) and are unread.
    pub notify: Vec<MessageId>,
    /// Chats whose row in the list changed.
    pub chats: Vec<ChatId>,
    /// True if the outbox has something new to send.
    pub outbox: bool,
    /// True if roster, requests, block list, nicknames or avatars changed.
    pub contacts: bool,
    /// True if devices or their keys changed.
    pub devices: bool,
    /// Files of messages that are new and came now.
    pub files: Vec<FileId>,
    /// True if files lie in the folder that no message has any more.
    pub files_gone: bool,
    /// True if a message the store already had arrived once more and nothing else happened.
    pub duplicate: bool,
}

impl Applied {
    /// True if there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self == Applied::default() || (self.duplicate && self.messages.is_empty() && self.chats.is_empty())
    }
}

/// An account's rows that a session starts from.
#[derive(Clone, Debug)]
pub struct SessionStart {
    /// The account.
    pub account: Account,
    /// The session to resume, if there is one.
    pub resume: Option<ResumableSession>,
    /// The roster's version (RFC 6121 section 2.6).
    pub roster_version: Option<String>,
}
