//! The guard: a small shell beside the test process that kills what the process started and removes its folders when the
//! process is gone, however it went (a panic, ctrl-c, SIGKILL).
//!
//! It reads what to look after from a pipe; the pipe's end is the process's end. It lives in a process group of its own, so
//! that what kills the tests' group does not kill it.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::error::{Context, Result};

const SCRIPT: &str = r#"
trap : HUP INT TERM
declare -A groups folders
while IFS= read -r line; do
    what=${line#* }
    case $line in
        "+group "*) groups[$what]=1 ;;
        "-group "*) unset "groups[$what]" ;;
        "+folder "*) folders[$what]=1 ;;
        "-folder "*) unset "folders[$what]" ;;
    esac
done
for group in "${!groups[@]}"; do kill -KILL -- "-$group"; done
for folder in "${!folders[@]}"; do
    for try in 1 2 3 4 5; do rm -rf -- "$folder" && break; done
done
"#;

static GUARD: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// The process group is killed when this process dies.
pub(crate) fn keep_group(group: u32) -> Result<()> {
    tell(&format!("+group {group}"))
}

/// The process group is gone.
pub(crate) fn forget_group(group: u32) {
    // Without a guard there is nothing to forget.
    let _ = tell(&format!("-group {group}"));
}

/// The folder is removed when this process dies.
pub(crate) fn keep_folder(path: &Path) -> Result<()> {
    tell(&format!("+folder {}", path.display()))
}

/// The folder is gone.
pub(crate) fn forget_folder(path: &Path) {
    let _ = tell(&format!("-folder {}", path.display()));
}

fn tell(line: &str) -> Result<()> {
    let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
    let pipe = match guard.as_mut() {
        Some(pipe) => pipe,
        None => guard.insert(start()?),
    };
    pipe.write_all(format!("{line}\n").as_bytes()).context("telling the guard")
}

fn start() -> Result<ChildStdin> {
    let mut child = Command::new("bash")
        .args(["-c", SCRIPT, "larimar-guard"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .process_group(0)
        .spawn()
        .context("starting bash")?;
    child.stdin.take().ok_or_else(|| std::io::Error::other("no pipe")).context("starting bash")
}
