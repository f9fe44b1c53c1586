//! A program that is spoken to in JSON, one object a line (the protocol of the test driver): requests and answers with an
//! `id`, events without.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::error::{Context, Error, Result};
use crate::folder::Folder;
use crate::process::{Process, tail};

/// How long an answer or an event may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How many of the last events an error shows.
const SHOWN: usize = 20;

/// A running program. Its methods take `&self`, so that several threads can talk to it. It is killed when it is dropped.
pub struct LineProgram {
    name: String,
    inbox: Arc<Inbox>,
    input: Mutex<(ChildStdin, u64)>,
    process: Mutex<Process>,
    log: PathBuf,
    /// Last, so that the process is gone when the folder goes.
    folder: Folder,
}

#[derive(Default)]
struct Inbox {
    mail: Mutex<Mail>,
    arrived: Condvar,
}

#[derive(Default)]
struct Mail {
    answers: HashMap<u64, Value>,
    events: Vec<Value>,
    ended: bool,
}

impl LineProgram {
    /// Starts the command; this name stands in errors. Its standard error goes to a log that errors show the end of.
    pub fn start(name: &str, mut command: Command) -> Result<LineProgram> {
        let folder = Folder::new("peer")?;
        let log = folder.join("stderr.log");
        let errors = std::fs::File::create(&log).context("opening a log")?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut process = Process::spawn(command, &log)?;
        let streams = (process.child().stdin.take(), process.child().stdout.take());
        let (Some(input), Some(output)) = streams else {
            return Err(std::io::Error::other("no pipes")).context(format!("starting {name}"));
        };
        let inbox = Arc::new(Inbox::default());
        let for_reader = Arc::clone(&inbox);
        std::thread::spawn(move || read(output, &for_reader));
        let (input, process) = (Mutex::new((input, 0)), Mutex::new(process));
        Ok(LineProgram { name: name.to_owned(), inbox, input, process, log, folder })
    }

    /// Sends a request and waits for its answer: the value of `ok`; an `error` is [`Error::Refused`].
    pub fn call(&self, command: &str, fields: Value) -> Result<Value> {
        let id = self.post(command, fields)?;
        self.answer(id, command, PATIENCE)
    }

    /// Sends a request without waiting; [`LineProgram::answer`] takes the answer.
    pub fn post(&self, command: &str, fields: Value) -> Result<u64> {
        let mut input = lock(&self.input);
        input.1 += 1;
        let mut request = fields;
        request["id"] = json!(input.1);
        request["cmd"] = json!(command);
        let line = format!("{request}\n");
        input.0.write_all(line.as_bytes()).context(format!("asking {} to {command}", self.name))?;
        Ok(input.1)
    }

    /// Writes a line as it is.
    pub fn write_line(&self, line: &str) -> Result<()> {
        let mut input = lock(&self.input);
        input.0.write_all(format!("{line}\n").as_bytes()).context(format!("writing to {}", self.name))
    }

    /// Waits for the answer to a request that was posted, as it came.
    pub fn whole_answer(&self, id: u64, what: &str, patience: Duration) -> Result<Value> {
        self.wait(&format!("the answer to {what}"), patience, |mail| mail.answers.remove(&id))
    }

    /// Waits for the answer to a request that was posted.
    pub fn answer(&self, id: u64, what: &str, patience: Duration) -> Result<Value> {
        let answer = self.whole_answer(id, what, patience)?;
        match (answer.get("ok"), answer.get("error")) {
            (Some(ok), _) => Ok(ok.clone()),
            (None, Some(error)) => {
                Err(Error::Refused { what: format!("{} to {what}", self.name), answer: error.to_string() })
            }
            (None, None) => Err(Error::Refused { what: self.name.clone(), answer: answer.to_string() }),
        }
    }

    /// Waits for the first event, also of those that came before, that this holds for, and takes it out.
    pub fn event(&self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Result<Value> {
        self.wait(what, PATIENCE, |mail| {
            let place = mail.events.iter().position(&mut wanted)?;
            Some(mail.events.remove(place))
        })
    }

    /// A mark after every event that came until now, for [`LineProgram::find`]; good as long as no event is taken.
    pub fn mark(&self) -> usize {
        lock(&self.inbox.mail).events.len()
    }

    /// Waits for the first event from a mark on that this holds for, with its place. It stays where it is.
    pub fn find(
        &self,
        mark: usize,
        what: &str,
        patience: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<(usize, Value)> {
        let mut from = mark;
        self.wait(what, patience, |mail| {
            let place = (from..mail.events.len()).find(|place| wanted(&mail.events[*place]));
            from = mail.events.len();
            place.map(|place| (place, mail.events[place].clone()))
        })
    }

    /// All events that came and this holds for, oldest first. They stay where they are.
    pub fn all(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        lock(&self.inbox.mail).events.iter().filter(|event| wanted(event)).cloned().collect()
    }

    /// Waits until the program has ended.
    pub fn wait_end(&self) {
        let mut mail = lock(&self.inbox.mail);
        while !mail.ended {
            mail = self.inbox.arrived.wait(mail).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// All events that came and were not taken, oldest first.
    pub fn take_events(&self) -> Vec<Value> {
        std::mem::take(&mut lock(&self.inbox.mail).events)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        lock(&self.process).child().id()
    }

    /// A folder for its files, that goes with it.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The end of what it logged.
    pub fn log(&self) -> String {
        tail(&self.log)
    }

    /// Sends its process group a signal by name (`KILL`, `STOP`, `CONT`, `TERM`).
    pub fn signal(&self, name: &str) {
        lock(&self.process).signal(name);
    }

    /// Closes its input and waits for its end; whether it ended well, or `None` when it did not end in time.
    pub fn finish(self) -> Option<bool> {
        drop(self.input);
        let status = lock(&self.process).wait(PATIENCE)?;
        Some(status.success())
    }

    fn wait<T>(&self, what: &str, patience: Duration, mut take: impl FnMut(&mut Mail) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + patience;
        let mut mail = lock(&self.inbox.mail);
        loop {
            if let Some(taken) = take(&mut mail) {
                return Ok(taken);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if mail.ended || left.is_zero() {
                let why = if mail.ended { "it has ended" } else { "it did not come in time" };
                let others: Vec<String> = mail.events.iter().rev().take(SHOWN).rev().map(Value::to_string).collect();
                let log = format!("what else came:\n{}\nits log:\n{}", others.join("\n"), self.log());
                return Err(Error::NotReady { what: self.name.clone(), why: format!("{what}: {why}"), log });
            }
            mail = self.inbox.arrived.wait_timeout(mail, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn read(output: ChildStdout, inbox: &Inbox) {
    for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|_| json!({ "event": "not json", "line": line }));
        let mut mail = lock(&inbox.mail);
        match value.get("id").and_then(Value::as_u64) {
            Some(id) => drop(mail.answers.insert(id, value)),
            None => mail.events.push(value),
        }
        inbox.arrived.notify_all();
    }
    lock(&inbox.mail).ended = true;
    inbox.arrived.notify_all();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
