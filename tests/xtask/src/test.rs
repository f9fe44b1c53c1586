//! `cargo xtask test`: everything that must hold, stage by stage. It ends at the first stage that fails and names it.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Failure, Result, cargo, command, root, run};
use crate::setup;

/// What a browser is asked for, a workspace of its own.
const BROWSERS: &str = "core/browser/Cargo.toml";
/// How long each fuzz target runs, in seconds, in CI and with `--full`.
const FUZZ_SECONDS: [u32; 2] = [25, 300];

/// The package whose tests are the end-to-end stories: what they drive is its program.
const STORIES: &str = "larimar-driver";

/// The package whose tests are journeys through the app in a browser.
const JOURNEYS: &str = "larimar-web-tests";

/// One thing that must hold.
struct Stage {
    name: &'static str,
    about: &'static str,
    run: fn(&Choice) -> Result,
}

/// What was asked for.
struct Choice {
    /// The long variants: more cuts, more kills, longer fuzzing.
    full: bool,
}

const STAGES: &[Stage] = &[
    Stage { name: "setup", about: "what the tests need is installed", run: install },
    Stage { name: "format", about: "the code is formatted", run: format },
    Stage { name: "lint", about: "clippy has nothing to say", run: lint },
    Stage { name: "licences", about: "no dependency is under a licence that a store refuses", run: licences },
    Stage { name: "unit", about: "the tests of each crate, and of the testbed", run: unit },
    Stage {
        name: "end-to-end",
        about: "the messenger on real servers, with other people's clients, under faults",
        run: end_to_end,
    },
    Stage { name: "web", about: "the app for browsers is built, and goes its journeys in one", run: web },
    Stage { name: "fuzz", about: "each fuzz target for a while", run: fuzz },
];

/// The task. Arguments: `--list`, `--full`, names of stages (all without any).
pub fn main(arguments: &[String]) -> Result {
    let (options, names): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| word.starts_with("--"));
    if let Some(unknown) = options.iter().find(|option| !["--full", "--list"].contains(&option.as_str())) {
        return Err(Failure::new(format!("there is no option {unknown}; there are --full and --list")));
    }
    if options.iter().any(|option| *option == "--list") {
        for stage in STAGES {
            println!("{:<12} {}", stage.name, stage.about);
        }
        return Ok(());
    }
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|stage| stage.name != name.as_str())) {
        return Err(Failure::new(format!("there is no stage {unknown:?}; `cargo xtask test --list` shows them")));
    }
    let choice = Choice { full: options.iter().any(|option| *option == "--full") };
    let chosen: Vec<&Stage> =
        STAGES.iter().filter(|stage| names.is_empty() || names.iter().any(|name| *name == stage.name)).collect();
    run_all(&chosen, &choice)
}

fn run_all(stages: &[&Stage], choice: &Choice) -> Result {
    let start = Instant::now();
    for (place, stage) in stages.iter().enumerate() {
        println!("== {} ({} of {}), {}: {}", stage.name, place + 1, stages.len(), clock(start.elapsed()), stage.about);
        if let Err(failure) = (stage.run)(choice) {
            println!("== {} failed after {}", stage.name, clock(start.elapsed()));
            return Err(Failure::new(format!("stage {}: {failure}", stage.name)));
        }
    }
    println!("== {} stages passed in {}", stages.len(), clock(start.elapsed()));
    Ok(())
}

fn install(_: &Choice) -> Result {
    ["servers", "peers", "libsignal", "debian13", "deny"].iter().try_for_each(|part| setup::install(part))?;
    if targets()?.is_empty() { Ok(()) } else { setup::install("fuzz") }
}

fn format(_: &Choice) -> Result {
    run(cargo(&["fmt", "--all", "--check"]))?;
    run(cargo(&["fmt", "--manifest-path", BROWSERS, "--all", "--check"]))?;
    run(cargo(&["fmt", "--manifest-path", "tests/fuzz/Cargo.toml", "--check"]))
}

