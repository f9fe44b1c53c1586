//! Files of messages.

use rusqlite::{Row, params};

use super::Queries;
use crate::model::attachment::{Attachment, FileOf, Source, StoredFile, Wanted};
use crate::model::file::{Cipher, Expected, FileKey, FileUrl};
use crate::model::ids::{AccountId, ChatId, FileId, MessageId};
use crate::store::codes::Code;
use crate::store::{Result, StoreError};

/// What [`read`] reads, and whose it is.
const FILE: &str = "SELECT f.id, f.name, f.media_type, f.size, f.sha256, f.sha512, f.width, f.height, f.duration,
    f.description, f.blurhash, f.preview, f.url, f.cipher, f.key, f.iv, f.encrypted_size, f.encrypted_sha256,
    f.encrypted_sha512, f.path, f.problem, m.account, m.chat, m.id, f.wanted
    FROM file f JOIN message m ON m.id = f.message";

impl Queries {
    /// The files of a message, in its order.
    pub(super) fn files_of(&self, message: i64) -> Result<Vec<StoredFile>> {
        let found = self.files(&format!("{FILE} WHERE f.message = ?1 ORDER BY f.id"), params![message])?;
        Ok(found.into_iter().map(|found| found.file).collect())
    }

    /// One file.
    ///
    /// # Errors
    /// [`StoreError::NoSuchMessage`] if its message has gone.
    pub fn file(&self, id: FileId) -> Result<FileOf> {
        let found = self.files(&format!("{FILE} WHERE f.id = ?1"), params![id.0])?;
        found.into_iter().next().ok_or(StoreError::NoSuchMessage)
    }

    /// Files of an account's queued messages that have no place on the web yet, in the order of the outbox.
    ///
    /// # Errors
    /// Those of reading.
    pub fn files_to_upload(&self, account: AccountId, limit: u32) -> Result<Vec<FileOf>> {
        let sql = format!(
            "{FILE} JOIN outbox ON outbox.message = m.id WHERE outbox.account = ?1 AND f.url IS NULL
             ORDER BY outbox.id, f.id LIMIT ?2"
        );
        self.files(&sql, params![account.0, limit])
    }

    /// Files of an account that somebody waits for.
    ///
    /// # Errors
    /// Those of reading.
    pub fn files_wanted(&self, account: AccountId) -> Result<Vec<FileOf>> {
        let sql = format!("{FILE} WHERE f.wanted > 0 AND f.path IS NULL AND m.account = ?1 ORDER BY f.id");
        self.files(&sql, params![account.0])
    }

    /// Names in the folder of files that no message has any more.
    ///
    /// # Errors
    /// Those of reading.
    pub fn files_gone(&self) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached("SELECT path FROM file_gone")?;
        let paths = statement.query_map([], |row| row.get(0))?;
        Ok(paths.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a message has a file of this name in the folder.
    ///
    /// # Errors
    /// Those of reading.
    pub fn has_path(&self, path: &str) -> Result<bool> {
        Ok(self.db.prepare_cached("SELECT 1 FROM file WHERE path = ?1")?.exists([path])?)
    }

    fn files(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<FileOf>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

/// Reads a row of [`FILE`].
fn read(row: &Row) -> Result<FileOf> {
    let url: Option<String> = row.get(12)?;
    let source = match url.as_deref().and_then(FileUrl::parse) {
        Some(url) => Some(Source {
            url,
            key: key(row)?,
            encrypted: Expected { size: size(row, 16)?, sha256: hash(row, 17)?, sha512: hash(row, 18)? },
        }),
        None => None,
    };
    let file = Attachment {
        name: row.get(1)?,
        media_type: row.get(2)?,
        expected: Expected { size: size(row, 3)?, sha256: hash(row, 4)?, sha512: hash(row, 5)? },
        width: row.get(6)?,
        height: row.get(7)?,
        duration: size(row, 8)?,
        description: row.get(9)?,
        blurhash: row.get(10)?,
        preview: row.get(11)?,
        source,
        path: row.get(19)?,
    };
    let problem = row.get::<_, Option<i64>>(20)?.map(Code::from_code).transpose()?;
    Ok(FileOf {
        account: AccountId(row.get(21)?),
        chat: ChatId(row.get(22)?),
        message: MessageId(row.get(23)?),
        file: StoredFile { id: FileId(row.get(0)?), file, problem, wanted: Wanted::from_code(row.get(24)?)? },
    })
}

fn key(row: &Row) -> Result<Option<FileKey>> {
    let Some(cipher) = row.get::<_, Option<i64>>(13)? else { return Ok(None) };
    let cipher = Cipher::from_code(cipher)?;
    let bytes = |at| row.get::<_, Vec<u8>>(at).map(zeroize::Zeroizing::new);
    let key = FileKey::new(cipher, &bytes(14)?, &bytes(15)?);
    let key = key.ok_or_else(|| StoreError::Damaged { detail: "the key of a file".to_owned() })?;
    Ok(Some(key))
}

fn size(row: &Row, at: usize) -> Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(i64::unsigned_abs))
}

fn hash<const N: usize>(row: &Row, at: usize) -> Result<Option<[u8; N]>> {
    Ok(row.get::<_, Option<Vec<u8>>>(at)?.and_then(|bytes| bytes.try_into().ok()))
}
