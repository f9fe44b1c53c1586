//! Nothing stays behind, however a test process ends.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use larimar_testbed::{Options, Server, ServerKind};

/// What the victim prints before its server's folder; a line of its own, because the test runner prints as well.
const MARK: &str = "victim's folder: ";

/// Not a test: the process that the test below kills.
#[test]
#[ignore = "run by the test beside it"]
fn victim() {
    for kind in [ServerKind::Prosody13, ServerKind::Ejabberd23] {
        let server = Server::start(kind, Options::new("one.test")).unwrap();
        println!("\n{MARK}{}", server.folder().display());
        std::mem::forget(server);
    }
    std::io::stdout().flush().unwrap();
    std::thread::sleep(Duration::from_secs(600));
}

fn processes_of(folder: &Path) -> usize {
    let needle = folder.to_string_lossy().into_owned();
    let names = |file: PathBuf| fs::read(file).is_ok_and(|content| String::from_utf8_lossy(&content).contains(&needle));
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes.filter(|process| names(process.join("cmdline")) || names(process.join("environ"))).count()
}

#[test]
fn a_killed_test_process_leaves_nothing_behind() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "victim", "--ignored", "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut victim = command.spawn().unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let folders: Vec<PathBuf> =
        lines.filter_map(|line| Some(PathBuf::from(line.strip_prefix(MARK)?))).take(2).collect();
    for folder in &folders {
        assert!(folder.is_dir() && processes_of(folder) > 0, "{folder:?}");
    }
    victim.kill().unwrap();
    victim.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let left = || folders.iter().any(|folder| folder.exists() || processes_of(folder) > 0);
    while left() {
        assert!(Instant::now() < deadline, "{folders:?} are still there");
        std::thread::sleep(Duration::from_millis(10));
    }
}
