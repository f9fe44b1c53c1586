//! The engine's thread: one single-threaded executor that owns all state. Calls cross to it through a channel.

use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_local};

use super::engine::{Engine, ViewId};
use super::{Error, EventListener, OpenOptions};
use crate::platform::Keystore;
use crate::store::Store;

type Call = Box<dyn FnOnce(&Rc<Engine>) + Send>;

/// The running engine, seen from other threads.
pub(super) struct EngineThread {
    calls: mpsc::UnboundedSender<Call>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl EngineThread {
    /// Opens the store on a thread of its own and starts all sessions.
    pub fn start(
        options: OpenOptions,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<EngineThread, Error> {
        let (calls, mut receiver) = mpsc::unbounded_channel::<Call>();
        let (opened, open) = std_mpsc::sync_channel(1);
        let body = move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = opened.send(Err(Error::StoreUnusable { detail: error.kind().to_string() }));
                    return;
                }
            };
            let local = LocalSet::new();
            runtime.block_on(local.run_until(async move {
                let engine = Store::open(options.folder.as_ref()).map_err(Error::from).and_then(|store| {
                    super::backup::forget_interrupted(options.folder.as_ref(), &*keystore)?;
                    Engine::new(store, keystore, listener, options)
                });
                let engine = match engine.and_then(|engine| engine.start().map(|()| engine)) {
                    Ok(engine) => engine,
                    Err(error) => {
                        let _ = opened.send(Err(error));
                        return;
                    }
                };
                let _ = opened.send(Ok(()));
                while let Some(call) = receiver.recv().await {
                    call(&engine);
                    if engine.has_ended() {
                        return;
                    }
                }
            }));
        };
        let thread = std::thread::Builder::new()
            .name("larimar".into())
            .spawn(body)
            .map_err(|error| Error::StoreUnusable { detail: error.kind().to_string() })?;
        open.recv().map_err(|_| Error::Closed)??;
        Ok(EngineThread { calls, thread: Mutex::new(Some(thread)) })
    }

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

    /// Ends the thread, and with it the store's lease.
    pub async fn end(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let (ended, end) = oneshot::channel();
            // The calls' channel is closed from inside: everything after this call finds it closed.
            let _ = self.calls.send(Box::new(|engine| engine.end()));
            std::thread::spawn(move || {
                let _ = thread.join();
                let _ = ended.send(());
            });
            let _ = end.await;
        }
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
