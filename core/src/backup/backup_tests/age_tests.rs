//! The age files inside, beside other programs'.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use super::*;
use crate::backup::recipient::{self, HEADER};
use crate::backup::seal::{Opener, Sealer};

/// `AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K`.
const IDENTITY: [u8; 32] = [7; 32];

/// What age 1.1.1 made for that identity: `printf 'a walrus wrote this' | age -r age1zwlyl6h27...`.
const BY_AGE: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB3N0p0RVRyNHVJUTQwdlg1QlZlZjZlZWZBN0QvVndCZkVQcFpSNjNXM0hRCkMx\
    NGNLSXdMWFhjaVREazNPUUlFTEZTNzFadmxENFpnS1UzTmpNZXNjZm8KLS0tIDFJVDdMb3ExV2pMcDM0Qm1BT1BWUWNldXhDODNpZGpaS0xSMXhG\
    N05rZDgKq8dNFDFmfJgv8Wv12IpL9xTlfUsnUvx32YTZIPZezy0CzsR3VXW26h254txOr7iC2oCa";

fn open(file: &[u8]) -> Result<Vec<u8>, BackupError> {
    let (header, payload) = file.split_at(HEADER);
    let key = recipient::unwrap(&Zeroizing::new(IDENTITY), header.try_into().unwrap())?;
    let mut plaintext = Vec::new();
    Opener::new(payload, &key)?.read_to_end(&mut plaintext)?;
    Ok(plaintext)
}

#[test]
fn what_age_wrote_is_read() {
    let file = BASE64.decode(BY_AGE).unwrap();
    assert_eq!(open(&file).unwrap(), b"a walrus wrote this");
    // The header's own sum, which the one before it does not stand for.
    let mut changed = file.clone();
    changed[HEADER - 10] ^= 1;
    assert_eq!(open(&changed).unwrap_err(), BackupError::Damaged);
}

#[test]
fn what_is_written_is_read_at_every_edge_of_a_piece() {
    let mut chance = Chance(3);
    let random = &mut |bytes: &mut [u8]| chance.fill(bytes);
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let (header, key) = recipient::wrap(&Zeroizing::new(IDENTITY), random).unwrap();
        let mut sealer = Sealer::new(header, &key, random).unwrap();
        sealer.write(&vec![0x5a; length]).unwrap();
        let file = sealer.finish().unwrap();
        assert_eq!(open(&file).unwrap(), vec![0x5a; length]);
    }
}
