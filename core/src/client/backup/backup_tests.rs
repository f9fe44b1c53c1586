//! Stores on the disk, written into backups and made of them again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jid::BareJid;
use tempfile::TempDir;

use super::task::BackupSummary;
use super::*;
use crate::backup::{Kind, Manifest, Writer};
use crate::client::Event;
use crate::model::account::{ConnectionSettings, ResumableSession};
use crate::model::changes::{Change, Changes, NewAccount};
use crate::model::ids::AccountId;
use crate::model::omemo::{OmemoChange, SessionRecord, Version};
use crate::model::outbox::Payload;
use crate::omemo::Identity;
use crate::platform;
use crate::platform::FileKeystore;
use crate::store::FILES;
use crate::store::{Store, schema_version};
use crate::sync::omemo::Vault;

const NOON: i64 = 1_700_000_000_000_000;

/// Cancels at a certain event, and counts.
#[derive(Default)]
struct Watch {
    events: AtomicU64,
    cancel_at: u64,
    flag: Mutex<Option<Arc<AtomicBool>>>,
}

impl EventListener for Watch {
    fn on_event(&self, _: Event) {
        let number = self.events.fetch_add(1, Ordering::Relaxed) + 1;
        let flag = self.flag.lock().unwrap();
        if let Some(flag) = flag.as_ref().filter(|_| number == self.cancel_at) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// A phone: its folder and its keystore, which are gone with it.
struct Phone {
    folder: TempDir,
}

impl Phone {
    fn new() -> Phone {
        Phone { folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn keystore(&self) -> FileKeystore {
        FileKeystore::new(self.folder.path().join("keys"))
    }

    fn job(&self, backup: &Path, words: &str) -> Job {
        Job {
            file: backup.to_owned(),
            folder: self.store(),
            passphrase: Passphrase::new(words).unwrap(),
            keystore: Arc::new(self.keystore()),
            cost: Cost::LEAST,
        }
    }

    fn export(&self, backup: &Path) -> Result<BackupSummary, Error> {
        run(export::run, &self.job(backup, "walrus"), 0)
    }

    fn restore(&self, backup: &Path) -> Result<BackupSummary, Error> {
        run(restore::run, &self.job(backup, "walrus"), 0)
    }

    /// What is in the store's folder, but for the file of the lease; and whether there are secrets.
    fn left(&self) -> (Vec<String>, bool) {
        let entries = fs::read_dir(self.store()).map(Iterator::collect).unwrap_or_else(|_| Vec::new());
        let names = entries.into_iter().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let secrets = fs::read_to_string(self.folder.path().join("keys")).unwrap_or_default();
        (names.filter(|name| name != "larimar.lock").collect(), !secrets.is_empty())
    }

    #[track_caller]
    fn is_empty(&self) {
        assert_eq!(self.left(), (Vec::new(), false));
    }
}

fn run(
    work: fn(&Job, &mut task::Progress) -> Result<BackupSummary, Error>,
    job: &Job,
    cancel_at: u64,
) -> Result<BackupSummary, Error> {
    let watch = Arc::new(Watch { cancel_at, ..Watch::default() });
    let mut progress = task::Progress::new(Arc::default(), Arc::clone(&watch) as _);
    *watch.flag.lock().unwrap() = Some(progress.flag());
    work(job, &mut progress)
}

fn bob() -> BareJid {
    BareJid::new("bob@example.net").unwrap()
}

/// A phone with an account, keys, a session of encryption, what waits to be sent, and files.
fn alice() -> (Phone, AccountId) {
    let phone = Phone::new();
    let mut store = Store::open(&phone.store()).unwrap();
    let jid = BareJid::new("alice@example.org").unwrap();
    let new = NewAccount { jid: jid.clone(), connection: ConnectionSettings::default(), device: "d1".into() };
    let account = store.add_account(&new).unwrap().id;
    let identity = Identity::generate(&mut platform::random);
    let keys = phone.keystore();
    for (name, secret) in [
        ("password-d1", &b"hunter2"[..]),
        ("identity-d1", &identity.seed()[..]),
        ("token-d1", b"fast"),
        ("other", b"x"),
    ] {
        keys.save(name, secret).unwrap();
    }
    let mut vault = Vault::new(account, jid, identity, NOON, &mut platform::random);
    let mut list = vault.changes();
    list.push(Change::LoggedIn { best_mechanism: 3, resource: "phone".into() });
    list.push(Change::Omemo(OmemoChange::Sessions(SessionRecord {
        jid: bob(),
        device: 7,
        version: Version::Omemo2,
        fingerprint: "aa".into(),
        bytes: vec![1].into(),
        ed25519: None,
        seen: false,
        begun: true,
    })));
    list.push(Change::Session(Some(ResumableSession {
        id: "sm".into(),
        inbound: 3,
        jid: "alice@example.org/phone".into(),
        location: None,
        max_seconds: None,
        saved: NOON,
    })));
    for text in ["waits", "too"] {
        let payload = Payload::Text { body: text.into(), reply: None, quoted: None, files: Vec::new() };
        list.push(Change::Send { chat: bob(), stanza_id: text.into(), payload });
    }
    store.apply(&Changes { account, now: NOON, catching_up: false, list }).unwrap();
    let files = phone.store().join(FILES);
    fs::create_dir_all(files.join("a folder")).unwrap();
    fs::write(files.join("picture.jpg"), vec![7; 200_000]).unwrap();
    fs::write(files.join("empty"), b"").unwrap();
    (phone, account)
}

#[test]
fn another_phone_has_everything_and_goes_on_as_another_installation() {
    let (old, account) = alice();
    let backup = old.folder.path().join("backup");
    // Somebody has it open.
    let open = Store::open(&old.store()).unwrap();
    let written = old.export(&backup).unwrap();
    assert_eq!((&written.accounts[..], written.files), (&["alice@example.org".to_owned()][..], 2));
    assert_eq!(written.bytes, fs::metadata(&backup).unwrap().len());
    assert!(old.left().0.iter().all(|name| !name.starts_with("larimar.copy")));
    let own = open.omemo_own(account).unwrap().unwrap();

    let new = Phone::new();
    assert_eq!(new.restore(&backup).unwrap(), written);
    assert_eq!(new.left().0.len(), 2, "a database and the folder of files: {:?}", new.left());
    let store = Store::open(&new.store()).unwrap();
    let start = store.session_start(account).unwrap();
    let device = start.account.device.clone();
    assert!(start.resume.is_none() && start.account.resource.is_none() && device != "d1");
    assert_eq!((start.account.jid.as_str(), start.account.best_mechanism), ("alice@example.org", 3));
    let secrets = |name: &str| new.keystore().load(name).unwrap();
    assert_eq!(secrets(&format!("password-{device}")).as_deref(), Some(&b"hunter2"[..]));
    assert_eq!(secrets(&format!("identity-{device}")), old.keystore().load("identity-d1").unwrap());
    for not_ours in ["token-d1", "password-d1", "other", &format!("token-{device}")] {
        assert!(secrets(not_ours).is_none(), "{not_ours}");
    }
    // The archive is asked before anything leaves again.
    assert!(store.outbox(account, 10).unwrap().is_empty());
    assert_eq!(store.unsure(account).unwrap().len(), 2);
    assert!(store.session_keys(account, &bob()).unwrap()[0].stale);
    let restored = store.omemo_own(account).unwrap().unwrap();
    assert!(restored.device == own.device && restored.prekeys != own.prekeys);
    let files = new.store().join(FILES);
    assert_eq!(fs::read(files.join("picture.jpg")).unwrap(), vec![7; 200_000]);
    assert_eq!(fs::read_dir(files).unwrap().count(), 2);
}

#[test]
fn nothing_is_overwritten() {
    let (phone, _) = alice();
    let backup = phone.folder.path().join("backup");
    phone.export(&backup).unwrap();
    let before = phone.left();
    assert_eq!(phone.restore(&backup), Err(Error::StoreExists));
    assert_eq!(phone.left(), before);
    let open = Store::open(&phone.store()).unwrap();
    assert_eq!(phone.restore(&backup), Err(Error::StoreInUse));
    drop(open);
    // Files alone are somebody's as well.
    fs::remove_file(phone.store().join("larimar.db")).unwrap();
    assert_eq!(phone.restore(&backup), Err(Error::StoreExists));
    assert_eq!(fs::read_dir(phone.store().join(FILES)).unwrap().count(), 3);
}

#[test]
fn a_backup_that_is_not_whole_leaves_nothing() {
    let (old, _) = alice();
    let backup = old.folder.path().join("backup");
    old.export(&backup).unwrap();
    let whole = fs::read(&backup).unwrap();
    let new = Phone::new();
    for length in (0..whole.len()).step_by(whole.len() / 20).chain([whole.len() - 1]) {
        fs::write(&backup, &whole[..length]).unwrap();
        assert_eq!(new.restore(&backup), Err(Error::BackupDamaged), "{length}");
        new.is_empty();
    }
    fs::write(&backup, &whole).unwrap();
    let wrong = run(restore::run, &new.job(&backup, "Walrus"), 0);
    assert_eq!(wrong, Err(Error::WrongPassphrase));
    let missing = run(restore::run, &new.job(&old.folder.path().join("nowhere"), "walrus"), 0);
    assert!(matches!(missing, Err(Error::BackupUnusable { .. })), "{missing:?}");
    new.is_empty();
    new.restore(&backup).unwrap();
}

#[test]
fn who_cancels_has_nothing_written_and_nothing_restored() {
    let (old, _) = alice();
    let backup = old.folder.path().join("backup");
    old.export(&backup).unwrap();
    let again = old.folder.path().join("again");
    let new = Phone::new();
    for event in 1..5 {
        assert_eq!(run(export::run, &old.job(&again, "walrus"), event), Err(Error::Cancelled), "{event}");
        assert_eq!(run(restore::run, &new.job(&backup, "walrus"), event), Err(Error::Cancelled), "{event}");
        new.is_empty();
    }
    let names: Vec<_> = fs::read_dir(old.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(old.left().0.iter().all(|name| !name.starts_with("larimar.copy")));
}

/// A backup with these entries behind its manifest.
fn made_up(path: &Path, schema: u64, entries: &[(Kind, &str, &[u8])]) {
    let words = Passphrase::new("walrus").unwrap();
    let mut out = Writer::begin(Vec::new(), &words, Cost::LEAST, &mut platform::random).unwrap();
    let manifest = Manifest { app: "x".into(), time: 0, schema, accounts: Vec::new() };
    for (kind, name, content) in [(Kind::Manifest, "", &manifest.to_bytes()[..])].iter().chain(entries) {
        out.entry(*kind, name).unwrap();
        out.write(content).unwrap();
    }
    fs::write(path, out.finish().unwrap()).unwrap();
}

#[test]
fn a_made_up_backup_writes_nothing_outside_of_its_folder_and_leaves_nothing_inside() {
    let phone = Phone::new();
    let backup = phone.folder.path().join("backup");
    let database = {
        let (old, _) = alice();
        drop(Store::open(&old.store()).unwrap());
        fs::read(old.store().join("larimar.db")).unwrap()
    };
    let good = (Kind::Database, "", &database[..]);
    let schema = schema_version();
    let refused = |schema: u64, entries: &[(Kind, &str, &[u8])], error: Error| {
        made_up(&backup, schema, entries);
        assert_eq!(phone.restore(&backup), Err(error), "{:?}", entries.iter().map(|entry| entry.1).collect::<Vec<_>>());
        phone.is_empty();
    };
    for name in ["../../x", "..", "/tmp/larimar-x", "a/b", "", "a\\b"] {
        refused(schema, &[good, (Kind::File, name, b"x")], Error::BackupDamaged);
    }
    refused(schema, &[good, (Kind::File, "twice", b"x"), (Kind::File, "twice", b"y")], Error::BackupDamaged);
    refused(schema, &[good, good], Error::BackupDamaged);
    refused(schema, &[good, (Kind::Manifest, "", b"{}")], Error::BackupDamaged);
    refused(schema, &[good, (Kind::Secret, "x", &vec![0; 70_000])], Error::BackupDamaged);
    refused(schema, &[(Kind::File, "no database", b"x")], Error::BackupDamaged);
    refused(schema, &[(Kind::Database, "", &[0x5a; 8192])], Error::BackupDamaged);
    refused(schema + 1, &[good], Error::BackupTooNew);
    made_up(&backup, schema, &[good, (Kind::File, "good", b"x")]);
    phone.restore(&backup).unwrap();
}

#[test]
fn what_a_killed_restore_left_is_forgotten_or_finished() {
    let (old, account) = alice();
    let backup = old.folder.path().join("backup");
    old.export(&backup).unwrap();
    // Before it was whole: a folder, and some of the secrets.
    let new = Phone::new();
    let beside = new.store().join("restoring");
    let half = || {
        fs::create_dir_all(beside.join(FILES)).unwrap();
        fs::write(beside.join("larimar.db"), b"half").unwrap();
        fs::write(beside.join("names"), "password-x\nidentity-x\n").unwrap();
        new.keystore().save("password-x", b"secret").unwrap();
    };
    half();
    drop(Store::open(&new.store()).unwrap());
    restore::forget_interrupted(&new.store(), &new.keystore()).unwrap();
    assert_eq!(new.left(), (vec!["larimar.db".to_owned()], false));
    fs::remove_dir_all(new.store()).unwrap();
    half();
    new.restore(&backup).unwrap();
    assert!(!beside.exists() && new.keystore().load("password-x").unwrap().is_none());
    // Afterwards: nothing was moved yet, or the files were.
    for moved in [false, true] {
        let restored = new.store().join("restored");
        fs::create_dir(&restored).unwrap();
        fs::rename(new.store().join("larimar.db"), restored.join("larimar.db")).unwrap();
        if !moved {
            fs::rename(new.store().join(FILES), restored.join(FILES)).unwrap();
        }
        let store = Store::open(&new.store()).unwrap();
        assert_eq!(store.unsure(account).unwrap().len(), 2);
        assert_eq!(fs::read_dir(new.store().join(FILES)).unwrap().count(), 2);
        assert!(!restored.exists());
    }
}

#[test]
fn a_copy_that_a_killed_export_left_goes_with_the_next_opening() {
    let (phone, _) = alice();
    let copy = phone.store().join("larimar.copy-1");
    fs::write(&copy, b"secrets").unwrap();
    drop(Store::open(&phone.store()).unwrap());
    assert!(!copy.exists());
}
