use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Delay, ExtendedColorType, Frame, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// What must never leave: it stands in EXIF, XMP and comments of the pictures below.
const SECRET: &[u8] = b"52.5163N 13.3777E";

fn has_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET) || bytes.windows(4).any(|window| window == b"Exif")
}

/// EXIF with an orientation and a position.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend([1, 0, 2, 0, 2, 0, 18, 0, 0, 0, 56, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(SECRET);
    tiff.push(0);
    tiff
}

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) })
}

fn jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&halves(width, height)).unwrap();
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    };
    let exif = segment(0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat());
    let xmp = segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat());
    let more = [segment(0xed, SECRET), segment(0xfe, SECRET)].concat();
    [&bytes[..2], &exif, &xmp, &more, &bytes[2..], b"a film: ", SECRET].concat()
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    let chunk = |name: &[u8], content: &[u8]| {
        let crc = crc32(&[name, content].concat()).to_be_bytes();
        [&u32::try_from(content.len()).unwrap().to_be_bytes(), name, content, &crc].concat()
    };
    let more = [chunk(b"eXIf", &exif(1)), chunk(b"tEXt", &[b"Comment\0", SECRET].concat())].concat();
    [&bytes[..33], &more, &bytes[33..], SECRET].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn gif(frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    for frame in 0..frames {
        let image = RgbaImage::from_pixel(20, 10, Rgba([u8::try_from(frame * 90).unwrap(), 200, 0, 255]));
        encoder.encode_frame(Frame::from_parts(image, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    let comment = [&[0x21, 0xfe, 17], SECRET, &[0]].concat();
    let table = 13 + colours_of(bytes[10]);
    [&bytes[..table], &comment, &bytes[table..], SECRET].concat()
}

fn colours_of(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn webp(orientation: u8) -> Vec<u8> {
    let mut simple = Vec::new();
    let image = halves(40, 20);
    WebPEncoder::new_lossless(&mut simple).encode(image.as_raw(), 40, 20, ExtendedColorType::Rgb8).unwrap();
    let chunk = |name: &[u8], content: &[u8]| {
        let mut chunk = [name, &u32::try_from(content.len()).unwrap().to_le_bytes(), content].concat();
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let header = chunk(b"VP8X", &[0x0c, 0, 0, 0, 39, 0, 0, 19, 0, 0]);
    let body =
        [b"WEBP".to_vec(), header, simple[12..].to_vec(), chunk(b"EXIF", &exif(orientation)), chunk(b"XMP ", SECRET)]
            .concat();
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

fn ready(bytes: &[u8]) -> Prepared {
    assert!(has_secret(bytes), "the test would prove nothing");
    let prepared = prepare(bytes, Limits::default()).unwrap();
    assert!(!has_secret(&prepared.bytes) && !has_secret(&prepared.preview.jpeg));
    assert_eq!(crate::file::kind::media_type(&prepared.bytes, None), prepared.media_type);
    assert_eq!(size(&prepared.bytes).unwrap(), (prepared.width, prepared.height));
    assert!(prepared.preview.width.max(prepared.preview.height) <= PREVIEW_SIDE);
    assert!(blurhash::decode(&prepared.preview.blurhash, 8, 8).is_some());
    prepared
}

fn pixel(bytes: &[u8], x: u32, y: u32) -> [u8; 3] {
    image::load_from_memory(bytes).unwrap().to_rgb8().get_pixel(x, y).0
}

fn is_red(pixel: [u8; 3]) -> bool {
    pixel[0] > 150 && pixel[2] < 100
}

#[test]
fn a_large_picture_is_scaled_and_its_place_and_time_are_gone() {
    let bytes = jpeg(4000, 3000, 1);
    let prepared = ready(&bytes);
    assert_eq!((prepared.width, prepared.height, prepared.media_type), (1600, 1200, "image/jpeg"));
    assert!(is_red(pixel(&prepared.bytes, 100, 600)) && !is_red(pixel(&prepared.bytes, 1500, 600)));
    assert_eq!((prepared.preview.width, prepared.preview.height), (160, 120));
    assert!(prepared.bytes.len() < bytes.len() / 2);
}

#[test]
fn every_picture_becomes_upright() {
    // Where the red half is when the picture is upright (EXIF 2.3 section 4.6.4).
    for (orientation, red) in
        [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")]
    {
        let bytes = jpeg(400, 200, orientation);
        let prepared = ready(&bytes);
        let (width, height) = if orientation < 5 { (400, 200) } else { (200, 400) };
        assert_eq!((prepared.width, prepared.height), (width, height), "{orientation}");
        assert_eq!(size(&bytes).unwrap(), (width, height));
        let at = match red {
            "left" => (20, height / 2),
            "right" => (width - 20, height / 2),
            "top" => (width / 2, 20),
            _ => (width / 2, height - 20),
        };
        assert!(is_red(pixel(&prepared.bytes, at.0, at.1)), "{orientation}");
        let preview = preview(&bytes, Limits::default()).unwrap();
        assert_eq!(preview.width > preview.height, width > height);
    }
    assert_eq!((ready(&webp(6)).width, ready(&webp(6)).media_type), (20, "image/jpeg"));
}

#[test]
fn a_small_upright_picture_stays_as_it_is_but_for_its_metadata() {
    let bytes = jpeg(400, 200, 1);
    let prepared = ready(&bytes);
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
    assert_eq!(pixels(&prepared.bytes), pixels(&bytes));
    let bytes = png(&halves(40, 20).into());
    let prepared = ready(&bytes);
    assert_eq!((prepared.media_type, pixels(&prepared.bytes)), ("image/png", pixels(&bytes)));
    let bytes = webp(1);
    let prepared = ready(&bytes);
    assert_eq!((prepared.media_type, pixels(&prepared.bytes)), ("image/webp", pixels(&bytes)));
    assert_eq!((ready(&gif(1)).media_type, ready(&gif(1)).animated), ("image/gif", false));
}

#[test]
fn what_moves_still_moves() {
    let bytes = gif(3);
    let prepared = ready(&bytes);
    assert_eq!((prepared.media_type, prepared.animated, prepared.width), ("image/gif", true, 20));
    use image::AnimationDecoder;
    let frames = GifDecoder::new(Cursor::new(&prepared.bytes)).unwrap().into_frames().count();
    assert_eq!(frames, 3);
    assert!(prepared.bytes.windows(11).any(|window| window == b"NETSCAPE2.0"));
}

#[test]
fn what_can_be_seen_through_stays_png_and_the_rest_does_not() {
    let glass = RgbaImage::from_fn(2000, 500, |x, y| {
        Rgba([(x % 251) as u8, (y % 251) as u8, 9, if x < 1000 { 0 } else { 255 }])
    });
    let prepared = ready(&png(&glass.into()));
    assert_eq!((prepared.media_type, prepared.width, prepared.height), ("image/png", 1600, 400));
    assert_eq!(image::load_from_memory(&prepared.bytes).unwrap().to_rgba8().get_pixel(100, 100).0[3], 0);
    assert!(pixel(&prepared.preview.jpeg, 5, 5)[0] > 240, "on white");
    let solid = RgbaImage::from_pixel(2000, 500, Rgba([1, 200, 3, 255]));
    assert_eq!(ready(&png(&solid.into())).media_type, "image/jpeg");
    let deep = DynamicImage::ImageRgb8(halves(2000, 10)).into_rgb16();
    assert_eq!(ready(&png(&deep.into())).media_type, "image/jpeg");
    let gray = DynamicImage::ImageRgb8(halves(2000, 10)).into_luma8();
    assert_eq!(ready(&png(&gray.into())).media_type, "image/jpeg");
}

#[test]
fn a_header_that_promises_too_much_is_refused_before_any_pixel() {
    let mut bytes = png(&halves(4, 4).into());
    bytes[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
    let crc = crc32(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&crc);
    let too_large = FileError::PictureTooLarge { width: 100_000, height: 100_000 };
    assert_eq!(prepare(&bytes, Limits::default()), Err(too_large));
    let mut bytes = gif(1);
    bytes[6..10].fill(0xff);
    assert_eq!(prepare(&bytes, Limits::default()), Err(FileError::PictureTooLarge { width: 65_535, height: 65_535 }));
    let few = Limits { pixels: 400 * 200 - 1 };
    assert_eq!(prepare(&jpeg(400, 200, 1), few), Err(FileError::PictureTooLarge { width: 400, height: 200 }));
}

#[test]
fn what_is_no_picture_or_damaged_says_so() {
    for bytes in [&b""[..], b"hello", b"%PDF-1.7", b"\0\0\0\x18ftypheic"] {
        assert_eq!(prepare(bytes, Limits::default()), Err(FileError::NotAPicture));
    }
    for bytes in [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x04\0\0\0WEBP"] {
        assert_eq!(prepare(bytes, Limits::default()), Err(FileError::PictureDamaged));
    }
}

#[test]
fn a_line_of_pixels_stays_one() {
    let prepared = ready(&png(&halves(5000, 1).into()));
    assert_eq!((prepared.width, prepared.height), (1600, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_there_is_answered(
        which in 0..4, cut in any::<prop::sample::Index>(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut bytes = match which { 0 => jpeg(40, 20, 3), 1 => png(&halves(40, 20).into()), 2 => gif(2), _ => webp(1) };
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let limits = Limits { pixels: 1_000_000 };
        let _ = prepare(&bytes[..cut.index(bytes.len())], limits);
        let _ = prepare(&bytes, limits);
        let _ = size(&bytes);
    }
}
