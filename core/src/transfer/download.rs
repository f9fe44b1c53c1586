//! Fetching a file: it goes on where it was cut, and stands at its place only when it is whole and right.

use std::path::Path;

use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderName, LAST_MODIFIED};

use crate::file::FileError;
use crate::file::check::Digest;
use crate::file::open::Wanted;
use crate::model::file::{FileUrl, TAG_BYTES};

use super::error::TransferError;
use super::part::Part;
use super::validators::{content_range, version};
use super::web::Web;
use super::{Progress, aside};

/// How many bytes are gathered before they are decrypted, checked and written.
const PIECE: usize = 256 << 10;
/// However much each try gains: nobody's network is cut more often.
const MOST_TRIES: u32 = 1000;

/// What is fetched, and where to.
#[derive(Clone, Debug)]
pub struct Download<'a> {
    /// Where it lies.
    pub url: &'a FileUrl,
    /// What it is.
    pub wanted: &'a Wanted,
    /// The most bytes that are taken.
    pub largest: u64,
    /// Where it is to stand. What was there is replaced; unfinished, it lies beside it with `.part` behind its name. Choose the
    /// name with `file::name`.
    pub place: &'a Path,
}

/// Fetches a file, telling how far it is.
///
/// # Errors
/// [`TransferError`]: at its place there is nothing then. After one that passes (and after this future was dropped), what has
/// been fetched is kept for the next time.
pub async fn download(
    web: &Web,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Digest, TransferError> {
    let wanted = download.wanted;
    let too_large = Err(TransferError::TooLarge { limit: Some(download.largest) });
    if wanted.file.size.max(wanted.size_on_the_way()).is_some_and(|size| size > download.largest) {
        return too_large;
    }
    web.check(download.url)?;
    let outcome = once(web, download, progress).await;
    match outcome {
        // The pieces were not of one file: it has changed meanwhile. Once more, from the beginning.
        Err((TransferError::File(_), true)) => once(web, download, progress).await.map_err(|(error, _)| error),
        outcome => outcome.map_err(|(error, _)| error),
    }
}

/// Fetches a file; with an error comes whether it was one of pieces of which nobody said that they belong together.
async fn once(
    web: &Web,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Digest, (TransferError, bool)> {
    let alone = |error| (error, false);
    let (wanted, place) = (download.wanted.clone(), download.place.to_owned());
    let (part, version) = aside(move || Part::open(&wanted, &place)).await.flatten().map_err(alone)?;
    let mut fetch = Fetch { web, download, part: Some(part), version, total: None, progress };
    let outcome = fetch.run().await;
    match (outcome, fetch.part.take()) {
        (Ok(()), Some(part)) => {
            let is_patched = part.is_patched;
            aside(move || part.finish()).await.flatten().map_err(|error| (error, is_patched))
        }
        // What there is would be of no use the next time either.
        (Err(error), part) if !(error.is_passing() || error.is_of_the_disk()) => {
            let (is_patched, place) = (part.is_some_and(|part| part.is_patched), download.place.to_owned());
            aside(move || super::part::discard(&place)).await.flatten().map_err(alone)?;
            Err((error, is_patched))
        }
        (Err(error), _) => Err(alone(error)),
        (Ok(()), None) => Err(alone(TransferError::Unreachable)),
    }
}

struct Fetch<'a> {
    web: &'a Web,
    download: &'a Download<'a>,
    /// None while it is written to.
    part: Option<Part>,
    /// The version of what lies there, as `If-Range` takes it.
    version: Option<String>,
    /// How many bytes lie there.
    total: Option<u64>,
    progress: &'a mut dyn FnMut(Progress),
}

impl Fetch<'_> {
    /// Fetches all bytes, in as many answers as it takes.
    async fn run(&mut self) -> Result<(), TransferError> {
        let (mut failures, mut furthest) = (0, self.position());
        for _ in 0..MOST_TRIES {
            if self.is_complete() {
                return Ok(());
            }
            let error = match self.attempt().await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_passing() => error,
                Err(error) => return Err(error),
            };
            failures = if self.position() > furthest { 1 } else { failures + 1 };
            furthest = furthest.max(self.position());
            if self.part.is_none() || !self.web.options.may_retry(failures).await {
                return Err(error);
            }
        }
        Err(TransferError::Unreachable)
    }

    fn position(&self) -> u64 {
        self.part.as_ref().map_or(0, Part::position)
    }

    /// Whether there is nothing to ask for: so much was fetched as there is, or as the sender said.
    fn is_complete(&self) -> bool {
        let total = self.total.or(self.download.wanted.size_on_the_way());
        self.position() > 0 && total == Some(self.position())
    }

    async fn attempt(&mut self) -> Result<(), TransferError> {
        if self.position() > 0 && self.version.is_none() && !self.download.wanted.is_verifiable() {
            // Nothing would tell whether the rest is the rest of this.
            self.restart(None).await?;
        }
        let position = self.position();
        let mut headers = Vec::new();
        if position > 0 {
            headers.push(("Range", format!("bytes={position}-")));
            headers.extend(self.version.clone().map(|version| ("If-Range", version)));
        }
        let response = self.web.get(self.download.url, &headers).await?;
        match response.status().as_u16() {
            206 if position > 0 => {
                let range = header(&response, CONTENT_RANGE).and_then(|text| content_range(&text));
                match range {
                    Some((Some(start), total)) if start == position && self.is_same(total) => {
                        self.total = total.or(self.total);
                        let is_proved = self.version.is_some();
                        self.part_mut()?.is_patched |= !is_proved;
                    }
                    _ => return self.begin_again().await,
                }
            }
            416 if position > 0 => {
                let range = header(&response, CONTENT_RANGE).and_then(|text| content_range(&text));
                if range == Some((None, Some(position))) {
                    self.total = Some(position);
                    return Ok(());
                }
                return self.begin_again().await;
            }
            206 => return Err(TransferError::Refused { status: 206 }),
            status => {
                if let Some(error) = TransferError::of_status(status) {
                    return Err(error);
                }
                // The range was not heeded, or what lies there has changed: this is all of it.
                self.restart(version_of(&response)).await?;
                self.total = response.content_length().or(self.download.wanted.size_on_the_way());
            }
        }
        if header(&response, CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(FileError::Changed.into());
        }
        self.check_total()?;
        self.receive(response).await
    }

    /// Whether the total that an answer names is the one that is known.
    fn is_same(&self, total: Option<u64>) -> bool {
        self.total.is_none() || total.is_none() || self.total == total
    }

    /// What is there does not fit to what lies on the web: throws it away. The next try asks for all.
    async fn begin_again(&mut self) -> Result<(), TransferError> {
        self.restart(None).await?;
        Err(TransferError::Unreachable)
    }

    async fn restart(&mut self, version: Option<String>) -> Result<(), TransferError> {
        (self.total, self.version) = (None, version.clone());
        let mut part = self.part.take().ok_or(TransferError::Unreachable)?;
        self.part = Some(aside(move || part.restart(version.as_deref()).map(|()| part)).await??);
        Ok(())
    }

    fn part_mut(&mut self) -> Result<&mut Part, TransferError> {
        self.part.as_mut().ok_or(TransferError::Unreachable)
    }

    /// Refuses what cannot become right, before it is fetched.
    fn check_total(&self) -> Result<(), TransferError> {
        let Some(total) = self.total else { return Ok(()) };
        let wanted = self.download.wanted;
        if total > self.download.largest.saturating_add(if wanted.key.is_some() { TAG_BYTES } else { 0 }) {
            return Err(TransferError::TooLarge { limit: Some(self.download.largest) });
        }
        match wanted.size_on_the_way() {
            Some(expected) if expected != total => Err(FileError::WrongLength { expected, got: total }.into()),
            _ => Ok(()),
        }
    }

    /// Takes an answer's bytes: the next ones are waited for while those before are written.
    async fn receive(&mut self, mut response: Response) -> Result<(), TransferError> {
        let most = self.download.largest.saturating_add(TAG_BYTES);
        let mut received = self.position();
        let mut gathered = Vec::with_capacity(PIECE);
        let mut writing = None;
        let end = loop {
            let chunk = match tokio::time::timeout(self.web.options.stall, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break Ok(()),
                Ok(Err(error)) => break Err(TransferError::from(error)),
                Err(_) => break Err(TransferError::Stalled),
            };
            received += chunk.len() as u64;
            if received > most || self.total.is_some_and(|total| received > total) {
                break Err(TransferError::TooLarge { limit: Some(self.download.largest) });
            }
            gathered.extend_from_slice(&chunk);
            (self.progress)(Progress { done: received, total: self.total });
            if gathered.len() >= PIECE {
                self.written(writing.take()).await?;
                let part = self.part.take().ok_or(TransferError::Unreachable)?;
                writing = Some(write(part, std::mem::replace(&mut gathered, Vec::with_capacity(PIECE))));
            }
        };
        self.written(writing.take()).await?;
        let part = self.part.take().ok_or(TransferError::Unreachable)?;
        self.written(Some(write(part, gathered))).await?;
        (self.progress)(Progress { done: received, total: self.total });
        end?;
        // An answer without a length ends where the connection does.
        if self.total.is_some_and(|total| received < total) { Err(TransferError::Unreachable) } else { Ok(()) }
    }

    async fn written(&mut self, writing: Option<Writing>) -> Result<(), TransferError> {
        if let Some(writing) = writing {
            let failed = |_| TransferError::Disk { kind: std::io::ErrorKind::Interrupted };
            self.part = Some(writing.await.map_err(failed)??);
        }
        Ok(())
    }
}

type Writing = tokio::task::JoinHandle<Result<Part, TransferError>>;

fn write(mut part: Part, bytes: Vec<u8>) -> Writing {
    tokio::task::spawn_blocking(move || part.write(&bytes).map(|()| part))
}

/// The version of what lies there.
fn version_of(response: &Response) -> Option<String> {
    version(header(response, ETAG), header(response, LAST_MODIFIED))
}

fn header(response: &Response, name: HeaderName) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
