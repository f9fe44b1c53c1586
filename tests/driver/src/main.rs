//! Larimar under the control of other programs: one JSON object a line in, one a line out, over exactly what an app sees.
//! The lines are described in tests/driver/README.md.

mod backups;
mod commands;
mod fields;
mod output;
mod registration;
mod rows;

use std::sync::Arc;

use larimar::client::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::LocalSet;

use commands::Session;
use output::Output;

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 16 << 20;

fn main() {
    Log::install();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("larimar-driver cannot start: {error}");
            std::process::exit(1);
        }
    };
    runtime.block_on(LocalSet::new().run_until(serve()));
    // Reading standard input blocks a thread of the runtime; the process must not wait for it.
    std::process::exit(0);
}

/// Reads commands until `quit` or the end of the input. Each runs by itself, so that one that waits holds up no other.
async fn serve() {
    let output = Arc::new(Output::default());
    let session = std::rc::Rc::new(Session::new(Arc::clone(&output)));
    let (quit, mut quitting) = mpsc::channel(1);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line,
            _ = quitting.recv() => break,
        };
        let Ok(Some(line)) = line else { break };
        if line.trim().is_empty() {
            continue;
        }
        if line.len() > LONGEST_LINE {
            output.write(&json!({"error": {"kind": "BadRequest", "detail": "the line is too long"}}));
            continue;
        }
        let request: Value = match serde_json::from_str(&line) {
            Ok(request @ Value::Object(_)) => request,
            _ => {
                output.write(&json!({"error": {"kind": "BadRequest", "detail": "not a JSON object"}}));
                continue;
            }
        };
        let (session, output, quit) = (std::rc::Rc::clone(&session), Arc::clone(&output), quit.clone());
        tokio::task::spawn_local(async move {
            let answer = match session.run(&request).await {
                Ok(ok) => json!({"id": request["id"], "ok": ok}),
                Err(error) => json!({"id": request["id"], "error": error}),
            };
            output.write(&answer);
            if request["cmd"] == "quit" {
                // Another quit may have come first.
                let _ = quit.send(()).await;
            }
        });
    }
    if let Some(client) = session.take() {
        close(client).await;
    }
}

async fn close(client: Arc<Client>) {
    client.close().await;
}

/// Logs go to standard error, from the level that LARIMAR_LOG names.
struct Log;

impl Log {
    fn install() {
        let level = std::env::var("LARIMAR_LOG").ok().and_then(|level| level.parse().ok());
        log::set_max_level(level.unwrap_or(log::LevelFilter::Warn));
        // It is the first logger of this process.
        let _ = log::set_logger(&Log);
    }
}

impl log::Log for Log {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("larimar")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            eprintln!("{} {}: {}", record.level(), record.target(), record.args());
        }
    }

    fn flush(&self) {}
}
