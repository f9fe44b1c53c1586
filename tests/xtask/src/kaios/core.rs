//! The core for a browser: one WebAssembly file for all packages, as small as its compilers make it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{functions, sqlite, target_folder};
use crate::run::{Failure, Result, cargo, command, output, root, run};
use crate::setup;

/// The target of a browser's code.
const TARGET: &str = "wasm32-unknown-unknown";

/// Randomness from the browser.
const RANDOM: &str = "--cfg getrandom_backend=\"wasm_js\"";

/// A panic ends the worker at once: nobody would read its words. Without reference types and multiple results the same file can
/// become JavaScript.
const SMALL: &str = "-Zunstable-options -Cpanic=immediate-abort \
    -Zlocation-detail=none -Ctarget-feature=-reference-types,-multivalue";

/// Crates with tables that a browser has already, or need not load: ours (core/browser) take their places.
const ASKED: &[&str] = &["idna", "stringprep", "unicode-normalization", "unicode-segmentation", "url"];

/// What Gecko 84 has beyond the first WebAssembly.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// Builds the core, its locals numbered by their use and its functions in an order that gzip likes. Answers with the folder of
/// `larimar.js` and `larimar.wasm`.
pub fn build() -> Result<PathBuf> {
    let mut build = with_stand_ins("build")?;
    build
        .args(["--profile", "web", "--quiet", "--package", "larimar-wasm", "--target", TARGET])
        .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .env("RUSTFLAGS", format!("{RANDOM} {SMALL}"));
    run(build)?;
    let made = target_folder().join("kaios");
    let mut bind = command(&[&setup::tool("wasm-bindgen").to_string_lossy()]);
    bind.args(["--target", "no-modules", "--no-typescript", "--out-name", "larimar", "--out-dir"])
        .arg(&made)
        .arg(target_folder().join(TARGET).join("web/larimar_wasm.wasm"));
    run(bind)?;
    let (less, small) = (made.join("less.wasm"), made.join("small.wasm"));
    let left_out = [sqlite::LEFT_OUT, sqlite::LEFT_OUT_OF_THE_APP].concat();
    fs::write(&less, functions::without(&fs::read(made.join("larimar_bg.wasm"))?, &left_out)?)?;
    let mut shrink = binaryen("wasm-opt");
    shrink
        .args(["--duplicate-function-elimination", "--remove-unused-module-elements", "--dae-optimizing"])
        .args(["--optimize-instructions", "--remove-unused-brs", "--rse", "--coalesce-locals", "--rse", "--vacuum"])
        .args(["--merge-blocks", "--remove-unused-names", "--reorder-locals", "--duplicate-function-elimination"])
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .arg(less)
        .arg("-o")
        .arg(&small);
    run(shrink)?;
    let script = made.join("larimar.js");
    let ordered = functions::in_order(&fs::read(small)?)?;
    let (wasm, named) = functions::with_short_names(&ordered, &fs::read_to_string(&script)?)?;
    fs::write(made.join("larimar.wasm"), wasm)?;
    fs::write(script, named)?;
    Ok(made)
}

