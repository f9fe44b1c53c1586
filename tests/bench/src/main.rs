//! `cargo xtask bench`: how long things take, beside how long they must take on the same machine with the same server.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod app;
mod browser;
mod catch_up;
mod encrypted;
mod files;
mod filling;
mod floor;
mod memory;
mod omemo;
mod report;
mod sign_in;
mod store;

use std::path::Path;
use std::process::ExitCode;

use report::Table;

/// Why something could not be measured, for the person who ran it.
pub type Failure = Box<dyn std::error::Error>;
/// What measuring returns.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Size {
    /// Messages of the archive that is caught up with.
    archive: usize,
    /// Messages of the largest store.
    store: u64,
    /// Messages stored while memory is looked at.
    memory: u64,
    /// Bytes of a file that is uploaded and fetched.
    file: u64,
    /// How often each thing is measured.
    rounds: usize,
}

const FULL: Size = Size { archive: 10_000, store: 1_000_000, memory: 100_000, file: 100_000_000, rounds: 7 };
/// Enough to see that everything works.
const SMALL: Size = Size { archive: 1_000, store: 20_000, memory: 2_000, file: 10_000_000, rounds: 1 };

/// One thing that is measured.
struct Part {
    name: &'static str,
    run: fn(Size) -> Result<Vec<Table>>,
}

const PARTS: &[Part] = &[
    Part { name: "catch-up", run: catch_up::run },
    Part { name: "encrypted", run: encrypted::run },
    Part { name: "sign-in", run: sign_in::run },
    Part { name: "store", run: store::run },
    Part { name: "files", run: files::run },
    Part { name: "memory", run: memory::run },
    Part { name: "omemo", run: omemo::run },
    Part { name: "browser", run: browser::run },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result {
    let (options, names): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.starts_with("--"));
    if let Some(unknown) = options.iter().find(|option| option.as_str() != "--small") {
        return Err(format!("there is no option {unknown}; there is --small").into());
    }
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != name.as_str())) {
        let all: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no part {unknown:?}; there are {}", all.join(", ")).into());
    }
    let size = if options.is_empty() { FULL } else { SMALL };
    let mut page = opening(size);
    for part in PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| *name == part.name)) {
        println!("== {}", part.name);
        for table in (part.run)(size)? {
            let text = table.markdown();
            println!("\n{text}");
            page = format!("{page}\n{text}");
        }
    }
    if options.is_empty() && names.is_empty() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
        std::fs::write(&path, page)?;
        println!("written to tests/bench/RESULTS.md");
    }
    Ok(())
}

fn opening(size: Size) -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "# How fast Larimar is\n\n\
         Written by `cargo xtask bench`, in a release build on a machine with {processors} processors; server and client share them. \
         A *floor* is a bare socket (`src/floor/`) that writes prepared bytes, looks for the few that say how to go on, parses \
         nothing and stores nothing, measured by turns with Larimar on the same server. Times and ratios are medians of {} \
         rounds or more; a ratio is of a pair of neighbours. Servers keep their data in memory, Larimar its store on the disk.\n",
        size.rounds
    )
}
