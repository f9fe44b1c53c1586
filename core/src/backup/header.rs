//! What stands in clear before the age file: 52 bytes, all numbers big-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..15 | `larimar-backup` and a line feed |
//! | 15 | the version of the format |
//! | 16..28 | Argon2id: KiB of memory, passes, lanes |
//! | 28..44 | the salt |
//! | 44..52 | the beginning of the SHA-256 of all before and of the age header behind |
//!
//! The sum tells damage from a wrong passphrase; it protects against nobody, and need not: with another salt or cost there is
//! another key.

use std::io::{Read, Write};

use sha2::{Digest as _, Sha256};

use super::passphrase::{Cost, Passphrase, SALT};
use super::recipient::{self, FileKey, HEADER};
use super::{BackupError, Random};

const MAGIC: &[u8; 15] = b"larimar-backup\n";
/// The version of the format that is written here.
const VERSION: u8 = 1;
/// Without the sum.
const CLEAR: usize = 44;
const SUM: usize = 8;

fn sum(clear: &[u8], age: &[u8]) -> [u8; SUM] {
    let hash = Sha256::new().chain_update(clear).chain_update(age).finalize();
    std::array::from_fn(|at| hash[at])
}

/// Writes both headers; what follows is encrypted with the key that is returned.
pub(super) fn write(
    out: &mut impl Write,
    passphrase: &Passphrase,
    cost: Cost,
    random: Random<'_>,
) -> Result<FileKey, BackupError> {
    let mut salt = [0; SALT];
    random(&mut salt);
    let identity = passphrase.key(&salt, cost)?;
    let (age, key) = recipient::wrap(&identity, random)?;
    let mut clear = Vec::with_capacity(CLEAR);
    clear.extend_from_slice(MAGIC);
    clear.push(VERSION);
    for number in [cost.memory, cost.passes, cost.lanes] {
        clear.extend_from_slice(&number.to_be_bytes());
    }
    clear.extend_from_slice(&salt);
    out.write_all(&clear)?;
    out.write_all(&sum(&clear, &age))?;
    out.write_all(&age)?;
    Ok(key)
}

/// Reads both headers. Nothing is spent on a passphrase before all of it is known to be whole and within bounds.
pub(super) fn read(input: &mut impl Read, passphrase: &Passphrase) -> Result<FileKey, BackupError> {
    let mut beginning = Vec::with_capacity(MAGIC.len() + 1);
    input.take(MAGIC.len() as u64 + 1).read_to_end(&mut beginning)?;
    if !beginning.starts_with(MAGIC) {
        let is_cut = MAGIC.starts_with(&beginning);
        return Err(if is_cut { BackupError::Damaged } else { BackupError::NotABackup });
    }
    match beginning.get(MAGIC.len()) {
        Some(&VERSION) => {}
        Some(0) | None => return Err(BackupError::Damaged),
        Some(_) => return Err(BackupError::TooNew),
    }
    let mut rest = [0; CLEAR + SUM - MAGIC.len() - 1];
    input.read_exact(&mut rest)?;
    let mut age = [0; HEADER];
    input.read_exact(&mut age)?;
    let (fields, told) = rest.split_at(CLEAR - MAGIC.len() - 1);
    if told != sum(&[&beginning, fields].concat(), &age) {
        return Err(BackupError::Damaged);
    }
    let number = |at: usize| u32::from_be_bytes(std::array::from_fn(|byte| fields[at * 4 + byte]));
    let salt: [u8; SALT] = std::array::from_fn(|at| fields[12 + at]);
    let cost = Cost::bounded(number(0), number(1), number(2)).ok_or(BackupError::Damaged)?;
    let identity = passphrase.key(&salt, cost)?;
    recipient::unwrap(&identity, &age)
}
