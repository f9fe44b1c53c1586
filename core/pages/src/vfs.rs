//! SQLite's file layer over [`Pages`]. One file, whatever its name; no journals, which stay in memory.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, FileKind, LockLevel, OpenOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsResult, VfsStore, register_vfs,
};

use super::{Pages, PagesError};

/// Layers that were registered in this process.
static LAYERS: AtomicU32 = AtomicU32::new(0);

/// What SQLite asks of the system beside files.
struct Os;

impl OsCallback for Os {
    /// Nobody else has the file: there is nothing to wait for.
    fn sleep(&self, _: Duration) {}

    fn random(&self, buffer: &mut [u8]) -> usize {
        if getrandom::fill(buffer).is_ok() { buffer.len() } else { 0 }
    }

    /// Nothing that is stored asks SQLite for the time.
    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Err(VfsError::new(VfsErrorCode::Io, "no clock".into()))
    }
}

struct Layer {
    pages: Pages,
    os: Os,
}

impl VfsFile for Pages {
    fn device_characteristics(&self) -> DeviceCharacteristics {
        DeviceCharacteristics::POWERSAFE_OVERWRITE
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        Ok(self.inner().read(buffer, offset))
    }

    fn write(&mut self, bytes: &[u8], offset: u64) -> VfsResult<()> {
        let full = || VfsError::new(VfsErrorCode::Full, "no memory".into());
        self.inner().write(bytes, offset).then_some(()).ok_or_else(full)
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        self.inner().truncate(size);
        Ok(())
    }

    fn sync(&mut self, _: SyncOptions) -> VfsResult<()> {
        self.inner().sync();
        Ok(())
    }

    fn size(&self) -> VfsResult<u64> {
        Ok(self.inner().size())
    }

    // One writing connection, and what reads beside it does so on the same thread, between its transactions.
    fn lock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn unlock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(false)
    }
}

impl VfsStore for Layer {
    type File = Pages;
    type AppData = Layer;

    fn open_file(layer: &Layer, request: OpenRequest<'_>) -> VfsResult<OpenedFile<Pages>> {
        if request.options.kind() != Some(FileKind::MainDb) {
            return Err(VfsError::new(VfsErrorCode::CantOpen, "only the database is a file here".into()));
        }
        Ok(OpenedFile { file: layer.pages.clone(), access: request.options.access() })
    }

    fn close_file(_: &Layer, _: Option<&str>, _: Pages, _: OpenOptions) -> VfsResult<()> {
        Ok(())
    }

    /// SQLite asks for journals of a process before this one: there are none.
    fn access(_: &Layer, _: &str, _: AccessMode) -> VfsResult<bool> {
        Ok(false)
    }

    fn full_pathname(_: &Layer, name: &str) -> VfsResult<String> {
        Ok(name.to_owned())
    }

    fn delete_file(_: &Layer, _: &str, _: bool) -> VfsResult<()> {
        Ok(())
    }
}

struct Methods;

impl SQLiteIoMethods for Methods {
    type Store = Layer;
}

struct Vfs;

impl SQLiteVfs<Methods> for Vfs {
    type Os = Os;

    fn os(layer: &Layer) -> &Os {
        &layer.os
    }
}

pub(super) fn register(pages: Pages) -> Result<String, PagesError> {
    let name = format!("larimar-pages-{}", LAYERS.fetch_add(1, Ordering::Relaxed));
    // SAFETY: the table and the methods are rsqlite-vfs's own, over one set of types; the layer is shared behind a lock, so that
    // it may be called from any thread; it is never unregistered, so that it outlives all connections; and the name is new, so
    // that no other registration races with this one.
    #[allow(unsafe_code, reason = "SQLite's table of functions")]
    let registered = unsafe { register_vfs::<Methods, Vfs>(&name, Layer { pages, os: Os }, false) };
    registered.map_err(|_| PagesError::Refused)?.into_raw();
    Ok(name)
}