/// The core as JavaScript, for browsers without WebAssembly: a module, `lowered.js`, that wants what `larimar.js` gives.
pub fn in_javascript(made: &Path) -> Result {
    let (lowered, script) = (made.join("lowered.wasm"), made.join("lowered.js"));
    let mut lower = binaryen("wasm-opt");
    lower
        .args(["--signext-lowering", "--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "-Oz"])
        .arg(made.join("larimar.wasm"))
        .arg("-o")
        .arg(&lowered);
    run(lower)?;
    let mut convert = command(&[&program("wasm2js")]);
    convert.arg("-Os").arg(lowered).arg("-o").arg(script);
    run(convert)
}

fn program(name: &str) -> String {
    root().join("kaios/node_modules/.bin").join(name).to_string_lossy().into_owned()
}

fn binaryen(name: &str) -> Command {
    let mut command = command(&[&program(name)]);
    command.args(FEATURES);
    command
}

/// The unit tests for a browser, those of them that can run there: the core's, with the SQLite that the app has, and those of
/// stand-ins that ask the browser; where they are.
pub fn tests() -> Result<[PathBuf; 2]> {
    let mut core = with_stand_ins("test")?;
    core.args(["--package", "larimar"]);
    let mut stand_in = compiler("test")?;
    stand_in.args(["--manifest-path", "core/browser/unicode-segmentation/Cargo.toml", "--target-dir"]);
    stand_in.arg(target_folder());
    let tests = target_folder().join("kaios/tests.wasm");
    fs::write(&tests, functions::without(&fs::read(compiled(core)?)?, sqlite::LEFT_OUT)?)?;
    Ok([tests, compiled(stand_in)?])
}

fn compiled(mut build: Command) -> Result<PathBuf> {
    build
        .args(["--no-run", "--quiet", "--message-format=json", "--lib"])
        .args(["--target", TARGET, "-Zbuild-std=std,panic_abort"])
        .env("RUSTFLAGS", RANDOM);
    let said = output(build)?;
    let made = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let tests = made.filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from)).next_back();
    tests.ok_or_else(|| Failure::new("cargo does not say where the tests are"))
}

/// Clippy on what is for a browser alone, and is left out wherever else the code is looked at: the core, its tests, its binding.
pub fn lint() -> Result {
    for what in
        [&["--package", "larimar", "--package", "larimar-wasm"][..], &["--package", "larimar", "--profile", "test"]]
    {
        let mut clippy = with_stand_ins("clippy")?;
        clippy.args(what).args(["--quiet", "--lib", "--target", TARGET, "-Zbuild-std=std,panic_abort"]);
        clippy.env("RUSTFLAGS", RANDOM).args(["--", "-D", "warnings"]);
        run(clippy)?;
    }
    Ok(())
}

/// What cargo does, with the compiler that makes its own library for a browser: rustup's where it has the library's source, else
/// Debian's.
fn compiler(what: &str) -> Result<Command> {
    let mut build = if setup::has_library_source() { cargo(&[what]) } else { debians(what)? };
    build.env("RUSTC_BOOTSTRAP", "1").env("SQLITE_WASM_RS_FLAGS", sqlite::FLAGS.join(" "));
    Ok(build)
}

/// The same, with our crates in the places of the registry's.
fn with_stand_ins(what: &str) -> Result<Command> {
    let mut build = compiler(what)?;
    build.env("CARGO_UNSTABLE_LOCKFILE_PATH", "true").env("CARGO_RESOLVER_LOCKFILE_PATH", lock()?);
    for name in ASKED {
        build.args(["--config", &format!("patch.crates-io.{name}.path={:?}", root().join("core/browser").join(name))]);
    }
    Ok(build)
}

/// The versions of the repository's lock file, without the crates that others take the places of: cargo puts those in.
fn lock() -> Result<PathBuf> {
    let versions = fs::read_to_string(root().join("Cargo.lock"))?;
    let is_asked = |package: &&str| ASKED.iter().any(|name| package.starts_with(&format!("name = \"{name}\"\n")));
    let kept: Vec<&str> = versions.split("[[package]]\n").filter(|package| !is_asked(package)).collect();
    let folder = std::path::absolute(target_folder())?.join("kaios");
    fs::create_dir_all(&folder)?;
    let lock = folder.join("Cargo.lock");
    fs::write(&lock, kept.join("[[package]]\n"))?;
    Ok(lock)
}

/// Debian's cargo and rustc, with rustup's linker.
fn debians(what: &str) -> Result<Command> {
    let sysroot = output(command(&["rustc", "--print", "sysroot"]))?;
    let linker = Path::new(sysroot.trim()).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    // Asked for its clippy, Debian's cargo would find rustup's.
    let mut build = command(&[if what == "clippy" { "/usr/bin/cargo-clippy" } else { "/usr/bin/cargo" }, what]);
    build.current_dir(root()).env("RUSTC", "/usr/bin/rustc").env("CARGO", "/usr/bin/cargo");
    build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    // What rustup's cargo hands to what it runs is not for another cargo.
    for name in ["RUSTUP_TOOLCHAIN", "RUSTDOC"] {
        build.env_remove(name);
    }
    Ok(build)
}
