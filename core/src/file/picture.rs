//! A picture before it leaves: upright, scaled, and without anything that its camera wrote beside it; with a small one of it and
//! a blurhash.

#[cfg(not(target_arch = "wasm32"))]
mod decoded;
#[cfg(not(target_arch = "wasm32"))]
mod draw;
mod drawn;
mod strip;

use super::error::FileError;

#[cfg(not(target_arch = "wasm32"))]
pub use decoded::{Limits, prepare, preview, size};
pub use drawn::Drawn;
#[cfg(target_arch = "wasm32")]
pub use drawn::{prepare, size};

/// The longer side of a picture that is sent, in pixels.
pub const LONGEST_SIDE: u32 = 1600;
/// A picture of at most this many bytes that is small and upright already is sent as it is, but for its metadata.
pub const SMALL: usize = 400 << 10;
/// The longer side of the small picture, in pixels.
pub const PREVIEW_SIDE: u32 = 160;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl Format {
    fn of(bytes: &[u8]) -> Result<Format, FileError> {
        match super::kind::media_type(bytes.get(..64).unwrap_or(bytes), None) {
            "image/jpeg" => Ok(Format::Jpeg),
            "image/png" => Ok(Format::Png),
            "image/gif" => Ok(Format::Gif),
            "image/webp" => Ok(Format::WebP),
            _ => Err(FileError::NotAPicture),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Gif => "image/gif",
            Format::WebP => "image/webp",
        }
    }
}

/// A picture that may be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its bytes, without metadata.
    pub bytes: Vec<u8>,
    /// What they are.
    pub media_type: &'static str,
    /// Its width in pixels, upright.
    pub width: u32,
    /// Its height in pixels, upright.
    pub height: u32,
    /// Whether it moves.
    pub animated: bool,
    /// A small one of it.
    pub preview: Preview,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({}, {} x {}, {} bytes)", self.media_type, self.width, self.height, self.bytes.len())
    }
}

/// A small picture of another.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its bytes: JPEG.
    pub jpeg: Vec<u8>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its blurhash.
    pub blurhash: String,
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({} x {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}
