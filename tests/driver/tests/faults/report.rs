//! Lines that are seen while a test runs, also when its output is kept back.

use std::io::Write as _;

/// Writes a line of progress.
pub fn say(line: &str) {
    // Without a standard error nobody can be told.
    let _ = writeln!(std::io::stderr(), "{line}");
}
