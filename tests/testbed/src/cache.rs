//! Where slow things are kept between runs: the folder that `cargo xtask setup` fills and the tests use.

use std::env;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// The folder for everything that is slow to make: `LARIMAR_CACHE`, else `larimar` in the user's cache folder.
pub fn cache_folder() -> PathBuf {
    let own = env::var_os("LARIMAR_CACHE").map(PathBuf::from);
    let users = || env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    own.unwrap_or_else(|| users().or_else(home).unwrap_or_else(env::temp_dir).join("larimar"))
}

/// The root of a Debian 13 with the newer servers in it.
pub fn debian13_root() -> PathBuf {
    cache_folder().join("debian13")
}

/// The Python that has slixmpp.
pub fn peers_python() -> PathBuf {
    cache_folder().join("peers/bin/python")
}

/// The path, if it is there; else an error that names the part of the setup to run.
pub(crate) fn present(path: PathBuf, what: &str, part: &'static str) -> Result<PathBuf> {
    if path.exists() { Ok(path) } else { Err(Error::Missing { what: format!("{what} ({})", path.display()), part }) }
}
