//! The worker's files: Blobs in its database.

use async_trait::async_trait;
use js_sys::{Array, Promise};
use larimar::platform::blobs::Blobs;
use larimar::platform::gate::NotWritten;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::disk::not_written;

#[wasm_bindgen]
extern "C" {
    /// What the worker gives: each call is a transaction of IndexedDB of its own.
    pub type WorkerFiles;

    /// A Blob, or null.
    #[wasm_bindgen(method, structural)]
    fn file(this: &WorkerFiles, name: &str) -> Promise;

    /// Resolves when it is kept.
    #[wasm_bindgen(method, structural)]
    fn keep(this: &WorkerFiles, name: &str, file: &Blob) -> Promise;

    #[wasm_bindgen(method, structural)]
    fn remove(this: &WorkerFiles, name: &str);

    /// An array of names.
    #[wasm_bindgen(method, structural)]
    fn names(this: &WorkerFiles) -> Promise;
}

/// Files that the worker has.
pub struct Kept(pub WorkerFiles);

async fn answer(asked: Promise) -> Result<JsValue, NotWritten> {
    JsFuture::from(asked).await.map_err(|why| not_written(&why))
}

#[async_trait(?Send)]
impl Blobs for Kept {
    async fn file(&self, name: &str) -> Result<Option<Blob>, NotWritten> {
        Ok(answer(self.0.file(name)).await?.dyn_into().ok())
    }

    async fn keep(&self, name: &str, file: &Blob) -> Result<(), NotWritten> {
        answer(self.0.keep(name, file)).await.map(drop)
    }

    fn remove(&self, name: &str) {
        self.0.remove(name);
    }

    async fn names(&self) -> Result<Vec<String>, NotWritten> {
        let names = Array::from(&answer(self.0.names()).await?);
        Ok(names.iter().filter_map(|name| name.as_string()).collect())
    }
}
