use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockEncryptMut as _, KeyIvInit as _};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::file::seal::{Seal, size_on_the_way};

fn key() -> FileKey {
    let mut next = 0;
    FileKey::generate(&mut |buffer| buffer.iter_mut().for_each(|byte| (*byte, next) = (next, next + 1)))
}

/// The file as it lies on the web.
fn sealed(key: Option<&FileKey>, text: &[u8]) -> Vec<u8> {
    let mut seal = Seal::new(key).unwrap();
    let mut out = text.to_vec();
    out.chunks_mut(1000).for_each(|piece| seal.update(piece).unwrap());
    let (tag, digest) = seal.finish();
    assert_eq!((digest.size, digest.sha256), (text.len() as u64, Sha256::digest(text).into()));
    out.extend(tag);
    assert_eq!(out.len() as u64, size_on_the_way(text.len() as u64, key.is_some()));
    out
}

fn opened(wanted: &Wanted, bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let (mut open, mut plain) = (Open::new(wanted)?, Vec::new());
    bytes.chunks(61).try_for_each(|piece| open.update(piece, &mut plain))?;
    assert_eq!(open.position(), bytes.len() as u64);
    open.finish(&mut plain)?;
    Ok(plain)
}

fn with_key(key: &FileKey) -> Wanted {
    Wanted { key: Some(key.clone()), ..Wanted::default() }
}

fn hash_of(text: &[u8]) -> Expected {
    Expected { size: Some(text.len() as u64), sha256: Some(Sha256::digest(text).into()), sha512: None }
}

#[test]
fn what_was_sealed_is_opened() {
    for length in [0, 1, 15, 16, 17, 1000, 5000] {
        let text = vec![7; length];
        assert_eq!(opened(&with_key(&key()), &sealed(Some(&key()), &text)).unwrap(), text);
        assert_eq!(opened(&Wanted { file: hash_of(&text), ..Wanted::default() }, &sealed(None, &text)).unwrap(), text);
    }
}

#[test]
fn a_changed_or_cut_file_is_found_out() {
    let text = [7; 100];
    let good = sealed(Some(&key()), &text);
    for at in [0, 50, 99, 100, 115] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert_eq!(opened(&with_key(&key()), &bad), Err(FileError::Changed), "{at}");
    }
    for length in 0..good.len() {
        let cut = opened(&with_key(&key()), &good[..length]);
        assert!(matches!(cut, Err(FileError::Changed | FileError::WrongLength { expected: 16, .. })), "{length}");
    }
    let wanted = Wanted { file: hash_of(&text), ..Wanted::default() };
    assert_eq!(opened(&wanted, &text[1..]), Err(FileError::WrongLength { expected: 100, got: 99 }));
    assert_eq!(opened(&wanted, &[8; 100]), Err(FileError::Changed));
    assert!(matches!(opened(&wanted, &[7; 200]), Err(FileError::WrongLength { expected: 100, .. })));
}

#[test]
fn a_right_tag_does_not_excuse_a_wrong_hash_or_length() {
    let good = sealed(Some(&key()), &[7; 100]);
    let with = |file: Expected, encrypted: Expected| opened(&Wanted { key: Some(key()), file, encrypted }, &good);
    assert_eq!(with(hash_of(&[8; 100]), Expected::default()), Err(FileError::Changed));
    assert_eq!(
        with(Expected::default(), hash_of(&good[1..])).unwrap_err(),
        FileError::WrongLength { expected: 115, got: 116 }
    );
    let longer = Expected { size: Some(101), ..Expected::default() };
    assert_eq!(with(longer, Expected::default()), Err(FileError::WrongLength { expected: 101, got: 100 }));
    assert_eq!(with(hash_of(&[7; 100]), hash_of(&good)).unwrap(), [7; 100]);
}

#[test]
fn padding_behind_the_file_is_cut_off() {
    let padded = sealed(Some(&key()), &[[7; 90], [0; 90]].concat());
    let wanted = Wanted { file: hash_of(&[7; 90]), ..with_key(&key()) };
    assert_eq!(opened(&wanted, &padded).unwrap(), [7; 90]);
}

#[test]
fn a_file_without_a_tag_is_taken_only_for_its_hash() {
    let text = [7; 100];
    let untagged = &sealed(Some(&key()), &text)[..100];
    assert_eq!(opened(&Wanted { file: hash_of(&text), ..with_key(&key()) }, untagged).unwrap(), text);
    assert_eq!(opened(&Wanted { file: hash_of(&[8; 100]), ..with_key(&key()) }, untagged), Err(FileError::Changed));
    let size_alone = Expected { size: Some(100), ..Expected::default() };
    assert_eq!(opened(&Wanted { file: size_alone, ..with_key(&key()) }, untagged), Err(FileError::Changed));
}

#[test]
fn cbc_is_read_where_a_hash_vouches_for_it() {
    let key = FileKey::new(Cipher::Aes256Cbc, &[1; 32], &[2; 16]).unwrap();
    for length in [0, 1, 15, 16, 17, 200] {
        let text = vec![7; length];
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key.key(), key.iv()).unwrap();
        let bytes = cipher.encrypt_padded_vec_mut::<Pkcs7>(&text);
        let wanted = Wanted { file: hash_of(&text), ..with_key(&key) };
        assert_eq!(opened(&wanted, &bytes).unwrap(), text);
        let by_ciphertext = Wanted { encrypted: hash_of(&bytes), ..with_key(&key) };
        assert_eq!(opened(&by_ciphertext, &bytes).unwrap(), text);
        assert!(matches!(opened(&wanted, &bytes[1..]), Err(FileError::WrongLength { .. })));
        let mut bad = bytes.clone();
        bad[0] ^= 1;
        assert_eq!(opened(&wanted, &bad), Err(FileError::Changed));
        assert!(!Open::new(&wanted).unwrap().can_resume());
    }
    assert_eq!(opened(&with_key(&key), &[0; 32]), Err(FileError::NotVerifiable));
    assert!(Seal::new(Some(&key)).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_came_out_before_lets_it_go_on(length in 0_usize..400, cut in 0_usize..400, encrypted in any::<bool>()) {
        let text: Vec<u8> = (0..length).map(|at| at as u8).collect();
        let key = encrypted.then(key);
        let bytes = sealed(key.as_ref(), &text);
        let wanted = Wanted { key, file: hash_of(&text), encrypted: Expected { size: None, ..hash_of(&bytes) } };
        let (mut first, mut before) = (Open::new(&wanted).unwrap(), Vec::new());
        first.update(&bytes[..cut.min(bytes.len())], &mut before).unwrap();
        let mut open = Open::new(&wanted).unwrap();
        prop_assert!(open.can_resume());
        before.chunks(33).for_each(|piece| open.resume(piece).unwrap());
        let from = usize::try_from(open.position()).unwrap();
        prop_assert_eq!(from, before.len());
        let mut after = Vec::new();
        open.update(&bytes[from..], &mut after).unwrap();
        open.finish(&mut after).unwrap();
        prop_assert_eq!([before, after].concat(), text);
    }
}
