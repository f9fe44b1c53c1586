//! The app as it is shipped, in a real browser, on real servers, with the native driver or somebody else's client on the other
//! side. A journey is a script in `kaios/tests/journeys`; it presses keys and looks at the page, and here stands what the
//! others see of it. `cargo xtask kaios` builds what is looked at.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod beginnings;
mod devices;
mod files;
mod kills;
mod push;
mod talks;
mod troubles;
mod world;
