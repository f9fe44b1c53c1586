//! What leaves of a picture that a browser has drawn.

use image::codecs::gif::GifEncoder;
use image::{Delay, Frame, ImageFormat, RgbImage, RgbaImage};

use super::*;

fn written(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 7) as u8, (y * 3) as u8, (x ^ y) as u8]));
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn drawn(transparent: bool) -> Drawn {
    Drawn {
        bytes: vec![7; 100],
        transparent,
        width: 1600,
        height: 1200,
        preview: vec![8; 10],
        preview_width: 160,
        preview_height: 120,
        colours: vec![90; 32 * 24 * 3],
        across: 32,
        down: 24,
    }
}

/// With something more at this place.
fn with(picture: &[u8], at: usize, more: &[u8]) -> Vec<u8> {
    [&picture[..at], more, &picture[at..]].concat()
}

/// Small pictures of each format that has Exif, which may say that they lie on their side.
fn turned() -> [Vec<u8>; 3] {
    let jpeg = written(40, 30, ImageFormat::Jpeg);
    let png = written(40, 30, ImageFormat::Png);
    let webp = written(40, 30, ImageFormat::WebP);
    let mut webp = with(&webp, webp.len(), b"EXIF\x08\0\0\0MM\0*\0\0\0\x08");
    let size = u32::try_from(webp.len() - 8).unwrap();
    webp[4..8].copy_from_slice(&size.to_le_bytes());
    [
        with(&jpeg, 2, b"\xff\xe1\0\x10Exif\0\0MM\0*\0\0\0\x08"),
        // Behind its header.
        with(&png, 33, b"\0\0\0\x08eXIfMM\0*\0\0\0\x08\xc8\x9c\x6d\xb5"),
        webp,
    ]
}

#[test]
fn a_small_picture_goes_as_it_is_but_for_what_it_tells() {
    let jpeg = written(40, 30, ImageFormat::Jpeg);
    let mut telling = jpeg[..2].to_vec();
    telling.extend(b"\xff\xfe\0\x0ahere it was");
    telling[5] = 13;
    telling.extend(&jpeg[2..]);
    let prepared = prepare(&telling, drawn(false)).unwrap();
    assert_eq!((prepared.width, prepared.height, prepared.media_type), (40, 30, "image/jpeg"));
    assert!(memchr::memmem::find(&prepared.bytes, b"here it was").is_none() && prepared.bytes.len() > 200);
    assert_eq!((prepared.preview.width, prepared.preview.jpeg.len()), (160, 10));
    assert_eq!(prepared.preview.blurhash.len(), 4 + 2 * 12);
    assert!(prepared.preview.blurhash.starts_with('L'), "four terms across and three down");
}

#[test]
fn one_of_many_bytes_goes_as_it_was_drawn_if_that_has_fewer() {
    let mut seed = 1_u32;
    let noise = RgbImage::from_fn(400, 400, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = seed.to_be_bytes();
        image::Rgb([red, green, blue])
    });
    let mut png = Vec::new();
    noise.write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png).unwrap();
    assert!(png.len() > SMALL);
    let larger = Drawn { bytes: vec![7; png.len() + 1], ..drawn(false) };
    assert_eq!(prepare(&png, larger).unwrap().media_type, "image/png");
    assert_eq!(prepare(&png, drawn(false)).unwrap().bytes, [7; 100]);
}

#[test]
fn one_that_moves_goes_as_it_is_however_large() {
    let mut gif = Vec::new();
    let frame = || Frame::from_parts(RgbaImage::new(1700, 2), 0, 0, Delay::from_numer_denom_ms(100, 1));
    GifEncoder::new(&mut gif).encode_frames([frame(), frame()]).unwrap();
    let prepared = prepare(&gif, drawn(true)).unwrap();
    assert_eq!((prepared.media_type, prepared.animated, prepared.width, prepared.height), ("image/gif", true, 1700, 2));
}

#[test]
fn a_large_one_and_one_that_lies_on_its_side_go_as_they_were_drawn() {
    for picture in turned().into_iter().chain([written(1700, 20, ImageFormat::Png)]) {
        let prepared = prepare(&picture, drawn(false)).unwrap();
        assert_eq!((prepared.bytes, prepared.media_type), (vec![7; 100], "image/jpeg"));
        assert_eq!((prepared.width, prepared.height), (1600, 1200));
    }
    let png = written(1700, 20, ImageFormat::Png);
    assert_eq!(prepare(&png, drawn(true)).unwrap().media_type, "image/png");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    assert_eq!(prepare(b"words", drawn(false)).err(), Some(FileError::NotAPicture));
    let png = written(40, 30, ImageFormat::Png);
    assert_eq!(prepare(&png[..20], drawn(false)).err(), Some(FileError::PictureDamaged));
    assert_eq!(size(b"GIF89a\0\0\0\0\0\0\0"), Err(FileError::PictureDamaged));
    for wrong in [
        Drawn { bytes: Vec::new(), ..drawn(false) },
        Drawn { width: 5000, ..drawn(false) },
        Drawn { colours: vec![1], ..drawn(false) },
    ] {
        assert_eq!(prepare(&png, wrong).err(), Some(FileError::PictureDamaged));
    }
}
