//! Putting a file into its slot, read and encrypted while it goes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream;
use reqwest::Body;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::file::check::Digest;
use crate::file::kind::UNKNOWN;
use crate::file::seal::{Seal, size_on_the_way};
use crate::model::file::{FileKey, Slot};
use crate::platform;

use super::error::TransferError;
use super::web::Web;
use super::{Progress, aside};

/// How many bytes are read at a time. Two of these are in memory, and what the system holds for the socket.
const PIECE: usize = 64 << 10;
/// What the system may hold for a socket, in bytes, and how fast that leaves at the least, in bytes a second.
const HELD: u64 = 4 << 20;
const SLOWEST: u64 = 16 << 10;

/// What is put, and where.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// The file on this machine.
    pub source: &'a Path,
    /// Its size in bytes when the slot was asked for.
    pub size: u64,
    /// Its place, asked for with `file::seal::size_on_the_way` and the media type below (none, if it is encrypted).
    pub slot: &'a Slot,
    /// What it is; of what is encrypted the server is not told.
    pub media_type: Option<&'a str>,
    /// Whether it is encrypted.
    pub encrypt: bool,
}

/// A file that was put into its slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its key, if it is encrypted.
    pub key: Option<FileKey>,
    /// What it is, before it was encrypted.
    pub file: Digest,
}

/// Puts a file into its slot, telling how far it is. After a failure that may pass, all of it is put again: the protocol has no
/// way to go on. Each try has a key of its own.
///
/// # Errors
/// [`TransferError`]. When the server refuses, the slot may be used up: ask for another.
pub async fn upload(
    web: &Web,
    upload: &Upload<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Uploaded, TransferError> {
    web.check(&upload.slot.put)?;
    web.options.patiently(|| 0, async || attempt(web, upload, progress).await).await
}

async fn attempt(
    web: &Web,
    upload: &Upload<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Uploaded, TransferError> {
    let source = upload.source.to_owned();
    let disk = aside(move || File::open(source)).await??;
    let key = upload.encrypt.then(|| FileKey::generate(&mut platform::random));
    let seal = Seal::new(key.as_ref()).ok_or(TransferError::SourceChanged)?;
    let total = size_on_the_way(upload.size, upload.encrypt);
    let (sent, mut seen) = watch::channel(0);
    let outcome = Arc::new(Mutex::new(None));
    let mut reader = Reader { disk, seal: Some(seal), left: upload.size, outcome: outcome.clone() };
    // Of an empty file nothing else would ever be read.
    let (first, reader) = aside(move || (reader.next(), reader)).await?;
    let media_type = upload.media_type.filter(|_| !upload.encrypt).unwrap_or(UNKNOWN);
    let mut request = web.client.put(upload.slot.put.as_str()).header(CONTENT_LENGTH, total);
    request = request.header(CONTENT_TYPE, media_type).body(body(first?, reader, sent));
    for (name, value) in &upload.slot.headers {
        let mut value = HeaderValue::from_str(value).map_err(|_| TransferError::Forbidden)?;
        value.set_sensitive(true);
        request = request.header(name.name(), value);
    }
    let mut send = pin!(request.send());
    let stall = web.options.stall;
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut send => break answer,
            change = tokio::time::timeout(stall, seen.changed()) => match change {
                Ok(Ok(())) => {
                    let done = *seen.borrow_and_update();
                    progress(Progress { done, total: Some(total) });
                }
                // Everything is with the system. It has to leave, and the server has to store it and to say so.
                Ok(Err(_)) => {
                    let leaving = Duration::from_secs(total.min(HELD) / SLOWEST);
                    let answer = tokio::time::timeout(leaving + stall * 2, &mut send).await;
                    break answer.map_err(|_| TransferError::Stalled)?;
                }
                Err(_) => return Err(TransferError::Stalled),
            }
        }
    };
    let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(error)) = outcome {
        return Err(error);
    }
    let status = answer?.status().as_u16();
    if let Some(error) = TransferError::of_status(status) {
        return Err(error);
    }
    // A server that is content before it has everything has not got it.
    let file = outcome.and_then(Result::ok).ok_or(TransferError::Refused { status })?;
    progress(Progress { done: total, total: Some(total) });
    Ok(Uploaded { key, file })
}

/// What became of reading the file: None until its end.
type Outcome = Arc<Mutex<Option<Result<Digest, TransferError>>>>;

/// Reads a file piece by piece as it goes out.
struct Reader {
    disk: File,
    /// None after the end.
    seal: Option<Seal>,
    left: u64,
    outcome: Outcome,
}

impl Reader {
    /// The next piece; empty after the last.
    fn next(&mut self) -> Result<Vec<u8>, TransferError> {
        let piece = self.read();
        if let Err(error) = &piece {
            *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Err(error.clone()));
        }
        piece
    }

    fn read(&mut self) -> Result<Vec<u8>, TransferError> {
        let Some(seal) = &mut self.seal else { return Ok(Vec::new()) };
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE);
        let mut piece = vec![0; length];
        self.disk.read_exact(&mut piece).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => TransferError::SourceChanged,
            _ => error.into(),
        })?;
        seal.update(&mut piece)?;
        self.left -= length as u64;
        if self.left == 0 {
            if self.disk.read(&mut [0])? > 0 {
                return Err(TransferError::SourceChanged);
            }
            if let Some(seal) = self.seal.take() {
                let (tag, digest) = seal.finish();
                piece.extend(tag);
                *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ok(digest));
            }
        }
        Ok(piece)
    }
}

/// A body that reads one piece ahead, on another thread.
fn body(first: Vec<u8>, reader: Reader, sent: watch::Sender<u64>) -> Body {
    type Ahead = JoinHandle<(Result<Vec<u8>, TransferError>, Reader)>;
    fn ahead(mut reader: Reader) -> Ahead {
        tokio::task::spawn_blocking(move || (reader.next(), reader))
    }
    let first = tokio::task::spawn_blocking(move || (Ok(first), reader));
    Body::wrap_stream(stream::try_unfold((first, sent), |(next, sent)| async move {
        let (piece, reader) = next.await.map_err(io::Error::other)?;
        let piece = piece.map_err(io::Error::other)?;
        if piece.is_empty() {
            return Ok::<_, io::Error>(None);
        }
        sent.send_modify(|done| *done += piece.len() as u64);
        Ok(Some((piece, (ahead(reader), sent))))
    }))
}
