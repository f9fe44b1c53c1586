//! What may leave only after what it tells of was written. Where a commit is on the disk when it returns, everything may leave
//! at once; in a browser a commit returns earlier, and nothing that follows from it is sent or shown before it is written.

use std::rc::Rc;

use larimar_pages::Pages;
use tokio::sync::{mpsc, watch};

use super::task;

/// Why a commit was not written. Nothing that followed from it has left; who begins anew from the disk has lost nothing that
/// anybody was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// There is no room.
    #[error("there is no space left")]
    Full,
    /// Another owner has taken over.
    #[error("another owner has taken over")]
    Taken,
    /// The disk refuses.
    #[error("the store cannot be written")]
    Unusable,
}

/// Where commits are written.
#[async_trait::async_trait(?Send)]
pub trait Disk {
    /// Writes a commit, whole or not at all. It is there for ever when this returns.
    ///
    /// # Errors
    /// [`NotWritten`]: nothing of it was written.
    async fn write(&self, commit: larimar_pages::Commit) -> Result<(), NotWritten>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    UpTo(u64),
    Failed(NotWritten),
}

/// Knows what was written.
#[derive(Clone)]
pub struct Gate {
    pages: Pages,
    written: Rc<watch::Sender<Written>>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gate({:?})", *self.written.borrow())
    }
}

impl Gate {
    /// Writes a file's commits to a disk as they come, several in one piece if they come faster than it writes. After the first
    /// that could not be written none is, and nothing leaves any more.
    pub fn new(pages: &Pages, disk: Rc<dyn Disk>) -> Gate {
        let (written, _) = watch::channel(Written::UpTo(0));
        let gate = Gate { pages: pages.clone(), written: Rc::new(written) };
        let (came, mut comes) = mpsc::unbounded_channel();
        pages.on_commit(move || {
            // Without a task nobody waits for it.
            let _ = came.send(());
        });
        let writing = gate.clone();
        task::spawn_local(async move {
            loop {
                while let Some(commit) = writing.pages.take() {
                    let number = commit.number;
                    let outcome = disk.write(commit).await;
                    let written = outcome.map_or_else(Written::Failed, |()| Written::UpTo(number));
                    writing.written.send_replace(written);
                    if outcome.is_err() {
                        return;
                    }
                }
                if comes.recv().await.is_none() {
                    return;
                }
            }
        });
        gate
    }

    /// Waits until everything that was committed before this call is written.
    ///
    /// # Errors
    /// [`NotWritten`]: it never will be.
    pub async fn passed(&self) -> Result<(), NotWritten> {
        self.reaches(self.pages.number()).await
    }

    async fn reaches(&self, number: u64) -> Result<(), NotWritten> {
        let mut written = self.written.subscribe();
        loop {
            match *written.borrow_and_update() {
                Written::Failed(why) => return Err(why),
                Written::UpTo(done) if done >= number => return Ok(()),
                Written::UpTo(_) => {}
            }
            // The gate is held here: its sender does not go away.
            if written.changed().await.is_err() {
                return Err(NotWritten::Unusable);
            }
        }
    }

    /// Waits until something could not be written.
    pub async fn failed(&self) -> NotWritten {
        let mut written = self.written.subscribe();
        loop {
            if let Written::Failed(why) = *written.borrow_and_update() {
                return why;
            }
            if written.changed().await.is_err() {
                return NotWritten::Unusable;
            }
        }
    }
}

/// Lets things out in their order, each when everything that was committed before it is written.
pub struct Outlet<T> {
    gate: Gate,
    waiting: mpsc::UnboundedSender<(u64, T)>,
}

impl<T: 'static> Outlet<T> {
    /// An outlet that ends in `out`.
    pub fn new(gate: &Gate, out: impl Fn(T) + 'static) -> Outlet<T> {
        let (waiting, mut comes) = mpsc::unbounded_channel::<(u64, T)>();
        let passing = gate.clone();
        task::spawn_local(async move {
            while let Some((number, thing)) = comes.recv().await {
                if passing.reaches(number).await.is_err() {
                    return;
                }
                out(thing);
            }
        });
        Outlet { gate: gate.clone(), waiting }
    }

    /// Puts something in.
    pub fn put(&self, thing: T) {
        // After a failure nothing leaves any more.
        let _ = self.waiting.send((self.gate.pages.number(), thing));
    }
}

#[cfg(test)]
mod gate_tests;
