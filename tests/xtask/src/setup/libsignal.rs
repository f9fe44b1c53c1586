//! The libsignal family, which most other clients' OMEMO is made of: libraries under the GPL, for tests and the bench alone. The
//! programs around them (`tests/peers`) are built by what starts them.

use std::fs;

use super::{apt, say};
use crate::run::{Result, command, on_path, root};
use larimar_testbed::cache_folder;

const C: &[&str] = &["gcc", "libc6-dev", "libsignal-protocol-c-dev", "libssl-dev"];

/// Only where there are none: any JDK from 17 on and any Maven will do.
const JAVA: &[(&str, &str)] = &[("javac", "default-jdk-headless"), ("mvn", "maven")];

/// The plugin that copies a library and what it needs.
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies";

/// Installs libsignal-protocol-c, and fetches signal-protocol-java.
pub fn install() -> Result {
    apt::install("libsignal", C)?;
    let missing: Vec<&str> =
        JAVA.iter().filter(|(program, _)| !on_path(program)).map(|(_, package)| *package).collect();
    apt::install("libsignal", &missing)?;
    let wanted = root().join("tests/peers/omemo_java/pom.xml");
    let folder = cache_folder().join("signal-protocol-java");
    if fs::read(folder.join("pom.xml")).is_ok_and(|installed| fs::read(&wanted).is_ok_and(|wanted| wanted == installed))
    {
        return Ok(());
    }
    say(&format!("libsignal: fetching signal-protocol-java into {}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut maven = command(&["mvn", "-q", "-B", COPY, "-f"]);
    maven.arg(&wanted).arg(format!("-DoutputDirectory={}", folder.display()));
    apt::quietly(maven)?;
    // Last, so that a folder that was left half filled is filled again.
    fs::copy(&wanted, folder.join("pom.xml"))?;
    Ok(())
}
