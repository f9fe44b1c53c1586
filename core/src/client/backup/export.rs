//! Writing a backup while the app goes on: of a copy of the database as it is at one moment, and of the files beside it.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::task::{BackupSummary, Progress};
use super::{Job, of_file};
use crate::backup::{Kind, Manifest, Writer, is_file_name};
use crate::client::Error;
use crate::client::session;
use crate::platform;
use crate::store::{FILES, StoreCopy, StoreError, schema_version};

/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;

type Out = Writer<BufWriter<File>>;

/// Writes beside the file and renames: a backup that is there is whole.
pub(super) fn run(job: &Job, progress: &mut Progress) -> Result<BackupSummary, Error> {
    let mut part = job.file.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write(job, &part, progress).and_then(|summary| {
        fs::rename(&part, &job.file).map_err(|error| of_file(&error))?;
        Ok(summary)
    });
    if written.is_err() {
        // It may not be there. Half of a backup is of no use to anybody.
        let _ = fs::remove_file(&part);
    }
    written
}

fn write(job: &Job, part: &Path, progress: &mut Progress) -> Result<BackupSummary, Error> {
    let now = platform::now();
    let copy = StoreCopy::make(&job.folder, &platform::uuid(), progress.flag());
    progress.check()?;
    let copy = copy?;
    let accounts = copy.accounts()?;
    let addresses: Vec<String> = accounts.iter().map(|account| account.jid.to_string()).collect();
    let files = files(&job.folder.join(FILES))?;
    let length = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    progress.of(length(copy.path()) + files.iter().map(|(_, path)| length(path)).sum::<u64>());

    let out = File::create(part).map_err(|error| of_file(&error))?;
    let mut out = Writer::begin(BufWriter::new(out), &job.passphrase, job.cost, &mut platform::random)?;
    let app = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { app, time: now, schema: schema_version(), accounts: addresses.clone() };
    out.entry(Kind::Manifest, "")?;
    out.write(&manifest.to_bytes())?;
    for account in &accounts {
        // What opens the account, and what makes this device the one that others know. A token (FAST) belongs to an
        // installation, and the server may forget it when it sees it from two.
        for name in [session::password_name(&account.device), session::identity_name(&account.device)] {
            if let Some(secret) = job.keystore.load(&name)?.map(Zeroizing::new) {
                out.entry(Kind::Secret, &name)?;
                out.write(&secret)?;
            }
        }
    }
    out.entry(Kind::Database, "")?;
    copy_in(&mut out, copy.path(), progress)?;
    let mut count = 0;
    for (name, path) in files {
        // One that went meanwhile was removed with its message.
        if path.exists() {
            out.entry(Kind::File, &name)?;
            copy_in(&mut out, &path, progress)?;
            count += 1;
        }
    }
    let file = out.finish()?.into_inner().map_err(|error| of_file(error.error()))?;
    file.sync_all().map_err(|error| of_file(&error))?;
    let bytes = file.metadata().map_err(|error| of_file(&error))?.len();
    Ok(BackupSummary { accounts: addresses, files: count, bytes, time_ms: now / 1000 })
}

/// The regular files in a folder, with their names.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().filter(|name| is_file_name(name));
        match name {
            Some(name) if entry.file_type()?.is_file() => files.push((name, entry.path())),
            _ => log::warn!("something that is no file of a message is left out of the backup"),
        }
    }
    files.sort();
    Ok(files)
}

/// Puts a file's content into the entry, as long as it is now.
fn copy_in(out: &mut Out, path: &Path, progress: &mut Progress) -> Result<(), Error> {
    let mut file = File::open(path).map_err(StoreError::from)?;
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    loop {
        let length = file.read(&mut piece).map_err(StoreError::from)?;
        if length == 0 {
            return Ok(());
        }
        out.write(&piece[..length])?;
        progress.add(length)?;
    }
}
