//! Addresses that people scan and click: `xmpp:` URIs (RFC 5122, XEP-0147), with fingerprints of OMEMO's keys in them.
//!
//! Fingerprints stand there in two ways. `omemo-sid-ID=HEX` is what Conversations and Dino show: a device of legacy OMEMO, and
//! its key's Curve25519 form without the 0x05. `?trust-message;encryption=urn:xmpp:omemo:2;trust=HEX` (XEP-0434 section 7) is
//! what Kaidan shows: the Ed25519 form of omemo:2, and no device. They are two URIs, because Conversations reads none in which
//! two values have the same name.

use std::fmt;

use jid::BareJid;

use super::{address, ns};
use crate::model::file::unescaped;
use crate::model::trust::{from_hex, to_hex};

/// The longest text that is read, in bytes. A QR code holds up to 2,953.
pub const LONGEST: usize = 16 * 1024;
/// Further keys are not read.
pub const MOST_KEYS: usize = 200;
/// The longest token of an invitation, and the longest name, in bytes.
const LONGEST_VALUE: usize = 1024;

const SCHEME: &str = "xmpp:";
const DEVICE: &str = "omemo-sid-";

/// An address, what to do with it, and its keys.
#[derive(Clone, PartialEq, Eq)]
pub struct XmppUri {
    /// Whose address: a person's, a room's, or a server's.
    pub address: BareJid,
    /// What it is for.
    pub action: Action,
    /// The keys of that person's devices.
    pub keys: Vec<UriKey>,
}

/// What a URI is for: its query type.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, ts_rs::TS),
    serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase"),
    ts(rename = "UriAction")
)]
pub enum Action {
    /// It only names somebody.
    Address,
    /// Write to somebody (`message`).
    Message {
        /// What to write.
        body: Option<String>,
    },
    /// Make somebody a contact (`roster`).
    Roster {
        /// What to call them.
        name: Option<String>,
        /// The token with which they accept at once (XEP-0379).
        preauth: Option<String>,
        /// Their server takes new accounts with that token as well (XEP-0401).
        registers: bool,
    },
    /// Ask to see somebody's presence (`subscribe`).
    Subscribe {
        /// The token with which they accept at once (XEP-0379).
        preauth: Option<String>,
    },
    /// Make an account on this server, or of this name (`register`).
    Register {
        /// The token that allows it (XEP-0445).
        preauth: Option<String>,
    },
    /// Enter a room (`join`).
    Join {
        /// Its password.
        password: Option<String>,
    },
    /// Decide on keys (`trust-message`).
    Trust,
    /// Something that nobody does here.
    Other {
        /// Its name.
        name: String,
    },
}

/// A key in a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UriKey {
    /// That of a device.
    Device {
        /// Its id.
        id: u32,
        /// The key's fingerprint: 64 hexadecimal digits.
        fingerprint: String,
    },
    /// One that is or is not the person's, of omemo:2.
    Key {
        /// Its Ed25519 form.
        key: [u8; 32],
        /// Whether it is.
        trusted: bool,
    },
}

/// Why a text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// It is something else: a web page, or words.
    #[error("this is no address of XMPP")]
    NotXmpp,
    /// It begins as one, but nobody can have that address.
    #[error("the address in it is none")]
    BadAddress,
    /// It is longer than anything that is one.
    #[error("it is too long")]
    TooLong,
}

impl fmt::Debug for XmppUri {
    /// Without whose it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "XmppUri({:?}, {:?})", self.action, self.keys)
    }
}

impl Action {
    /// Its name in a URI (XEP-0147); empty for an address alone.
    pub fn name(&self) -> &str {
        match self {
            Action::Address => "",
            Action::Message { .. } => "message",
            Action::Roster { .. } => "roster",
            Action::Subscribe { .. } => "subscribe",
            Action::Register { .. } => "register",
            Action::Join { .. } => "join",
            Action::Trust => "trust-message",
            Action::Other { name } => name,
        }
    }
}

impl fmt::Debug for Action {
    /// Without texts, tokens and passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl XmppUri {
    /// Reads what was scanned or clicked: a URI, or a bare address as people write it. What is unknown in it is left out, and so
    /// are keys that are none.
    ///
    /// # Errors
    /// [`UriError`].
    pub fn parse(text: &str) -> Result<XmppUri, UriError> {
        if text.len() > LONGEST {
            return Err(UriError::TooLong);
        }
        let text = text.trim();
        let Some(rest) = text.get(..SCHEME.len()).filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME)) else {
            let address = address::bare(text).filter(|address| address.node().is_some());
            let address = address.ok_or(UriError::NotXmpp)?;
            return Ok(XmppUri { address, action: Action::Address, keys: Vec::new() });
        };
        let rest = text[rest.len()..].split('#').next().unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let address = String::from_utf8(unescaped(whom(place))).map_err(|_| UriError::BadAddress)?;
        let address = address::read(&address).ok_or(UriError::BadAddress)?.to_bare();
        Ok(Query::read(query).into_uri(address))
    }
}

/// The path of a URI: in one with an authority, that is the account to use (RFC 5122 section 2.3), and the path follows it. Some
/// write the address itself there.
fn whom(place: &str) -> &str {
    match place.strip_prefix("//") {
        Some(rest) => rest.split_once('/').filter(|(_, path)| path.contains('@')).map_or(rest, |(_, path)| path),
        None => place,
    }
}

