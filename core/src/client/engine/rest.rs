//! When nothing has happened for a moment, the memory that SQLite keeps pages in is given back: an idle messenger is small.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::platform::task;
use crate::platform::time;

use super::Engine;

/// How long nothing is stored or read until then.
const PAUSE: Duration = Duration::from_secs(2);

/// Whether the store was used of late.
#[derive(Default)]
pub(super) struct Rest {
    used: Cell<bool>,
    /// Somebody waits for a pause.
    waiting: Cell<bool>,
}

impl Engine {
    /// The store is being used.
    pub(super) fn uses_store(self: &Rc<Self>) {
        self.rest.used.set(true);
        if self.rest.waiting.replace(true) {
            return;
        }
        let engine = Rc::downgrade(self);
        task::spawn_local(async move {
            loop {
                time::sleep(PAUSE).await;
                let Some(engine) = engine.upgrade() else { return };
                if !engine.rest.used.replace(false) {
                    engine.rest.waiting.set(false);
                    return engine.release_memory();
                }
            }
        });
    }

    /// What cannot be given back is kept.
    fn release_memory(&self) {
        let _ = self.store.borrow().release_memory();
        // Who searches at this moment needs it.
        if let Ok(reader) = self.reader.try_lock() {
            let _ = reader.release_memory();
        }
    }
}
