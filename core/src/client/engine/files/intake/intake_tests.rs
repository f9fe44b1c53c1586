//! What is taken in, and what is seen of it.

use std::io::Cursor;

use super::*;

fn taken(name: &str, bytes: &[u8], as_it_is: bool) -> Result<(Taken, Vec<u8>), Error> {
    let mut out = Vec::new();
    let prepare = (!as_it_is).then_some(|bytes: &[u8]| picture::prepare(bytes, picture::Limits::default()));
    take(&mut Cursor::new(bytes), Some(name), prepare, &mut out).map(|taken| (taken, out))
}

/// A voice note of a second and a half: Opus in two pages of Ogg.
fn voice_note() -> Vec<u8> {
    let page = |position: u64, body: &[u8]| {
        let mut page = b"OggS\0\x02".to_vec();
        page.extend(position.to_le_bytes());
        page.extend(7_u32.to_le_bytes());
        page.extend([0; 8]);
        page.extend([1, u8::try_from(body.len()).unwrap()]);
        page.extend(body);
        page
    };
    let head = [b"OpusHead\x01\x01".to_vec(), 312_u16.to_le_bytes().to_vec(), vec![0; 7]].concat();
    [page(0, &head), page(312 + 72_000, &[1; 100])].concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let noise = |x: u32, y: u32| image::Rgb([(x * y % 251) as u8, (x ^ y) as u8, (x + y * 7) as u8]);
    let picture = image::RgbImage::from_fn(width, height, noise);
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn a_voice_note_says_how_long_it_plays() {
    let (taken, kept) = taken("note.ogg", &voice_note(), false).unwrap();
    assert_eq!((taken.file.duration, taken.file.media_type.as_deref()), (Some(1500), Some("audio/ogg")));
    assert!(kept == voice_note());
    assert!(taken.digest_name.ends_with(".ogg") && taken.digest_name.len() == 68, "{}", taken.digest_name);
    assert_eq!(taken.file.expected.size, Some(voice_note().len() as u64));
}

#[test]
fn a_picture_that_became_another_kind_has_the_name_of_that() {
    let (large, _) = taken("a.view.PNG", &png(1700, 900), false).unwrap();
    let file = &large.file;
    assert_eq!((file.name.as_deref(), file.media_type.as_deref()), (Some("a.view.jpg"), Some("image/jpeg")));
    assert_eq!((file.width, file.height), (Some(1600), Some(847)));
    assert!(file.blurhash.is_some() && file.preview.is_some() && large.digest_name.ends_with(".jpg"));
    let (small, _) = taken("icon.png", &png(20, 20), false).unwrap();
    assert_eq!(small.file.name.as_deref(), Some("icon.png"));
}

#[test]
fn what_cannot_be_made_silent_goes_as_it_is_or_not_at_all() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1 and where it was taken";
    assert_eq!(taken("p.heic", heic, false).err(), Some(Error::PictureUnusable));
    let damaged = &png(100, 100)[..60];
    assert_eq!(taken("p.png", damaged, false).err(), Some(Error::PictureUnusable));
    let (unseen, kept) = taken("p.heic", heic, true).unwrap();
    assert_eq!((unseen.file.width, unseen.file.media_type.as_deref()), (None, Some("image/heic")));
    assert!(kept == heic);
    // A name promises nothing.
    assert_eq!(taken("text.jpg", b"no picture", false).unwrap().0.file.width, None);
}

#[test]
fn what_has_come_is_looked_at() {
    let looked =
        |bytes: &[u8]| look(&mut Cursor::new(bytes), &Digest { size: bytes.len() as u64, sha256: [0xab; 32] }).unwrap();
    let (name, seen) = looked(&png(30, 20));
    assert!(name.starts_with("abab") && name.ends_with("ab.png"), "{name}");
    assert_eq!((seen.media_type, seen.pixels, seen.duration), (Some("image/png"), Some((30, 20)), None));
    let (_, seen) = looked(&voice_note());
    assert_eq!((seen.media_type, seen.pixels, seen.duration), (Some("audio/ogg"), None, Some(1500)));
    let (name, seen) = looked(b"\0\x01\x02");
    assert_eq!((name.len(), seen), (64, Seen { size: 3, ..Seen::default() }));
}
