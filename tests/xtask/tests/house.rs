//! The rules of the house, checked from the source: who may know whom inside the core, and how files begin.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

/// Which parts of the core each part may name. `client` may name all.
const MAY_KNOW: [(&str, &[&str]); 12] = [
    ("model", &["model"]),
    ("xep", &["xep", "model"]),
    ("omemo", &["omemo", "model"]),
    ("file", &["file", "xep", "model"]),
    ("backup", &["backup", "model"]),
    ("store", &["store", "model"]),
    ("view", &["view", "file", "store", "model"]),
    ("sync", &["sync", "xep", "omemo", "file", "store", "model"]),
    ("stream", &["stream", "transport", "platform", "xep", "model"]),
    ("transport", &["transport", "platform", "xep", "model"]),
    ("transfer", &["transfer", "file", "platform", "model"]),
    ("platform", &["platform", "model"]),
];

/// What the parts that compute only must never name.
const PURE: [&str; 5] = ["model", "xep", "omemo", "file", "backup"];
const IMPURE: [&str; 3] = ["tokio", "rusqlite", "wasm_bindgen"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder that end so.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') && name != "corpus" {
            files(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources(below: &str) -> Vec<(String, String)> {
    let root = repository();
    let mut found = Vec::new();
    files(&root.join(below), ".rs", &mut found);
    found.sort();
    let shown = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (shown(path), fs::read_to_string(path).unwrap())).collect()
}

/// The names that follow `crate::` in a source, single ones and those in braces.
fn known_parts(source: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            parts.push(name);
        }
    }
    parts
}

#[test]
fn each_part_of_the_core_knows_only_whom_it_may() {
    let mut wrong = Vec::new();
    for (part, may_know) in MAY_KNOW {
        // A test may know more: it shows what the parts do together.
        let shipped = sources(&format!("core/src/{part}")).into_iter().filter(|(path, _)| !path.ends_with("_tests.rs"));
        for (path, source) in shipped {
            for known in known_parts(&source) {
                let is_part = MAY_KNOW.iter().any(|(name, _)| *name == known) || known == "client";
                if is_part && !may_know.contains(&known.as_str()) {
                    wrong.push(format!("{path} names crate::{known}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_only_computes_names_no_runtime_database_or_browser() {
    let mut wrong = Vec::new();
    for (path, source) in sources("core/src") {
        if !PURE.iter().any(|part| path.starts_with(&format!("core/src/{part}"))) {
            continue;
        }
        let words: Vec<&str> = source.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        wrong.extend(IMPURE.iter().filter(|name| words.contains(name)).map(|name| format!("{path} names {name}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_say_what_they_are_for_and_tell_one_story() {
    let mut wrong = Vec::new();
    for (path, source) in sources("core/src").into_iter().chain(sources("tests")) {
        let lines = source.lines().count();
        if lines > 500 {
            wrong.push(format!("{path} has {lines} lines"));
        }
        if !source.starts_with("//!") && !path.ends_with("_tests.rs") {
            wrong.push(format!("{path} does not begin with what it is for"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_folder_of_the_house_has_a_readme() {
    for folder in ["core", "tests"] {
        let readme = fs::read_to_string(repository().join(folder).join("README.md")).unwrap();
        assert!(readme.lines().count() > 5, "{folder}/README.md says too little");
    }
}

#[test]
fn the_check_of_names_sees_both_forms() {
    assert_eq!(known_parts("use crate::store::Store; use crate::{xep, model::ids};"), ["store", "xep", "model"]);
}
