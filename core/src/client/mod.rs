//! The front door: what an app, a binding or the test driver sees of Larimar.

mod error;
mod login_errors;
