//! One session with a server above a [`crate::transport`]: signing in, stream management, requests and their answers.

pub mod backoff;
pub mod login;
pub mod mechanism;
pub mod register;
pub mod requests;
pub mod scram;
#[cfg(test)]
pub mod script;
pub mod sm;
pub mod token;
