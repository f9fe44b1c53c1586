//! A session as the bytes that the store keeps. New fields may be added; what is not known is skipped.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::error::OmemoError;
use super::identity::IdentityKey;
use super::keys::{KeyPair, Secret};
use super::protobuf::{Reader, Value, Writer};
use super::ratchet::{Chain, Past, Ratchet, Receiving, Skipped};
use super::session::{Pending, Session};
use super::version::Version;

impl Session {
    /// For the store: it is a secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut writer = Writer::with_room(self.room());
        self.write(&mut writer);
        writer.finish()
    }

    /// How many bytes are enough for it.
    pub(super) fn room(&self) -> usize {
        let Ratchet { receiving, skipped, past, .. } = &self.ratchet;
        400 + 88 * receiving.len() + 80 * skipped.len() + 24 * past.len()
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.number(1, self.version().code()).bytes(2, &self.ours.wire()).bytes(3, &self.theirs.wire());
        writer.number(4, self.began).bytes(5, &self.base_key).bytes(6, &self.mark);
        if let Some(Pending { signed_prekey, prekey, device }) = self.pending {
            writer.message(7, |inner| {
                inner.number(1, signed_prekey).maybe_number(2, prekey).number(3, device);
            });
        }
        let Ratchet { root, ours, sending, previous, spent, receiving, skipped, past, .. } = &self.ratchet;
        writer.bytes(8, &root[..]).bytes(9, &ours.secret[..]).bytes(10, &ours.public).number(12, *previous);
        if let Some(chain) = sending {
            writer.message(11, |inner| write_chain(inner, chain, &[], 0));
        }
        for Receiving { theirs, chain, gone } in receiving {
            writer.message(13, |inner| write_chain(inner, chain, theirs, *gone));
        }
        for Skipped { theirs, number, key } in skipped {
            writer.message(14, |inner| {
                inner.bytes(1, &key[..]).number(2, *number).bytes(3, theirs);
            });
        }
        for Past { theirs, next, gone } in past {
            writer.message(15, |inner| {
                inner.number(2, *next).bytes(3, theirs).number(4, *gone);
            });
        }
        if *spent {
            writer.number(16, true);
        }
    }

    /// From the store. [`OmemoError::Malformed`] if it is not what [`Session::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Session, OmemoError> {
        let mut parts = Parts::default();
        for field in Reader::new(bytes) {
            let (at, value) = field?;
            parts.read(at, value)?;
        }
        parts.whole().ok_or(OmemoError::Malformed("a session is not whole"))
    }
}

/// What was read of a session so far.
#[derive(Default)]
struct Parts {
    version: Option<Version>,
    ours: Option<IdentityKey>,
    theirs: Option<IdentityKey>,
    began: bool,
    base_key: Option<[u8; 32]>,
    mark: Option<[u8; 16]>,
    pending: Option<Pending>,
    root: Option<Secret>,
    secret: Option<Secret>,
    public: Option<[u8; 32]>,
    sending: Option<Chain>,
    previous: u32,
    spent: bool,
    receiving: Vec<Receiving>,
    skipped: VecDeque<Skipped>,
    past: VecDeque<Past>,
}

impl Parts {
    fn read(&mut self, at: u64, value: Value<'_>) -> Result<(), OmemoError> {
        match at {
            1 => self.version = Version::from_code(value.number()?),
            2 => self.ours = Some(self.identity(value)?),
            3 => self.theirs = Some(self.identity(value)?),
            4 => self.began = value.number()? == 1,
            5 => self.base_key = Some(value.array()?),
            6 => self.mark = Some(value.array()?),
            7 => self.pending = Some(read_pending(value.bytes()?)?),
            8 => self.root = Some(Secret::from(value.array()?)),
            9 => self.secret = Some(Secret::from(value.array()?)),
            10 => self.public = Some(value.array()?),
            11 => self.sending = Some(Entry::read(value.bytes()?)?.chain()?),
            12 => self.previous = value.number()?,
            13 => {
                let entry = Entry::read(value.bytes()?)?;
                self.receiving.push(Receiving { theirs: entry.theirs()?, chain: entry.chain()?, gone: entry.gone });
            }
            14 => {
                let entry = Entry::read(value.bytes()?)?;
                self.skipped.push_back(Skipped { theirs: entry.theirs()?, number: entry.number, key: entry.key()? });
            }
            15 => {
                let entry = Entry::read(value.bytes()?)?;
                self.past.push_back(Past { theirs: entry.theirs()?, next: entry.number, gone: entry.gone });
            }
            16 => self.spent = value.number()? == 1,
            _ => {}
        }
        Ok(())
    }

    fn identity(&self, value: Value<'_>) -> Result<IdentityKey, OmemoError> {
        let version = self.version.ok_or(OmemoError::Malformed("a session has no version"))?;
        IdentityKey::from_record(version, value.bytes()?)
    }

    fn whole(self) -> Option<Session> {
        let ratchet = Ratchet {
            version: self.version?,
            root: self.root?,
            ours: KeyPair { secret: self.secret?, public: self.public? },
            sending: self.sending,
            previous: self.previous,
            spent: self.spent,
            receiving: self.receiving,
            skipped: self.skipped,
            past: self.past,
        };
        Some(Session {
            ours: self.ours?,
            theirs: self.theirs?,
            began: self.began,
            base_key: self.base_key?,
            mark: self.mark?,
            pending: self.pending,
            ratchet,
        })
    }
}

fn write_chain(writer: &mut Writer, chain: &Chain, theirs: &[u8], gone: u32) {
    writer.bytes(1, &chain.key[..]).number(2, chain.next).bytes(3, theirs).number(4, gone);
}

fn read_pending(bytes: &[u8]) -> Result<Pending, OmemoError> {
    let mut pending = Pending { signed_prekey: 0, prekey: None, device: 0 };
    for field in Reader::new(bytes) {
        match field? {
            (1, value) => pending.signed_prekey = value.number()?,
            (2, value) => pending.prekey = Some(value.number()?),
            (3, value) => pending.device = value.number()?,
            _ => {}
        }
    }
    Ok(pending)
}

/// A chain, a skipped key or a past chain: a key, a number, a ratchet key, and below which number keys are gone.
#[derive(Default)]
struct Entry<'a> {
    key: &'a [u8],
    number: u32,
    theirs: &'a [u8],
    gone: u32,
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Result<Entry<'a>, OmemoError> {
        let mut entry = Entry::default();
        for field in Reader::new(bytes) {
            match field? {
                (1, value) => entry.key = value.bytes()?,
                (2, value) => entry.number = value.number()?,
                (3, value) => entry.theirs = value.bytes()?,
                (4, value) => entry.gone = value.number()?,
                _ => {}
            }
        }
        Ok(entry)
    }

    fn key(&self) -> Result<Secret, OmemoError> {
        Value::Bytes(self.key).array().map(Secret::from)
    }

    fn theirs<const N: usize>(&self) -> Result<[u8; N], OmemoError> {
        Value::Bytes(self.theirs).array()
    }

    fn chain(&self) -> Result<Chain, OmemoError> {
        Ok(Chain { key: self.key()?, next: self.number })
    }
}
