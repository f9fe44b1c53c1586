//! Files put into their slots and fetched by a browser. It holds what is on its way, and tells how far it is; what goes through the
//! engine's memory is a piece at a time.

mod download;
#[cfg(test)]
mod page_tests;
mod part;
mod stream;

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use tokio::sync::mpsc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType};

use crate::file::kind::UNKNOWN;
use crate::file::seal::{Seal, size_on_the_way};
use crate::model::file::{FileKey, FileUrl, Slot};
use crate::platform;
use crate::platform::blobs::{BlobReader, BlobWriter, size_of};
use crate::platform::gate::NotWritten;
use crate::platform::time;

use super::Progress;
use super::error::TransferError;
use super::reach::Options;

pub use download::{Download, download};
pub use part::Part;

/// How many bytes go through the engine's memory at a time.
const PIECE: usize = 256 << 10;
/// After so many pieces others have their turn.
const PIECES: usize = 8;
/// How slowly what the browser holds may leave, in bytes a second: it tells nothing of that.
const SLOWEST: u64 = 16 << 10;

/// What is put, and where.
pub struct Upload<'a> {
    /// The file.
    pub source: &'a Blob,
    /// Its size in bytes when the slot was asked for.
    pub size: u64,
    /// Its place, asked for with `file::seal::size_on_the_way` and the media type below (none, if it is encrypted).
    pub slot: &'a Slot,
    /// What it is; of what is encrypted the server is not told.
    pub media_type: Option<&'a str>,
    /// Whether it is encrypted.
    pub encrypt: bool,
}

/// Puts a file into its slot, telling how far it is; its key, if it is encrypted. After a failure that may pass, all of it is put
/// again, with a key of its own.
///
/// # Errors
/// [`TransferError`]. When the server refuses, the slot may be used up: ask for another.
pub async fn upload(
    options: &Options,
    upload: &Upload<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<FileKey>, TransferError> {
    allowed(options, &upload.slot.put)?;
    if size_of(upload.source) != upload.size {
        return Err(TransferError::SourceChanged);
    }
    let attempt = async || {
        let key = upload.encrypt.then(|| FileKey::generate(&mut platform::random));
        let body = match &key {
            Some(key) => sealed(upload.source, key).await?,
            None => upload.source.clone(),
        };
        put(options, upload, &body, progress).await.map(|()| key)
    };
    options.patiently(|| 0, attempt).await
}

async fn put(
    options: &Options,
    upload: &Upload<'_>,
    body: &Blob,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), TransferError> {
    let total = size_on_the_way(upload.size, upload.encrypt);
    let mut exchange = Exchange::open("PUT", &upload.slot.put)?;
    let media_type = upload.media_type.filter(|_| !upload.encrypt).unwrap_or(UNKNOWN);
    exchange.header("Content-Type", media_type)?;
    for (name, value) in &upload.slot.headers {
        exchange.header(name.name(), value)?;
    }
    exchange.send(Some(body))?;
    // The browser may tell of a large file's way once a second only.
    let patience = options.stall + Duration::from_secs(total.min(4 << 20) / SLOWEST);
    while let Heard::Moved(done, _) = exchange.hears(patience).await? {
        progress(Progress { done: done.min(total), total: Some(total) });
    }
    exchange.status()?;
    progress(Progress { done: total, total: Some(total) });
    Ok(())
}

/// A file as it goes over the network.
async fn sealed(source: &Blob, key: &FileKey) -> Result<Blob, TransferError> {
    let (mut reader, mut out) = (BlobReader::new(source.clone())?, BlobWriter::default());
    let mut seal = Seal::new(Some(key)).ok_or(TransferError::SourceChanged)?;
    let mut piece = vec![0; PIECE];
    let mut turns = Turns::default();
    loop {
        let read = reader.read(&mut piece).map_err(|_| TransferError::SourceChanged)?;
        if read == 0 {
            break;
        }
        seal.update(&mut piece[..read])?;
        out.write_all(&piece[..read])?;
        turns.next().await;
    }
    let (tag, _) = seal.finish();
    out.write_all(&tag)?;
    Ok(out.blob()?)
}

fn allowed(options: &Options, url: &FileUrl) -> Result<(), TransferError> {
    if options.reach.allows(url) { Ok(()) } else { Err(TransferError::Forbidden) }
}

/// Lets others have their turn now and then: the engine has one thread.
#[derive(Default)]
struct Turns(usize);

impl Turns {
    async fn next(&mut self) {
        self.0 += 1;
        if self.0.is_multiple_of(PIECES) {
            time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// What a request tells.
enum Heard {
    /// So many bytes have gone, of so many.
    Moved(u64, Option<u64>),
    /// There is an answer, or will be none.
    Ended,
}

/// A request of the browser's. It ends with this.
struct Exchange {
    request: XmlHttpRequest,
    heard: mpsc::UnboundedReceiver<Heard>,
    _moved: Closure<dyn Fn(ProgressEvent)>,
    _ended: Closure<dyn Fn()>,
}

impl Exchange {
    /// A browser says no more of why than that it cannot.
    fn open(method: &str, url: &FileUrl) -> Result<Exchange, TransferError> {
        let failed = |_| TransferError::Unreachable;
        let request = XmlHttpRequest::new().map_err(failed)?;
        request.open(method, url.as_str()).map_err(failed)?;
        request.set_response_type(XmlHttpRequestResponseType::Blob);
        let (hears, heard) = mpsc::unbounded_channel();
        let ends = hears.clone();
        let moved = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            let whole = |number: f64| number.max(0.0) as u64;
            let total = event.length_computable().then(|| whole(event.total()));
            let _ = hears.send(Heard::Moved(whole(event.loaded()), total));
        });
        let ended = Closure::<dyn Fn()>::new(move || {
            let _ = ends.send(Heard::Ended);
        });
        let listener = moved.as_ref().unchecked_ref();
        // Who listens to the way of a request makes its server be asked whether that is right: only where something goes.
        if method == "PUT" {
            request.upload().map_err(failed)?.set_onprogress(Some(listener));
        } else {
            request.set_onprogress(Some(listener));
        }
        request.set_onloadend(Some(ended.as_ref().unchecked_ref()));
        Ok(Exchange { request, heard, _moved: moved, _ended: ended })
    }

    fn header(&self, name: &str, value: &str) -> Result<(), TransferError> {
        self.request.set_request_header(name, value).map_err(|_| TransferError::Forbidden)
    }

    fn send(&self, body: Option<&Blob>) -> Result<(), TransferError> {
        self.request.send_with_opt_blob(body).map_err(|_| TransferError::Unreachable)
    }

    /// The next that it tells, if that comes in time.
    async fn hears(&mut self, patience: Duration) -> Result<Heard, TransferError> {
        let heard = time::timeout(patience, self.heard.recv()).await.map_err(|_| TransferError::Stalled)?;
        Ok(heard.unwrap_or(Heard::Ended))
    }

    /// Whether the answer is a good one.
    fn status(&self) -> Result<(), TransferError> {
        match self.request.status() {
            // The network, the certificate, or a server that lets no page of another's ask it: a browser does not say.
            Ok(0) | Err(_) => Err(TransferError::Unreachable),
            Ok(status) => TransferError::of_status(status).map_or(Ok(()), Err),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.request.set_onprogress(None);
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        // One that has ended stays so.
        let _ = self.request.abort();
    }
}

impl From<NotWritten> for TransferError {
    fn from(error: NotWritten) -> TransferError {
        match error {
            NotWritten::Full => TransferError::DiskFull,
            _ => TransferError::Disk { kind: io::ErrorKind::Other },
        }
    }
}
