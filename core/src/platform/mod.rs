//! The only place that knows which machine this is: the clock, randomness, and where secrets are kept.

#[cfg(any(target_arch = "wasm32", test))]
mod beside;
#[cfg(target_arch = "wasm32")]
pub mod blobs;
#[cfg(any(target_arch = "wasm32", test))]
pub mod gate;
mod keystore;
pub mod task;
pub mod time;

#[cfg(any(target_arch = "wasm32", test))]
pub use beside::PagesKeystore;
pub use keystore::{FileKeystore, Keystore, KeystoreError};

#[cfg(not(target_arch = "wasm32"))]
use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(target_arch = "wasm32")]
use web_time::{SystemTime, UNIX_EPOCH};

use crate::model::Micros;

/// The wall clock, in microseconds since the Unix epoch. It may jump; nothing is ordered by it alone.
pub fn now() -> Micros {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)).unwrap_or(0)
}

/// Fills a buffer with randomness from the system.
///
/// # Panics
/// When the system has no randomness to give: nothing can be done safely then.
#[expect(clippy::expect_used, reason = "without randomness no id, nonce or key may be made")]
pub fn random(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the system has randomness");
}

/// A random UUID (RFC 9562, version 4), for stanza ids and installations.
pub fn uuid() -> String {
    let mut b = [0_u8; 16];
    random(&mut b);
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let hex: String = b.iter().map(|x| format!("{x:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A random fraction in 0..1, for jitter.
pub fn fraction() -> f64 {
    let mut b = [0_u8; 4];
    random(&mut b);
    f64::from(u32::from_le_bytes(b)) / f64::from(u32::MAX)
}
