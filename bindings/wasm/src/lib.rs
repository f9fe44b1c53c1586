//! Larimar's core for a browser's worker: what a page asks for, what it is answered, and the worker's disk. It translates and
//! decides nothing.

pub mod request;

#[cfg(any(target_arch = "wasm32", test))]
mod fresh;

#[cfg(target_arch = "wasm32")]
mod answers;
#[cfg(target_arch = "wasm32")]
mod disk;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod worker;

#[cfg(target_arch = "wasm32")]
pub use worker::Larimar;
