//! Other programs, run with what they print shown, and why a task failed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every task answers with.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// Why a task failed, in words for the person who ran it.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with these words.
    pub fn new(words: impl Into<String>) -> Failure {
        Failure(words.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure(error.to_string())
    }
}

/// A command of these words.
pub fn command(words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().unwrap_or((&"true", &[]));
    let mut command = plain(program);
    command.args(arguments);
    command
}

/// Cargo with these words, at the top of the working tree.
pub fn cargo(words: &[&str]) -> Command {
    let mut cargo = plain(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo.current_dir(root()).args(words);
    cargo
}

/// A program that does not learn which package cargo runs here. Crates whose build asks for it (ring), and all that need them, were
/// built anew whenever this task and a person, or two checkouts, took turns.
fn plain(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command
}

/// The top of the working tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs the command to its end, its output shown; an end other than 0 is a failure.
pub fn run(mut command: Command) -> Result {
    let shown = show(&command);
    command.stdin(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{shown}` ended with {status}"))),
        Err(error) => Err(Failure::new(format!("`{shown}` could not be run: {error}"))),
    }
}

/// What the command prints; nothing is shown.
pub fn output(mut command: Command) -> Result<String> {
    let shown = show(&command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(format!("`{shown}` could not be run: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{shown}` ended with {}: {}", output.status, said.trim())))
}

/// Whether a program is on the path.
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.map(|folder| folder.join(program)).any(|file| file.is_file())
}

/// Whether this is the system's administrator.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    Path::new("/proc/self").metadata().is_ok_and(|metadata| metadata.uid() == 0)
}

/// The command as a person would type it.
fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod run_tests;
