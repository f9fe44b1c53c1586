//! profanity, a terminal client, as a person uses it: in a terminal (tmux), typed into and read from the screen.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context, Error, Result};
use crate::folder::Folder;
use crate::process::Process;
use crate::slixmpp::SignIn;

/// How long something may take to appear on the screen.
const PATIENCE: Duration = Duration::from_secs(30);

/// profanity's settings: no notifications, no OMEMO unless a test turns it on, receipts and states as people have them.
const SETTINGS: &str = "[notifications]\nmessage=false\n\n[chatstates]\nenabled=true\nouttype=true\n\n\
    [receipts]\nrequest=true\nsend=true\n\n[logging]\nrotate=false\n\n[ui]\nsplash=false\nwrap=false\n";

/// A running profanity. Everything is gone when it is dropped.
pub struct Profanity {
    tmux: Process,
    /// Last, so that the processes are gone when the folder goes.
    folder: Folder,
}

impl Profanity {
    /// Signs in and waits until it says so. (It trusts the server's certificate: it is not what is tested.)
    pub fn sign_in(to: &SignIn) -> Result<Profanity> {
        for (program, path) in [("profanity", "/usr/bin/profanity"), ("tmux", "/usr/bin/tmux")] {
            if !Path::new(path).exists() {
                return Err(Error::Missing { what: program.to_owned(), part: "peers" });
            }
        }
        let folder = Folder::new("profanity")?;
        for name in ["config/profanity", "data/profanity", "home"] {
            std::fs::create_dir_all(folder.join(name)).context("making profanity's folders")?;
        }
        folder.write("config/profanity/profrc", SETTINGS)?;
        folder.write("data/profanity/accounts", account(to))?;
        let mut command = Command::new("tmux");
        command.arg("-S").arg(folder.join("tmux")).args(["-f", "/dev/null", "-u", "-D"]);
        for (name, value) in [("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")] {
            command.env(name, folder.join(value));
        }
        command.env("LC_ALL", "C.UTF-8").env("TERM", "screen-256color").env_remove("TMUX");
        let mut tmux = Process::start(command, &folder.join("tmux.log"))?;
        let socket = folder.join("tmux");
        tmux.until_ready("tmux", PATIENCE, || ask(&socket, &["list-sessions"]))?;
        let profanity = Profanity { tmux, folder };
        let name = bare(&to.account);
        profanity.tmux(&["new-session", "-d", "-x", "220", "-y", "50", "profanity", "--account", name])?;
        let mut profanity = profanity;
        profanity.wait_for("logged in successfully")?;
        Ok(profanity)
    }

    /// Types a line and presses Enter: a message in a chat's window, or a command such as `/msg bob@one.test hello`.
    pub fn type_line(&self, line: &str) -> Result<()> {
        self.tmux(&["send-keys", "-l", "--", line])?;
        self.tmux(&["send-keys", "Enter"]).map(drop)
    }

    /// Opens a chat and sends a message.
    pub fn send(&self, to: &str, text: &str) -> Result<()> {
        self.type_line(&format!("/msg {to} {text}"))
    }

    /// What is on the screen.
    pub fn screen(&self) -> Result<String> {
        self.tmux(&["capture-pane", "-p", "-J"])
    }

    /// Waits until this text is on the screen, and answers with the screen.
    pub fn wait_for(&mut self, text: &str) -> Result<String> {
        self.wait_until(&format!("{text:?} on the screen"), |screen| screen.contains(text))
    }

    /// Waits until this holds for the screen, and answers with it.
    pub fn wait_until(&mut self, what: &str, mut wanted: impl FnMut(&str) -> bool) -> Result<String> {
        let socket = self.socket();
        let mut last = String::new();
        let found = self.tmux.until_ready("profanity", PATIENCE, || {
            last = ask(&socket, &["capture-pane", "-p", "-J"])?;
            if wanted(&last) { Ok(last.clone()) } else { Err(std::io::Error::other(format!("no {what}"))) }
        });
        found.map_err(|error| match error {
            Error::NotReady { what, why, log } => {
                Error::NotReady { what, why, log: format!("{log}\nthe screen:\n{last}") }
            }
            other => other,
        })
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("tmux")
    }

    fn tmux(&self, words: &[&str]) -> Result<String> {
        ask(&self.socket(), words).context(format!("telling tmux to {}", words.first().unwrap_or(&"")))
    }
}

/// The account, as profanity keeps it.
fn account(to: &SignIn) -> String {
    let (jid, password, host, port) = (bare(&to.account), &to.password, to.address.ip(), to.address.port());
    // "legacy" is profanity's word for direct TLS, and does not trust; so a direct port is no use here.
    format!(
        "[{jid}]\nenabled=true\njid={jid}\nresource=profanity\npassword={password}\nserver={host}\nport={port}\n\
         tls.policy=trust\npresence.last=online\npresence.login=online\npriority.online=0\n"
    )
}

fn bare(account: &str) -> &str {
    account.split_once('/').map_or(account, |(bare, _)| bare)
}

/// One command to tmux; answers with what it prints.
fn ask(socket: &Path, words: &[&str]) -> std::io::Result<String> {
    let output =
        Command::new("tmux").arg("-N").arg("-S").arg(socket).arg("-u").args(words).env_remove("TMUX").output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}
