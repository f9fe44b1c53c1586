//! Finds where top-level elements end, without building anything: one pass over the bytes, resumable anywhere.
//!
//! Whatever nests, grows or refers without bounds dies here, before a parser that recurses or allocates sees it.

use std::ops::Range;

use super::TransportError;
use super::tag::{self, malformed};

/// The deepest nesting accepted: a top-level element is at depth 1. Stanzas in use stay below 20.
pub(super) const MAX_DEPTH: usize = 64;
/// The most elements accepted in one stanza: a parsed element takes many times the bytes of `<a/>`. A roster of 50,000
/// contacts fits.
const MAX_ELEMENTS: usize = 100_000;

/// What was found, as positions from the start of the bytes given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The start tag of a top-level element that is not empty; the element goes on.
    Opened(Range<usize>),
    /// A whole top-level element.
    Element(Range<usize>),
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
    /// After a `<`, at this position, whose kind is not known yet.
    Markup(usize),
    /// In a start tag that began at `start`, perhaps inside quotes.
    Start { start: usize, quote: Option<u8>, values: usize },
    /// In an end tag.
    End(usize),
    /// In an XML declaration.
    Declaration(usize),
    /// In a CDATA section; the position of its first character.
    Cdata(usize),
}

/// The state of the pass since the last top-level element.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    at: usize,
    element: usize,
    /// Start tags since then.
    elements: usize,
    names: Vec<Range<usize>>,
}

impl Scanner {
    /// How many bytes, from the start of those given, can be thrown away: nothing unfinished stands in them.
    pub(super) fn disposable(&self) -> usize {
        match self.state {
            State::Text if self.names.is_empty() => self.at,
            State::Markup(start) | State::Start { start, .. } | State::End(start) | State::Declaration(start)
                if self.names.is_empty() =>
            {
                start
            }
            _ => self.element,
        }
    }

    /// Up to where the bytes were looked at.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The first `count` bytes were thrown away.
    pub(super) fn dispose(&mut self, count: usize) {
        self.at -= count;
        self.element = self.element.saturating_sub(count);
        match &mut self.state {
            State::Text => {}
            State::Markup(p)
            | State::Start { start: p, .. }
            | State::End(p)
            | State::Declaration(p)
            | State::Cdata(p) => {
                *p -= count;
            }
        }
        for name in &mut self.names {
            *name = name.start - count..name.end - count;
        }
    }

    /// The element that was just opened is the stream: what follows is at the top again.
    pub(super) fn leave(&mut self) {
        self.names.clear();
    }

