//! Debian 13 in a folder: the newer servers run in it, and later Swift.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt::{self, NoServices};
use super::{SERVERS, say};
use crate::run::Result;
use larimar_testbed::debian13_root;

/// Which packages were installed in a root, so that a change of the list is seen.
const MARKER: &str = "var/lib/larimar-packages";

/// Runs in a mount namespace of its own: what is mounted inside the root goes when the command ends.
const INSIDE: &str = r#"
set -e
root=$1; shift
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
"#;

/// Makes the root, and installs the servers in it.
pub fn install() -> Result {
    ensure(SERVERS)
}

/// Sees to it that the root is there with these packages, beside those that it has.
pub fn ensure(packages: &[&str]) -> Result {
    let root = debian13_root();
    let installed = fs::read_to_string(root.join(MARKER)).unwrap_or_default();
    let missing: Vec<&str> =
        packages.iter().copied().filter(|package| !installed.lines().any(|line| line == *package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    apt::install("debian13", &["debootstrap", "util-linux"])?;
    if !root.exists() {
        make(&root)?;
    }
    say(&format!("debian13: installing {}", missing.join(" ")));
    let _no_services = NoServices::at(&root)?;
    inside(&root, &["apt-get", "-q", "update"])?;
    let mut words = vec!["apt-get", "-q", "-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends"];
    words.extend(&missing);
    inside(&root, &words)?;
    inside(&root, &["apt-get", "clean"])?;
    let all = installed.lines().chain(missing).fold(String::new(), |all, package| all + package + "\n");
    write(&root, MARKER, &all)
}

/// Makes a bare root under a temporary name, and gives it its own when it is whole.
fn make(root: &Path) -> Result {
    let half = PathBuf::from(format!("{}.half", root.display()));
    say(&format!("debian13: making a Debian 13 in {} (about a minute)", root.display()));
    let folder = half.to_string_lossy();
    if half.exists() {
        apt::quietly(apt::administrator(&["rm", "-rf", "--one-file-system", &folder]))?;
    }
    fs::create_dir_all(&half)?;
    let words = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", &folder];
    apt::quietly(apt::administrator(&words))?;
    write(&half, "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")?;
    fs::rename(&half, root)?;
    Ok(())
}

/// Writes a file inside the root, which belongs to the system's administrator.
fn write(root: &Path, name: &str, content: &str) -> Result {
    inside(root, &["sh", "-c", "printf %s \"$1\" > \"/$2\"", "write", content, name])
}

/// Runs a command inside the root.
pub fn inside(root: &Path, words: &[&str]) -> Result {
    let folder = root.to_string_lossy();
    let mut all = vec!["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", INSIDE, "inside", &folder];
    all.extend(words);
    apt::quietly(apt::administrator(&all))
}
