//! Files of messages: stored with their message, and gone with it.

use rusqlite::{OptionalExtension as _, params};

use super::step::Step;
use crate::model::attachment::{Attachment, FileProblem, Source, Wanted};
use crate::model::changes::FileChange;
use crate::model::ids::{ChatId, FileId, OutboxId};
use crate::store::Result;
use crate::store::codes::Code as _;

impl Step<'_> {
    /// Stores the files of a new message.
    pub(super) fn insert_files(&self, message: i64, files: &[Attachment]) -> Result<Vec<FileId>> {
        let sql =
            "INSERT INTO file (message, name, media_type, size, sha256, sha512, width, height, duration, description,
                   blurhash, preview, path)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let mut ids = Vec::with_capacity(files.len());
        for file in files {
            self.db.prepare_cached(sql)?.execute(params![
                message,
                file.name,
                file.media_type,
                file.expected.size.map(number),
                file.expected.sha256,
                file.expected.sha512.as_ref().map(|hash| &hash[..]),
                file.width,
                file.height,
                file.duration.map(number),
                file.description,
                file.blurhash,
                file.preview,
                file.path,
            ])?;
            let id = FileId(self.db.last_insert_rowid());
            if let Some(source) = &file.source {
                self.place(id, Some(source))?;
            }
            self.keep(file.path.as_deref())?;
            ids.push(id);
        }
        let count = i64::try_from(files.len()).unwrap_or(i64::MAX);
        self.db.prepare_cached("UPDATE message SET files = ?2 WHERE id = ?1")?.execute(params![message, count])?;
        Ok(ids)
    }

    /// Where a file lies on the web; None: nowhere.
    fn place(&self, file: FileId, source: Option<&Source>) -> Result<()> {
        let sql =
            "UPDATE file SET url = ?2, cipher = ?3, key = ?4, iv = ?5, encrypted_size = ?6, encrypted_sha256 = ?7,
                   encrypted_sha512 = ?8, problem = NULL WHERE id = ?1";
        let key = source.and_then(|source| source.key.as_ref());
        let encrypted = source.map(|source| &source.encrypted);
        self.db.prepare_cached(sql)?.execute(params![
            file.0,
            source.map(|source| source.url.as_str()),
            key.map(|key| key.cipher().code()),
            key.map(|key| key.key()),
            key.map(|key| key.iv()),
            encrypted.and_then(|encrypted| encrypted.size).map(number),
            encrypted.and_then(|encrypted| encrypted.sha256),
            encrypted.and_then(|encrypted| encrypted.sha512.as_ref()).map(|hash| &hash[..]),
        ])?;
        Ok(())
    }

    /// A name in the folder is in use, and so are its bytes.
    fn keep(&self, path: Option<&str>) -> Result<()> {
        self.db.prepare_cached("DELETE FROM file_gone WHERE path = ?1")?.execute([path])?;
        Ok(())
    }

    /// Something became of a file. Of one that went with its message, nothing is kept.
    pub(super) fn file(&mut self, file: FileId, change: &FileChange) -> Result<()> {
        let sql = "SELECT message.id, message.chat FROM file JOIN message ON message.id = file.message
                   WHERE file.id = ?1 AND message.account = ?2";
        let found = self
            .db
            .prepare_cached(sql)?
            .query_row(params![file.0, self.account.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        let Some((message, chat)) = found.optional()? else {
            if let FileChange::Here { path, .. } = change {
                let sql = "INSERT OR IGNORE INTO file_gone (path)
                           SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM file WHERE path = ?1)";
                self.applied.files_gone |= self.db.prepare_cached(sql)?.execute([path])? > 0;
            }
            return Ok(());
        };
        match change {
            FileChange::Wanted { asked: true } => self.set_wanted(file, Wanted::Asked)?,
            FileChange::Wanted { asked: false } => self.set_wanted(file, Wanted::ByItself)?,
            FileChange::Unwanted => self.set_wanted(file, Wanted::No)?,
            FileChange::Placed(source) => {
                self.place(file, Some(source))?;
                self.applied.outbox = true;
            }
            FileChange::Unplaced => {
                self.place(file, None)?;
                self.applied.outbox = true;
            }
            FileChange::Here { path, seen } => {
                let sql = "UPDATE file SET path = ?2, size = ?3, media_type = coalesce(media_type, ?4),
                           width = coalesce(width, ?5), height = coalesce(height, ?6), duration = coalesce(duration, ?7),
                           wanted = 0, problem = NULL WHERE id = ?1";
                let (width, height) = seen.pixels.unzip();
                let duration = seen.duration.map(number);
                let parameters = params![file.0, path, number(seen.size), seen.media_type, width, height, duration];
                self.db.prepare_cached(sql)?.execute(parameters)?;
                self.keep(Some(path))?;
            }
            FileChange::Problem(problem) => {
                // What may pass is tried again by itself.
                let sql = "UPDATE file SET problem = ?2, wanted = wanted * ?3 WHERE id = ?1";
                let passes = *problem == FileProblem::Unreachable;
                self.db.prepare_cached(sql)?.execute(params![file.0, problem.code(), passes])?;
            }
            FileChange::Failed(reason) => {
                let sql = "SELECT id FROM outbox WHERE message = ?1";
                if let Some(item) = self.number(sql, [message])? {
                    self.failed(OutboxId(item), *reason)?;
                }
            }
        }
        self.show(message, ChatId(chat));
        Ok(())
    }

    /// What a person asked for stays asked for.
    fn set_wanted(&self, file: FileId, wanted: Wanted) -> Result<()> {
        let sql = "UPDATE file SET wanted = iif(?2 > 0, max(wanted, ?2), 0), problem = iif(?2 > 0, NULL, problem)
                   WHERE id = ?1 AND path IS NULL";
        self.db.prepare_cached(sql)?.execute(params![file.0, wanted.code()])?;
        Ok(())
    }

    /// A message was taken back: its files go.
    pub(super) fn forget_files(&self, message: i64) -> Result<()> {
        self.db.prepare_cached("DELETE FROM file WHERE message = ?1")?.execute([message])?;
        self.db.prepare_cached("UPDATE message SET files = 0 WHERE id = ?1 AND files > 0")?.execute([message])?;
        Ok(())
    }
}

/// A size as SQLite keeps numbers; what is larger than that is as large as that.
fn number(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
