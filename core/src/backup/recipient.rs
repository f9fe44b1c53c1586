//! The header of an age file (C2SP, "The age file encryption format", version 1) with one X25519 recipient: the key of the file,
//! encrypted for the one who has the passphrase. With one recipient it always has the same length.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{AeadInPlace as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::montgomery::MontgomeryPoint;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::passphrase::Secret;
use super::{BackupError, Random};

/// Length of the header, in bytes.
pub(super) const HEADER: usize = FIRST.len() + 2 * (TEXT + 1) + TEXT + 1 + MAC.len();
/// The key of one file.
pub(super) type FileKey = Zeroizing<[u8; 16]>;

const FIRST: &str = "age-encryption.org/v1\n-> X25519 ";
const MAC: &str = "--- ";
/// 32 bytes in base64 without padding.
const TEXT: usize = 43;
const WRAP: &[u8] = b"age-encryption.org/v1/X25519";
/// Poly1305's.
const TAG: usize = 16;

/// HKDF-SHA-256 of 32 bytes.
pub(super) fn derive(secret: &[u8], salt: &[u8], info: &[u8]) -> Result<Secret, BackupError> {
    let mut key = Secret::default();
    // It fails for outputs that are much longer.
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut key[..]).map_err(|_| BackupError::Damaged)?;
    Ok(key)
}

/// What encrypts the key of the file: each is used once, so that its nonce is zeros.
fn wrapping(agreed: &Secret, share: &[u8; 32], recipient: &[u8; 32]) -> Result<ChaCha20Poly1305, BackupError> {
    let key = derive(&agreed[..], &[&share[..], &recipient[..]].concat(), WRAP)?;
    Ok(ChaCha20Poly1305::new((&*key).into()))
}

fn public(secret: &Secret) -> [u8; 32] {
    EdwardsPoint::mul_base_clamped(**secret).to_montgomery().to_bytes()
}

fn agree(secret: &Secret, theirs: &[u8; 32]) -> Result<Secret, BackupError> {
    let agreed = Secret::new(MontgomeryPoint(*theirs).mul_clamped(**secret).to_bytes());
    // Only a point of small order gives that.
    if bool::from(agreed.ct_eq(&[0; 32])) { Err(BackupError::Damaged) } else { Ok(agreed) }
}

/// The sum over the header up to its mark.
fn mac(key: &FileKey, header: &[u8]) -> Result<[u8; 32], BackupError> {
    let key = derive(&key[..], &[], b"header")?;
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&key[..]).map_err(|_| BackupError::Damaged)?;
    mac.update(header);
    Ok(mac.finalize().into_bytes().into())
}

/// A new key for a file, and the header that gives it to the one who has this identity.
pub(super) fn wrap(identity: &Secret, random: Random<'_>) -> Result<(Vec<u8>, FileKey), BackupError> {
    let (mut key, mut secret) = (FileKey::default(), Secret::default());
    random(&mut key[..]);
    random(&mut secret[..]);
    let (recipient, share) = (public(identity), public(&secret));
    let cipher = wrapping(&agree(&secret, &recipient)?, &share, &recipient)?;
    let mut wrapped = [0; 32];
    wrapped[..16].copy_from_slice(&key[..]);
    let (text, tag) = wrapped.split_at_mut(TAG);
    let made = cipher.encrypt_in_place_detached(&Nonce::default(), &[], text).map_err(|_| BackupError::Damaged)?;
    tag.copy_from_slice(&made);
    let mut header = format!("{FIRST}{}\n{}\n---", BASE64.encode(share), BASE64.encode(wrapped)).into_bytes();
    let mac = mac(&key, &header)?;
    header.extend_from_slice(format!(" {}\n", BASE64.encode(mac)).as_bytes());
    Ok((header, key))
}

/// The key of a file, for who has this identity. `WrongPassphrase` if somebody else is its recipient.
pub(super) fn unwrap(identity: &Secret, header: &[u8; HEADER]) -> Result<FileKey, BackupError> {
    let rest = header.strip_prefix(FIRST.as_bytes()).ok_or(BackupError::Damaged)?;
    let (share, rest) = line(rest)?;
    let (wrapped, rest) = line(rest)?;
    let (told, rest) = line(rest.strip_prefix(MAC.as_bytes()).ok_or(BackupError::Damaged)?)?;
    if !rest.is_empty() {
        return Err(BackupError::Damaged);
    }
    let cipher = wrapping(&agree(identity, &share)?, &share, &public(identity))?;
    let mut key = FileKey::default();
    key.copy_from_slice(&wrapped[..16]);
    cipher
        .decrypt_in_place_detached(&Nonce::default(), &[], &mut key[..], Tag::from_slice(&wrapped[16..]))
        .map_err(|_| BackupError::WrongPassphrase)?;
    let signed = &header[..HEADER - TEXT - 2];
    if bool::from(mac(&key, signed)?.ct_eq(&told)) { Ok(key) } else { Err(BackupError::Damaged) }
}

/// 32 bytes that stand in a line, and what follows it.
fn line(text: &[u8]) -> Result<([u8; 32], &[u8]), BackupError> {
    let (line, rest) = text.split_at_checked(TEXT).ok_or(BackupError::Damaged)?;
    let rest = rest.strip_prefix(b"\n").ok_or(BackupError::Damaged)?;
    let bytes = BASE64.decode(line).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(BackupError::Damaged)?;
    Ok((bytes, rest))
}
