//! Pictures that are read, turned and written here.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError};

use super::draw::{encode, flat, scaled};
use super::{Format, LONGEST_SIDE, PREVIEW_SIDE, Prepared, Preview, SMALL, strip};
use crate::file::blurhash;
use crate::file::error::FileError;

const PREVIEW_QUALITY: u8 = 60;
/// The largest colour profile that is kept, in bytes; those of displays have some 500.
const LARGEST_PROFILE: usize = 16 << 10;

/// How large a picture may be that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Width times height. While it is scaled, a picture takes 3 to 5 bytes of memory a pixel.
    pub pixels: u64,
}

impl Default for Limits {
    /// 64 million: what good cameras of phones make, and 200 MB of memory for a moment.
    fn default() -> Limits {
        Limits { pixels: 64_000_000 }
    }
}

/// Makes a picture ready to be sent: JPEG, or PNG where it is transparent. One that moves, or is small and upright, stays as it
/// is but for its metadata.
///
/// # Errors
/// [`FileError::NotAPicture`], [`FileError::PictureTooLarge`], [`FileError::PictureDamaged`].
pub fn prepare(bytes: &[u8], limits: Limits) -> Result<Prepared, FileError> {
    let format = Format::of(bytes)?;
    let opened = Opened::read(format, bytes, limits)?;
    let stripped = strip::strip(format, bytes);
    let animated = stripped.as_ref().is_some_and(|stripped| stripped.animated);
    let (width, height) = (opened.image.width(), opened.image.height());
    let upright = opened.orientation == Orientation::NoTransforms;
    let fits = upright && width.max(height) <= LONGEST_SIDE;
    let small = opened.upright(LONGEST_SIDE)?;
    let preview = preview_of(&small)?;
    let as_it_is =
        |bytes| Prepared { bytes, media_type: format.media_type(), width, height, animated, preview: preview.clone() };
    let mut kept = None;
    if let Some(stripped) = stripped {
        // What moves is not scaled: who turns it around or makes it smaller would have to do so with each of its pictures.
        if animated || (fits && stripped.bytes.len() <= SMALL) {
            return Ok(as_it_is(stripped.bytes));
        }
        kept = Some(stripped.bytes).filter(|_| fits);
    }
    let (media_type, bytes) = encode(&small, opened.profile.as_deref())?;
    // A second compression may gain nothing.
    if let Some(kept) = kept.filter(|kept| kept.len() <= bytes.len()) {
        return Ok(as_it_is(kept));
    }
    let (width, height) = (small.width(), small.height());
    Ok(Prepared { bytes, media_type, width, height, animated: false, preview })
}

/// A small, upright picture of one that has come, its longer side at most so many pixels.
///
/// # Errors
/// As [`prepare`].
pub fn preview(bytes: &[u8], limits: Limits) -> Result<Preview, FileError> {
    preview_of(&Opened::read(Format::of(bytes)?, bytes, limits)?.upright(PREVIEW_SIDE)?)
}

/// The size of a picture that has come, upright, in pixels: width and height. Only its headers are read.
///
/// # Errors
/// As [`prepare`].
pub fn size(bytes: &[u8]) -> Result<(u32, u32), FileError> {
    let mut decoder = decoder(Format::of(bytes)?, bytes, &image::Limits::default())?;
    let (width, height) = decoder.dimensions();
    Ok(match orientation(&mut decoder) {
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => (width, height),
        _ => (height, width),
    })
}

type Decoder<'a> = Box<dyn ImageDecoder + 'a>;

fn decoder<'a>(format: Format, bytes: &'a [u8], limits: &image::Limits) -> Result<Decoder<'a>, FileError> {
    let reader = Cursor::new(bytes);
    let decoder: Result<Decoder<'a>, ImageError> = match format {
        Format::Jpeg => JpegDecoder::new(reader).map(|decoder| Box::new(decoder) as Decoder<'a>),
        Format::Png => PngDecoder::with_limits(reader, limits.clone()).map(|decoder| Box::new(decoder) as Decoder<'a>),
        Format::Gif => GifDecoder::new(reader).map(|decoder| Box::new(decoder) as Decoder<'a>),
        Format::WebP => WebPDecoder::new(reader).map(|decoder| Box::new(decoder) as Decoder<'a>),
    };
    decoder.map_err(|_| FileError::PictureDamaged)
}

/// Metadata that is damaged says nothing.
fn orientation(decoder: &mut Decoder<'_>) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

/// A picture in memory, of a moving one its first.
struct Opened {
    image: DynamicImage,
    orientation: Orientation,
    /// The meaning of its colours.
    profile: Option<Vec<u8>>,
}

impl Opened {
    fn read(format: Format, bytes: &[u8], limits: Limits) -> Result<Opened, FileError> {
        let mut allowed = image::Limits::default();
        allowed.max_alloc = Some(limits.pixels.saturating_mul(4).saturating_add(32 << 20));
        let mut decoder = decoder(format, bytes, &allowed)?;
        let (width, height) = decoder.dimensions();
        let too_large = FileError::PictureTooLarge { width, height };
        if width == 0 || height == 0 {
            return Err(FileError::PictureDamaged);
        }
        if u64::from(width) * u64::from(height) > limits.pixels {
            return Err(too_large);
        }
        let orientation = orientation(&mut decoder);
        let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= LARGEST_PROFILE);
        let told = |error: ImageError| match error {
            ImageError::Limits(_) => too_large,
            _ => FileError::PictureDamaged,
        };
        allowed.reserve(decoder.total_bytes()).map_err(told)?;
        decoder.set_limits(allowed).map_err(told)?;
        let image = DynamicImage::from_decoder(decoder).map_err(told)?;
        Ok(Opened { image, orientation, profile })
    }

    /// The picture upright, its longer side at most so many pixels, 8 bits a colour.
    fn upright(&self, longest: u32) -> Result<DynamicImage, FileError> {
        let mut image = scaled(&self.image, longest);
        image.apply_orientation(self.orientation);
        Ok(match image.color() {
            ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8 => image,
            ColorType::L16 => image.into_luma8().into(),
            color if color.has_alpha() => image.into_rgba8().into(),
            _ => image.into_rgb8().into(),
        })
    }
}

fn preview_of(image: &DynamicImage) -> Result<Preview, FileError> {
    let small = flat(&scaled(image, PREVIEW_SIDE));
    let (width, height) = small.dimensions();
    let tiny = scaled(&DynamicImage::ImageRgb8(small.clone()), 32).into_rgb8();
    let (across, down) = blurhash::terms(width, height);
    let blurhash = blurhash::encode(tiny.as_raw(), tiny.width(), tiny.height(), across, down);
    let mut jpeg = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, PREVIEW_QUALITY).encode_image(&small);
    encoded.map_err(|_| FileError::PictureDamaged)?;
    Ok(Preview { jpeg, width, height, blurhash: blurhash.ok_or(FileError::PictureDamaged)? })
}

#[cfg(test)]
mod decoded_tests;
