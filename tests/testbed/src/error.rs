//! What can go wrong in the testbed.

use std::io;

/// What every fallible call of the testbed answers with.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something real could not be started or asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program or folder that `cargo xtask setup` installs is not there.
    #[error("{what} is missing: run `cargo xtask setup {part}`")]
    Missing {
        /// What was looked for.
        what: String,
        /// The part of the setup that installs it.
        part: &'static str,
    },
    /// It was started and does not answer; with the end of what it logged.
    #[error("{what} does not answer: {why}\n{log}")]
    NotReady {
        /// Which server or peer.
        what: String,
        /// What was waited for in vain.
        why: String,
        /// The last lines of its logs.
        log: String,
    },
    /// It answers, and refuses what was asked of it.
    #[error("{what} refuses: {answer}")]
    Refused {
        /// Who was asked for what.
        what: String,
        /// Its answer.
        answer: String,
    },
    /// What was waited for did not come in time.
    #[error("waited in vain for {0}")]
    TimedOut(String),
    /// A file, a process or a socket.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// A server's archive cannot be read.
    #[error("the archive cannot be read: {0}")]
    Archive(#[from] rusqlite::Error),
    /// A certificate cannot be made.
    #[error("no certificate: {0}")]
    Certificate(#[from] rcgen::Error),
}

/// Says what was being done when the system refused.
pub(crate) trait Context<T> {
    /// Adds what was being done.
    fn context(self, what: impl Into<String>) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|source| Error::Io { what: what.into(), source })
    }
}
