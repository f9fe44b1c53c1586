//! The engine on a thread of its own.

use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};

use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

use super::{Call, EngineThread, serve};
use crate::client::engine::Engine;
use crate::client::{Error, EventListener, OpenOptions};
use crate::platform::Keystore;
use crate::store::Store;

impl EngineThread {
    /// Opens the store on a thread of its own and starts all sessions.
    pub fn start(
        options: OpenOptions,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<EngineThread, Error> {
        let (calls, receiver) = mpsc::unbounded_channel::<Call>();
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
                    crate::client::backup::forget_interrupted(options.folder.as_ref(), &*keystore)?;
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
                serve(engine, receiver).await;
            }));
        };
        let thread = std::thread::Builder::new()
            .name("larimar".into())
            .spawn(body)
            .map_err(|error| Error::StoreUnusable { detail: error.kind().to_string() })?;
        open.recv().map_err(|_| Error::Closed)??;
        Ok(EngineThread { calls, thread: Mutex::new(Some(thread)) })
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
