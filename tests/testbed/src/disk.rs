//! A disk that really is full: a small file system in memory, mounted in a mount namespace that only one program has. It is
//! gone with the program, however that ends. The system's administrator may do this everywhere; others where the kernel
//! lets them make namespaces.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Context, Result};

const MOUNT_AND_RUN: &str = r#"mount -t tmpfs -o "size=$1" none "$2" && shift 2 && exec "$@""#;

/// The file that takes all the room that is left.
const FILLER: &str = "filler";

/// A small disk of one program.
pub struct SmallDisk {
    mount_point: PathBuf,
    bytes: u64,
}

impl SmallDisk {
    /// A disk of this size over an empty folder. Only the program that is started by [`SmallDisk::command`] sees it there.
    pub fn over(folder: &Path, bytes: u64) -> SmallDisk {
        SmallDisk { mount_point: folder.to_owned(), bytes }
    }

    /// The command that mounts the disk and becomes the program.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = namespace();
        command.args(["sh", "-c", MOUNT_AND_RUN, "disk", &self.bytes.to_string()]).arg(&self.mount_point).arg(program);
        command
    }

    /// Why this machine lets nobody mount a disk of one's own; None if it does.
    pub fn refusal() -> Option<String> {
        let tried = namespace().args(["mount", "-t", "tmpfs", "none", "/tmp"]).stderr(Stdio::piped()).output();
        match tried {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Takes all the room that is left on the disk of this process.
    pub fn fill(&self, process: u32) -> Result<()> {
        let mut file = File::create(self.seen_from(process).join(FILLER)).context("making the filler")?;
        let mut piece = vec![0x5a; 1 << 16];
        while !piece.is_empty() {
            match file.write(&piece) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => piece.truncate(piece.len() / 2),
                Err(error) => return Err(error).context("filling the disk"),
            }
        }
        Ok(())
    }

    /// Gives the room back.
    pub fn free(&self, process: u32) -> Result<()> {
        fs::remove_file(self.seen_from(process).join(FILLER)).context("removing the filler")
    }

    /// Where we see what the process sees at the mount point.
    fn seen_from(&self, process: u32) -> PathBuf {
        let inside = self.mount_point.strip_prefix("/").unwrap_or(&self.mount_point);
        Path::new("/proc").join(process.to_string()).join("root").join(inside)
    }
}

/// A command in a mount namespace of its own; for an ordinary user in a user namespace too, where it may mount.
fn namespace() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]);
    if !is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.arg("--");
    command
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout == b"0\n")
}
