//! `cargo xtask bench`: builds for speed, and measures. What is measured, and how, is in tests/bench.

use crate::run::{Result, cargo, run};
use crate::{kaios, setup};

/// The task. Its arguments are those of the bench.
pub fn main(arguments: &[String]) -> Result {
    ["servers", "debian13", "libsignal"].iter().try_for_each(|part| setup::install(part))?;
    // With no part named, all are measured.
    let parts: Vec<&String> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    if parts.is_empty() || parts.iter().any(|part| *part == "browser") {
        kaios::hosted()?;
    }
    run(cargo(&["build", "--release", "--package", "larimar-driver", "--package", "larimar-bench"]))?;
    let mut bench = cargo(&["run", "--release", "--quiet", "--package", "larimar-bench", "--"]);
    bench.args(arguments);
    run(bench)
}
