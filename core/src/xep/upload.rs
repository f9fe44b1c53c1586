//! XEP-0363: asking for a place on the web for a file. The file itself goes over HTTP.

use super::disco::Info;
use super::xml::{self, Tag};
use super::{Element, ns, timestamp};
use crate::model::Micros;
use crate::model::file::{FileUrl, PutHeader, Slot};

/// The longest header that is taken, in bytes. Signed tokens stay below 2 KiB.
const LONGEST_HEADER: usize = 8192;
/// More headers are not read; three are allowed.
const MOST_HEADERS: usize = 16;

/// Which addresses a slot may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addresses {
    /// `https:` alone, as section 4 requires.
    #[default]
    Https,
    /// Also `http:` on this machine, where the server is as well.
    HttpOnLoopback,
}

impl Addresses {
    /// Whether an address may be used.
    pub fn allow(self, url: &FileUrl) -> bool {
        url.is_https() || (self == Addresses::HttpOnLoopback && url.is_loopback())
    }
}

/// A service that takes files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The largest file that it takes, in bytes. None: it does not say.
    pub max_file_size: Option<u64>,
}

impl Service {
    /// What an entity says of itself (section 3); None if it takes no files.
    pub fn of(info: &Info) -> Option<Service> {
        if !info.has(ns::UPLOAD) {
            return None;
        }
        let max = info.form(ns::UPLOAD).and_then(|form| form.value("max-file-size"));
        Some(Service { max_file_size: max.and_then(|max| max.trim().parse().ok()) })
    }

    /// Whether it may take a file of this many bytes, as far as it said.
    pub fn takes(self, size: u64) -> bool {
        self.max_file_size.is_none_or(|max| size <= max)
    }
}

/// Asks for a slot (section 4): the name and media type that the server will show to whoever fetches the file, and its size
/// in bytes as it goes over HTTP (encrypted, if it is).
pub fn request(filename: &str, size: u64, media_type: Option<&str>) -> Tag {
    Tag::new("request", ns::UPLOAD)
        .attr("filename", filename)
        .attr("size", size.to_string())
        .attr_opt("content-type", media_type)
}

/// Reads `<slot/>`. None if an address is missing, malformed or not allowed. Headers that no server may ask for are left
/// out, and so are line breaks in the others (section 4).
pub fn slot(element: &Element, addresses: Addresses) -> Option<Slot> {
    if !element.is("slot", ns::UPLOAD) {
        return None;
    }
    let put = element.get_child("put", ns::UPLOAD)?;
    let url = |element: &Element| {
        let text = element.attr("url").map(str::to_owned).or_else(|| xml::line(element, LONGEST_HEADER));
        FileUrl::parse(&text?).filter(|url| addresses.allow(url))
    };
    let headers = put.children().filter(|child| child.is("header", ns::UPLOAD)).take(MOST_HEADERS);
    let mut slot = Slot { put: url(put)?, headers: Vec::new(), get: url(element.get_child("get", ns::UPLOAD)?)? };
    for (name, value) in headers.filter_map(header) {
        if !slot.headers.iter().any(|(known, _)| *known == name) {
            slot.headers.push((name, value));
        }
    }
    Some(slot)
}

fn header(element: &Element) -> Option<(PutHeader, String)> {
    let without_breaks = |text: &str| text.replace(['\r', '\n'], "");
    let name = PutHeader::named(without_breaks(element.attr("name")?).trim())?;
    let value = without_breaks(&xml::text(element, LONGEST_HEADER)?).trim().to_owned();
    let carried = |b: u8| matches!(b, b' '..=b'~' | b'\t');
    (!value.is_empty() && value.bytes().all(carried)).then_some((name, value))
}

/// Why there is no slot, where the service says more than a stanza error does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The file is too large (section 5).
    TooLarge {
        /// The largest that would be taken, in bytes, if it says.
        max_file_size: Option<u64>,
    },
    /// Too much was uploaded lately (section 5).
    Later {
        /// When to ask again, if it says.
        retry: Option<Micros>,
    },
}

impl Refusal {
    /// Reads `<file-too-large/>` or `<retry/>` of a stanza error.
    pub fn parse(element: &Element) -> Option<Refusal> {
        if element.is("file-too-large", ns::UPLOAD) {
            let max = element.get_child("max-file-size", ns::UPLOAD).and_then(|child| xml::line(child, 32));
            return Some(Refusal::TooLarge { max_file_size: max.and_then(|max| max.parse().ok()) });
        }
        let retry = element.attr("stamp").and_then(timestamp::parse);
        element.is("retry", ns::UPLOAD).then_some(Refusal::Later { retry })
    }
}

#[cfg(test)]
mod upload_tests;
