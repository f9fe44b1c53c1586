//! Opening: one owner, clear errors, and files that are left as they are.

use std::io::{Seek, SeekFrom, Write};

use super::*;

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join(DATABASE)
}

#[test]
fn a_second_opener_is_told_that_the_store_is_in_use_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path()).unwrap();
    assert_eq!(Store::open(folder.path()).err(), Some(StoreError::InUse));
    drop(first);
    assert!(Store::open(folder.path()).is_ok());
}

#[test]
fn a_reader_sees_what_was_committed_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let reader = store.reader().unwrap();
    std::thread::spawn(move || {
        assert!(reader.accounts().unwrap().is_empty());
        assert!(reader.db.execute("DELETE FROM account", []).is_err());
    })
    .join()
    .unwrap();
}

#[test]
fn a_database_of_a_newer_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let db = Connection::open(database(folder.path())).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let before = std::fs::read(database(folder.path())).unwrap();
    assert_eq!(Store::open(folder.path()).err(), Some(StoreError::TooNew));
    assert_eq!(std::fs::read(database(folder.path())).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let rubbish = b"this is a text, and a long one, and not a database at all. ".repeat(100);
    std::fs::write(database(folder.path()), &rubbish).unwrap();
    let error = Store::open(folder.path()).err().unwrap();
    assert!(matches!(&error, StoreError::Damaged { detail } if !detail.is_empty()), "{error:?}");
    assert_eq!(std::fs::read(database(folder.path())).unwrap(), rubbish);
}

#[test]
fn damage_inside_is_reported_with_what_sqlite_says() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let length = {
        let mut file = std::fs::File::options().write(true).open(database(folder.path())).unwrap();
        let length = file.metadata().unwrap().len();
        file.seek(SeekFrom::Start(4096)).unwrap();
        file.write_all(&vec![0xa5; usize::try_from(length - 4096).unwrap()]).unwrap();
        length
    };
    let outcome = Store::open(folder.path()).and_then(|store| store.accounts());
    assert!(matches!(&outcome, Err(StoreError::Damaged { .. })), "{outcome:?}");
    assert_eq!(std::fs::metadata(database(folder.path())).unwrap().len(), length);
}

#[test]
fn a_damaged_database_keeps_its_log_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let killed = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    // Until it is closed its newest pages are in the log alone; a killed process leaves just this.
    let open = Store::open(folder.path()).unwrap();
    open.db.pragma_update(None, "user_version", 1).unwrap();
    for name in ["larimar.db", "larimar.db-wal"] {
        std::fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    let log = std::fs::read(killed.path().join("larimar.db-wal")).unwrap();
    assert!(log.len() > 4096);
    let pages = std::fs::read(database(killed.path())).unwrap().len();
    std::fs::write(database(killed.path()), vec![0x5a; pages]).unwrap();
    assert!(matches!(Store::open(killed.path()), Err(StoreError::Damaged { .. })));
    assert!(std::fs::read(database(killed.path())).unwrap() == vec![0x5a; pages]);
    assert!(std::fs::read(killed.path().join("larimar.db-wal")).unwrap() == log);
}

#[test]
fn a_folder_that_cannot_be_one_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(Store::open(&file).err(), Some(StoreError::Unusable { .. })));
    assert!(matches!(Store::open(&file.join("below")).err(), Some(StoreError::Unusable { .. })));
    // The database's own name is taken by a folder.
    std::fs::create_dir(database(folder.path())).unwrap();
    assert!(matches!(Store::open(folder.path()).err(), Some(StoreError::Unusable { .. })));
}

#[test]
fn looking_for_room_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(store.has_room());
    assert!(!folder.path().join(PROBE).exists());
    // A disk that takes nothing: the probe's name is taken by a folder.
    std::fs::create_dir(folder.path().join(PROBE)).unwrap();
    assert!(!store.has_room());
}

#[test]
fn a_damaged_store_is_set_aside_whole_and_a_new_one_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (time, content) in [(1, "first"), (1, "second")] {
        std::fs::write(database(folder.path()), content).unwrap();
        std::fs::write(folder.path().join("larimar.db-wal"), "its log").unwrap();
        let aside = Store::set_aside(folder.path(), time).unwrap();
        assert_eq!(std::fs::read_to_string(&aside).unwrap(), content);
        assert_eq!(std::fs::read_to_string(format!("{}-wal", aside.display())).unwrap(), "its log");
        assert!(!database(folder.path()).exists());
    }
    let store = Store::open(folder.path()).unwrap();
    assert!(matches!(Store::set_aside(folder.path(), 2), Err(StoreError::InUse)));
    drop(store);
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Store::set_aside(empty.path(), 2), Err(StoreError::Unusable { .. })));
}
