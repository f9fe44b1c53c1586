//! Whatever comes or is chosen as a picture: it is answered within its limits, and what may be sent is a picture of the size that it
//! says, with a small one beside it, and has no metadata.
#![no_main]

use larimar::file::picture::{LONGEST_SIDE, Limits, PREVIEW_SIDE, prepare, preview, size};
use libfuzzer_sys::fuzz_target;

/// Few pixels: headers are what this looks for.
const LIMITS: Limits = Limits { pixels: 4_096 };

fuzz_target!(|data: &[u8]| {
    let told = size(data);
    let small = preview(data, LIMITS);
    assert!(small.is_err() || told.is_ok());
    let Ok(ready) = prepare(data, LIMITS) else { return };
    assert!(u64::from(ready.width) * u64::from(ready.height) <= LIMITS.pixels);
    assert!(ready.animated || ready.width.max(ready.height) <= LONGEST_SIDE);
    assert!(ready.preview.width.max(ready.preview.height) <= PREVIEW_SIDE);
    // What moves stays as it is, also if it stands on its side.
    let again = size(&ready.bytes).expect("what is sent is a picture");
    assert!(again == (ready.width, ready.height) || again == (ready.height, ready.width));
    assert_eq!(size(&ready.preview.jpeg), Ok((ready.preview.width, ready.preview.height)));
});
