//! Debian packages.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use super::say;
use crate::run::{Failure, Result, command, is_root, on_path, output};

/// Installs what is missing of these packages; on a machine that is not Debian's, says what is missing.
pub fn install(part: &str, packages: &[&str]) -> Result {
    if !on_path("apt-get") || !on_path("dpkg-query") {
        return elsewhere(part, packages);
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("{part}: installing {}", missing.join(" ")));
    update()?;
    let _no_services = NoServices::at(Path::new("/"))?;
    let mut words = vec!["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0", "install", "-y"];
    words.push("--no-install-recommends");
    words.extend(missing);
    quietly(administrator(&words))
}

/// The packages of these that are not installed.
fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut query = command(&["dpkg-query", "-W", "-f=${db:Status-Abbrev} ${Package}\n"]);
    query.args(packages);
    // dpkg-query ends with 1 when it does not know one of them; what it printed still holds.
    let known = query.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let installed = |package: &str| known.lines().any(|line| line.split_whitespace().eq(["ii", package]));
    packages.iter().copied().filter(|package| !installed(package)).collect()
}

/// Fetches the package lists, once a run.
fn update() -> Result {
    static ONCE: Once = Once::new();
    let mut result = Ok(());
    ONCE.call_once(|| {
        result = quietly(administrator(&["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"]));
    });
    result
}

/// The command as the system's administrator.
pub fn administrator(words: &[&str]) -> Command {
    let mut all = if is_root() { vec![] } else { vec!["sudo"] };
    all.extend(["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]);
    all.extend(words);
    command(&all)
}

/// Runs the command and shows what it printed only when it failed.
pub fn quietly(command: Command) -> Result {
    output(command).map(drop)
}

/// The program by which a package is recognised on a machine without apt; what has none comes with one that has.
const PROGRAMS: &[(&str, &str)] = &[
    ("prosody", "prosody"),
    ("ejabberd", "ejabberdctl"),
    ("dnsmasq-base", "dnsmasq"),
    ("openssl", "openssl"),
    ("bash", "bash"),
    ("util-linux", "unshare"),
    ("procps", "ps"),
    ("python3", "python3"),
    ("profanity", "profanity"),
    ("tmux", "tmux"),
    ("debootstrap", "debootstrap"),
    ("g++", "c++"),
    ("gcc", "cc"),
    ("default-jdk-headless", "javac"),
    ("maven", "mvn"),
    ("chromium", "chromium"),
    ("clang", "clang"),
];

fn elsewhere(part: &str, packages: &[&str]) -> Result {
    let wanted = PROGRAMS.iter().filter(|(package, _)| packages.contains(package));
    let missing: Vec<_> = wanted.filter(|(_, program)| !on_path(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut words = format!("{part}: this machine has no apt, and these programs are missing:\n");
    for (package, program) in missing {
        words.push_str(&format!("  {program} (Debian's package {package})\n"));
    }
    words.push_str("please install them with what belongs to them:\n");
    words.push_str(&format!("  {}", packages.join(" ")));
    Err(Failure::new(words))
}

/// While this lives, packages that are installed under this root start no services. A policy that is there stays.
pub struct NoServices {
    ours: Option<PathBuf>,
}

impl NoServices {
    /// Puts the policy in place.
    pub fn at(root: &Path) -> Result<NoServices> {
        let path = root.join("usr/sbin/policy-rc.d");
        if path.exists() || !is_root() {
            return Ok(NoServices { ours: None });
        }
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(&path)?;
        file.write_all(b"#!/bin/sh\nexit 101\n")?;
        Ok(NoServices { ours: Some(path) })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if let Some(path) = &self.ours {
            // Nothing can be done about a file that does not go away; the next run finds it in place.
            let _ = fs::remove_file(path);
        }
    }
}
