//! The clock that only goes forward, and waiting by it.

#[cfg(not(target_arch = "wasm32"))]
pub use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
#[cfg(target_arch = "wasm32")]
pub use wasmtimer::{
    std::Instant,
    tokio::{sleep, sleep_until, timeout, timeout_at},
};
