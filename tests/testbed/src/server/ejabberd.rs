//! ejabberd's configuration.

use std::process::Command;

use super::options::Options;
use super::{Ports, ServerKind, programs};
use crate::error::Result;
use crate::folder::Folder;

pub(super) fn command(kind: ServerKind, folder: &Folder) -> Result<Command> {
    let mut command = programs::command(kind, "/usr/bin/erl")?;
    let ebin = "/usr/lib/x86_64-linux-gnu";
    command.arg("-noinput").current_dir(folder.path()).env("ERL_LIBS", ebin);
    Ok(command)
}

pub(super) fn configure(_kind: ServerKind, _options: &Options, _ports: &Ports, _folder: &Folder) -> Result<()> {
    Ok(())
}
