//! Pictures that a browser has read: its canvas has turned and scaled them, and what it wrote tells nothing of the camera.

#[cfg(any(target_arch = "wasm32", test))]
use super::{Format, LONGEST_SIDE, Prepared, Preview, SMALL, strip};
#[cfg(any(target_arch = "wasm32", test))]
use crate::file::{FileError, blurhash};

/// What a page has drawn of a picture, upright: it, a small one, and the colours of a tiny one.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Drawn {
    /// The picture, its longer side at most [`LONGEST_SIDE`].
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array"))]
    pub bytes: Vec<u8>,
    /// Whether it is a PNG, because something can be seen through; else it is a JPEG.
    pub transparent: bool,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The small one, a JPEG.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array"))]
    pub preview: Vec<u8>,
    /// Its width in pixels.
    pub preview_width: u32,
    /// Its height in pixels.
    pub preview_height: u32,
    /// Red, green and blue of the tiny one's pixels, a byte each.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array"))]
    pub colours: Vec<u8>,
    /// The tiny one's width in pixels.
    pub across: u32,
    /// The tiny one's height in pixels.
    pub down: u32,
}

/// Makes a picture ready to be sent: as it was drawn; or, if it moves or is small, as it is but for its metadata.
///
/// # Errors
/// [`FileError::NotAPicture`], [`FileError::PictureDamaged`].
#[cfg(any(target_arch = "wasm32", test))]
pub fn prepare(bytes: &[u8], drawn: Drawn) -> Result<Prepared, FileError> {
    let format = Format::of(bytes)?;
    let (width, height) = size(bytes)?;
    let (terms_across, terms_down) = blurhash::terms(drawn.preview_width, drawn.preview_height);
    let blurhash = blurhash::encode(&drawn.colours, drawn.across, drawn.down, terms_across, terms_down);
    let preview = Preview {
        jpeg: drawn.preview,
        width: drawn.preview_width,
        height: drawn.preview_height,
        blurhash: blurhash.ok_or(FileError::PictureDamaged)?,
    };
    if drawn.bytes.is_empty() || drawn.width.max(drawn.height) > LONGEST_SIDE {
        return Err(FileError::PictureDamaged);
    }
    // What may be turned is drawn: without its metadata it would lie on its side.
    let fits = width.max(height) <= LONGEST_SIDE && !may_be_turned(bytes);
    let stripped = strip::strip(format, bytes);
    let kept = stripped.filter(|kept| kept.animated || (fits && kept.bytes.len() <= SMALL.max(drawn.bytes.len())));
    Ok(match kept {
        Some(kept) => Prepared {
            animated: kept.animated,
            bytes: kept.bytes,
            media_type: format.media_type(),
            width,
            height,
            preview,
        },
        None => Prepared {
            bytes: drawn.bytes,
            media_type: if drawn.transparent { "image/png" } else { "image/jpeg" },
            width: drawn.width,
            height: drawn.height,
            animated: false,
            preview,
        },
    })
}

/// The size of a picture in pixels: width and height, as it is stored.
///
/// # Errors
/// [`FileError::NotAPicture`], [`FileError::PictureDamaged`].
#[cfg(any(target_arch = "wasm32", test))]
pub fn size(bytes: &[u8]) -> Result<(u32, u32), FileError> {
    Format::of(bytes)?;
    let size = imagesize::blob_size(bytes).map_err(|_| FileError::PictureDamaged)?;
    let side = |side: usize| u32::try_from(side).ok().filter(|side| *side > 0).ok_or(FileError::PictureDamaged);
    Ok((side(size.width)?, side(size.height)?))
}

/// Whether something in a file says how it is to be turned: Exif stands under these names in JPEG, PNG and WebP.
#[cfg(any(target_arch = "wasm32", test))]
fn may_be_turned(bytes: &[u8]) -> bool {
    [&b"Exif\0\0"[..], b"eXIf", b"EXIF"].iter().any(|name| memchr::memmem::find(bytes, name).is_some())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod drawn_tests;
