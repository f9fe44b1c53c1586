//! The worker's disk: commits as a page's objects.

use async_trait::async_trait;
use js_sys::{Array, Error, Promise, Uint8Array};
use larimar::platform::gate::{Disk, NotWritten};
use larimar_pages::Commit;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What the worker gives: it writes a commit in one transaction of IndexedDB, and resolves when that has completed.
    pub type WorkerDisk;

    /// `pages`: pairs of number and bytes; `length`: how many pages the file has now, or null; `beside`: pairs of name and
    /// bytes, or null for what is gone.
    #[wasm_bindgen(method, structural)]
    fn write(this: &WorkerDisk, pages: Array, length: JsValue, beside: Array) -> Promise;
}

/// A disk that the worker has.
pub struct Written(pub WorkerDisk);

#[async_trait(?Send)]
impl Disk for Written {
    async fn write(&self, commit: Commit) -> Result<(), NotWritten> {
        let (pages, beside) = (Array::new(), Array::new());
        for (number, bytes) in &commit.pages {
            pages.push(&Array::of2(&(*number).into(), &Uint8Array::from(&bytes[..])));
        }
        for (name, bytes) in &commit.beside {
            let bytes = bytes.as_ref().map_or(JsValue::NULL, |bytes| Uint8Array::from(&bytes[..]).into());
            beside.push(&Array::of2(&name.as_str().into(), &bytes));
        }
        let length = commit.length.map_or(JsValue::NULL, JsValue::from);
        match JsFuture::from(self.0.write(pages, length, beside)).await {
            Ok(_) => Ok(()),
            Err(why) => Err(not_written(&why)),
        }
    }
}

/// What the worker's database said.
pub fn not_written(why: &JsValue) -> NotWritten {
    match why.dyn_ref::<Error>().map(Error::name) {
        Some(name) if name == "QuotaExceededError" => NotWritten::Full,
        Some(name) if name == "TakenOver" => NotWritten::Taken,
        _ => NotWritten::Unusable,
    }
}
