//! Tasks on the engine's own thread, and what is done beside it.

#[cfg(not(target_arch = "wasm32"))]
pub use native::{AbortHandle, aside, spawn_local, yield_now};
#[cfg(target_arch = "wasm32")]
pub use web::{AbortHandle, aside, spawn_local, yield_now};

/// What was to be done aside was not: this process is ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was given up")]
pub struct GivenUp;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    pub use tokio::task::{AbortHandle, spawn_local, yield_now};

    use super::GivenUp;

    /// Runs what waits for the disk, or computes for long, on a thread of its own.
    pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, GivenUp> {
        tokio::task::spawn_blocking(work).await.map_err(|_| GivenUp)
    }
}

#[cfg(target_arch = "wasm32")]
mod web {
    use std::future::poll_fn;
    use std::task::Poll;

    pub use futures_util::future::AbortHandle;
    use futures_util::future::abortable;

    use super::GivenUp;

    /// A task that was begun.
    pub struct Task(AbortHandle);

    impl Task {
        /// By which it is ended.
        pub fn abort_handle(self) -> AbortHandle {
            self.0
        }
    }

    /// Begins a task on the browser's event loop.
    pub fn spawn_local(work: impl Future<Output = ()> + 'static) -> Task {
        let (work, handle) = abortable(work);
        wasm_bindgen_futures::spawn_local(async move {
            // Whoever aborted it knows.
            let _ = work.await;
        });
        Task(handle)
    }

    /// Lets other tasks run.
    pub async fn yield_now() {
        let mut has_yielded = false;
        poll_fn(|context| {
            if std::mem::replace(&mut has_yielded, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Runs what computes for long. A browser's engine has one thread, which is not the page's.
    pub async fn aside<T>(work: impl FnOnce() -> T) -> Result<T, GivenUp> {
        Ok(work())
    }
}