/// The part behind the question mark: its type, and pairs of names and values.
struct Query {
    kind: String,
    pairs: Vec<(String, String)>,
}

impl Query {
    fn read(query: &str) -> Query {
        // Some separate by what web pages use.
        let separator = if query.contains(';') { ';' } else { '&' };
        let plain = |text: &str| String::from_utf8_lossy(&unescaped(text)).into_owned();
        let mut parts = query.split(separator).filter(|part| !part.is_empty()).peekable();
        let kind = parts.next_if(|part| !part.contains('=')).map(|kind| plain(kind).to_ascii_lowercase());
        let kind = kind.map(|kind| if is_name(&kind) { kind } else { "other".to_owned() });
        let pairs = parts.filter_map(|part| part.split_once('='));
        let pairs = pairs.map(|(name, value)| (plain(name).to_ascii_lowercase(), plain(value)));
        Query { kind: kind.unwrap_or_default(), pairs: pairs.collect() }
    }

    fn value(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        found.filter(|value| !value.is_empty() && value.len() <= LONGEST_VALUE).map(str::to_owned)
    }

    fn into_uri(mut self, address: BareJid) -> XmppUri {
        let kind = std::mem::take(&mut self.kind);
        let keys = self.keys(kind == "trust-message");
        let preauth = self.value("preauth");
        let action = match kind.as_str() {
            "" => Action::Address,
            "message" => Action::Message { body: self.body() },
            "roster" => {
                let registers = self.value("ibr").is_some_and(|ibr| ibr == "y");
                Action::Roster { name: self.value("name"), preauth, registers }
            }
            "subscribe" => Action::Subscribe { preauth },
            "register" => Action::Register { preauth },
            "join" => Action::Join { password: self.value("password") },
            "trust-message" => Action::Trust,
            _ => Action::Other { name: kind },
        };
        XmppUri { address, action, keys }
    }

    /// What to write, which may be long and have several lines.
    fn body(&mut self) -> Option<String> {
        let body = self.pairs.iter_mut().find(|(name, _)| name == "body").map(|(_, value)| std::mem::take(value));
        body.filter(|body| !body.trim().is_empty())
    }

    /// Each once. A message of another encryption says nothing of keys that are here.
    fn keys(&self, of_message: bool) -> Vec<UriKey> {
        let of_message = of_message && self.value("encryption").as_deref() == Some(ns::OMEMO_2);
        let mut keys = Vec::new();
        for (name, value) in &self.pairs {
            let value = value.trim();
            let key = match name.as_str() {
                "trust" | "distrust" if of_message => {
                    from_hex(value).map(|key| UriKey::Key { key, trusted: name == "trust" })
                }
                name => device(name, value),
            };
            keys.extend(key.filter(|key| !keys.contains(key)));
            if keys.len() == MOST_KEYS {
                break;
            }
        }
        keys
    }
}

/// Whether a query type can be one (XEP-0147 section 4): it may be shown to people.
fn is_name(kind: &str) -> bool {
    kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

fn device(name: &str, value: &str) -> Option<UriKey> {
    let id = name.strip_prefix(DEVICE).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?;
    let id = id.parse().ok().filter(|id| *id != 0)?;
    // Some leave the type of the key before it.
    let digits = if value.len() == 66 { value.strip_prefix("05")? } else { value };
    Some(UriKey::Device { id, fingerprint: to_hex(&from_hex(digits)?) })
}

impl fmt::Display for XmppUri {
    /// The URI as text, everything escaped that need not stand for itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SCHEME)?;
        if let Some(node) = self.address.node() {
            write!(f, "{}@", escaped(node.as_str()))?;
        }
        f.write_str(&escaped(self.address.domain().as_str()))?;
        let mut parts = Vec::new();
        parts.extend(Some(escaped(self.action.name())).filter(|name| !name.is_empty()));
        let mut pair = |name: &str, value: Option<&str>| {
            parts.extend(value.map(|value| format!("{name}={}", escaped(value))));
        };
        match &self.action {
            Action::Address | Action::Other { .. } => {}
            Action::Message { body } => pair("body", body.as_deref()),
            Action::Roster { name, preauth, registers } => {
                pair("name", name.as_deref());
                pair("preauth", preauth.as_deref());
                pair("ibr", registers.then_some("y"));
            }
            Action::Subscribe { preauth } | Action::Register { preauth } => pair("preauth", preauth.as_deref()),
            Action::Join { password } => pair("password", password.as_deref()),
            // A colon need not be escaped, and XEP-0434 does not.
            Action::Trust => parts.push(format!("encryption={}", ns::OMEMO_2)),
        }
        parts.extend(self.keys.iter().map(|key| match key {
            UriKey::Device { id, fingerprint } => format!("{DEVICE}{id}={fingerprint}"),
            UriKey::Key { key, trusted: true } => format!("trust={}", to_hex(key)),
            UriKey::Key { key, trusted: false } => format!("distrust={}", to_hex(key)),
        }));
        if parts.is_empty() { Ok(()) } else { write!(f, "?{}", parts.join(";")) }
    }
}

/// A text with everything escaped but what is unreserved (RFC 3986 section 2.3).
fn escaped(text: &str) -> String {
    let stands = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let part = |byte| if stands(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(part).collect()
}

#[cfg(test)]
mod uri_tests;
