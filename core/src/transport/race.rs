//! Several ways at once: each gets a head start over the next, and the first that works wins (RFC 8305 section 5).

use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

/// Starts one attempt after the other: the next when an earlier one failed, or after a delay (asked for anew each time).
/// The first success ends all others. If none succeeds: every error, in the order in which they came.
pub(super) async fn first_success<T, E, F: Future<Output = Result<T, E>>>(
    attempts: impl IntoIterator<Item = F>,
    delay: impl Fn() -> Duration,
) -> Result<T, Vec<E>> {
    let mut waiting = attempts.into_iter().peekable();
    let mut running = FuturesUnordered::new();
    let mut errors = Vec::new();
    loop {
        running.extend(waiting.next());
        if running.is_empty() {
            return Err(errors);
        }
        let pause = async {
            match waiting.peek() {
                Some(_) => crate::platform::time::sleep(delay()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(result) = running.next() => match result {
                Ok(value) => return Ok(value),
                Err(error) => errors.push(error),
            },
            () = pause => {}
        }
    }
}

#[cfg(test)]
mod race_tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// An attempt that notes its start and ends after some milliseconds.
    fn attempt(
        log: &Rc<RefCell<Vec<u32>>>,
        id: u32,
        ms: u64,
        works: bool,
    ) -> impl Future<Output = Result<u32, u32>> + use<> {
        let log = log.clone();
        async move {
            log.borrow_mut().push(id);
            tokio::time::sleep(Duration::from_millis(ms)).await;
            if works { Ok(id) } else { Err(id) }
        }
    }

    const DELAY: Duration = Duration::from_millis(250);

    #[tokio::test(start_paused = true)]
    async fn the_next_starts_after_the_delay_and_the_first_success_wins() {
        let log = Rc::default();
        let attempts = [attempt(&log, 1, 10_000, true), attempt(&log, 2, 300, true), attempt(&log, 3, 100, true)];
        let start = tokio::time::Instant::now();
        assert_eq!(first_success(attempts, || DELAY).await, Ok(2));
        assert_eq!(start.elapsed(), Duration::from_millis(550));
        assert_eq!(*log.borrow(), [1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_starts_the_next_at_once() {
        let log = Rc::default();
        let attempts = [attempt(&log, 1, 5, false), attempt(&log, 2, 5, false), attempt(&log, 3, 5, true)];
        let start = tokio::time::Instant::now();
        assert_eq!(first_success(attempts, || DELAY).await, Ok(3));
        assert_eq!(start.elapsed(), Duration::from_millis(15));
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_fail_every_error_is_told() {
        let log = Rc::default();
        let attempts = [attempt(&log, 1, 400, false), attempt(&log, 2, 5, false)];
        assert_eq!(first_success(attempts, || DELAY).await, Err(vec![2, 1]));
        let none: [std::future::Ready<Result<u32, u32>>; 0] = [];
        assert_eq!(first_success(none, || DELAY).await, Err(vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_quick_success_starts_nothing_else() {
        let log = Rc::default();
        assert_eq!(first_success([attempt(&log, 1, 200, true), attempt(&log, 2, 0, true)], || DELAY).await, Ok(1));
        assert_eq!(*log.borrow(), [1]);
    }
}
