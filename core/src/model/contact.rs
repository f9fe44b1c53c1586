//! Contacts: the roster, requests, and what contacts publish about themselves.

use xmpp_parsers::jid::BareJid;

/// Who gets whose presence (RFC 6121 section 2.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscription {
    /// Neither.
    None,
    /// We get theirs.
    To,
    /// They get ours.
    From,
    /// Both.
    Both,
}

/// One entry of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterItem {
    /// The contact.
    pub jid: BareJid,
    /// The name we gave it.
    pub name: Option<String>,
    /// Who gets whose presence.
    pub subscription: Subscription,
    /// True while our request waits for an answer.
    pub ask: bool,
    /// True if a request of theirs would be granted by the server without asking (pre-approval).
    pub approved: bool,
    /// Group names.
    pub groups: Vec<String>,
}

/// An image published as an avatar.
#[derive(Clone, PartialEq, Eq)]
pub struct Avatar {
    /// Lower-case hexadecimal SHA-1 of the bytes, as XEP-0084 and XEP-0153 name it.
    pub hash: String,
    /// Its media type.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}
