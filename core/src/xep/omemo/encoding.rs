//! Base64 as clients write it: some break lines, and some leave the padding out.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::xep::Element;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes that stand in an element; None if its text is not base64.
pub(super) fn decoded(element: &Element) -> Option<Vec<u8>> {
    decoded_text(element.text())
}

/// The same for the text of an attribute.
pub(super) fn decoded_text(mut text: String) -> Option<Vec<u8>> {
    text.retain(|c| !c.is_whitespace());
    LENIENT.decode(text).ok()
}

/// Bytes as they stand in an element.
pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
