//! Finds where top-level elements end, without building anything: one pass over the bytes, resumable anywhere, that never
//! looks back further than to the names of the elements that are open.
//!
//! Whatever nests, grows or refers without bounds stops here, before a parser that recurses or allocates sees it. An
//! element beyond the limits is told as such once, and then followed to its end: its depth is a number, its names are
//! forgotten, and the bytes that were looked at can be thrown away.

use std::ops::Range;

use super::TransportError;
use super::grammar::{EndTag, Reference, StartTag, Told, is_space, malformed};
use crate::xep::element::MAX_DEPTH;

/// The most elements accepted in one stanza: a parsed element takes many times the bytes of `<a/>`. A roster of 50,000
/// contacts fits.
const MAX_ELEMENTS: usize = 100_000;

const CDATA: &[u8] = b"<![CDATA[";

/// What was found, as positions from the start of the bytes given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The start tag of a top-level element that is not empty; the element goes on.
    Opened(Range<usize>),
    /// A whole top-level element.
    Element(Range<usize>),
    /// The top-level element that is being read is beyond this limit. Of it, there is only [`Event::Passed`] to come.
    Beyond(&'static str),
    /// A top-level element that is beyond the limits has ended.
    Passed,
    /// An end tag without a start: only the stream's own can be meant.
    Ended(Range<usize>),
    /// An XML declaration between elements.
    Declaration(Range<usize>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// In text, or between elements.
    #[default]
    Text,
    /// In a reference in text, after its `&`.
    Reference(Reference),
    /// After a `<` whose kind is not known yet.
    Markup,
    /// In a start tag.
    Start(StartTag),
    /// In an end tag.
    End(EndTag),
    /// In an XML declaration.
    Declaration,
    /// In the opening of a CDATA section, of which so many bytes have come.
    Opening(usize),
    /// In a CDATA section, after so many `]`; 2 are two or more.
    Cdata(u8),
}

/// The state of the pass since the last top-level element.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    at: usize,
    /// Where the last `<` stands.
    markup: usize,
    /// Where the top-level element begins.
    element: usize,
    /// Start tags since then.
    elements: usize,
    /// How many elements are open.
    depth: usize,
    /// Their names; none of an element that is beyond the limits.
    names: Vec<Range<usize>>,
    beyond: bool,
}

impl Scanner {
    /// How many bytes, from the start of those given, can be thrown away: nothing unfinished stands in them.
    pub(super) fn disposable(&self) -> usize {
        match (self.beyond, self.depth, self.state) {
            (true, ..) | (false, 0, State::Text) => self.at,
            (false, 0, _) => self.markup,
            _ => self.element,
        }
    }

    /// Up to where the bytes were looked at.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// What has come of the top-level element that is being read.
    pub(super) fn begun(&self) -> Range<usize> {
        self.element..self.at
    }

    /// The first `count` bytes were thrown away.
    pub(super) fn dispose(&mut self, count: usize) {
        self.at -= count;
        self.element = self.element.saturating_sub(count);
        self.markup = self.markup.saturating_sub(count);
        for name in &mut self.names {
            *name = name.start - count..name.end - count;
        }
    }

    /// The element that was just opened is the stream: what follows is at the top again.
    pub(super) fn leave(&mut self) {
        self.names.clear();
        self.depth = 0;
    }

    /// The element that is being read shall only be followed to its end, as one that is beyond the limits. False if what is
    /// being read is no element.
    pub(super) fn give_up(&mut self) -> bool {
        self.beyond = self.depth > 0 || matches!(self.state, State::Start(_));
        self.names.clear();
        self.beyond
    }

