//! The agreement from which a session begins (Signal's X3DH), for both of its sides.

use super::cipher;
use super::error::OmemoError;
use super::identity::{Identity, IdentityKey};
use super::keys::{KeyPair, Secret, Wiped};
use super::version::Version;

/// What the side that begins has: its identity, a pair made for this, and the other device's published keys.
pub(super) fn begin(
    version: Version,
    ours: &Identity,
    base: &KeyPair,
    theirs: IdentityKey,
    signed_prekey: &[u8; 32],
    prekey: Option<&[u8; 32]>,
) -> Result<Secret, OmemoError> {
    let agreed = [
        Some(ours.agreement().agree(signed_prekey)?),
        Some(base.agree(&theirs.curve())?),
        Some(base.agree(signed_prekey)?),
        prekey.map(|prekey| base.agree(prekey)).transpose()?,
    ];
    Ok(combine(version, &agreed))
}

/// What the side that answers has: its identity and prekeys, and what the key exchange told.
pub(super) fn answer(
    version: Version,
    ours: &Identity,
    signed_prekey: &KeyPair,
    prekey: Option<&KeyPair>,
    theirs: IdentityKey,
    base: &[u8; 32],
) -> Result<Secret, OmemoError> {
    let agreed = [
        Some(signed_prekey.agree(&theirs.curve())?),
        Some(ours.agreement().agree(base)?),
        Some(signed_prekey.agree(base)?),
        prekey.map(|prekey| prekey.agree(base)).transpose()?,
    ];
    Ok(combine(version, &agreed))
}

fn combine(version: Version, agreed: &[Option<Secret>; 4]) -> Secret {
    // 32 bytes of ones first, which can be no key of this curve (X3DH section 2.2).
    let mut material = Wiped::from([0xff; 32 * 5]);
    let mut length = 32;
    for secret in agreed.iter().flatten() {
        material[length..length + 32].copy_from_slice(&secret[..]);
        length += 32;
    }
    cipher::derive(&[0; 32], &material[..length], version.x3dh_info())
}
