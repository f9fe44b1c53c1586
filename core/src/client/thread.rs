//! The engine's thread: one single-threaded executor that owns all state. Calls cross to it through a channel.

use std::future::Future;
use std::rc::Rc;
#[cfg(not(target_arch = "wasm32"))]
use std::{sync::Mutex, thread::JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::Error;
use super::engine::{Engine, ViewId};
use crate::platform::task::spawn_local;

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

type Call = Box<dyn FnOnce(&Rc<Engine>) + Send>;

/// The running engine, seen from other threads.
pub(super) struct EngineThread {
    calls: mpsc::UnboundedSender<Call>,
    #[cfg(not(target_arch = "wasm32"))]
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Answers calls until the engine ends.
async fn serve(engine: Rc<Engine>, mut calls: mpsc::UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        call(&engine);
        if engine.has_ended() {
            return;
        }
    }
}

impl EngineThread {
    /// Runs something on the engine's thread and hands back its result. What was begun there is finished even if nobody
    /// waits any more.
    pub fn call<T, F, R>(&self, work: F) -> impl Future<Output = Result<T, Error>> + Send + use<T, F, R>
    where
        T: Send + 'static,
        F: FnOnce(Rc<Engine>) -> R + Send + 'static,
        R: Future<Output = Result<T, Error>> + 'static,
    {
        call(&self.calls, work)
    }

    /// A handle that ends a subscription when it is dropped.
    pub fn subscription(&self, view: ViewId) -> Subscription {
        Subscription { view, calls: self.calls.clone() }
    }
}

fn call<T, F, R>(
    calls: &mpsc::UnboundedSender<Call>,
    work: F,
) -> impl Future<Output = Result<T, Error>> + Send + use<T, F, R>
where
    T: Send + 'static,
    F: FnOnce(Rc<Engine>) -> R + Send + 'static,
    R: Future<Output = Result<T, Error>> + 'static,
{
    let (answer, answered) = oneshot::channel();
    let begun = calls.send(Box::new(move |engine| {
        let work = work(Rc::clone(engine));
        spawn_local(async move {
            // Whoever called may have lost interest.
            let _ = answer.send(work.await);
        });
    }));
    async move {
        begun.map_err(|_| Error::Closed)?;
        answered.await.map_err(|_| Error::Closed)?
    }
}

/// One view's subscription, seen from other threads.
pub(super) struct Subscription {
    view: ViewId,
    calls: mpsc::UnboundedSender<Call>,
}

impl Subscription {
    /// Widens a conversation's window.
    pub async fn load_older(&self, rows: u32) -> Result<(), Error> {
        let view = self.view;
        call(&self.calls, move |engine| async move { engine.load_older(view, rows).await }).await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let view = self.view;
        // An engine that has ended shows nothing any more.
        let _ = self.calls.send(Box::new(move |engine| engine.unsubscribe(view)));
    }
}
