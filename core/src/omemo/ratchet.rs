//! The Double Ratchet of one session: a key for each message, in any order of arrival. Its state changes only when a message
//! was verified. The next step of our own is made when something is sent, not when something was received (the specification
//! calls that deferring): decrypting needs no randomness, and a catch-up costs half as many agreements.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::cipher;
use super::error::OmemoError;
use super::keys::{KeyPair, Random, Secret};
use super::message::{self, Associated, Header, Message};
use super::version::Version;

/// How many messages may be missing before one that is decrypted (the libsignal family's limit).
pub(super) const FARTHEST: u32 = 2_000;

/// How many keys of missing messages are kept, in a session and in all those with a device together.
pub(super) const MOST_SKIPPED: usize = 4_000;

/// How many chains are remembered beyond those that can be continued, so that a message which comes again is known.
const MOST_PAST: usize = 100;

/// A chain of message keys.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub key: Secret,
    /// The number of the next message.
    pub next: u32,
}

impl Chain {
    fn new(key: Secret) -> Chain {
        Chain { key, next: 0 }
    }

    /// The next message's key.
    fn step(&mut self) -> Secret {
        let (message_key, next) = cipher::chain_step(&self.key);
        self.key = next;
        self.next = self.next.saturating_add(1);
        message_key
    }

    /// The keys of the messages before this number, if they are not too many.
    fn skip_to(&mut self, theirs: &[u8; 32], number: u32) -> Result<Vec<Skipped>, OmemoError> {
        let missing = number.saturating_sub(self.next);
        if missing > FARTHEST {
            return Err(OmemoError::TooFar(missing));
        }
        Ok((0..missing).map(|_| Skipped { theirs: *theirs, number: self.next, key: self.step() }).collect())
    }
}

/// A chain of the other side.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Receiving {
    /// The other side's ratchet key.
    pub theirs: [u8; 32],
    pub chain: Chain,
    /// Keys of messages below this number may have been given up.
    pub gone: u32,
}

/// The key of a message that did not come yet.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Skipped {
    pub theirs: [u8; 32],
    pub number: u32,
    pub key: Secret,
}

/// A chain that is over: enough to know its messages when they come again.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Past {
    /// The beginning of the other side's ratchet key.
    pub theirs: [u8; 8],
    pub next: u32,
    pub gone: u32,
}

/// The state.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ratchet {
    pub version: Version,
    pub root: Secret,
    pub ours: KeyPair,
    /// None while the other side's newest ratchet key was not answered with one of ours.
    pub sending: Option<Chain>,
    /// How many messages our sending chain before had.
    pub previous: u32,
    /// What was sent with it is not known: nothing may be encrypted with it before the other side's next ratchet key came.
    pub spent: bool,
    /// Newest last.
    pub receiving: Vec<Receiving>,
    /// Oldest first.
    pub skipped: VecDeque<Skipped>,
    /// Oldest first.
    pub past: VecDeque<Past>,
}

impl Ratchet {
    /// Of the side that begins.
    pub fn begin(
        version: Version,
        secret: Secret,
        theirs: &[u8; 32],
        random: Random<'_>,
    ) -> Result<Ratchet, OmemoError> {
        let ours = KeyPair::generate(random);
        let (root, chain) = root_step(version, &secret, &ours, theirs)?;
        let mut ratchet = Ratchet::answer(version, root, ours);
        ratchet.sending = Some(Chain::new(chain));
        Ok(ratchet)
    }

    /// Of the side that answers, whose first ratchet key is its signed prekey.
    pub fn answer(version: Version, secret: Secret, ours: KeyPair) -> Ratchet {
        let (skipped, past) = (VecDeque::new(), VecDeque::new());
        let (sending, previous, spent, receiving) = (None, 0, false, Vec::new());
        Ratchet { version, root: secret, ours, sending, previous, spent, receiving, skipped, past }
    }

    /// Whether this ratchet key is one that messages have come with.
    pub fn knows(&self, theirs: &[u8; 32]) -> bool {
        self.receiving.iter().any(|receiving| receiving.theirs == *theirs)
            || self.past.iter().any(|past| theirs.starts_with(&past.theirs))
            || self.skipped.iter().any(|skipped| skipped.theirs == *theirs)
    }

    /// Encrypts the next message; [`OmemoError::NoSession`] if that may not be.
    pub fn encrypt(
        &mut self,
        plaintext: &[u8],
        associated: &Associated,
        random: Random<'_>,
    ) -> Result<Vec<u8>, OmemoError> {
        if self.spent {
            return Err(OmemoError::NoSession);
        }
        let chain = match &mut self.sending {
            Some(chain) => chain,
            empty @ None => {
                let theirs = self.receiving.last().ok_or(OmemoError::NoSession)?.theirs;
                let ours = KeyPair::generate(random);
                let (root, chain) = root_step(self.version, &self.root, &ours, &theirs)?;
                (self.root, self.ours) = (root, ours);
                empty.insert(Chain::new(chain))
            }
        };
        let header = Header { ratchet_key: self.ours.public, number: chain.next, previous: self.previous };
        let key = chain.step();
        Ok(message::seal(self.version, &header, &key, associated, plaintext))
    }