    /// Goes on until something is found, or None if more bytes are needed. The bytes begin where they began at the last
    /// call, except for what was disposed of.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        while let Some(&byte) = bytes.get(self.at) {
            let event = match self.state {
                State::Text => {
                    self.text(bytes)?;
                    None
                }
                State::Reference(mut reference) => {
                    self.state = if reference.next(byte)? { State::Text } else { State::Reference(reference) };
                    self.at += 1;
                    None
                }
                State::Markup => self.markup(byte)?,
                State::Start(tag) => self.start_tag(tag, bytes)?,
                State::End(tag) => self.end_tag(tag, bytes)?,
                State::Declaration => self.declaration(bytes),
                State::Opening(come) => {
                    if byte != CDATA[come] {
                        return Err(malformed("a comment or a document type"));
                    }
                    self.at += 1;
                    self.state = if come + 1 < CDATA.len() { State::Opening(come + 1) } else { State::Cdata(0) };
                    None
                }
                State::Cdata(brackets) => {
                    self.cdata(brackets, bytes);
                    None
                }
            };
            if event.is_some() {
                return Ok(event);
            }
        }
        Ok(None)
    }

    /// Skips text up to what is none.
    fn text(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let rest = &bytes[self.at..];
        let length = if self.depth == 0 {
            // Between stanzas there is nothing but white space, often sent to keep a connection alive.
            rest.iter().take_while(|&&b| is_space(b)).count()
        } else {
            memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len())
        };
        self.at += length;
        match rest.get(length) {
            None => return Ok(()),
            Some(b'<') => {
                self.markup = self.at;
                self.state = State::Markup;
            }
            Some(_) if self.depth == 0 => return Err(malformed("text between stanzas")),
            Some(_) => self.state = State::Reference(Reference::default()),
        }
        self.at += 1;
        Ok(())
    }

    /// Decides what a `<` begins.
    fn markup(&mut self, byte: u8) -> Result<Option<Event>, TransportError> {
        let top = self.depth == 0;
        self.state = match byte {
            b'/' => State::End(EndTag::default()),
            b'?' if top => State::Declaration,
            b'?' => return Err(malformed("a processing instruction")),
            b'!' if top => return Err(malformed("a comment, a document type or text between stanzas")),
            b'!' => State::Opening(2),
            // This byte is the first of the name.
            _ => {
                self.state = State::Start(StartTag::default());
                return Ok(self.begin_element());
            }
        };
        self.at += 1;
        Ok(None)
    }

    fn begin_element(&mut self) -> Option<Event> {
        if self.depth == 0 {
            (self.element, self.elements) = (self.markup, 0);
        }
        self.elements += 1;
        if self.depth >= MAX_DEPTH {
            return self.is_beyond("depth");
        }
        if self.elements > MAX_ELEMENTS {
            return self.is_beyond("elements of one stanza");
        }
        None
    }

    /// The element is beyond a limit; told once.
    fn is_beyond(&mut self, limit: &'static str) -> Option<Event> {
        let told = std::mem::replace(&mut self.beyond, true);
        self.names.clear();
        (!told).then_some(Event::Beyond(limit))
    }

    fn start_tag(&mut self, mut tag: StartTag, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        let told = tag.advance(bytes, &mut self.at)?;
        self.state = State::Start(tag);
        let empty = match told {
            Told::More => return Ok(None),
            Told::TooManyAttributes => return Ok(self.is_beyond("attributes of one element")),
            Told::End { empty } => empty,
        };
        self.state = State::Text;
        if empty {
            return Ok(if self.depth == 0 { Some(self.complete()) } else { None });
        }
        self.depth += 1;
        if self.beyond {
            return Ok(None);
        }
        self.names.push(self.markup + 1..self.markup + 1 + tag.name_length());
        Ok((self.depth == 1).then_some(Event::Opened(self.markup..self.at)))
    }

    fn end_tag(&mut self, mut tag: EndTag, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        let ended = tag.advance(bytes, &mut self.at)?;
        self.state = State::End(tag);
        if !ended {
            return Ok(None);
        }
        self.state = State::Text;
        if self.depth == 0 {
            return Ok(Some(Event::Ended(self.markup..self.at)));
        }
        self.depth -= 1;
        if let Some(opened) = self.names.pop()
            && bytes[self.markup + 2..self.at - 1].trim_ascii_end() != &bytes[opened]
        {
            return Err(malformed("an end tag without its start"));
        }
        Ok(if self.depth == 0 { Some(self.complete()) } else { None })
    }

    /// A top-level element has ended.
    fn complete(&mut self) -> Event {
        if std::mem::take(&mut self.beyond) { Event::Passed } else { Event::Element(self.begun()) }
    }

    fn declaration(&mut self, bytes: &[u8]) -> Option<Event> {
        let Some(length) = memchr::memchr(b'>', &bytes[self.at..]) else {
            self.at = bytes.len();
            return None;
        };
        self.at += length + 1;
        self.state = State::Text;
        Some(Event::Declaration(self.markup..self.at))
    }

    /// Skips what stands in a CDATA section up to what may end it.
    fn cdata(&mut self, brackets: u8, bytes: &[u8]) {
        let rest = &bytes[self.at..];
        self.state = match (brackets, rest.first()) {
            (_, Some(b']')) => State::Cdata(2.min(brackets + 1)),
            (2, Some(b'>')) => State::Text,
            _ => State::Cdata(0),
        };
        let skips = self.state == State::Cdata(0);
        self.at += if skips { memchr::memchr(b']', rest).unwrap_or(rest.len()) } else { 1 };
    }
}
