//! What is taken in, and what is given out.

use std::fs;

use tempfile::TempDir;

use super::*;

struct Outside {
    folder: TempDir,
}

impl Outside {
    fn new() -> Outside {
        Outside { folder: tempfile::tempdir().unwrap() }
    }

    fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    fn take(&self, name: &str, bytes: &[u8], as_it_is: bool) -> Result<Taken, Error> {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        take(&path, &self.files(), as_it_is)
    }

    fn left(&self) -> usize {
        fs::read_dir(self.files()).map_or(0, Iterator::count)
    }
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
    picture.write_to(&mut io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn a_voice_note_says_how_long_it_plays() {
    let outside = Outside::new();
    let taken = outside.take("note.ogg", &voice_note(), false).unwrap();
    assert_eq!((taken.file.duration, taken.file.media_type.as_deref()), (Some(1500), Some("audio/ogg")));
    assert!(fs::read(&taken.place).unwrap() == voice_note());
    assert!(taken.digest_name.ends_with(".ogg") && taken.digest_name.len() == 68, "{}", taken.digest_name);
    assert_eq!(taken.file.expected.size, Some(voice_note().len() as u64));
}

#[test]
fn a_picture_that_became_another_kind_has_the_name_of_that() {
    let outside = Outside::new();
    let taken = outside.take("a.view.PNG", &png(1700, 900), false).unwrap();
    let file = &taken.file;
    assert_eq!((file.name.as_deref(), file.media_type.as_deref()), (Some("a.view.jpg"), Some("image/jpeg")));
    assert_eq!((file.width, file.height), (Some(1600), Some(847)));
    assert!(file.blurhash.is_some() && file.preview.is_some() && taken.digest_name.ends_with(".jpg"));
    let small = outside.take("icon.png", &png(20, 20), false).unwrap();
    assert_eq!(small.file.name.as_deref(), Some("icon.png"));
}

#[test]
fn what_cannot_be_made_silent_goes_as_it_is_or_not_at_all() {
    let outside = Outside::new();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1 and where it was taken";
    assert_eq!(outside.take("p.heic", heic, false).err(), Some(Error::PictureUnusable));
    let damaged = &png(100, 100)[..60];
    assert_eq!(outside.take("p.png", damaged, false).err(), Some(Error::PictureUnusable));
    assert_eq!(outside.left(), 0);
    let taken = outside.take("p.heic", heic, true).unwrap();
    assert_eq!((taken.file.width, taken.file.media_type.as_deref()), (None, Some("image/heic")));
    assert!(fs::read(&taken.place).unwrap() == heic);
    // A name promises nothing.
    assert_eq!(outside.take("text.jpg", b"no picture", false).unwrap().file.width, None);
}

#[test]
fn what_has_come_is_looked_at() {
    let outside = Outside::new();
    let looked = |bytes: &[u8]| {
        let path = outside.folder.path().join("came");
        fs::write(&path, bytes).unwrap();
        look(&path, &Digest { size: bytes.len() as u64, sha256: [0xab; 32] }).unwrap()
    };
    let (name, seen) = looked(&png(30, 20));
    assert!(name.starts_with("abab") && name.ends_with("ab.png"), "{name}");
    assert_eq!((seen.media_type, seen.pixels, seen.duration), (Some("image/png"), Some((30, 20)), None));
    let (_, seen) = looked(&voice_note());
    assert_eq!((seen.media_type, seen.pixels, seen.duration), (Some("audio/ogg"), None, Some(1500)));
    let (name, seen) = looked(b"\0\x01\x02");
    assert_eq!((name.len(), seen), (64, Seen { size: 3, ..Seen::default() }));
}

#[test]
fn what_is_no_file_is_refused() {
    let outside = Outside::new();
    for path in [outside.folder.path().to_owned(), outside.folder.path().join("missing")] {
        assert_eq!(take(&path, &outside.files(), false).err(), Some(Error::FileUnreadable));
    }
    assert_eq!(outside.left(), 0);
}

#[test]
fn a_copy_outside_never_takes_the_place_of_another() {
    let outside = Outside::new();
    let from = outside.folder.path().join("from");
    fs::write(&from, b"new").unwrap();
    let folder = outside.folder.path().join("downloads");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.txt"), b"old").unwrap();
    let (place, bytes) = copy_out(&from, folder.clone(), "a.txt").unwrap();
    assert_eq!((place, bytes), (folder.join("a (2).txt"), 3));
    assert_eq!(fs::read(folder.join("a.txt")).unwrap(), b"old");
    // Whoever names a file means that file.
    copy_out(&from, folder.join("a.txt"), "b.txt").unwrap();
    assert_eq!(fs::read(folder.join("a.txt")).unwrap(), b"new");
    let nowhere = copy_out(&from, outside.folder.path().join("no/folder"), "a.txt");
    assert!(matches!(nowhere, Err(Error::StoreUnusable { .. })), "{nowhere:?}");
}
