//! Which way to sign in: the mechanisms known here, how strong each is, and what may never be done again once a server has
//! shown better.
//!
//! An account remembers the strongest that its server ever offered. A server (or somebody in between) that later offers
//! only weaker ways is refused before anything derived from the password has left.

use crate::transport::ChannelBinding;

/// The hash of a SCRAM mechanism, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hash {
    /// SHA-1 (RFC 5802).
    Sha1,
    /// SHA-256 (RFC 7677).
    Sha256,
    /// SHA-512 (draft-melnikov-scram-sha-512).
    Sha512,
}

impl Hash {
    /// As it stands in a mechanism's name.
    fn name(self) -> &'static str {
        match self {
            Hash::Sha1 => "SCRAM-SHA-1",
            Hash::Sha256 => "SCRAM-SHA-256",
            Hash::Sha512 => "SCRAM-SHA-512",
        }
    }
}

/// A kind of channel binding, by its registered name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingType {
    /// `tls-exporter` (RFC 9266).
    Exporter,
    /// `tls-server-end-point` (RFC 5929 section 4).
    ServerEndPoint,
}

impl BindingType {
    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            BindingType::Exporter => "tls-exporter",
            BindingType::ServerEndPoint => "tls-server-end-point",
        }
    }

    /// What the channel has for this type.
    pub fn data(self, channel: &ChannelBinding) -> Option<&[u8]> {
        match self {
            BindingType::Exporter => channel.exporter.as_deref(),
            BindingType::ServerEndPoint => channel.server_end_point.as_deref(),
        }
    }
}

/// How SCRAM treats the channel: the GS2 flag (RFC 5802 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `n`: this side cannot bind.
    Impossible,
    /// `y`: this side could, but the server did not offer it. A server that did offer it then knows of the man in between.
    NotOffered,
    /// `p`: the login is bound to the channel; a -PLUS mechanism.
    Bound(BindingType),
}

/// A way to sign in with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// The password itself (RFC 4616), inside TLS.
    Plain,
    /// A proof of knowing it.
    Scram(Hash, Binding),
}

impl Mechanism {
    /// The registered name.
    pub fn name(self) -> String {
        match self {
            Mechanism::Plain => "PLAIN".to_owned(),
            Mechanism::Scram(hash, Binding::Bound(_)) => format!("{}-PLUS", hash.name()),
            Mechanism::Scram(hash, _) => hash.name().to_owned(),
        }
    }
}

/// What a server offered: the lists as they came, for the choice and for XEP-0474's hash over them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Names of mechanisms.
    pub mechanisms: Vec<String>,
    /// Names of channel bindings (XEP-0440); None if the server does not list them.
    pub bindings: Option<Vec<String>>,
}

impl Offer {
    fn has(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|offered| offered == mechanism)
    }

    /// The strongest hash offered, with or without channel binding.
    fn strongest(&self, suffix: &str) -> Option<Hash> {
        let all = [Hash::Sha512, Hash::Sha256, Hash::Sha1];
        all.into_iter().find(|hash| self.has(&format!("{}{suffix}", hash.name())))
    }

    /// The channel binding that both sides can do. A server that lists none (XEP-0440) is not guessed at: it may do only
    /// `tls-unique` (ejabberd 23.01), and it answers a wrong guess as it answers a wrong password.
    fn binding(&self, channel: &ChannelBinding) -> Option<BindingType> {
        let listed = |kind: &BindingType| self.bindings.iter().flatten().any(|name| name == kind.name());
        let all = [BindingType::Exporter, BindingType::ServerEndPoint];
        all.into_iter().filter(listed).find(|kind| kind.data(channel).is_some())
    }
}

/// The strongest that a server has ever offered, as one number that is stored: the rank without channel binding in the low
/// byte, the one with it (-PLUS) in the byte above. They are kept apart because a browser cannot bind a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    bare: u8,
    plus: u8,
}

