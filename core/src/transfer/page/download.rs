//! Fetching a file: it goes on where it was cut, and is given out only when it is whole and right.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};

use wasm_bindgen::JsCast as _;
use web_sys::Blob;

use super::super::Progress;
use super::super::error::TransferError;
use super::super::reach::Options;
use super::part::Part;
use super::stream::{Answer, has_streams};
use super::{Exchange, Heard, PIECE, Turns, allowed};
use crate::file::check::Digest;
use crate::file::open::{Open, Wanted};
use crate::model::file::{FileUrl, TAG_BYTES};
use crate::platform::blobs::{BlobReader, BlobWriter, size_of};

/// What is fetched.
pub struct Download<'a> {
    /// Where it lies.
    pub url: &'a FileUrl,
    /// What it is.
    pub wanted: &'a Wanted,
    /// The most bytes that are taken.
    pub largest: u64,
    /// What has come of it. After an error that passes (and after the future was dropped) give it to the next download of the
    /// same file.
    pub part: &'a RefCell<Part>,
}

/// Fetches a file, telling how far it is: the file, and what it is.
///
/// # Errors
/// [`TransferError`].
pub async fn download(
    options: &Options,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Blob, Digest), TransferError> {
    let (wanted, part) = (download.wanted, download.part);
    if wanted.file.size.max(wanted.size_on_the_way()).is_some_and(|size| size > download.largest) {
        return Err(TransferError::TooLarge { limit: Some(download.largest) });
    }
    allowed(options, download.url)?;
    let outcome = match once(options, download, progress).await {
        // The pieces were not of one file: it has changed meanwhile. Once more, from the beginning.
        Err(TransferError::File(_)) if part.borrow().is_patched() => {
            part.take();
            once(options, download, progress).await
        }
        outcome => outcome,
    };
    if !outcome.as_ref().is_err_and(TransferError::is_passing) {
        part.take();
    }
    outcome
}

async fn once(
    options: &Options,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Blob, Digest), TransferError> {
    let position = || download.part.borrow().position();
    let attempt = async || {
        if has_streams() {
            return go_on(options, download, progress).await;
        }
        let file = get(options, download, progress).await?;
        download.part.replace(Part::whole(&file));
        Ok(())
    };
    options.patiently(position, attempt).await?;
    let came = download.part.borrow().blob()?;
    opened(&came, download.wanted).await
}

/// Asks for what is not here yet, and takes what comes of it.
async fn go_on(
    options: &Options,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), TransferError> {
    let Download { url, wanted, largest, part } = *download;
    let from = part.borrow().usable(wanted);
    if from > 0 && wanted.size_on_the_way() == Some(from) {
        return Ok(());
    }
    let (mut answer, from) = match Answer::to(url, from, options.stall).await {
        // Some servers let a page of elsewhere ask for a file, but not for the rest of it.
        Err(TransferError::Unreachable) if from > 0 => (Answer::to(url, 0, options.stall).await?, 0),
        asked => (asked?, from),
    };
    let begun = match answer.status() {
        206 if from > 0 && part.borrow().fits(&answer, wanted) => from,
        // There is no more of it: what it is tells whether that is right.
        416 if from > 0 && wanted.is_verifiable() => {
            part.borrow_mut().patch();
            return Ok(());
        }
        // What is here does not fit to what lies on the web. The next try asks for all.
        206 | 416 if from > 0 => {
            part.take();
            return Err(TransferError::Unreachable);
        }
        206 => return Err(TransferError::Refused { status: 206 }),
        status => {
            if let Some(error) = TransferError::of_status(status) {
                return Err(error);
            }
            part.replace(Part::of(answer.version()));
            0
        }
    };
    if begun > 0 {
        part.borrow_mut().patch();
    }
    let too_large = TransferError::TooLarge { limit: Some(largest) };
    let most = most(download);
    let said = answer.length().map(|length| begun.saturating_add(length));
    if said.is_some_and(|said| said > most) {
        return Err(too_large);
    }
    let total = wanted.size_on_the_way().or(said);
    while let Some(bytes) = answer.next(options.stall).await? {
        let done = part.borrow_mut().push(&bytes)?;
        if done > most {
            return Err(too_large);
        }
        progress(Progress { done, total: total.filter(|total| done <= *total) });
    }
    Ok(())
}

/// How many bytes may come.
fn most(download: &Download) -> u64 {
    download.largest.saturating_add(if download.wanted.key.is_some() { TAG_BYTES } else { 0 })
}

/// The whole file, where a browser keeps what comes to itself until there is all of it.
async fn get(
    options: &Options,
    download: &Download<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Blob, TransferError> {
    let most = most(download);
    let mut exchange = Exchange::open("GET", download.url)?;
    exchange.send(None)?;
    while let Heard::Moved(done, total) = exchange.hears(options.stall).await? {
        if done.max(total.unwrap_or(0)) > most {
            return Err(TransferError::TooLarge { limit: Some(download.largest) });
        }
        progress(Progress { done, total: total.or(download.wanted.size_on_the_way()) });
    }
    exchange.status()?;
    let came: Blob =
        exchange.request.response().ok().and_then(|body| body.dyn_into().ok()).ok_or(TransferError::Unreachable)?;
    if size_of(&came) > most {
        return Err(TransferError::TooLarge { limit: Some(download.largest) });
    }
    Ok(came)
}

/// A file as its sender sent it, if it is that.
async fn opened(came: &Blob, wanted: &Wanted) -> Result<(Blob, Digest), TransferError> {
    let (mut reader, mut out) = (BlobReader::new(came.clone())?, BlobWriter::default());
    let mut open = Open::new(wanted)?;
    let (mut piece, mut plain) = (vec![0; PIECE], Vec::new());
    let mut turns = Turns::default();
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            break;
        }
        open.update(&piece[..read], &mut plain)?;
        out.write_all(&plain)?;
        plain.clear();
        turns.next().await;
    }
    let digest = open.finish(&mut plain)?;
    out.write_all(&plain)?;
    Ok((out.blob()?, digest))
}
