//! A child process with its process group.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};
use crate::guard;

/// How long between two looks at a thing that cannot tell by itself when it is ready.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A program in the background, in a process group of its own, all of which is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts the command with its output in this file and nothing to read.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Process> {
        let output = File::options().create(true).append(true).open(log).context("opening a log")?;
        let errors = output.try_clone().context("opening a log")?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        Process::spawn(command, log)
    }

    /// Starts the command with the standard streams that it was given.
    pub(crate) fn spawn(mut command: Command, log: &Path) -> Result<Process> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn().context(format!("starting {program}"))?;
        guard::keep_group(child.id())?;
        Ok(Process { child, log: log.to_owned() })
    }

    /// The child, for its streams.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it has ended, and how.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until the question is answered, unless the program ends before or the time is over.
    pub(crate) fn until_ready<T>(
        &mut self,
        what: &str,
        time: Duration,
        mut ask: impl FnMut() -> io::Result<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + time;
        loop {
            let refusal = match ask() {
                Ok(answer) => return Ok(answer),
                Err(refusal) => refusal,
            };
            let why = match self.ended() {
                Some(status) => format!("it ended with {status}"),
                None if Instant::now() > deadline => format!("{refusal} after {time:?}"),
                None => {
                    std::thread::sleep(LOOK_AGAIN);
                    continue;
                }
            };
            return Err(Error::NotReady { what: what.to_owned(), why, log: tail(&self.log) });
        }
    }

    /// Sends the group a signal by name (`TERM`, `STOP`, ...).
    pub(crate) fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        // A group that is gone needs no signal.
        let _ = Command::new("kill").args(["-s", name, "--", &group]).stderr(Stdio::null()).status();
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Erlang's helpers leave the group; they end by themselves, but a moment later.
        let descendants = descendants(self.child.id());
        let mut kill = Command::new("kill");
        kill.args(["-s", "KILL", "--", &format!("-{}", self.child.id())]);
        kill.args(descendants.iter().map(u32::to_string)).stderr(Stdio::null());
        let _ = kill.status();
        let _ = self.child.wait();
        let deadline = Instant::now() + Duration::from_secs(5);
        while descendants.iter().any(|&pid| alive(pid)) && Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
        guard::forget_group(self.child.id());
    }
}

/// The children of this process, and theirs, and so on.
fn descendants(pid: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parents: Vec<(u32, u32)> = pids.filter_map(|pid| Some((pid, state_and_parent(pid)?.1))).collect();
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        next += 1;
    }
    found.split_off(1)
}

fn alive(pid: u32) -> bool {
    state_and_parent(pid).is_some_and(|(state, _)| state != 'Z')
}

/// From `/proc/PID/stat`; the program's name in it is in brackets and may hold anything.
fn state_and_parent(pid: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// The last lines of a log.
pub(crate) fn tail(path: &Path) -> String {
    const LENGTH: u64 = 6_000;
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let length = fs::metadata(path)?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LENGTH)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    read().map_or_else(|error| format!("(no log: {error})"), |end| String::from_utf8_lossy(&end).into_owned())
}
