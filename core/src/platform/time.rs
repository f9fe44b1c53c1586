//! The clock that only goes forward, and waiting by it.

#[cfg(not(target_arch = "wasm32"))]
pub use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
#[cfg(target_arch = "wasm32")]
pub use web::{Instant, sleep, sleep_until, timeout, timeout_at};

#[cfg(target_arch = "wasm32")]
mod web {
    use std::future::pending;
    use std::pin::pin;
    use std::time::Duration;

    use futures_util::future::{Either, select};
    use gloo_timers::future::TimeoutFuture;
    pub use web_time::Instant;

    /// A browser's timer takes no longer wait than some 24 days: a longer one is made of these.
    const LONGEST: Duration = Duration::from_secs(24 * 3600);

    /// It was too late.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Elapsed;

    /// Waits until then. Each wait has a timer of the browser's own, which ends with it.
    pub async fn sleep_until(until: Instant) {
        loop {
            let left = until.saturating_duration_since(Instant::now()).min(LONGEST);
            if left.is_zero() {
                return;
            }
            // Rounded up: a timer that fires early would only be set again.
            let milliseconds = u32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(u32::MAX);
            TimeoutFuture::new(milliseconds).await;
        }
    }

    /// Waits so long.
    pub async fn sleep(span: Duration) {
        match Instant::now().checked_add(span) {
            Some(until) => sleep_until(until).await,
            // Later than the clock can say: never.
            None => pending().await,
        }
    }

    /// Waits for something at most until then.
    pub async fn timeout_at<F: Future>(until: Instant, work: F) -> Result<F::Output, Elapsed> {
        before(sleep_until(until), work).await
    }

    /// Waits for something at most so long.
    pub async fn timeout<F: Future>(span: Duration, work: F) -> Result<F::Output, Elapsed> {
        before(sleep(span), work).await
    }

    async fn before<F: Future>(end: impl Future<Output = ()>, work: F) -> Result<F::Output, Elapsed> {
        match select(pin!(work), pin!(end)).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(((), _)) => Err(Elapsed),
        }
    }
}
