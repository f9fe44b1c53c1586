//! Where a server's program is: on this machine, or inside the Debian 13 root.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ServerKind;
use crate::cache::{debian13_root, present};
use crate::error::Result;
use crate::folder::Folder;

/// Mounts what a server needs inside the root, and runs it there. The mounts are private to the process and die with it.
const INSIDE: &str = r#"
set -e
root=$1 folder=$2; shift 2
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
case $folder in /dev/*) ;; *) mkdir -p "$root$folder"; mount --bind "$folder" "$root$folder" ;; esac
cd /
exec chroot "$root" "$@"
"#;

/// The folder that the kind's files lie under.
pub(super) fn root(kind: ServerKind) -> Result<PathBuf> {
    if kind.is_newer() { present(debian13_root(), "the Debian 13 root", "debian13") } else { Ok(PathBuf::from("/")) }
}

/// A command that runs this program (an absolute path, seen from the kind's root).
pub(super) fn command(kind: ServerKind, program: &str) -> Result<Command> {
    let root = root(kind)?;
    present(root.join(program.trim_start_matches('/')), program, if kind.is_newer() { "debian13" } else { "servers" })?;
    if !kind.is_newer() {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]);
    if !is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--", "sh", "-c", INSIDE, "larimar-inside"]).arg(root).arg(Folder::parent()).arg(program);
    Ok(command)
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|metadata| metadata.uid() == 0)
}