/// PLAIN's rank; 0 is nothing at all.
const PLAIN: u8 = 1;

fn rank(hash: Hash) -> u8 {
    match hash {
        Hash::Sha1 => 2,
        Hash::Sha256 => 3,
        Hash::Sha512 => 4,
    }
}

impl Seen {
    fn load(stored: i64) -> Seen {
        let [bare, plus, ..] = stored.to_le_bytes();
        Seen { bare, plus }
    }

    /// A -PLUS that this channel could not have used is not held against a later login.
    fn in_offer(offer: &Offer, channel: &ChannelBinding) -> Seen {
        let plain = if offer.has("PLAIN") { PLAIN } else { 0 };
        let plus = offer.binding(channel).and_then(|_| offer.strongest("-PLUS"));
        Seen { bare: offer.strongest("").map_or(plain, rank), plus: plus.map_or(0, rank) }
    }

    fn merge(self, other: Seen) -> Seen {
        Seen { bare: self.bare.max(other.bare), plus: self.plus.max(other.plus) }
    }

    fn store(self) -> i64 {
        i64::from(self.bare) | i64::from(self.plus) << 8
    }
}

/// Beside the ranks: the server offered stream management to somebody signed in, so that it may be enabled unasked.
const MANAGEMENT: i64 = 1 << 16;

/// True if the server offered stream management (XEP-0198) at the last login.
pub fn offers_management(best: i64) -> bool {
    best & MANAGEMENT != 0
}

/// Remembers whether the server offered stream management at this login.
pub fn remember_management(best: i64, offered: bool) -> i64 {
    if offered { best | MANAGEMENT } else { best & !MANAGEMENT }
}

/// What to remember after a login: the strongest of before and now.
pub fn remember(best: i64, offer: &Offer, channel: &ChannelBinding) -> i64 {
    Seen::load(best).merge(Seen::in_offer(offer, channel)).store()
}

/// Why there is no way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChoice {
    /// Nothing that is known here was offered.
    Unknown,
    /// What is offered is weaker than what this account's server offered before.
    Weaker,
}

/// The strongest mechanism of an offer that this channel can do, unless it is weaker than what was seen `best` before
/// (0: nothing was).
pub fn choose(offer: &Offer, channel: &ChannelBinding, best: i64) -> Result<Mechanism, NoChoice> {
    let seen = Seen::load(best);
    let can_bind = channel.exporter.is_some() || channel.server_end_point.is_some();
    let (bare, plus) = (offer.strongest(""), offer.strongest("-PLUS"));
    if let (Some(hash), Some(kind)) = (plus, offer.binding(channel)) {
        return if rank(hash) < seen.plus {
            Err(NoChoice::Weaker)
        } else {
            Ok(Mechanism::Scram(hash, Binding::Bound(kind)))
        };
    }
    // The channel could be bound and was before: whoever took the offer away may be in between.
    if can_bind && seen.plus > 0 {
        return Err(NoChoice::Weaker);
    }
    let (mechanism, rank) = match bare {
        // `y` only if no -PLUS is offered at all: a server that offers one takes `y` for an attack (RFC 5802 section 6).
        Some(hash) if can_bind && plus.is_none() => (Mechanism::Scram(hash, Binding::NotOffered), rank(hash)),
        Some(hash) => (Mechanism::Scram(hash, Binding::Impossible), rank(hash)),
        None if offer.has("PLAIN") => (Mechanism::Plain, PLAIN),
        None if seen.bare > 0 || seen.plus > 0 => return Err(NoChoice::Weaker),
        None => return Err(NoChoice::Unknown),
    };
    // Where the channel cannot be bound, the strongest seen with binding says nothing: the two lists differ on some servers.
    if rank < seen.bare || (rank == PLAIN && seen.plus > 0) { Err(NoChoice::Weaker) } else { Ok(mechanism) }
}

#[cfg(test)]
mod mechanism_tests;
