//! The passphrase, and the key that Argon2id (RFC 9106) makes of it.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::BackupError;

/// Length of the salt, in bytes.
pub(super) const SALT: usize = 16;
/// A secret of 32 bytes.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// The most that is spent on a passphrase, whatever a file asks for: 256 MiB, which a phone has for a moment.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// What a person remembers. The same letters give the same key, whichever way a keyboard writes them (NFC, as RFC 8265 section
/// 4.2 wants it).
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase")
    }
}

impl Passphrase {
    /// None for an empty one, which would protect nothing.
    pub fn new(text: &str) -> Option<Passphrase> {
        // Composing never makes a text longer than three times (UAX 15), so that no half of it is left behind by growing.
        let mut composed = Zeroizing::new(String::with_capacity(text.len() * 3));
        composed.extend(text.nfc());
        (!composed.is_empty()).then_some(Passphrase(composed))
    }

    /// The key, which takes as long and as much memory as the cost says.
    pub(super) fn key(&self, salt: &[u8; SALT], cost: Cost) -> Result<Secret, BackupError> {
        let params = Params::new(cost.memory, cost.passes, cost.lanes, None).map_err(|_| BackupError::Damaged)?;
        let mut memory: Vec<Block> = Vec::new();
        let blocks = params.block_count();
        memory.try_reserve_exact(blocks).map_err(|_| BackupError::Unusable { detail: "too little memory".into() })?;
        memory.resize(blocks, Block::default());
        let mut key = Secret::default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let made = argon2.hash_password_into_with_memory(self.0.as_bytes(), salt, &mut key[..], &mut memory);
        memory.zeroize();
        made.map(|()| key).map_err(|_| BackupError::Damaged)
    }
}

/// How much making the key costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// KiB of memory.
    pub(super) memory: u32,
    /// How often all of it is gone through.
    pub(super) passes: u32,
    /// How many parts could be worked on at once.
    pub(super) lanes: u32,
}

impl Cost {
    /// What RFC 9106 section 4 recommends where memory is scarce: 64 MiB, three times.
    pub const USUAL: Cost = Cost { memory: 64 * 1024, passes: 3, lanes: 4 };
    /// The least there is: for tests, and for what is protected in another way.
    #[doc(hidden)]
    pub const LEAST: Cost = Cost { memory: 8, passes: 1, lanes: 1 };

    /// A cost as a file asks for it; None if it is not to be spent, or not enough to be Argon2.
    pub(super) fn bounded(memory: u32, passes: u32, lanes: u32) -> Option<Cost> {
        let lanes_fit = (1..=MOST_LANES).contains(&lanes);
        let fits = lanes_fit && (8 * lanes..=MOST_MEMORY).contains(&memory) && (1..=MOST_PASSES).contains(&passes);
        fits.then_some(Cost { memory, passes, lanes })
    }
}
