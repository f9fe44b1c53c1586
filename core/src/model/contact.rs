//! Contacts: the roster, requests, and what contacts publish about themselves.

use jid::BareJid;

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

impl Subscription {
    /// Whether we get their presence.
    pub fn sees(self) -> bool {
        matches!(self, Subscription::To | Subscription::Both)
    }

    /// Whether they get ours.
    pub fn is_seen(self) -> bool {
        matches!(self, Subscription::From | Subscription::Both)
    }
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Avatar {
    /// Lower-case hexadecimal SHA-1 of the bytes, as XEP-0084 and XEP-0153 name it.
    pub hash: String,
    /// Its media type.
    pub media_type: String,
    /// The bytes.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array"))]
    pub bytes: Vec<u8>,
}

/// All that is stored of one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its bare address.
    pub jid: BareJid,
    /// Its entry in the roster, if it has one.
    pub roster: Option<RosterItem>,
    /// The name it gave itself (XEP-0172).
    pub nick: Option<String>,
    /// True while its request to see our presence waits for an answer.
    pub requests: bool,
    /// True if it is blocked (XEP-0191).
    pub blocked: bool,
    /// Hash of its avatar, if it has one.
    pub avatar: Option<String>,
}

impl Contact {
    /// The name to show: the roster's, else the contact's own, else the address's local part.
    pub fn shown_name(&self) -> String {
        let given = self.roster.as_ref().and_then(|item| item.name.clone()).or_else(|| self.nick.clone());
        given
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| self.jid.node().map_or_else(|| self.jid.to_string(), |node| node.as_str().to_owned()))
    }
}
