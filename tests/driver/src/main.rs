//! Larimar under test control.
fn main() {}
