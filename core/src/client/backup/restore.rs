//! Making a store of a backup: beside the place where it will be, until it is whole.

use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::task::{BackupSummary, Progress};
use super::{Job, of_file};
use crate::backup::{Kind, Manifest, Reader, is_file_name};
use crate::client::Error;
use crate::client::session;
use crate::model::account::Account;
use crate::model::changes::Changes;
use crate::omemo::Identity;
use crate::platform::{self, Keystore};
use crate::sorted::Map;
use crate::store::{FILES, Restoring, Store, StoreError, remove_folder, restoring, schema_version};
use crate::sync::omemo::Vault;

/// How much is written at once, in bytes.
const PIECE: usize = 64 << 10;
/// The longest secret, in bytes, and how many there are at most.
const LONGEST_SECRET: usize = 64 << 10;
const MOST_SECRETS: usize = 2_000;
/// The database's name, as the store has it.
const DATABASE: &str = "larimar.db";
/// The names of the secrets that were put into the keystore, beside the store: whoever cleans up knows what to forget.
const NAMES: &str = "names";

type Secrets = Map<String, Zeroizing<Vec<u8>>>;

pub(super) fn run(job: &Job, progress: &mut Progress) -> Result<BackupSummary, Error> {
    let place = Restoring::begin(&job.folder)?;
    let beside = place.beside();
    forget_secrets(&beside, &*job.keystore)?;
    place.clear()?;
    let restored = restore(job, &beside, progress).and_then(|summary| {
        place.commit()?;
        Ok(summary)
    });
    if restored.is_err() && forget_secrets(&beside, &*job.keystore).is_ok() {
        place.abandon();
    }
    restored
}

/// A process that was killed while it restored has left a folder and, in the keystore, secrets. Whoever has the store's lease may
/// remove them.
pub(in crate::client) fn forget_interrupted(folder: &Path, keystore: &dyn Keystore) -> Result<(), Error> {
    let beside = restoring(folder);
    forget_secrets(&beside, keystore)?;
    Ok(remove_folder(&beside)?)
}

fn forget_secrets(beside: &Path, keystore: &dyn Keystore) -> Result<(), Error> {
    let names = match fs::read_to_string(beside.join(NAMES)) {
        Ok(names) => names,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::from(error).into()),
    };
    // The last line may be cut off: its secret was not saved then.
    names.lines().try_for_each(|name| Ok(keystore.remove(name)?))
}

fn restore(job: &Job, beside: &Path, progress: &mut Progress) -> Result<BackupSummary, Error> {
    let file = File::open(&job.file).map_err(|error| of_file(&error))?;
    let bytes = file.metadata().map_err(|error| of_file(&error))?.len();
    progress.of(bytes);
    let mut reader = Reader::open(BufReader::with_capacity(PIECE, file), &job.passphrase)?;
    progress.check()?;
    let manifest = manifest(&mut reader)?;
    let (secrets, files) = unpack(&mut reader, beside, progress)?;
    let mut store = Store::open(beside).map_err(of_content)?;
    let accounts = store.accounts().map_err(of_content)?;
    let mut kept = Secrets::new();
    for account in &accounts {
        begin_anew(&mut store, account, &secrets, &mut kept)?;
    }
    // The last connection moves the log into the database when it is closed.
    drop(store);
    let names: String = kept.keys().map(|name| format!("{name}\n")).collect();
    write_file(&beside.join(NAMES), |file| Ok(file.write_all(names.as_bytes()).map_err(StoreError::from)?))?;
    progress.check()?;
    for (name, secret) in &kept {
        job.keystore.save(name, secret)?;
    }
    let accounts = accounts.iter().map(|account| account.jid.to_string()).collect();
    Ok(BackupSummary { accounts, files, bytes, time_ms: manifest.time / 1000 })
}

fn manifest(reader: &mut Reader<BufReader<File>>) -> Result<Manifest, Error> {
    let first = reader.entry()?;
    if !first.is_some_and(|entry| entry.kind == Kind::Manifest) {
        return Err(Error::BackupDamaged);
    }
    let manifest = Manifest::from_bytes(&reader.read_all(Manifest::MOST)?)?;
    if manifest.schema > schema_version() { Err(Error::BackupTooNew) } else { Ok(manifest) }
}

/// Writes the database and the files into a folder. Everything was verified when it is written, and all of it when this returns.
fn unpack(
    reader: &mut Reader<BufReader<File>>,
    beside: &Path,
    progress: &mut Progress,
) -> Result<(Secrets, u64), Error> {
    let (mut secrets, mut files, mut has_database) = (Secrets::new(), 0, false);
    while let Some(entry) = reader.entry()? {
        match entry.kind {
            Kind::Secret if secrets.len() < MOST_SECRETS => {
                secrets.insert(entry.name, reader.read_all(LONGEST_SECRET)?);
            }
            Kind::Database if !has_database => {
                has_database = true;
                copy_out(reader, &beside.join(DATABASE), progress)?;
            }
            Kind::File if is_file_name(&entry.name) => {
                copy_out(reader, &beside.join(FILES).join(&entry.name), progress)?;
                files += 1;
            }
            _ => return Err(Error::BackupDamaged),
        }
    }
    if has_database { Ok((secrets, files)) } else { Err(Error::BackupDamaged) }
}

fn copy_out(reader: &mut Reader<BufReader<File>>, path: &Path, progress: &mut Progress) -> Result<(), Error> {
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    write_file(path, |file| {
        loop {
            let length = reader.read(&mut piece)?;
            if length == 0 {
                return Ok(());
            }
            file.write_all(&piece[..length]).map_err(StoreError::from)?;
            progress.add(length)?;
        }
    })
}

/// Writes a file that is not there yet; it is on the disk when this returns.
fn write_file(path: &Path, write: impl FnOnce(&mut File) -> Result<(), Error>) -> Result<(), Error> {
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        // Two entries of one name.
        ErrorKind::AlreadyExists => Error::BackupDamaged,
        _ => StoreError::from(error).into(),
    })?;
    write(&mut file)?;
    Ok(file.sync_all().map_err(StoreError::from)?)
}

/// What is wrong with the database of a backup.
fn of_content(error: StoreError) -> Error {
    match error {
        StoreError::TooNew => Error::BackupTooNew,
        StoreError::Damaged { .. } => Error::BackupDamaged,
        other => other.into(),
    }
}

/// An account goes on as another installation of the same device.
fn begin_anew(store: &mut Store, account: &Account, secrets: &Secrets, kept: &mut Secrets) -> Result<(), Error> {
    let device = platform::uuid();
    store.account_restored(account.id, &device).map_err(of_content)?;
    let mut keep = |from: String, to: String| {
        let secret = secrets.get(&from);
        secret.into_iter().for_each(|secret| drop(kept.insert(to.clone(), secret.clone())));
        secret
    };
    keep(session::password_name(&account.device), session::password_name(&device));
    let seed = keep(session::identity_name(&account.device), session::identity_name(&device));
    let identity = seed.and_then(|seed| Some(Identity::from_seed(seed.as_slice().try_into().ok()?)));
    let own = store.omemo_own(account.id).map_err(of_content)?;
    let vault = identity.zip(own).map(|(identity, own)| Vault::load(account.id, account.jid.clone(), identity, &own));
    // Without a whole device the first session makes a new one.
    if let Some(Ok(mut vault)) = vault {
        let now = platform::now();
        vault.renew(now, &mut platform::random);
        store.apply(&Changes { account: account.id, now, catching_up: true, list: vault.changes() })?;
    }
    Ok(())
}
