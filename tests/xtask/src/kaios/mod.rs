//! `cargo xtask kaios`: the app for feature phones and browsers, with the core in it.

mod core;
mod functions;
mod packages;
mod sqlite;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::run::{Failure, Result, command, root, run};
use crate::setup;

/// The task: builds the app for the web, for KaiOS 3 and for KaiOS 2.5 into target/dist, and tells how large each part is.
pub fn main(_: &[String]) -> Result {
    main_beside(|| Ok(()))
}

/// The task, and what needs the hosted app alone: one processor is long at making JavaScript of the core, for KaiOS 2.5.
pub fn main_beside(other: impl FnOnce() -> Result) -> Result {
    let web = build()?;
    let (phone, old_phone) = thread::scope(|scope| {
        let old_phone = scope.spawn(build_for_2);
        let meanwhile = || -> Result<PathBuf> {
            let phone = packages::kaios3(&web)?;
            packages::compress(&web)?;
            other()?;
            Ok(phone)
        };
        (
            meanwhile(),
            old_phone.join().unwrap_or_else(|_| Err(Failure::new("the thread that built for KaiOS 2.5 broke"))),
        )
    });
    packages::print_compressed("hosted", &web)?;
    packages::print_archive("KaiOS 3", &phone?)?;
    packages::print_archive("KaiOS 2.5", &packages::kaios25(&old_phone?)?)
}

/// Builds the hosted app, with each file beside it as it is sent.
pub fn hosted() -> Result {
    packages::compress(&build()?)
}

/// Builds the hosted app; where it is.
pub fn build() -> Result<PathBuf> {
    let kaios = prepared()?;
    let engine = kaios.join("public/engine");
    fs::create_dir_all(&engine)?;
    let made = core::build()?;
    fs::copy(made.join("larimar.wasm"), engine.join("larimar.wasm"))?;
    let mut minify = in_folder(&kaios, &["node", "minified.mjs"]);
    minify.arg(std::path::absolute(made.join("larimar.js"))?).arg(std::path::absolute(engine.join("larimar.js"))?);
    run(minify)?;
    for words in [
        &["npx", "--no-install", "vite", "build", "--config", "vite.worker.config.ts"][..],
        &["npx", "--no-install", "tsc"],
        &["npx", "--no-install", "vite", "build"],
    ] {
        run(in_folder(&kaios, words))?;
    }
    Ok(root().join("target/dist/web"))
}

/// The app's folder, with everything there that building it needs.
fn prepared() -> Result<PathBuf> {
    ["wasm", "web"].iter().try_for_each(|part| setup::install(part))?;
    let kaios = root().join("kaios");
    packages_of_npm(&kaios)?;
    Ok(kaios)
}

/// Clippy on what only a browser runs.
pub fn lint() -> Result {
    setup::install("wasm")?;
    core::lint()
}

/// Plays the tests that are for a browser in one: of the store, whose SQLite and file layer are others than elsewhere, and of what
/// is asked of the browser.
pub fn test_in_browser() -> Result {
    let kaios = prepared()?;
    for tests in core::tests()? {
        let mut play = in_folder(&kaios, &["node", "tests/units.mjs"]);
        play.arg(setup::tool("wasm-bindgen-test-runner")).arg(std::path::absolute(tests)?);
        run(play)?;
    }
    Ok(())
}

/// Builds the app for KaiOS 2.5 from what [`build`] left; where it is.
fn build_for_2() -> Result<PathBuf> {
    let (made, out) = (target_folder().join("kaios"), root().join("target/dist/kaios25"));
    core::in_javascript(&made)?;
    let mut build = in_folder(&root().join("kaios"), &["node", "kaios25/build.mjs"]);
    build.arg(std::path::absolute(&made)?).arg(std::path::absolute(&out)?);
    run(build)?;
    Ok(out)
}

fn in_folder(folder: &Path, words: &[&str]) -> std::process::Command {
    let mut command = command(words);
    command.current_dir(folder);
    command
}

/// The app's packages, as its lock file names them.
fn packages_of_npm(kaios: &Path) -> Result {
    let (lock, marker) = (fs::read(kaios.join("package-lock.json"))?, kaios.join("node_modules/.larimar-lock"));
    if fs::read(&marker).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(in_folder(kaios, &["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"]))?;
    Ok(fs::write(marker, lock)?)
}

/// Where cargo puts what it builds.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
