//! Standard output: whole lines, one JSON object each, from whichever thread.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use larimar::client::{Event, EventListener};
use serde_json::Value;

use crate::rows;

/// Writes lines one after the other.
#[derive(Default)]
pub struct Output {
    one_writer: Mutex<()>,
}

impl Output {
    /// Writes one object as a line. Nobody can be told if standard output is gone.
    pub fn write(&self, value: &Value) {
        let _one_writer = self.one_writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{value}").and_then(|()| out.flush());
    }
}

impl EventListener for Output {
    fn on_event(&self, event: Event) {
        self.write(&rows::event(event));
    }
}
