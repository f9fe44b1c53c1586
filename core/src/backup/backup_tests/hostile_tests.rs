//! Backups that were cut, changed or made up.

use sha2::{Digest as _, Sha256};

use super::*;
use crate::backup::recipient::HEADER;
use crate::backup::seal::PIECE;

/// What stands before the pieces: both headers and the nonce.
const BEFORE: usize = 52 + HEADER + 16;

#[test]
fn a_backup_that_was_cut_anywhere_is_no_backup() {
    let backup = write(&some());
    let piece = PIECE + 16;
    // Everywhere in the headers, at and around the ends of pieces, and here and there.
    let edges = (0..4).flat_map(|number| BEFORE + number * piece - 2..BEFORE + number * piece + 19);
    let places = (0..BEFORE + 40).chain(edges).chain((0..backup.len()).step_by(4_999)).chain([backup.len() - 1]);
    for length in places.filter(|length| *length < backup.len()) {
        assert_eq!(read(&backup[..length]).unwrap_err(), BackupError::Damaged, "{length}");
    }
    let longer = [&backup[..], b"x"].concat();
    assert_eq!(read(&longer).unwrap_err(), BackupError::Damaged);
}

#[test]
fn a_backup_that_was_changed_anywhere_is_no_backup() {
    let backup = write(&some());
    let places = (0..BEFORE + 40).chain((BEFORE..backup.len()).step_by(3_001)).chain([backup.len() - 1]);
    for at in places {
        for bit in [1, 0x80] {
            let mut changed = backup.clone();
            changed[at] ^= bit;
            let error = read(&changed).unwrap_err();
            let expected = match at {
                0..15 => BackupError::NotABackup,
                // Version 1 becomes 0, or one that is newer.
                15 if bit == 0x80 => BackupError::TooNew,
                _ => BackupError::Damaged,
            };
            assert_eq!(error, expected, "byte {at}");
        }
    }
}

#[test]
fn pieces_cannot_be_moved_left_out_or_repeated() {
    let backup = write(&some());
    let (before, pieces) = backup.split_at(BEFORE);
    let pieces: Vec<&[u8]> = pieces.chunks(PIECE + 16).collect();
    assert_eq!(pieces.len(), 4);
    for order in [&[1, 0, 2, 3][..], &[0, 2, 3], &[0, 1, 1, 2, 3], &[0, 1, 2], &[0, 1, 2, 3, 3], &[3]] {
        let moved: Vec<&[u8]> = std::iter::once(before).chain(order.iter().map(|at| pieces[*at])).collect();
        assert_eq!(read(&moved.concat()).unwrap_err(), BackupError::Damaged, "{order:?}");
    }
}

/// A backup whose header asks for this much, with a sum that is right.
fn asking(memory: u32, passes: u32, lanes: u32) -> Vec<u8> {
    let mut backup = write(&some());
    for (at, number) in [memory, passes, lanes].into_iter().enumerate() {
        backup[16 + at * 4..20 + at * 4].copy_from_slice(&number.to_be_bytes());
    }
    let sum = Sha256::new().chain_update(&backup[..44]).chain_update(&backup[52..52 + HEADER]).finalize();
    backup[44..52].copy_from_slice(&sum[..8]);
    backup
}

#[test]
fn nobody_can_ask_for_more_memory_or_time_than_a_phone_has() {
    let most = u32::MAX;
    for (memory, passes, lanes) in [
        (most, 1, 1),
        (262_145, 1, 1),
        (7, 1, 1),
        (8, 0, 1),
        (8, 17, 1),
        (8, most, 1),
        (8, 1, 0),
        (4096, 1, 17),
        (8, 1, most),
    ] {
        assert_eq!(
            read(&asking(memory, passes, lanes)).unwrap_err(),
            BackupError::Damaged,
            "{memory} {passes} {lanes}"
        );
    }
    // Within bounds it is another key.
    assert_eq!(read(&asking(16, 1, 1)).unwrap_err(), BackupError::WrongPassphrase);
    assert!(read(&asking(8, 1, 1)).is_ok());
}

#[test]
fn another_file_is_no_backup() {
    for other in [&b"PK\x03\x04 a zip file"[..], b"age-encryption.org/v1\n", b"larimar-backuq\n\x01"] {
        assert_eq!(read(other).unwrap_err(), BackupError::NotABackup);
    }
    assert_eq!(read(b"").unwrap_err(), BackupError::Damaged);
}

/// A backup with these bytes inside, written by somebody who knows the passphrase.
fn inside(bytes: &[u8]) -> Vec<u8> {
    let mut chance = Chance(1);
    let mut out = Vec::new();
    let key = header::write(&mut out, &passphrase("walrus"), Cost::LEAST, &mut |bytes| chance.fill(bytes)).unwrap();
    let mut sealer = seal::Sealer::new(out, &key, &mut |bytes| chance.fill(bytes)).unwrap();
    sealer.write(bytes).unwrap();
    sealer.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is inside: an answer, and what is read as entries is nothing but what was there.
    #[test]
    fn nothing_that_somebody_makes_up_is_taken_for_more_than_it_is(bytes in prop::collection::vec(0_u8..6, 0..60)) {
        if let Ok(entries) = read(&inside(&bytes)) {
            let length: usize = entries.iter().map(|(entry, content)| entry.name.len() + content.len()).sum();
            prop_assert!(length <= bytes.len() && bytes.last() == Some(&0));
        }
    }
}

#[test]
fn entries_that_make_no_sense_are_refused() {
    assert!(read(&inside(&[0])).unwrap().is_empty());
    assert_eq!(read(&inside(&[9, 0, 0, 0, 0])).unwrap_err(), BackupError::TooNew);
    for made_up in
        [&[][..], &[0, 0], &[4, 5, b'x'], &[4, 1, 0xff, 0, 0, 0], &[4, 0, 0xff, 0xff, 1], &[4, 0], &[4, 0, 0, 0]]
    {
        assert_eq!(read(&inside(made_up)).unwrap_err(), BackupError::Damaged, "{made_up:?}");
    }
}
