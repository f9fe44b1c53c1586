//! `cargo xtask kaios`: the app for feature phones and browsers, with the core in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Result, cargo, command, output, root, run};
use crate::setup;

/// The target of a browser's code.
const TARGET: &str = "wasm32-unknown-unknown";
/// Randomness from the browser.
const FLAGS: &str = "--cfg getrandom_backend=\"wasm_js\"";

/// The task: builds the app to target/dist/web and tells how large it is.
pub fn main(_: &[String]) -> Result {
    let web = build()?;
    let mut total = 0;
    let mut files = Vec::new();
    files_of(&web, &mut files)?;
    files.sort();
    for file in files.iter().filter(|file| is_code(file)) {
        let size = gzipped(file)?;
        total += size;
        println!("{:>9}  {}", size, file.strip_prefix(&web).unwrap_or(file).display());
    }
    println!("{total:>9}  bytes of code, each file by gzip");
    Ok(())
}

/// Builds the hosted app; where it is.
pub fn build() -> Result<PathBuf> {
    ["wasm", "web"].iter().try_for_each(|part| setup::install(part))?;
    let (kaios, engine) = (root().join("kaios"), root().join("kaios/public/engine"));
    fs::create_dir_all(&engine)?;
    run(wasm()?)?;
    let module = target_folder().join(TARGET).join("web/larimar_wasm.wasm");
    let made = target_folder().join("kaios");
    let mut bind = command(&[&setup::tool("wasm-bindgen").to_string_lossy()]);
    bind.args(["--target", "no-modules", "--no-typescript", "--out-name", "larimar", "--out-dir"])
        .arg(&made)
        .arg(module);
    run(bind)?;
    fs::copy(made.join("larimar.js"), engine.join("larimar.js"))?;
    fs::copy(made.join("larimar_bg.wasm"), engine.join("larimar.wasm"))?;
    packages(&kaios)?;
    for words in [&["vite", "build", "--config", "vite.worker.config.ts"][..], &["tsc"], &["vite", "build"]] {
        let mut npx = command(&["npx", "--no-install"]);
        npx.args(words).current_dir(&kaios);
        run(npx)?;
    }
    Ok(root().join("target/dist/web"))
}

/// The app's packages, as its lock file names them.
fn packages(kaios: &Path) -> Result {
    let (lock, marker) = (fs::read(kaios.join("package-lock.json"))?, kaios.join("node_modules/.larimar-lock"));
    if fs::read(&marker).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut install = command(&["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"]);
    install.current_dir(kaios);
    run(install)?;
    Ok(fs::write(marker, lock)?)
}

/// The core for a browser: by the compiler's own library where rustup has it, else by Debian's compiler, which makes one.
fn wasm() -> Result<std::process::Command> {
    let arguments = ["build", "--profile", "web", "--quiet", "--package", "larimar-wasm", "--target", TARGET];
    if setup::has_wasm_target() {
        let mut build = cargo(&arguments);
        build.env("RUSTFLAGS", FLAGS);
        return Ok(build);
    }
    let sysroot = output(command(&["rustc", "--print", "sysroot"]))?;
    let linker = Path::new(sysroot.trim()).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    let mut build = command(&["/usr/bin/cargo"]);
    build.args(arguments).arg("-Zbuild-std=std,panic_abort").current_dir(root());
    build.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc").env("RUSTFLAGS", FLAGS);
    build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    // What rustup's cargo hands to what it runs is not for another cargo.
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC"] {
        build.env_remove(name);
    }
    Ok(build)
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn is_code(file: &Path) -> bool {
    file.extension().is_some_and(|extension| ["js", "wasm", "css", "html"].iter().any(|code| extension == *code))
}

fn files_of(folder: &Path, found: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files_of(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

/// How large a file is after gzip, in bytes.
fn gzipped(file: &Path) -> Result<u64> {
    let mut gzip = command(&["gzip", "-9", "-c"]);
    gzip.arg(file);
    Ok(gzip.output()?.stdout.len() as u64)
}