    /// Decrypts a message; says as well whether it was the newest of its chain. On an error nothing has changed.
    pub fn decrypt(
        &mut self,
        message: &Message<'_>,
        associated: &Associated,
    ) -> Result<(Zeroizing<Vec<u8>>, bool), OmemoError> {
        let Header { ratchet_key, number, .. } = message.header;
        let is_it = |skipped: &Skipped| skipped.number == number && skipped.theirs == ratchet_key;
        if let Some(at) = self.skipped.iter().position(is_it) {
            let plaintext = message.open(&self.skipped[at].key, associated)?;
            self.skipped.remove(at);
            return Ok((plaintext, false));
        }
        if let Some(at) = self.receiving.iter().position(|receiving| receiving.theirs == ratchet_key) {
            let known = &self.receiving[at];
            if number < known.chain.next {
                return Err(if number < known.gone { OmemoError::Gone } else { OmemoError::Duplicate });
            }
            let (chain, skipped, plaintext) = continue_chain(known.chain.clone(), message, associated)?;
            self.receiving[at].chain = chain;
            self.keep(skipped);
            return Ok((plaintext, true));
        }
        if let Some(past) = self.past.iter().find(|past| ratchet_key.starts_with(&past.theirs)) {
            let known = (past.gone..past.next).contains(&number);
            return Err(if known { OmemoError::Duplicate } else { OmemoError::Gone });
        }
        let (root, chain) = root_step(self.version, &self.root, &self.ours, &ratchet_key)?;
        let (chain, skipped, plaintext) = continue_chain(Chain::new(chain), message, associated)?;
        // Verified: from here on the state changes.
        self.end_chain(message.header.previous);
        self.root = root;
        if let Some(sent) = self.sending.take() {
            self.previous = sent.next;
        }
        self.spent = false;
        self.receiving.push(Receiving { theirs: ratchet_key, chain, gone: 0 });
        self.keep(skipped);
        if self.receiving.len() > self.version.chains() {
            let Receiving { theirs, chain, gone } = self.receiving.remove(0);
            let mut beginning = [0; 8];
            beginning.copy_from_slice(&theirs[..8]);
            self.past.push_back(Past { theirs: beginning, next: chain.next, gone });
            if self.past.len() > MOST_PAST {
                self.past.pop_front();
            }
        }
        Ok((plaintext, true))
    }

    /// Keeps the keys of what is still missing of the newest chain. If that is too much, the messages that do come in
    /// order can still be read, because the chain itself is kept.
    fn end_chain(&mut self, end: u32) {
        if let Some(Receiving { theirs, chain, .. }) = self.receiving.last_mut()
            && let Ok(skipped) = chain.skip_to(theirs, end)
        {
            self.keep(skipped);
        }
    }

    /// Keeps these keys, and gives up the oldest ones that are too many.
    fn keep(&mut self, skipped: Vec<Skipped>) {
        self.skipped.extend(skipped);
        self.give_up(self.skipped.len().saturating_sub(MOST_SKIPPED));
    }

    /// Gives up so many keys of missing messages, the oldest first, and remembers that they are gone.
    pub fn give_up(&mut self, count: usize) {
        for _ in 0..count {
            let Some(Skipped { theirs, number, .. }) = self.skipped.pop_front() else { return };
            let gone = number.saturating_add(1);
            if let Some(receiving) = self.receiving.iter_mut().find(|receiving| receiving.theirs == theirs) {
                receiving.gone = receiving.gone.max(gone);
            } else if let Some(past) = self.past.iter_mut().find(|past| theirs.starts_with(&past.theirs)) {
                past.gone = past.gone.max(gone);
            }
        }
    }
}

type Continued = (Chain, Vec<Skipped>, Zeroizing<Vec<u8>>);

/// Goes on in a copy of a chain up to this message, and decrypts it.
fn continue_chain(mut chain: Chain, message: &Message<'_>, associated: &Associated) -> Result<Continued, OmemoError> {
    let skipped = chain.skip_to(&message.header.ratchet_key, message.header.number)?;
    let key = chain.step();
    let plaintext = message.open(&key, associated)?;
    Ok((chain, skipped, plaintext))
}

/// A step of the root chain: the next root key, and the key of a chain.
fn root_step(
    version: Version,
    root: &Secret,
    ours: &KeyPair,
    theirs: &[u8; 32],
) -> Result<(Secret, Secret), OmemoError> {
    let agreed = ours.agree(theirs)?;
    Ok(cipher::halves(&cipher::derive(root, &agreed[..], version.root_info())))
}