    /// Goes on until something is found, or None if more bytes are needed. The bytes begin where they began at the last
    /// call, except for what was disposed of.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        loop {
            let more = match self.state {
                State::Text => self.text(bytes)?,
                State::Markup(start) => self.markup(start, bytes)?,
                State::Cdata(start) => self.cdata(start, bytes),
                State::Start { .. } => {
                    if let Some(end) = self.start_tag_end(bytes)?
                        && let Some(event) = self.start_tag(end, bytes)?
                    {
                        return Ok(Some(event));
                    }
                    self.state == State::Text
                }
                State::End(start) | State::Declaration(start) => {
                    let Some(length) = memchr::memchr(b'>', &bytes[self.at..]) else {
                        self.at = bytes.len();
                        return Ok(None);
                    };
                    self.at += length + 1;
                    let declaration = matches!(self.state, State::Declaration(_));
                    self.state = State::Text;
                    if declaration {
                        return Ok(Some(Event::Declaration(start..self.at)));
                    }
                    if let Some(event) = self.end_tag(start, bytes)? {
                        return Ok(Some(event));
                    }
                    true
                }
            };
            if !more {
                return Ok(None);
            }
        }
    }

    /// Skips text up to the next `<`. True if one was found.
    fn text(&mut self, bytes: &[u8]) -> Result<bool, TransportError> {
        if self.names.is_empty() {
            // Between stanzas there is nothing but white space, often sent to keep a connection alive.
            let rest = &bytes[self.at..];
            let spaces = rest.iter().take_while(|&&b| tag::is_space(b)).count();
            self.at += spaces;
            match rest.get(spaces) {
                None => return Ok(false),
                Some(b'<') => {}
                Some(_) => return Err(malformed("text between stanzas")),
            }
        }
        while let Some(found) = memchr::memchr2(b'<', b'&', &bytes[self.at..]) {
            self.at += found;
            if bytes[self.at] == b'<' {
                self.state = State::Markup(self.at);
                self.at += 1;
                return Ok(true);
            }
            match tag::reference(&bytes[self.at..])? {
                Some(length) => self.at += length,
                None => return Ok(false),
            }
        }
        self.at = bytes.len();
        Ok(false)
    }

    /// Decides what a `<` begins. True if it is known.
    fn markup(&mut self, start: usize, bytes: &[u8]) -> Result<bool, TransportError> {
        const CDATA: &[u8] = b"<![CDATA[";
        let rest = &bytes[start..];
        let top = self.names.is_empty();
        match rest.get(1) {
            None => return Ok(false),
            Some(b'/') => self.state = State::End(start),
            Some(b'?') if top => self.state = State::Declaration(start),
            Some(b'?') => return Err(malformed("a processing instruction")),
            Some(b'!') if top => return Err(malformed("a comment, a document type or text between stanzas")),
            Some(b'!') => {
                let length = rest.len().min(CDATA.len());
                if rest[..length] != CDATA[..length] {
                    return Err(malformed("a comment or a document type"));
                }
                if length < CDATA.len() {
                    return Ok(false);
                }
                self.at = start + CDATA.len();
                self.state = State::Cdata(self.at);
            }
            Some(_) => {
                if self.names.len() >= MAX_DEPTH {
                    return Err(TransportError::TooLarge { limit: "depth" });
                }
                if top {
                    (self.element, self.elements) = (start, 0);
                }
                self.elements += 1;
                if self.elements > MAX_ELEMENTS {
                    return Err(TransportError::TooLarge { limit: "elements of one stanza" });
                }
                self.state = State::Start { start, quote: None, values: 0 };
            }
        }
        Ok(true)
    }

    /// Skips a CDATA section. True if its end was found.
    fn cdata(&mut self, start: usize, bytes: &[u8]) -> bool {
        while let Some(found) = memchr::memchr(b'>', &bytes[self.at..]) {
            self.at += found + 1;
            if self.at >= start + 3 && bytes[..self.at].ends_with(b"]]>") {
                self.state = State::Text;
                return true;
            }
        }
        self.at = bytes.len();
        false
    }

    /// The end of the start tag that is being read, past its `>`.
    fn start_tag_end(&mut self, bytes: &[u8]) -> Result<Option<usize>, TransportError> {
        let State::Start { start, mut quote, mut values } = self.state else { return Ok(None) };
        let mut end = None;
        while self.at < bytes.len() && end.is_none() {
            if let Some(q) = quote {
                let Some(found) = memchr::memchr2(q, b'<', &bytes[self.at..]) else {
                    self.at = bytes.len();
                    break;
                };
                self.at += found + 1;
                if bytes[self.at - 1] == b'<' {
                    return Err(malformed("a < inside a value"));
                }
                quote = None;
                continue;
            }
            let byte = bytes[self.at];
            self.at += 1;
            match byte {
                b'>' => end = Some(self.at),
                b'<' => return Err(malformed("a < inside a tag")),
                b'"' | b'\'' => {
                    quote = Some(byte);
                    values += 1;
                    if values > tag::MAX_ATTRIBUTES {
                        return Err(TransportError::TooLarge { limit: "attributes of one element" });
                    }
                }
                _ => {}
            }
        }
        self.state = State::Start { start, quote, values };
        Ok(end)
    }

    /// A start tag is complete.
    fn start_tag(&mut self, end: usize, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        let State::Start { start, .. } = self.state else { return Ok(None) };
        self.state = State::Text;
        let whole = &bytes[start..end];
        let empty = tag::check(whole)?;
        if empty {
            return Ok(self.names.is_empty().then_some(Event::Element(start..end)));
        }
        let length = tag::name(&whole[1..])?.len();
        self.names.push(start + 1..start + 1 + length);
        Ok((self.names.len() == 1).then_some(Event::Opened(start..end)))
    }

    /// An end tag is complete, up to where the pass stands.
    fn end_tag(&mut self, start: usize, bytes: &[u8]) -> Result<Option<Event>, TransportError> {
        let Some(opened) = self.names.pop() else { return Ok(Some(Event::Ended(start..self.at))) };
        let name = bytes[start + 2..self.at - 1].trim_ascii_end();
        if name != &bytes[opened] {
            return Err(malformed("an end tag without its start"));
        }
        Ok(self.names.is_empty().then_some(Event::Element(self.element..self.at)))
    }
}
