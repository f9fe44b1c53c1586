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

/// Where the tools' programs are.
pub fn folder() -> PathBuf {
    cache_folder().join("tools")
}

fn install(part: &str, (name, version): (&str, &str)) -> Result {
    let marker = folder().join(format!("{name}-{version}"));
    if marker.exists() {
        return Ok(());
    }
    say(&format!("{part}: building {name} {version} (minutes)"));
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = cache_folder().join("tools-target");
    let mut install =
        command(&[&cargo, "install", "--quiet", "--locked", name, "--version", version, "--force", "--root"]);
    install.arg(folder()).arg("--target-dir").arg(&target).env("CARGO_PROFILE_RELEASE_LTO", "off");
    crate::run::run(install)?;
    std::fs::write(&marker, "")?;
    std::fs::remove_dir_all(&target)?;
    Ok(())
}
