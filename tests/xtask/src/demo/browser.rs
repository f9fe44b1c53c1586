//! The conversation in a browser: the app is served from this machine, and the server behind it knows echo and a person who may
//! sign in. Where nobody sits before it, a script does in headless Chromium what the person would.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use larimar_testbed::{Folder, Options, Server, ServerKind, WebServer, host_meta};
use serde_json::{Value, json};

use super::echo::Echo;
use super::people::Person;
use super::{picture, screen};
use crate::run::root;

/// A page of this host finds the server of this domain by asking where it came from itself.
const DOMAIN: &str = "localhost";
const YOU: &str = "you@localhost";
const ECHO: &str = "echo@localhost";
const PASSWORD: &str = "demo";

const GREETING: &str = "Hello! I am Echo, on another device. Whatever you write, I say it back.";

/// How often echo looks whether the person is there.
const GLANCE: Duration = Duration::from_millis(200);

/// Starts everything, and goes on until the person has enough of it, or the script has ended.
pub fn play(site: &Path, driver: &Path, watched: bool) -> Result<(), String> {
    println!("== starting Prosody on loopback");
    let options = Options::new(DOMAIN).account(YOU, PASSWORD).account(ECHO, "demo-echo").plain_uploads();
    let server = Server::start(ServerKind::Prosody12, options).map_err(|error| error.to_string())?;
    for (account, contact, name) in [(YOU, ECHO, "Echo"), (ECHO, YOU, "You")] {
        server.befriend(account, contact, name).map_err(|error| error.to_string())?;
    }
    let folder = Folder::new("demo").map_err(|error| error.to_string())?;
    let echo = Arc::new(Person::sign_in(driver, &server, folder.path(), "echo", "echo")?);
    let _answering = Echo::start(Arc::clone(&echo));
    let web = WebServer::start(site, BTreeMap::from([host_meta(&server.plain_websocket_url())]))
        .map_err(|error| error.to_string())?;
    if watched {
        invite(&web.url());
        return talk(&echo, || Ok(true));
    }
    let mut script = begin(&web.url(), &picture::draw(folder.path())?)?;
    talk(&echo, || match script.try_wait() {
        Ok(None) => Ok(true),
        Ok(Some(status)) if status.success() => Ok(false),
        Ok(Some(status)) => Err(format!("the script ended with {status}")),
        Err(error) => Err(error.to_string()),
    })?;
    check(&echo)
}

fn invite(page: &str) {
    println!(
        "
   Open      {page}
   Sign in   {YOU}
   Password  {PASSWORD}

   Echo is your contact, on a device of its own. It greets you as soon as you are there, and says back what you
   write; it corrects itself when you do, sends pictures back, and likes what ends in an exclamation mark.
   Everything is encrypted from device to device, on a server of your own that ends with this. In a small window
   the app is a feature phone's.

   Ctrl-C ends it. What echo sees:
"
    );
}

/// Greets the person, and prints what echo sees, while it is to go on.
fn talk(echo: &Person, mut goes_on: impl FnMut() -> Result<bool, String>) -> Result<(), String> {
    let mut mark = echo.driver.mark();
    let mut greeted = false;
    let mut said: Vec<String> = Vec::new();
    while goes_on()? {
        if !greeted && is_there(echo)? {
            echo.expect_devices(YOU, 1)?;
            echo.send(YOU, GREETING)?;
            greeted = true;
        }
        // How a message is encrypted is known when it leaves.
        let is_said = |line: &Value| line["event"] == "message" && line["state"] != "queued";
        let Some((at, event)) = echo.driver.find(mark, GLANCE, is_said) else { continue };
        mark = at + 1;
        let line = screen::line_of_echo(&event);
        if !said.contains(&line) {
            println!("{line}");
            said.push(line);
        }
    }
    Ok(())
}

fn is_there(echo: &Person) -> Result<bool, String> {
    let roster = echo.call(json!({"cmd": "roster", "account": ECHO}))?;
    let mut contacts = roster["contacts"].as_array().into_iter().flatten();
    Ok(contacts.any(|row| row["jid"] == YOU && row["availability"] == "online"))
}

/// The script in the person's place.
fn begin(page: &str, picture: &Path) -> Result<Child, String> {
    let world = json!({
        "page": page, "account": YOU, "password": PASSWORD, "contact": ECHO, "greeting": GREETING, "size": "wide",
        "picture": picture,
        "pictures": root().join("target"),
    });
    let mut script = Command::new("node");
    script.arg(root().join("kaios/tests/demo.mjs")).env("LARIMAR_WORLD", world.to_string()).stdin(Stdio::null());
    script.spawn().map_err(|error| format!("node: {error}"))
}

/// What must be true on echo's side when the script has ended well.
fn check(echo: &Person) -> Result<(), String> {
    let rows = echo.conversation(YOU)?;
    println!("\nWhat echo has:");
    for row in &rows {
        println!("{}", screen::line_of_echo(row));
    }
    if let Some(row) = rows.iter().find(|row| row["encryption"] != "omemo2") {
        return Err(format!("a message was not encrypted: {row}"));
    }
    let of = |row: &&Value, outgoing: bool, has_file: bool| {
        row["outgoing"] == outgoing && row["files"][0].is_object() == has_file
    };
    if [true, false].iter().any(|outgoing| rows.iter().filter(|row| of(row, *outgoing, true)).count() != 1) {
        return Err("echo does not have a picture from each side".to_owned());
    }
    let heard: Vec<&Value> = rows.iter().filter(|row| of(row, false, false)).map(|row| &row["text"]).collect();
    if heard != ["Hello from a browser!", "How are you?"] {
        return Err(format!("echo heard something else: {heard:?}"));
    }
    println!("\nEverything worked. The page, as it was at the end: target/demo.png");
    Ok(())
}
