//! Other people's clients: slixmpp in a Python environment of its own, with somebody else's OMEMO beside it; profanity in tmux.

use std::fs;

use super::{apt, say};
use crate::run::{Result, command};
use larimar_testbed::{cache_folder, peers_python};

const PACKAGES: &[&str] = &["python3", "python3-venv", "profanity", "tmux"];

/// What the Python environment holds, each with its exact version.
const REQUIREMENTS: &str =
    concat!(include_str!("../../../peers/requirements.txt"), include_str!("../../../peers/omemo_requirements.txt"));

/// Installs them.
pub fn install() -> Result {
    apt::install("peers", PACKAGES)?;
    let folder = cache_folder().join("peers");
    let marker = folder.join("requirements.txt");
    if peers_python().exists() && fs::read_to_string(&marker).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Ok(());
    }
    say(&format!("peers: making a Python environment with slixmpp and OMEMO in {}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let folder_text = folder.to_string_lossy();
    apt::quietly(command(&["/usr/bin/python3", "-m", "venv", &folder_text]))?;
    let wanted = folder.join("wanted.txt");
    fs::write(&wanted, REQUIREMENTS)?;
    let python = peers_python();
    let mut pip =
        command(&[&python.to_string_lossy(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("-r").arg(&wanted);
    apt::quietly(pip)?;
    // Last, so that an environment that was left half made is made again.
    fs::rename(&wanted, &marker)?;
    Ok(())
}
