//! `cargo xtask`: what people and CI run around the code.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod bench;
mod demo;
mod kaios;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

use run::{Failure, Result};

const USAGE: &str = "\
cargo xtask demo [--terminal]           a conversation with an echo contact on a server of its own, in a browser
cargo xtask kaios                       the app for feature phones and browsers, in target/dist
cargo xtask bench [--small] [PART...]   how fast it is, beside the floor; writes tests/bench/RESULTS.md
cargo xtask setup PART...               install what a part needs (without a part: list them)
cargo xtask test [--full] [STAGE...]    install what is needed and run every test (--list: the stages)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result {
    let Some((task, rest)) = arguments.split_first() else {
        println!("{USAGE}");
        return Ok(());
    };
    match task.as_str() {
        "bench" => bench::main(rest),
        "demo" => demo::run(rest),
        "kaios" => kaios::main(rest),
        "setup" => setup::main(rest),
        "test" => test::main(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(Failure::new(format!("there is no task {other:?}\n{USAGE}"))),
    }
}
