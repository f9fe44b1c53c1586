//! What leaves of a picture that a browser has drawn.

use image::{ImageFormat, RgbImage};

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

/// With Exif behind the first marker.
fn turned(jpeg: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend(b"\xff\xe1\0\x10Exif\0\0MM\0*\0\0\0\x08");
    bytes.extend(&jpeg[2..]);
    bytes
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
}

#[test]
fn a_large_one_and_one_that_lies_on_its_side_go_as_they_were_drawn() {
    for picture in [written(1700, 20, ImageFormat::Png), turned(&written(40, 30, ImageFormat::Jpeg))] {
        let prepared = prepare(&picture, drawn(false)).unwrap();
        assert_eq!((prepared.bytes, prepared.media_type, prepared.width), (vec![7; 100], "image/jpeg", 1600));
    }
    let png = written(1700, 20, ImageFormat::Png);
    assert_eq!(prepare(&png, drawn(true)).unwrap().media_type, "image/png");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    assert_eq!(prepare(b"words", drawn(false)).err(), Some(FileError::NotAPicture));
    let png = written(40, 30, ImageFormat::Png);
    assert_eq!(prepare(&png[..20], drawn(false)).err(), Some(FileError::PictureDamaged));
    for wrong in [
        Drawn { bytes: Vec::new(), ..drawn(false) },
        Drawn { width: 5000, ..drawn(false) },
        Drawn { colours: vec![1], ..drawn(false) },
    ] {
        assert_eq!(prepare(&png, wrong).err(), Some(FileError::PictureDamaged));
    }
}
