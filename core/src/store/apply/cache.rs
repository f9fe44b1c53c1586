//! Caches that stay bounded: what was used least recently goes first.

use rusqlite::{Connection, params};

use super::step::Step;
use crate::model::contact::Avatar;
use crate::store::Result;

/// Bytes of avatars that are kept.
const AVATARS: i64 = 20 << 20;
/// Bytes of capabilities that are kept.
const CAPABILITIES: i64 = 2 << 20;

impl Step<'_> {
    /// An avatar's bytes. One that is larger than the whole cache is not kept.
    pub(super) fn avatar_image(&mut self, avatar: &Avatar) -> Result<()> {
        let size = i64::try_from(avatar.bytes.len()).unwrap_or(i64::MAX);
        if size > AVATARS {
            return Ok(());
        }
        let sql = "INSERT INTO avatar (hash, media_type, bytes, size, used)
                   VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(used), 0) + 1 FROM avatar))
                   ON CONFLICT (hash) DO UPDATE SET used = excluded.used";
        self.db.prepare_cached(sql)?.execute(params![avatar.hash, avatar.media_type, avatar.bytes, size])?;
        self.applied.contacts = true;
        evict(self.db, "avatar", AVATARS)
    }

    /// What a capabilities hash stands for.
    pub(super) fn capabilities(&mut self, key: &str, info: &str) -> Result<()> {
        let size = i64::try_from(info.len()).unwrap_or(i64::MAX);
        if size > CAPABILITIES {
            return Ok(());
        }
        let sql = "INSERT INTO capability (key, info, size, used)
                   VALUES (?1, ?2, ?3, (SELECT coalesce(max(used), 0) + 1 FROM capability))
                   ON CONFLICT (key) DO UPDATE SET info = excluded.info, size = excluded.size, used = excluded.used";
        self.db.prepare_cached(sql)?.execute(params![key, info, size])?;
        evict(self.db, "capability", CAPABILITIES)
    }
}

/// Removes what was used before the newest rows that fit.
fn evict(db: &Connection, table: &str, limit: i64) -> Result<()> {
    let mut newest = db.prepare_cached(&format!("SELECT used, size FROM {table} ORDER BY used DESC"))?;
    let mut rows = newest.query([])?;
    let mut total = 0_i64;
    while let Some(row) = rows.next()? {
        total = total.saturating_add(row.get("size")?);
        if total > limit {
            let sql = format!("DELETE FROM {table} WHERE used <= ?1");
            db.prepare_cached(&sql)?.execute([row.get::<_, i64>("used")?])?;
            break;
        }
    }
    Ok(())
}
