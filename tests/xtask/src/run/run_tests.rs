//! What other programs are told by being run.

use super::{command, output};

#[test]
fn what_is_run_does_not_learn_which_package_runs_it() {
    let told = |name: &str| std::env::vars().any(|(variable, _)| variable == name);
    assert!(told("CARGO_MANIFEST_DIR") && told("CARGO_PKG_NAME"), "cargo runs this test, and tells it");

    let passed_on = output(command(&["env"])).unwrap();

    // What else is in there may be a secret: it is not shown.
    let names: Vec<&str> = passed_on.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert!(names.contains(&"PATH"));
    let of_the_package: Vec<&&str> =
        names.iter().filter(|name| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")).collect();
    assert!(of_the_package.is_empty(), "{of_the_package:?}");
}
