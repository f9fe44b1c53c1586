//! `cargo xtask demo`: a real Prosody with two accounts, an echo contact, and the app in a browser; or a conversation in the
//! terminal. Where there is no terminal the conversation plays by itself and every step of it is checked.

mod browser;
mod echo;
mod people;
mod picture;
mod screen;
mod script;
mod terminal;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use larimar_testbed::{Folder, Options, Server, ServerKind};

use people::Person;

use crate::run::{Failure, cargo};
use crate::setup;

/// The domain of the demo in the terminal: it exists on loopback only.
const DOMAIN: &str = "larimar.test";

/// What the conversation in the terminal takes.
struct Stage {
    server: Server,
    binary: PathBuf,
    folder: Folder,
}

impl Stage {
    /// A person's device with an empty store, signed in.
    fn person(&self, account: &str, device: &str) -> Result<Person, String> {
        Person::sign_in(&self.binary, &self.server, &self.folder.path().join(device), account, device)
    }
}

/// Installs what is missing, starts everything, and plays. What failed is the error.
pub fn run(arguments: &[String]) -> crate::run::Result {
    let in_terminal = match arguments {
        [] => false,
        [word] if word == "--terminal" => true,
        _ => return Err(Failure::new("the demo takes --terminal and nothing else")),
    };
    setup::install("servers")?;
    if in_terminal {
        return in_the_terminal().map_err(Failure::new);
    }
    println!("== building the app (the first time it takes some minutes)");
    let site = crate::kaios::build()?;
    println!("== building the messenger of the other side");
    let binary = build_driver().map_err(Failure::new)?;
    browser::play(&site, &binary, is_watched()).map_err(Failure::new)
}

/// Whether a person sits before it.
fn is_watched() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

fn in_the_terminal() -> Result<(), String> {
    println!("== building the messenger");
    let binary = build_driver()?;
    println!("== starting Prosody on loopback");
    let options =
        Options::new(DOMAIN).account("you@larimar.test", "demo-you").account("echo@larimar.test", "demo-echo");
    let server = Server::start(ServerKind::Prosody12, options).map_err(|error| error.to_string())?;
    let folder = Folder::new("demo").map_err(|error| error.to_string())?;
    let stage = Stage { server, binary, folder };
    let echo = stage.person("echo", "echo")?;
    // A second device of yours, which is away during the conversation. What is said is encrypted for it all the same.
    let tablet = stage.person("you", "tablet")?;
    echo.expect_devices(&tablet.address, 1)?;
    tablet.driver.quit();
    let you = stage.person("you", "phone")?;
    echo.expect_devices(&you.address, 2)?;
    let echo = echo::Echo::start(Arc::new(echo));
    you.befriend(&echo.address())?;
    you.expect_devices(&echo.address(), 1)?;
    if is_watched() { terminal::converse(&stage, &you, &echo) } else { script::play(&stage, &you, &echo) }
}

fn build_driver() -> Result<PathBuf, String> {
    let built = cargo(&["build", "--quiet", "--package", "larimar-driver"]).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the driver does not build".into());
    }
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let binary = here.parent().unwrap_or(Path::new(".")).join("larimar-driver");
    if binary.exists() { Ok(binary) } else { Err("the driver was not built where it should be".into()) }
}
