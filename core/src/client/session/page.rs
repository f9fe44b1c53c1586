//! Pages of the archive while they come in. Their frames are kept as they came until the page ends, so that the next page
//! can be asked for before this one is parsed and stored.

use std::collections::BTreeMap;

use xmpp_parsers::jid::{BareJid, Jid};

use crate::transport::{Frame, LeftOut};
use crate::xep::{Element, ns};

/// How many bytes of one page are kept. A page that is larger is asked for again in smaller pieces; 250 messages as large as
/// people write them are far below.
const PAGE_BYTES: usize = 16 << 20;

/// How much of a frame is searched for the id of the question that it answers, in bytes.
const HEAD: usize = 1024;

/// The pages that were asked for, by the ids of their questions.
#[derive(Default)]
pub(super) struct Pages(BTreeMap<String, Page>);

/// One page.
#[derive(Default)]
pub(super) struct Page {
    parts: Vec<Part>,
    bytes: usize,
}

/// One result of a page.
pub(super) enum Part {
    /// As it came.
    Frame(Frame),
    /// Beyond the limits.
    LeftOut(LeftOut),
}

impl Pages {
    /// A page is asked for.
    pub fn open(&mut self, id: String) {
        self.0.insert(id, Page::default());
    }

    /// A page has ended.
    pub fn close(&mut self, id: &str) -> Page {
        self.0.remove(id).unwrap_or_default()
    }

    /// True if no page is coming.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps a frame that belongs to a page; gives back any other.
    pub fn collect(&mut self, frame: Frame) -> Option<Frame> {
        let Some(page) = self.page_of(&frame.text) else { return Some(frame) };
        page.add(frame.text.len(), Part::Frame(frame));
        None
    }

    /// Keeps the place of an element that is left out, if it belongs to a page.
    pub fn leave_out(&mut self, element: &LeftOut) {
        if let Some(page) = self.page_of(&element.beginning) {
            page.add(element.beginning.len(), Part::LeftOut(element.clone()));
        }
    }

    /// The ids of questions are random and known to the server alone, so that nobody else can write such an element.
    fn page_of(&mut self, text: &str) -> Option<&mut Page> {
        if self.0.is_empty() || !text.starts_with("<message") {
            return None;
        }
        let head = text.get(..text.len().min(HEAD)).unwrap_or(text);
        self.0.iter_mut().find(|(id, _)| head.contains(id.as_str())).map(|(_, page)| page)
    }
}

impl Page {
    fn add(&mut self, bytes: usize, part: Part) {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.is_too_large() {
            self.parts = Vec::new();
        } else {
            self.parts.push(part);
        }
    }

    /// True if the page could not be kept; it has no parts then.
    pub fn is_too_large(&self) -> bool {
        self.bytes > PAGE_BYTES
    }

    /// Its results, in the order in which they came.
    pub fn parts(self) -> impl Iterator<Item = Part> {
        self.parts.into_iter()
    }
}

impl Part {
    /// The element, if it can be read.
    pub fn element(&self) -> Option<Element> {
        match self {
            Part::Frame(frame) => frame.parse().ok(),
            Part::LeftOut(_) => None,
        }
    }

    /// The archive id of a result of our own account's that cannot be read, as far as it can be told.
    pub fn archive_id(&self, own: &BareJid) -> Option<String> {
        let element = match self {
            Part::Frame(frame) => &LeftOut::from(frame),
            Part::LeftOut(element) => element,
        };
        let from = element.stanza()?.attribute("from").map(|from| Jid::new(&from)).transpose().ok()?;
        if from.is_some_and(|from| from != *own) {
            return None;
        }
        let result = element.first_child()?;
        if result.is("result", ns::MAM) { result.attribute("id") } else { None }
    }
}
