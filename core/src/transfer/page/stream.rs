//! An answer of the web's whose bytes a browser gives out as they come, so that they are there when it is cut.

use std::time::Duration;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestCache, RequestInit,
    Response, WorkerGlobalScope,
};

use crate::model::file::FileUrl;
use crate::platform::time;

use super::super::error::TransferError;
use super::super::validators::{content_range, version};

/// Whether this browser gives answers out as they come.
pub(super) fn has_streams() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &JsValue::from_str("ReadableStream")).unwrap_or(false)
}

/// An answer. Its request ends with this.
pub(super) struct Answer {
    response: Response,
    body: Option<ReadableStreamDefaultReader>,
    _request: Request,
}

struct Request(AbortController);

impl Drop for Request {
    fn drop(&mut self) {
        // One that has ended stays so.
        self.0.abort();
    }
}

impl Answer {
    /// Asks for a file, or for what it has from a byte on. A browser says no more of why than that it cannot.
    pub(super) async fn to(url: &FileUrl, from: u64, stall: Duration) -> Result<Answer, TransferError> {
        let failed = |_: JsValue| TransferError::Unreachable;
        let scope: WorkerGlobalScope = js_sys::global().dyn_into().map_err(|_| TransferError::Unreachable)?;
        let request = Request(AbortController::new().map_err(failed)?);
        let init = RequestInit::new();
        init.set_signal(Some(&request.0.signal()));
        // What comes is kept by us, once.
        init.set_cache(RequestCache::NoStore);
        if from > 0 {
            let headers = Headers::new().map_err(failed)?;
            headers.set("Range", &format!("bytes={from}-")).map_err(failed)?;
            init.set_headers_headers(&headers);
        }
        let response: Response = heard(scope.fetch_with_str_and_init(url.as_str(), &init), stall).await?;
        let body = response.body().map(|body| ReadableStreamDefaultReader::new(&body)).transpose().map_err(failed)?;
        Ok(Answer { response, body, _request: request })
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status()
    }

    /// How many bytes it says that it has: of what is packed for the way, how many that takes.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// The version of what lies there.
    pub(super) fn version(&self) -> Option<String> {
        version(self.header("etag"), self.header("last-modified"))
    }

    /// Where its range begins.
    pub(super) fn range_start(&self) -> Option<u64> {
        content_range(&self.header("content-range")?)?.0
    }

    /// None too if the browser does not let us see it.
    fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name).ok().flatten()
    }

    /// The next bytes; None after the last.
    pub(super) async fn next(&mut self, stall: Duration) -> Result<Option<Uint8Array>, TransferError> {
        let Some(body) = &self.body else { return Ok(None) };
        let read: ReadableStreamReadResult = heard(body.read(), stall).await?;
        Ok(if read.get_done() == Some(true) { None } else { Some(read.get_value().unchecked_into()) })
    }
}

/// What a promise brings, if that comes in time.
async fn heard<T: wasm_bindgen::JsCast>(promise: Promise, patience: Duration) -> Result<T, TransferError> {
    let came = time::timeout(patience, JsFuture::from(promise)).await.map_err(|_| TransferError::Stalled)?;
    Ok(came.map_err(|_| TransferError::Unreachable)?.unchecked_into())
}
