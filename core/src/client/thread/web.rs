//! The engine on a browser's event loop.

use std::rc::Rc;
use std::sync::Arc;

use larimar_pages::Pages;
use tokio::sync::mpsc;

use super::{Call, EngineThread, serve};
use crate::client::engine::{Engine, Kept};
use crate::client::{Error, EventListener, OpenOptions};
use crate::platform::blobs::Blobs;
use crate::platform::gate::Gate;
use crate::platform::{Keystore, task};
use crate::store::Store;

impl EngineThread {
    /// Opens the store and starts all sessions.
    pub fn start(
        pages: &Pages,
        gate: &Gate,
        files: Rc<dyn Blobs>,
        options: OpenOptions,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<EngineThread, Error> {
        let (calls, receiver) = mpsc::unbounded_channel::<Call>();
        let engine =
            Engine::new(Store::in_pages(pages)?, keystore, listener, options, (gate.clone(), Kept::new(files)))?;
        engine.start()?;
        task::spawn_local(serve(engine, receiver));
        Ok(EngineThread { calls })
    }

    /// Ends the engine.
    pub async fn end(&self) {
        // One that has ended already hears nothing.
        let _ = self.calls.send(Box::new(|engine| engine.end()));
    }
}
