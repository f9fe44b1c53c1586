//! The folder of files: taken in, settled under the name of their contents, given out, and removed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::destination;
use super::intake::{self, Taken};
use crate::client::Error;
use crate::client::engine::Engine;
use crate::file::name;
use crate::file::picture::{self, Limits};
use crate::model::attachment::Wanted;
use crate::model::ids::{AccountId, FileId, MessageId};
use crate::platform::{self, task};
use crate::store::FILES;

/// How many names are tried where one is taken.
const MOST_NAMES: u32 = 1000;

impl Engine {
    /// The folder of files.
    pub(super) fn files_folder(&self) -> PathBuf {
        Path::new(&self.options.folder).join(FILES)
    }

    /// Takes a file in and stores a message with it to be sent. Pictures become upright, of a sensible size, and silent about
    /// where they were taken, unless they are to go as they are. A caption follows as a message of its own.
    pub async fn send_file(
        self: &Rc<Self>,
        account: AccountId,
        peer: &str,
        path: PathBuf,
        caption: Option<String>,
        as_it_is: bool,
    ) -> Result<MessageId, Error> {
        let (chat, body) = destination(peer, caption)?;
        let folder = self.files_folder();
        let taken = task::aside(move || take_in(&path, &folder, as_it_is)).await.map_err(|_| Error::Closed)??;
        let (taken, place) = taken;
        self.settle(&place, &taken.digest_name).map_err(|error| intake::io_error(&error))?;
        self.send_taken(account, chat, body, taken)
    }

    /// A file that was written beside the others gets the name of its contents: what is sent or comes twice is kept once. This
    /// and the commit that follows are one step: nothing removes the file in between.
    pub(super) fn settle(&self, from: &Path, name: &str) -> std::io::Result<()> {
        fs::rename(from, self.files_folder().join(name))
    }

    pub(super) fn remove_unless_used(&self, path: &str) {
        if matches!(self.store.borrow().has_path(path), Ok(false)) {
            // What stays behind is removed at the next start.
            let _ = fs::remove_file(self.files_folder().join(path));
        }
    }

    /// Removes what a process before this one left in the folder: half files of messages that are gone, files that no message
    /// ever had. What may go on is kept.
    pub(in crate::client::engine) fn tidy_files(&self) {
        self.remove_gone_files();
        let Ok(entries) = fs::read_dir(self.files_folder()) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_used = match unfinished(&name) {
                Some(file) => self.store.borrow().file(file).is_ok_and(|file| file.file.wanted != Wanted::No),
                None => self.store.borrow().has_path(&name).unwrap_or(true),
            };
            if !is_used {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Gives a copy of a message's file to a place outside: a file of that name, or, if that is a folder, one in it whose name is
    /// the file's own as far as that is safe. Returns where it is, and its size in bytes.
    pub async fn save_file(self: &Rc<Self>, message: MessageId, to: PathBuf) -> Result<(PathBuf, u64), Error> {
        let found = self.fetch_files(message).await?.into_iter().next().ok_or(Error::NoSuchMessage)?;
        let file = found.file.file;
        let from = self.files_folder().join(file.path.as_deref().unwrap_or_default());
        let safe = name::safe(file.name.as_deref(), file.media_type.as_deref());
        let copy = move || copy_out(&from, to, &safe);
        task::aside(copy).await.map_err(|_| Error::Closed)?
    }
}

/// Which file a name of one that is not whole belongs to.
fn unfinished(name: &str) -> Option<FileId> {
    name.strip_prefix("incoming-")?.split('.').next()?.parse().ok().map(FileId)
}

/// Copies a file into the folder of files: what it is, and where it lies for now.
fn take_in(source: &Path, folder: &Path, as_it_is: bool) -> Result<(Taken, PathBuf), Error> {
    let mut disk = File::open(source).map_err(|_| Error::FileUnreadable)?;
    if !disk.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(Error::FileUnreadable);
    }
    let said = source.file_name().map(|name| name.to_string_lossy());
    let wrong = |error| intake::io_error(&error);
    fs::create_dir_all(folder).map_err(wrong)?;
    let place = folder.join(format!("outgoing-{}", platform::uuid()));
    let mut out = File::create(&place).map_err(wrong)?;
    let prepare = (!as_it_is).then_some(|bytes: &[u8]| picture::prepare(bytes, Limits::default()));
    let taken = intake::take(&mut disk, said.as_deref(), prepare, &mut out);
    let taken = taken.and_then(|taken| out.sync_all().map(|()| taken).map_err(wrong));
    if taken.is_err() {
        // What stays behind is removed at the next start.
        let _ = fs::remove_file(&place);
    }
    Ok((taken?, place))
}

/// Copies a file to a place outside. If that is a folder, to this name in it, or one like it that is free.
fn copy_out(from: &Path, to: PathBuf, safe: &str) -> Result<(PathBuf, u64), Error> {
    let mut source = File::open(from).map_err(|_| Error::FileUnreadable)?;
    let (place, mut out) = if to.is_dir() {
        free_place(&to, safe)?
    } else {
        let out = File::create(&to).map_err(|error| intake::io_error(&error))?;
        (to, out)
    };
    let copied = io::copy(&mut source, &mut out).and_then(|bytes| out.sync_all().map(|()| bytes));
    match copied {
        Ok(bytes) => Ok((place, bytes)),
        Err(error) => {
            // Half a file is none.
            let _ = fs::remove_file(&place);
            Err(intake::io_error(&error))
        }
    }
}

fn free_place(folder: &Path, safe: &str) -> Result<(PathBuf, File), Error> {
    for number in 1..MOST_NAMES {
        let name = if number == 1 { safe.to_owned() } else { name::numbered(safe, number) };
        let place = folder.join(name);
        match File::options().write(true).create_new(true).open(&place) {
            Ok(out) => return Ok((place, out)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(intake::io_error(&error)),
        }
    }
    Err(Error::StoreUnusable { detail: io::ErrorKind::AlreadyExists.to_string() })
}

#[cfg(test)]
mod disk_tests;
