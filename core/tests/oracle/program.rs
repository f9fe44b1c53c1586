//! The programs of `tests/peers` that speak somebody else's OMEMO: how each is built where it runs, and started. They are for tests
//! alone, because two of them are built with libraries under the GPL. `tests/bench` reads this file as well.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Whose OMEMO it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "not every test speaks with all")]
pub enum Library {
    /// The packages oldmemo and twomemo: both versions.
    Python,
    /// libsignal-protocol-c: legacy.
    C,
    /// signal-protocol-java, which Conversations carries: legacy.
    Java,
}

impl Library {
    /// The command that starts its program, which is built below this folder if it must be. None, and a word, where the library
    /// is not installed; a program that cannot be built with a library that is there is a failure.
    pub fn command(self, folder: &Path) -> Option<Command> {
        let command = match self {
            Library::Python => python(),
            Library::C => c(folder),
            Library::Java => java(folder),
        };
        if command.is_none() {
            let part = if self == Library::Python { "peers" } else { "libsignal" };
            eprintln!("skipped: the OMEMO library in {self:?} is not installed (cargo xtask setup {part})");
        }
        command
    }
}

/// Where the setup puts what it makes.
fn cache() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from);
    let users = || folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")));
    folder("LARIMAR_CACHE").or_else(|| users().map(|users| users.join("larimar")))
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|above| above.join("tests/peers"))
        .find(|it| it.is_dir())
        .unwrap()
}

/// Whether a command does what it should; what it says is not shown.
fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn python() -> Option<Command> {
    let python = cache()?.join("peers/bin/python");
    if !works(Command::new(&python).args(["-c", "import oldmemo.etree, twomemo.etree"])) {
        return None;
    }
    let mut command = Command::new(python);
    command.arg("-u").arg(peers().join("omemo_oracle.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    Some(command)
}

fn c(folder: &Path) -> Option<Command> {
    let sources = sources("omemo_libsignal", "c");
    let headers = ["-include", "signal/signal_protocol.h", "-include", "openssl/evp.h", "-E", "-x", "c", "/dev/null"];
    if !works(Command::new("cc").args(headers)) {
        return None;
    }
    let program = built(folder, "omemo_libsignal", &sources, |to| {
        let mut build = Command::new("cc");
        build.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(to).args(&sources);
        build.args(["-lsignal-protocol-c", "-lcrypto"]);
        build
    });
    Some(Command::new(program))
}

fn java(folder: &Path) -> Option<Command> {
    let libraries = cache()?.join("signal-protocol-java");
    if !libraries.join("pom.xml").is_file() || !works(Command::new("javac").arg("-version")) {
        return None;
    }
    let libraries = libraries.join("*");
    let sources = sources("omemo_java", "java");
    let classes = built(folder, "omemo_java", &sources, |to| {
        let mut build = Command::new("javac");
        build.args(["-Xlint:all", "-Werror", "-d"]).arg(to).arg("-cp").arg(&libraries).args(&sources);
        build
    });
    let mut command = Command::new("java");
    // A short life: no second compiler, no threads beside the one that works.
    command.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]);
    command.arg(format!("{}:{}", classes.display(), libraries.display())).arg("Oracle");
    Some(command)
}

fn sources(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(peers().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut sources: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == ending)).collect();
    sources.sort();
    sources
}

/// What is built of these sources and those beside them, once: it has their hash in its name. Tests run at the same time, so it
/// gets that name when it is whole.
fn built(folder: &Path, name: &str, sources: &[PathBuf], build: impl FnOnce(&Path) -> Command) -> PathBuf {
    let mut hash = DefaultHasher::new();
    let beside = fs::read_dir(sources[0].parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = beside.collect();
    all.sort();
    all.iter().for_each(|path| fs::read(path).unwrap().hash(&mut hash));
    let whole = folder.join(format!("{name}-{:016x}", hash.finish()));
    if !whole.exists() {
        fs::create_dir_all(folder).unwrap();
        let thread = format!("{:?}", std::thread::current().id()).replace(|c: char| !c.is_ascii_digit(), "");
        let half = folder.join(format!("{name}-{}-{thread}", std::process::id()));
        let output = build(&half).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{name} is not built: {}", String::from_utf8_lossy(&output.stderr));
        // Another test may have been faster, with the same.
        assert!(fs::rename(&half, &whole).is_ok() || whole.exists());
    }
    whole
}
