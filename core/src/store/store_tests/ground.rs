//! Where a store of the tests lies: in a folder, and in a browser in the pages of a file.

use crate::store::Store;

#[cfg(not(target_arch = "wasm32"))]
pub(super) struct Ground {
    pub(super) folder: tempfile::TempDir,
}

#[cfg(not(target_arch = "wasm32"))]
impl Ground {
    pub(super) fn new() -> Ground {
        Ground { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn open(&self) -> Store {
        Store::open(self.folder.path()).unwrap()
    }

    /// All bytes of the database and of its log.
    pub(super) fn kept(&self) -> Vec<u8> {
        let read = |name| std::fs::read(self.folder.path().join(name)).unwrap();
        [read("larimar.db"), read("larimar.db-wal")].concat()
    }
}

#[cfg(target_arch = "wasm32")]
#[derive(Default)]
pub(super) struct Ground {
    pages: larimar_pages::Pages,
    kept: std::cell::RefCell<larimar_pages::Commit>,
}

#[cfg(target_arch = "wasm32")]
impl Ground {
    pub(super) fn new() -> Ground {
        Ground::default()
    }

    pub(super) fn open(&self) -> Store {
        Store::in_pages(&self.pages).unwrap()
    }

    /// All bytes that commits have handed over to the disk; a page that was written again counts with what it last was.
    pub(super) fn kept(&self) -> Vec<u8> {
        let mut kept = self.kept.borrow_mut();
        self.pages.take().into_iter().for_each(|commit| kept.merge(commit));
        kept.pages.values().flat_map(|page| page.iter().copied()).collect()
    }
}