fn lint(_: &Choice) -> Result {
    run(cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    let mut clippy = for_browsers("clippy");
    clippy.args(["--all-targets", "--", "-D", "warnings"]);
    run(clippy)?;
    crate::kaios::lint()
}

/// What cargo does with the crates that stand in for others in a browser.
fn for_browsers(what: &str) -> Command {
    let mut command = cargo(&[what, "--manifest-path", BROWSERS, "--workspace"]);
    command.arg("--target-dir").arg(crate::kaios::target_folder());
    command
}

fn licences(_: &Choice) -> Result {
    // Advisories are left out: they come from a repository on the network.
    let mut deny = command(&[&setup::tool("cargo-deny").to_string_lossy()]);
    deny.current_dir(root()).args(["--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    run(deny)
}

fn unit(choice: &Choice) -> Result {
    let mut test = cargo(&["test", "--workspace", "--exclude", STORIES, "--exclude", JOURNEYS]);
    if choice.full {
        test.env("LARIMAR_FULL", "1");
    }
    run(test)?;
    run(for_browsers("test"))
}

fn end_to_end(choice: &Choice) -> Result {
    let mut test = played(choice, &["--bins", "--test", "e2e", "--test", "faults"]);
    // Stories mostly wait for their servers: more of them at once than there are processors.
    test.env("RUST_TEST_THREADS", "4");
    run(test)
}

/// What cargo tests of stories and journeys. Whichever it is, both packages are named: what they share is built once.
fn played(choice: &Choice, which: &[&str]) -> Command {
    let mut test = cargo(&["test", "--package", STORIES, "--package", JOURNEYS]);
    test.args(which);
    if choice.full {
        test.env("LARIMAR_FULL", "1");
    }
    test
}

fn web(choice: &Choice) -> Result {
    crate::kaios::main_beside(|| {
        npm(&["lint", "test", "build:fake"])?;
        crate::kaios::test_in_browser()
    })?;
    npm(&["syntax", "scroll"])?;
    run(played(choice, &["--no-run"]))?;
    run(played(choice, &["--test", "journeys", "--test", "kaios25"]))
}

/// Runs some of the app's scripts.
fn npm(scripts: &[&str]) -> Result {
    for script in scripts {
        let mut npm = command(&["npm", "run", "--silent", script]);
        npm.current_dir(root().join("kaios"));
        run(npm)?;
    }
    Ok(())
}

/// Targets run side by side, as many as there are processors: each uses one.
fn fuzz(choice: &Choice) -> Result {
    let seconds = FUZZ_SECONDS[usize::from(choice.full)];
    run(cargo_fuzz("build"))?;
    let targets = targets()?;
    let beside = std::thread::available_parallelism().map_or(1, usize::from);
    for (place, some) in targets.chunks(beside).enumerate() {
        println!("-- {} ({} of {}), {seconds} s", some.join(", "), place * beside + some.len(), targets.len());
        let commands = some.iter().map(|target| fuzz_command(target, seconds)).collect::<Result<Vec<Command>>>()?;
        let ended: Vec<std::io::Result<Output>> = std::thread::scope(|scope| {
            let running: Vec<_> = commands.into_iter().map(|mut fuzz| scope.spawn(move || fuzz.output())).collect();
            let broken = || Err(std::io::Error::other("the thread that waited for it broke"));
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| broken())).collect()
        });
        for (target, output) in some.iter().zip(ended) {
            let output = output?;
            let said = String::from_utf8_lossy(&output.stderr);
            let good = output.status.success();
            // The closing lines say how much was tried; what was found, all of them.
            let shown: Vec<&str> = said.lines().rev().take(if good { 6 } else { usize::MAX }).collect();
            println!("{target}:");
            shown.iter().rev().for_each(|line| println!("   {line}"));
            if !good {
                return Err(Failure::new(format!("the fuzz target {target} ended with {}", output.status)));
            }
        }
    }
    Ok(())
}

/// cargo-fuzz without a sanitizer: the code is safe Rust, and twice as fast so. The coverage flags want a nightly compiler, or one
/// that is allowed to behave as one. In 16 units, the compiler uses every processor.
fn cargo_fuzz(what: &str) -> Command {
    let mut fuzz = command(&[&setup::tool("cargo-fuzz").to_string_lossy()]);
    fuzz.args([what, "--fuzz-dir", "tests/fuzz", "--sanitizer", "none", "--codegen-units", "16"]);
    fuzz.current_dir(root()).env("RUSTC_BOOTSTRAP", "1");
    fuzz
}

/// Runs one target. What it finds on its way goes into a corpus below target/; the one in the tree is only read.
fn fuzz_command(target: &str, seconds: u32) -> Result<Command> {
    let found = root().join("target/fuzz-corpus").join(target);
    std::fs::create_dir_all(&found)?;
    let kept = root().join("tests/fuzz/corpus").join(target);
    let mut fuzz = cargo_fuzz("run");
    fuzz.arg(target).arg(found);
    if kept.is_dir() {
        fuzz.arg(kept);
    }
    fuzz.args(["--", &format!("-max_total_time={seconds}"), "-rss_limit_mb=2048", "-print_final_stats=1"]);
    fuzz.stdin(Stdio::null());
    Ok(fuzz)
}

/// The fuzz targets of tests/fuzz.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("tests/fuzz/fuzz_targets");
    let Ok(entries) = folder.read_dir() else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
