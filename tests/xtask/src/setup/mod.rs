//! `cargo xtask setup`: installs what a part of the tests needs. Safe to run twice, and quick when nothing is missing.

mod apt;
mod debian13;
mod libsignal;
mod peers;
mod tools;

use std::path::PathBuf;

use crate::run::{Failure, Result, on_path};

/// Something that can be installed.
struct Part {
    name: &'static str,
    about: &'static str,
    install: fn() -> Result,
}

const PARTS: &[Part] = &[
    Part { name: "servers", about: "Debian's Prosody, ejabberd and dnsmasq", install: servers },
    Part { name: "peers", about: "slixmpp in a Python environment, profanity and tmux", install: peers::install },
    Part {
        name: "libsignal",
        about: "libsignal-protocol-c and signal-protocol-java, for tests alone",
        install: libsignal::install,
    },
    Part {
        name: "debian13",
        about: "Debian 13 in a folder, with its Prosody and ejabberd",
        install: debian13::install,
    },
    Part { name: "wasm", about: "a compiler for the browser, and wasm-bindgen", install: tools::wasm },
    Part { name: "web", about: "Chromium, Firefox, and fonts for all our languages", install: web },
    Part { name: "fuzz", about: "cargo-fuzz", install: tools::fuzz },
    Part { name: "deny", about: "cargo-deny", install: tools::deny },
];

/// Debian's names of the servers and of what the testbed calls; the same in Debian 12 and 13.
const SERVERS: &[&str] = &[
    "prosody",
    "prosody-modules",
    "lua-dbi-sqlite3",
    "lua-event",
    "lua-sec",
    "lua-unbound",
    "ejabberd",
    "erlang-p1-sqlite3",
];

/// What the testbed itself calls beside the servers.
const TOOLS: &[&str] = &["dnsmasq-base", "openssl", "bash", "util-linux", "procps", "libfaketime"];

/// The task: installs the named parts, or lists them.
pub fn main(arguments: &[String]) -> Result {
    if arguments.is_empty() {
        println!("Parts:");
        for part in PARTS {
            println!("  {:<10} {}", part.name, part.about);
        }
        println!("  {:<10} all of these", "all");
        println!("Cache folder: {}", larimar_testbed::cache_folder().display());
        return Ok(());
    }
    arguments.iter().try_for_each(|name| install(name))
}

/// Installs a part, or `all`.
pub fn install(name: &str) -> Result {
    if name == "all" {
        return PARTS.iter().try_for_each(|part| (part.install)());
    }
    let part = PARTS.iter().find(|part| part.name == name);
    let known = || PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
    (part.ok_or_else(|| Failure::new(format!("there is no part {name:?}; there are {}, all", known())))?.install)()
}

fn servers() -> Result {
    apt::install("servers", &[SERVERS, TOOLS].concat())
}

/// Browsers with fonts for all our languages. Debian 12's Node.js is too old for what builds the app: nobody's is replaced.
fn web() -> Result {
    if !on_path("node") || !on_path("npm") {
        return Err(Failure::new("web: Node.js 20.19 or newer, with npm, is missing: please install it"));
    }
    let browsers = ["chromium", "firefox-esr", "fonts-noto-core", "fonts-noto-color-emoji"];
    apt::install("web", &browsers)
}

pub use tools::has_library_source;

/// The program of a tool that was built into the cache folder.
pub fn tool(name: &str) -> PathBuf {
    tools::folder().join("bin").join(name)
}

/// Says what is being done, so that a long silence has a name.
fn say(words: &str) {
    println!("setup: {words}");
}
