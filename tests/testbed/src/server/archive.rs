//! What a server's archive (XEP-0313) holds, read from its SQLite file: the truth that the fault tests compare with.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Server, split};
use crate::error::Result;

/// One message of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The archive's id for it (XEP-0359's stanza id).
    pub id: String,
    /// The bare address of the other side.
    pub with: String,
    /// The stanza.
    pub xml: String,
}

const PROSODY: &str = "SELECT key, with, value FROM prosodyarchive \
    WHERE user = ?1 AND host = ?2 AND store = 'archive' ORDER BY sort_id";
const EJABBERD: &str = "SELECT timestamp, bare_peer, xml FROM archive WHERE username = ?1 ORDER BY timestamp, id";

impl Server {
    /// The account's archive, oldest first, as it is now on the disk of the running (or stopped) server.
    pub fn archive(&self, account: &str) -> Result<Vec<Archived>> {
        let (user, domain) = split(account)?;
        let file = self.database(domain);
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        let prosody = self.kind.is_prosody();
        let mut statement = connection.prepare(if prosody { PROSODY } else { EJABBERD })?;
        let parameters: &[&str] = if prosody { &[user, domain] } else { &[user] };
        let rows = statement.query_map(rusqlite::params_from_iter(parameters), |row| {
            let id = if prosody { row.get(0)? } else { row.get::<_, i64>(0)?.to_string() };
            Ok(Archived { id, with: row.get(1)?, xml: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Makes the databases before the server does, so that they can be read while it writes: in SQLite's usual mode a server that
    /// meets a reader gives its change up, and says for instance that an account exists.
    pub(super) fn prepare_databases(&self) -> Result<()> {
        for domain in self.domains() {
            Connection::open(self.database(domain))?.pragma_update(None, "journal_mode", "WAL")?;
        }
        Ok(())
    }

    fn database(&self, domain: &str) -> PathBuf {
        let data = self.folder.join("data");
        if self.kind.is_prosody() { data.join("prosody.sqlite") } else { data.join(format!("{domain}.sqlite")) }
    }
}
