//! A database file of SQLite's that is held in memory, and tells after each commit which of its pages changed.
//!
//! A browser has no files that can be written at once. Here SQLite reads and writes memory; what a commit changed is handed
//! over as one piece ([`Commit`]), to be written in one transaction by whoever has a disk. What SQLite writes before a commit
//! (pages that its cache spills in the middle of a transaction) waits for it.

mod vfs;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How large a page is, in bytes: SQLite's own default.
pub const PAGE: usize = 4096;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// SQLite does not take another file layer.
    #[error("SQLite refused the file layer")]
    Refused,
    /// A page is missing, or has another size: what was kept is not a whole file.
    #[error("page {page} is not whole")]
    NotWhole {
        /// Which, counted from 0.
        page: u32,
    },
}

/// What one commit, or one secret that was kept, changed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its number: 1 is the first.
    pub number: u64,
    /// Pages that changed, by their number from 0.
    pub pages: BTreeMap<u32, Box<[u8]>>,
    /// How many pages the file has now; None: as before.
    pub length: Option<u32>,
    /// What changed beside the file, by name; None: it is gone.
    pub beside: BTreeMap<String, Option<Vec<u8>>>,
}

impl std::fmt::Debug for Commit {
    /// Pages hold what people write.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Commit({}, {} pages)", self.number, self.pages.len())
    }
}

impl Commit {
    /// Adds a later one: together they change what both do.
    pub fn merge(&mut self, later: Commit) {
        self.number = later.number;
        self.pages.extend(later.pages);
        self.beside.extend(later.beside);
        if let Some(length) = later.length {
            self.length = Some(length);
            self.pages.retain(|page, _| *page < length);
        }
    }
}

/// One database file. Clones are the same file.
#[derive(Clone, Default)]
pub struct Pages {
    inner: Arc<Mutex<Inner>>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages")
    }
}

#[derive(Default)]
struct Inner {
    pages: Vec<Box<[u8]>>,
    /// Pages that were written since the last commit.
    dirty: BTreeSet<u32>,
    /// The length as of the last commit.
    length: u32,
    number: u64,
    commits: VecDeque<Commit>,
    /// Called after each commit.
    told: Option<Box<dyn Fn() + Send>>,
}

impl Pages {
    /// An empty file.
    pub fn new() -> Pages {
        Pages::default()
    }

    /// A file of these pages, by their number from 0.
    ///
    /// # Errors
    /// [`PagesError::NotWhole`].
    pub fn of(kept: BTreeMap<u32, Box<[u8]>>) -> Result<Pages, PagesError> {
        let mut pages = Vec::with_capacity(kept.len());
        for (number, page) in kept {
            let expected = pages.len() as u32;
            if number != expected || page.len() != PAGE {
                return Err(PagesError::NotWhole { page: expected });
            }
            pages.push(page);
        }
        let length = pages.len() as u32;
        Ok(Pages { inner: Arc::new(Mutex::new(Inner { pages, length, ..Inner::default() })) })
    }

    /// Makes the file known to SQLite; the name of its file layer, under which every file name opens this one file. The layer
    /// stays until the process ends.
    ///
    /// # Errors
    /// [`PagesError::Refused`].
    pub fn register(&self) -> Result<String, PagesError> {
        vfs::register(self.clone())
    }

    /// Who is called after each commit, on the thread that commits. It must not touch the database.
    pub fn on_commit(&self, told: impl Fn() + Send + 'static) {
        self.inner().told = Some(Box::new(told));
    }

    /// Keeps something beside the file (None: forgets it); it counts as a commit.
    pub fn keep(&self, name: &str, value: Option<Vec<u8>>) {
        self.inner().commit(BTreeMap::from([(name.to_owned(), value)]));
    }

    /// The number of the last commit; 0 before the first.
    pub fn number(&self) -> u64 {
        self.inner().number
    }

    /// All commits that were not taken yet, as one.
    pub fn take(&self) -> Option<Commit> {
        let mut commits = std::mem::take(&mut self.inner().commits).into_iter();
        let mut all = commits.next()?;
        commits.for_each(|later| all.merge(later));
        Some(all)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn commit(&mut self, beside: BTreeMap<String, Option<Vec<u8>>>) {
        self.number += 1;
        let number = self.number;
        self.commits.push_back(Commit { number, beside, ..Commit::default() });
        self.tell();
    }

    /// SQLite says that everything it wrote belongs together.
    fn sync(&mut self) {
        let length = self.pages.len() as u32;
        if self.dirty.is_empty() && length == self.length {
            return;
        }
        let dirty = std::mem::take(&mut self.dirty);
        let page = |number: u32| Some((number, self.pages.get(number as usize)?.clone()));
        let pages = dirty.into_iter().filter_map(page).collect();
        self.number += 1;
        let length_now = (length != self.length).then_some(length);
        self.length = length;
        self.commits.push_back(Commit { number: self.number, pages, length: length_now, ..Commit::default() });
        self.tell();
    }

    fn tell(&self) {
        if let Some(told) = &self.told {
            told();
        }
    }

    fn read(&self, buffer: &mut [u8], offset: u64) -> usize {
        let mut done = 0;
        while done < buffer.len() {
            let at = offset + done as u64;
            let Ok(number) = usize::try_from(at / PAGE as u64) else { break };
            let Some(page) = self.pages.get(number) else { break };
            let from = (at % PAGE as u64) as usize;
            let length = (PAGE - from).min(buffer.len() - done);
            buffer[done..done + length].copy_from_slice(&page[from..from + length]);
            done += length;
        }
        done
    }

    /// False if there is no memory for it.
    fn write(&mut self, bytes: &[u8], offset: u64) -> bool {
        let mut done = 0;
        while done < bytes.len() {
            let at = offset + done as u64;
            let Ok(number) = u32::try_from(at / PAGE as u64) else { return false };
            while self.pages.len() <= number as usize {
                if self.pages.try_reserve(1).is_err() {
                    return false;
                }
                // What lies between the end and what is written is zero, and as new as it.
                self.dirty.insert(self.pages.len() as u32);
                self.pages.push(vec![0; PAGE].into_boxed_slice());
            }
            let from = (at % PAGE as u64) as usize;
            let length = (PAGE - from).min(bytes.len() - done);
            self.pages[number as usize][from..from + length].copy_from_slice(&bytes[done..done + length]);
            self.dirty.insert(number);
            done += length;
        }
        true
    }

    fn truncate(&mut self, size: u64) {
        let pages = usize::try_from(size.div_ceil(PAGE as u64)).unwrap_or(usize::MAX);
        self.pages.truncate(pages);
        self.dirty = self.dirty.iter().copied().filter(|page| (*page as usize) < pages).collect();
        // SQLite shortens a file behind the commit that lets it, and says nothing more then.
        if self.dirty.is_empty() {
            self.sync();
        }
    }

    fn size(&self) -> u64 {
        (self.pages.len() * PAGE) as u64
    }
}

#[cfg(test)]
mod pages_tests;
