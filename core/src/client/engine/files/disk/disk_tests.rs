//! Files from outside, and those that are given out.

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

    fn left(&self) -> usize {
        fs::read_dir(self.files()).map_or(0, Iterator::count)
    }
}

#[test]
fn a_file_from_outside_is_copied_into_the_folder() {
    let outside = Outside::new();
    let path = outside.folder.path().join("a note.txt");
    fs::write(&path, b"words").unwrap();
    let (taken, place) = take_in(&path, &outside.files(), false).unwrap();
    assert_eq!((taken.file.name.as_deref(), fs::read(&place).unwrap().as_slice()), (Some("a note.txt"), &b"words"[..]));
    assert_eq!(outside.left(), 1);
}

#[test]
fn what_is_no_file_is_refused() {
    let outside = Outside::new();
    let picture = outside.folder.path().join("picture.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\n and no more").unwrap();
    assert_eq!(take_in(&picture, &outside.files(), false).err(), Some(Error::PictureUnusable));
    for path in [outside.folder.path().to_owned(), outside.folder.path().join("missing")] {
        assert_eq!(take_in(&path, &outside.files(), false).err(), Some(Error::FileUnreadable));
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
