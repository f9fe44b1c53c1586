//! Tools of cargo's, built once into the cache folder.

use std::env;
use std::path::PathBuf;

use super::{apt, say};
use crate::run::{Result, command};
use larimar_testbed::cache_folder;

const FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.2");
const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// cargo-fuzz; libFuzzer needs a C++ compiler.
pub fn fuzz() -> Result {
    if crate::run::on_path("apt-get") {
        apt::install("fuzz", &["g++"])?;
    }
    install("fuzz", FUZZ)
}

/// cargo-deny.
pub fn deny() -> Result {
    install("deny", DENY)
}

/// What makes the core for a browser, and looks at it: clang for SQLite, Debian's compiler and clippy where rustup has no source of
/// its library, and wasm-bindgen in the version of the library.
pub fn wasm() -> Result {
    if has_library_source() {
        apt::install("wasm", &["clang"])?;
    } else {
        apt::install("wasm", &["clang", "rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"])?;
    }
    let lock = std::fs::read_to_string(crate::run::root().join("Cargo.lock"))?;
    let version = lock.split("[[package]]").find(|package| package.contains("name = \"wasm-bindgen\"\n"));
    let version = version.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
    install_tool(
        "wasm",
        false,
        ("wasm-bindgen-cli", version.ok_or_else(|| crate::run::Failure::new("no wasm-bindgen in Cargo.lock"))?),
    )
}

/// Whether rustup has the source of Rust's library (`rustup component add rust-src`).
pub fn has_library_source() -> bool {
    let sysroot = crate::run::output(command(&["rustc", "--print", "sysroot"]));
    sysroot.is_ok_and(|sysroot| PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").exists())
}

/// Where the tools' programs are.
pub fn folder() -> PathBuf {
    cache_folder().join("tools")
}

fn install(part: &str, tool: (&str, &str)) -> Result {
    install_tool(part, true, tool)
}

/// `locked`: with the versions that its makers used. Not every registry has all of them.
fn install_tool(part: &str, locked: bool, (name, version): (&str, &str)) -> Result {
    let marker = folder().join(format!("{name}-{version}"));
    if marker.exists() {
        return Ok(());
    }
    say(&format!("{part}: building {name} {version} (minutes)"));
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = cache_folder().join("tools-target");
    let mut install = command(&[&cargo, "install", "--quiet", name, "--version", version, "--force"]);
    if locked {
        install.arg("--locked");
    }
    install.arg("--root").arg(folder()).arg("--target-dir").arg(&target).env("CARGO_PROFILE_RELEASE_LTO", "off");
    crate::run::run(install)?;
    std::fs::write(&marker, "")?;
    std::fs::remove_dir_all(&target)?;
    Ok(())
}
