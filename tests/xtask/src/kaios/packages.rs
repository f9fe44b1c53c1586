//! The archives that phones install, and how large everything is.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::run::{Failure, Result, root};

/// How long Zopfli looks for a shorter way, in rounds; more of them gain nothing that counts.
const LOOKING: zopfli::Options = zopfli::Options {
    iteration_count: NonZeroU64::new(5).unwrap(),
    iterations_without_improvement: NonZeroU64::MAX,
    maximum_block_splits: 200,
};

/// The archive for KaiOS 3: the hosted app as it is, whose manifest tells the phone what it wants to know.
pub fn kaios3(web: &Path) -> Result<PathBuf> {
    archive(web, "larimar-kaios3.zip")
}

/// The archive for KaiOS 2.5.
pub fn kaios25(built: &Path) -> Result<PathBuf> {
    archive(built, "larimar-kaios2.zip")
}

/// Packs a folder: the same files make the same archive, whenever and by whomever.
fn archive(folder: &Path, name: &str) -> Result<PathBuf> {
    let packed = root().join("target/dist").join(name);
    let failure = |error: zip::result::ZipError| Failure::new(format!("{name}: {error}"));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(fs::File::create(&packed)?);
    for file in files_of(folder)? {
        zip.start_file(inside(folder, &file), options).map_err(failure)?;
        zip.write_all(&fs::read(file)?)?;
    }
    zip.finish().map_err(failure)?;
    Ok(packed)
}

/// Puts each file that gzip makes smaller beside itself as web servers send it, where they take such files: `gzip_static` of
/// nginx, `precompressed` of Caddy. Zopfli looks longer than gzip, for 4 % less.
pub fn compress(folder: &Path) -> Result {
    for file in files_of(folder)? {
        if has_ending(&file, &["css", "html", "js", "json", "svg", "wasm", "webmanifest"]) {
            let out = BufWriter::new(fs::File::create(compressed(&file))?);
            zopfli::compress(LOOKING, zopfli::Format::Gzip, &*fs::read(&file)?, out)?;
        }
    }
    Ok(())
}

/// Prints how large each file with code is as it is sent, and all of them.
pub fn print_compressed(title: &str, folder: &Path) -> Result {
    println!("{title}, as it is sent:");
    let mut total = 0;
    for file in files_of(folder)?.iter().filter(|file| has_ending(file, &["js", "wasm"])) {
        let size = compressed(file).metadata()?.len();
        total += size;
        println!("{size:>9}  {}", inside(folder, file));
    }
    println!("{total:>9}  bytes of WebAssembly and JavaScript, each file by gzip");
    Ok(())
}

/// Where a file is as it is sent.
fn compressed(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".gz");
    name.into()
}

/// Prints the size of an archive.
pub fn print_archive(title: &str, file: &Path) -> Result {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    println!("{title}:\n{:>9}  target/dist/{name}", file.metadata()?.len());
    Ok(())
}

fn has_ending(file: &Path, endings: &[&str]) -> bool {
    file.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending))
}

/// A file's name in its archive.
fn inside(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
}

/// All files below a folder, sorted.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files_of(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}
