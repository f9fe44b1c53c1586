//! Pages of the archive while they come in. Their frames are kept as they came until the page ends, so that the next page
//! can be asked for before this one is parsed and stored.

use jid::BareJid;

use crate::model::Micros;
use crate::sorted::Map;
use crate::sync::archive::{self, Item, PageEnd, Query, Unread};
use crate::sync::omemo::Opener;
use crate::transport::{Frame, LeftOut};
use crate::xep::{Element, address, ns};

/// How many bytes of one page are kept. A page that is larger is asked for again in smaller pieces; 250 messages as large as
/// people write them are far below.
const PAGE_BYTES: usize = 16 << 20;

/// How much of a frame is searched for the id of the question that it answers, in bytes.
const HEAD: usize = 1024;

/// The pages that were asked for, by the ids of their questions.
#[derive(Default)]
pub struct Pages(Map<String, Page>);

/// One page.
#[derive(Default)]
pub struct Page {
    parts: Vec<Part>,
    bytes: usize,
}

/// One result of a page.
enum Part {
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

    /// Its items, oldest first: what cannot be read has its place all the same, what is no result of our own account's has
    /// none. `end` is what the page's end told; it came at `now`.
    pub fn items(
        self,
        asked: &Query,
        unread: &mut Unread,
        end: &PageEnd,
        own: &BareJid,
        now: Micros,
        opener: &mut dyn Opener,
    ) -> Vec<Item> {
        let mut items = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let read = part.element().and_then(|element| Item::read(&element, own, now, opener));
            items.extend(read.or_else(|| Some(unread.item(part.archive_id(own)?, now))));
        }
        archive::oldest_first(asked, &mut items);
        unread.complete(&mut items, end, now);
        items
    }
}

impl Part {
    /// The element, if it can be read.
    fn element(&self) -> Option<Element> {
        match self {
            Part::Frame(frame) => frame.parse().ok(),
            Part::LeftOut(_) => None,
        }
    }

    /// The archive id of a result of our own account's that cannot be read, as far as it can be told.
    fn archive_id(&self, own: &BareJid) -> Option<String> {
        let element = match self {
            Part::Frame(frame) => &LeftOut::from(frame),
            Part::LeftOut(element) => element,
        };
        let from = element.stanza()?.attribute("from");
        if from.is_some_and(|from| address::bare(&from).as_ref() != Some(own)) {
            return None;
        }
        let result = element.first_child()?;
        if result.is("result", ns::MAM) { result.attribute("id") } else { None }
    }
}

#[cfg(test)]
mod page_tests {
    use super::*;
    use crate::sync::archive::Limits;
    use crate::sync::omemo::NoKeys;

    const HEADER: &str = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    fn frame(text: String) -> Frame {
        Frame { text, context: HEADER.into() }
    }

    fn result(id: &str, content: &str) -> Frame {
        let result = "result xmlns='urn:xmpp:mam:2' queryid='q1'";
        frame(format!("<message from='alice@example.org'><{result} id='{id}'>{content}</result></message>"))
    }

    fn items(pages: &mut Pages, end: &PageEnd) -> Vec<(String, bool)> {
        let own = BareJid::new("alice@example.org").unwrap();
        let asked = archive::older(BareJid::new("bob@example.org").unwrap(), None, false, Limits::default());
        let items = pages.close("q1").items(&asked, &mut Unread::default(), end, &own, 0, &mut NoKeys);
        items.into_iter().map(|item| (item.id, item.unread)).collect()
    }

    #[test]
    fn what_cannot_be_read_keeps_its_place_in_the_page() {
        let mut pages = Pages::default();
        pages.open("q1".into());
        assert!(pages.collect(frame("<message from='bob@example.org'/>".into())).is_some(), "not of the page");
        let unparsable = result("2", "<odd:a/>");
        let forged = frame(unparsable.text.replace("alice", "mallory").replace("'2'", "'9'"));
        for frame in [result("1", ""), unparsable, forged, result("3", "")] {
            assert!(pages.collect(frame).is_none());
        }
        pages.leave_out(&LeftOut::from(&result("4", "")));
        pages.leave_out(&LeftOut::from(&frame("<message>q1".into())));
        let items = items(&mut pages, &PageEnd::default());
        let expected = [("1", false), ("2", true), ("3", false), ("4", true)];
        assert_eq!(items, expected.map(|(id, unread)| (id.to_owned(), unread)));
    }

    #[test]
    fn a_page_that_is_too_large_is_not_kept() {
        let mut pages = Pages::default();
        pages.open("q1".into());
        for number in 0..=PAGE_BYTES >> 20 {
            assert!(pages.collect(result(&number.to_string(), &" ".repeat(1 << 20))).is_none());
        }
        let page = pages.close("q1");
        assert!(page.is_too_large() && page.parts.is_empty());
        assert!(!pages.close("q1").is_too_large());
    }
}
