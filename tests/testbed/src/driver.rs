//! A `larimar-driver` process: requests by its line protocol, and everything it said, to be waited for.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::lines::{LineProgram, PATIENCE};

/// One running driver. Dropping it kills it, as a phone's system would.
pub struct Driver {
    program: LineProgram,
    name: String,
}

/// An answer that was not "ok", or none at all.
#[derive(Debug)]
pub struct Refused {
    /// The error's kind: the name of a variant of Larimar's error, or "NoAnswer".
    pub kind: String,
    /// The whole error.
    pub error: Value,
}

impl Driver {
    /// Starts the program at `binary` and opens a store in `folder`. `encryption` is what its chats do that nobody has decided
    /// on: "auto", "omemo" or "none".
    ///
    /// # Panics
    /// When the program does not start or the store does not open: no test can go on then.
    #[track_caller]
    pub fn open(binary: &Path, name: &str, folder: &Path, encryption: &str) -> Driver {
        let driver = Driver::start(binary, name);
        driver.ok(json!({"cmd": "open", "dir": folder, "encryption": encryption}));
        driver
    }

    /// Starts the program at `binary`; no store is open yet.
    ///
    /// # Panics
    /// When the program does not start.
    #[track_caller]
    pub fn start(binary: &Path, name: &str) -> Driver {
        Driver::run(Command::new(binary), name)
    }

    /// Starts the program by this command, which ends in it (`exec`), for instance in an unusual environment.
    ///
    /// # Panics
    /// When the program does not start.
    #[track_caller]
    pub fn run(command: Command, name: &str) -> Driver {
        match LineProgram::start(name, command) {
            Ok(program) => Driver { program, name: name.to_owned() },
            Err(error) => panic!("{name}: larimar-driver does not start: {error}"),
        }
    }

    /// Waits until it has met so many devices of somebody's that are written to in omemo:2; the last ones that it knew, if that
    /// does not come.
    ///
    /// # Errors
    /// The devices.
    pub fn meet_devices(&self, account: &str, of: &str, number: usize) -> Result<(), Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mark = self.mark();
            let known = self.ok(json!({"cmd": "devices", "account": account, "jid": of}))["devices"].clone();
            let devices = known.as_array().map_or(&[][..], Vec::as_slice);
            if devices.len() == number && devices.iter().all(|device| device["version"] == "omemo2") {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(known);
            }
            // What the server tells of devices has no event of its own: look again when anything happened, or soon.
            self.find(mark, Duration::from_millis(50), |line| !line["event"].is_null());
        }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// Sends a request; its answer is waited for with [`Driver::answer`]. None: the process has ended.
    pub fn begin(&self, request: Value) -> Option<u64> {
        let command = request["cmd"].as_str().unwrap_or_default().to_owned();
        self.program.post(&command, request).ok()
    }

    /// Writes a line as it is. A driver that was killed hears nothing.
    pub fn write_line(&self, line: &str) {
        let _ = self.program.write_line(line);
    }

    /// Waits for the answer to a request.
    pub fn answer(&self, id: Option<u64>) -> Result<Value, Refused> {
        let answer = id.and_then(|id| self.program.whole_answer(id, "a request", PATIENCE).ok());
        match answer {
            Some(mut answer) if answer["error"].is_null() => Ok(answer["ok"].take()),
            Some(mut answer) => {
                let error = answer["error"].take();
                Err(Refused { kind: error["kind"].as_str().unwrap_or_default().to_owned(), error })
            }
            None => Err(Refused { kind: "NoAnswer".into(), error: json!(self.program.log()) }),
        }
    }

    /// Sends a request and waits for its answer.
    pub fn call(&self, request: Value) -> Result<Value, Refused> {
        self.answer(self.begin(request))
    }

    /// Sends a request that must succeed.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn ok(&self, request: Value) -> Value {
        let shown = request["cmd"].clone();
        match self.call(request) {
            Ok(ok) => ok,
            Err(refused) => panic!("{}: {shown} was refused: {refused:?}", self.name),
        }
    }

    /// A mark after everything that was said until now, for [`Driver::wait_after`].
    pub fn mark(&self) -> usize {
        self.program.mark()
    }

    /// Waits for an event that was or will be said, from the beginning on.
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn wait(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.wait_after(0, what, wanted)
    }

    /// Waits for an event that comes after a mark.
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn wait_after(&self, mark: usize, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        match self.program.find(mark, what, PATIENCE, wanted) {
            Ok((_, event)) => event,
            Err(error) => panic!("{error}"),
        }
    }

    /// Everything that was said and is wanted.
    pub fn all(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.program.all(wanted)
    }

    /// The first event from a mark on that is wanted, with its place; None if it does not come in time or cannot come.
    pub fn find(&self, mark: usize, patience: Duration, wanted: impl Fn(&Value) -> bool) -> Option<(usize, Value)> {
        self.program.find(mark, "an event", patience, wanted).ok()
    }

    /// Ends it politely and waits for that.
    pub fn quit(self) {
        // One that has ended already does not answer.
        let _ = self.call(json!({"cmd": "quit"}));
        self.program.wait_end();
    }

    /// Kills it at once (SIGKILL).
    pub fn kill(self) {
        self.program.signal("KILL");
        self.program.wait_end();
    }

    /// Waits until the process has ended by itself.
    pub fn wait_end(&self) {
        self.program.wait_end();
    }
}
