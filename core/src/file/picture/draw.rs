//! Pictures in memory: scaled, laid on white, and written.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as Filter, PngEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageEncoder, RgbImage};

use crate::file::error::FileError;

/// JPEG's, of the pictures that are sent.
const QUALITY: u8 = 80;

/// A whole factor first, which costs little memory, and then the rest, which looks good.
pub(super) fn scaled(image: &DynamicImage, longest: u32) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let side = width.max(height);
    if side <= longest {
        return image.clone();
    }
    let part = |side_length: u32| {
        let exact = u64::from(side_length) * u64::from(longest) / u64::from(side);
        u32::try_from(exact).unwrap_or(longest).max(1)
    };
    let factor = side / longest;
    let smaller = |side: u32, other: u32| (side / factor).max(other);
    let (to_width, to_height) = (part(width), part(height));
    if factor > 1 {
        let first = image.thumbnail_exact(smaller(width, to_width), smaller(height, to_height));
        return first.resize_exact(to_width, to_height, FilterType::CatmullRom);
    }
    image.resize_exact(to_width, to_height, FilterType::CatmullRom)
}

/// JPEG, or PNG where something can be seen through.
pub(super) fn encode(image: &DynamicImage, profile: Option<&[u8]>) -> Result<(&'static str, Vec<u8>), FileError> {
    let mut bytes = Vec::new();
    // A profile for other colours than those that are written would make them wrong; a picture of CMYK has become one of RGB.
    let fitting = |space: &[u8; 4]| profile.filter(|profile| profile.get(16..20) == Some(space)).map(<[u8]>::to_vec);
    let profile = fitting(if image.color().has_color() { b"RGB " } else { b"GRAY" });
    let transparent = image.as_rgba8().is_some_and(|image| image.pixels().any(|pixel| pixel.0[3] < u8::MAX));
    let written = if transparent {
        let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, Filter::Adaptive);
        profile.map_or(Ok(()), |profile| encoder.set_icc_profile(profile)).ok();
        image.write_with_encoder(encoder)
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        profile.map_or(Ok(()), |profile| encoder.set_icc_profile(profile)).ok();
        match image {
            DynamicImage::ImageLuma8(_) => image.write_with_encoder(encoder),
            _ => DynamicImage::ImageRgb8(image.to_rgb8()).write_with_encoder(encoder),
        }
    };
    written.map_err(|_| FileError::PictureDamaged)?;
    Ok((if transparent { "image/png" } else { "image/jpeg" }, bytes))
}

/// What can be seen through is shown on white.
pub(super) fn flat(image: &DynamicImage) -> RgbImage {
    let Some(image) = image.as_rgba8() else { return image.to_rgb8() };
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        image::Rgb([red, green, blue].map(|value| on_white(value, alpha)))
    })
}
