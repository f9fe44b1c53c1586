//! Downloads in a browser, whose network is a list of answers: it is cut, changes its mind, and hides from a page what it says.

use std::cell::RefCell;
use std::time::Duration;

use js_sys::{Array, Function, JsString, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::file::FileError;
use crate::file::open::Wanted;
use crate::model::file::Expected;
use crate::transfer::Reach;

/// Puts a network of these answers in the place of the worker's: status, headers, bytes, and whether it is cut behind them. What
/// is asked for without an answer left does not reach anybody. Answers with the ranges that are asked for as they come.
const NETWORK: &str = "
    const asked = [];
    self.fetch = (url, init) => {
        const range = new Headers(init.headers).get('range') ?? 'all';
        asked.push(range);
        const next = answers.shift();
        if (!next) return Promise.reject(new TypeError('nobody there'));
        const [status, headers, bytes, isCut] = next;
        if (isCut === 'refused') return Promise.reject(new TypeError('not from elsewhere'));
        let begun = false;
        const pull = (way) => {
            if (!begun && bytes.length > 0) way.enqueue(bytes);
            else if (isCut) way.error(new TypeError('cut'));
            else way.close();
            begun = true;
        };
        return Promise.resolve(new Response(new ReadableStream({ pull }), { status, headers }));
    };
    return asked;";

struct Network {
    answers: Array,
}

impl Network {
    fn new() -> Network {
        Network { answers: Array::new() }
    }

    fn add(self, status: u16, headers: &[(&str, &str)], bytes: &[u8], cut: JsValue) -> Network {
        let pair = |(name, value): &(&str, &str)| Array::of2(&JsString::from(*name), &JsString::from(*value));
        let headers: Array = headers.iter().map(pair).collect();
        self.answers.push(&Array::of4(&status.into(), &headers, &Uint8Array::from(bytes), &cut));
        self
    }

    /// An answer that comes whole.
    fn says(self, status: u16, headers: &[(&str, &str)], bytes: &[u8]) -> Network {
        self.add(status, headers, bytes, JsValue::FALSE)
    }

    /// An answer that is cut behind these bytes.
    fn cut(self, status: u16, headers: &[(&str, &str)], bytes: &[u8]) -> Network {
        self.add(status, headers, bytes, JsValue::TRUE)
    }

    /// The browser is not let ask this.
    fn refuses(self) -> Network {
        self.add(0, &[], &[], "refused".into())
    }

    fn begins(self) -> Array {
        let asked = Function::new_with_args("answers", NETWORK).call1(&JsValue::NULL, &self.answers).unwrap();
        asked.into()
    }
}

/// Bytes that are not the same anywhere.
fn content(length: u32) -> Vec<u8> {
    (0..length).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn wanted(bytes: &[u8]) -> Wanted {
    let file = Expected { size: Some(bytes.len() as u64), sha256: Some(Sha256::digest(bytes).into()), sha512: None };
    Wanted { file, ..Wanted::default() }
}

async fn fetch(wanted: &Wanted, part: &RefCell<Part>) -> Result<Vec<u8>, TransferError> {
    let options = Options {
        reach: Reach { private: true, http_on_loopback: true },
        stall: Duration::from_secs(20),
        retries: 2,
        pause: Duration::from_millis(1),
    };
    let url = FileUrl::parse("https://files.example/f").unwrap();
    let mut steps = Vec::new();
    let download = Download { url: &url, wanted, largest: 1 << 30, part };
    let (file, digest) = super::download(&options, &download, &mut |progress| steps.push(progress)).await?;
    assert_eq!(digest.size, size_of(&file));
    assert_eq!(steps.last().map(|step| step.done), Some(digest.size));
    assert!(steps.iter().all(|step| step.total.is_none_or(|total| total == digest.size)));
    let mut bytes = Vec::new();
    BlobReader::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

/// What was asked for.
fn ranges(asked: &Array) -> Vec<String> {
    asked.iter().filter_map(|range| range.as_string()).collect()
}

#[test]
async fn a_file_goes_on_where_it_was_cut() {
    let bytes = content(3_000_000);
    // More tries than there may be without a gain.
    let asked = Network::new()
        .cut(200, &[("ETag", "\"v1\"")], &bytes[..1_000_000])
        .cut(206, &[("ETag", "\"v1\"")], &bytes[1_000_000..1_500_000])
        .cut(206, &[("Content-Range", "bytes 1500000-2999999/3000000")], &bytes[1_500_000..2_500_000])
        .says(206, &[], &bytes[2_500_000..])
        .begins();
    assert!(fetch(&wanted(&bytes), &RefCell::default()).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["all", "bytes=1000000-", "bytes=1500000-", "bytes=2500000-"]);
}

#[test]
async fn what_has_come_waits_for_the_next_download() {
    let bytes = content(500_000);
    let part = RefCell::default();
    Network::new().cut(200, &[], &bytes[..200_000]).begins();
    assert_eq!(fetch(&wanted(&bytes), &part).await, Err(TransferError::Unreachable));
    // Nobody there is not a server that refuses the rest: what has come stays.
    Network::new().begins();
    assert_eq!(fetch(&wanted(&bytes), &part).await, Err(TransferError::Unreachable));
    let asked = Network::new().says(206, &[], &bytes[200_000..]).begins();
    assert!(fetch(&wanted(&bytes), &part).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["bytes=200000-"]);
    assert_eq!(part.borrow().position(), 0, "nothing of it is kept twice");
}

#[test]
async fn a_server_that_gives_no_parts_gives_all_of_it_again() {
    let bytes = content(500_000);
    let asked = Network::new().cut(200, &[], &bytes[..200_000]).says(200, &[], &bytes).begins();
    assert!(fetch(&wanted(&bytes), &RefCell::default()).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["all", "bytes=200000-"]);
    // One that lets a page of elsewhere ask for all of it only.
    let asked = Network::new().cut(200, &[], &bytes[..200_000]).refuses().says(200, &[], &bytes).begins();
    assert!(fetch(&wanted(&bytes), &RefCell::default()).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["all", "bytes=200000-", "all"]);
}

#[test]
async fn a_file_that_changed_between_two_pieces_is_never_patched_together() {
    let (old, new) = (content(500_001)[1..].to_vec(), content(500_000));
    // Its version tells, or its range, or at the end its hash.
    for headers in [&[("ETag", "\"v2\"")][..], &[("Content-Range", "bytes 7-499999/500000")], &[]] {
        let asked = Network::new()
            .cut(200, &[("ETag", "\"v1\"")], &old[..200_000])
            .says(206, headers, &new[200_000..])
            .says(200, &[], &new)
            .begins();
        assert!(fetch(&wanted(&new), &RefCell::default()).await.unwrap() == new);
        assert_eq!(ranges(&asked), ["all", "bytes=200000-", "all"]);
    }
    // And what is wrong from its beginning is not asked for again.
    let asked = Network::new().says(200, &[], &old).begins();
    assert_eq!(fetch(&wanted(&new), &RefCell::default()).await, Err(TransferError::File(FileError::Changed)));
    assert_eq!(ranges(&asked), ["all"]);
}

#[test]
async fn what_nothing_vouches_for_goes_on_only_if_the_server_does() {
    let bytes = content(500_000);
    let range = [("Last-Modified", "yesterday"), ("Content-Range", "bytes 200000-499999/500000")];
    let length = [("Last-Modified", "yesterday"), ("Content-Length", "500000")];
    let (first, rest) = bytes.split_at(200_000);
    let asked = Network::new().cut(200, &length, first).says(206, &range, rest).begins();
    assert!(fetch(&Wanted::default(), &RefCell::default()).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["all", "bytes=200000-"]);
    let asked = Network::new().cut(200, &length[1..], first).says(200, &length, &bytes).begins();
    assert!(fetch(&Wanted::default(), &RefCell::default()).await.unwrap() == bytes);
    assert_eq!(ranges(&asked), ["all", "all"]);
}
