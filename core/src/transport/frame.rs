//! Cuts what a server sends into stream openings, closings and frames, and holds it to limits before anything recursive
//! sees it (RFC 6120 sections 4 and 11.1).
//!
//! A splitter is fed bytes as they come, cut anywhere. It never holds more than one frame's limit and one read, and it
//! looks at each byte a fixed number of times. An element beyond the limits is handed up as left out as soon as that is
//! known, and followed to its end without being held: the stream goes on behind it.

mod grammar;
mod left_out;
mod scanner;
mod single;
mod tag;
mod utf8;

use std::borrow::Cow;
use std::ops::Range;

use grammar::malformed;
use scanner::{Event, Scanner};
use tag::Tag;
use utf8::Utf8;

use super::{Context, Frame, Incoming, StreamHeader, TransportError};
use crate::xep::element::Namespaces;
use crate::xep::ns;

pub use left_out::LeftOut;
pub use single::single;
pub(crate) use single::{elements, lacks_namespace, opening};
pub(crate) use tag::escape;

/// The largest frame accepted unless told otherwise, in bytes. Servers in use limit stanzas to 10 MiB or far less
/// (ejabberd 256 KiB between servers, Prosody 10 MiB).
pub const DEFAULT_FRAME_LIMIT: usize = 10 * 1024 * 1024;

/// How long an element that is left out may become, in bytes. What goes on beyond that is not waited for.
const LEFT_OUT_LIMIT: usize = 256 * 1024 * 1024;

/// The longest stream header or XML declaration accepted, in bytes. Real ones stay under 500.
const HEADER_LIMIT: usize = 8 * 1024;

/// The namespace of a stream's own elements (RFC 6120 section 4.8.1).
pub(crate) const NS_STREAM: &str = "http://etherx.jabber.org/streams";
/// The namespace of a client's stanzas (RFC 6120 section 4.8.2).
pub(crate) const NS_CLIENT: &str = "jabber:client";

/// A buffer that grew beyond this is given back once it is empty.
const KEPT_CAPACITY: usize = 256 * 1024;

/// The incremental splitter of one TCP connection.
#[derive(Debug)]
pub struct Splitter {
    buffer: Vec<u8>,
    scanner: Scanner,
    limit: usize,
    left_out_limit: usize,
    /// The element that is being followed to its end.
    passing: Option<Passing>,
    /// How many stream openings were asked for and have not come.
    expected: usize,
    declared: bool,
    stream: Option<Stream>,
    end: Option<Ended>,
}

/// The stream that is open.
#[derive(Debug)]
struct Stream {
    name: String,
    context: Context,
}

/// An element that is left out, while it goes on.
#[derive(Debug)]
struct Passing {
    utf8: Utf8,
    /// How many bytes may still come of it.
    rest: usize,
}

#[derive(Clone, Copy, Debug)]
enum Ended {
    Closed,
    Failed,
}

impl Default for Splitter {
    fn default() -> Splitter {
        Splitter {
            buffer: Vec::new(),
            scanner: Scanner::default(),
            limit: DEFAULT_FRAME_LIMIT,
            left_out_limit: LEFT_OUT_LIMIT,
            passing: None,
            expected: 0,
            declared: false,
            stream: None,
            end: None,
        }
    }
}

impl Splitter {
    /// A splitter that accepts frames of up to `limit` bytes.
    pub fn new(limit: usize) -> Splitter {
        Splitter { limit, ..Splitter::default() }
    }

    /// The server was asked to open a stream once more (RFC 6120 section 4.3.3).
    pub fn expect_open(&mut self) {
        self.expected += 1;
    }

    /// Where the bytes that came are to be appended. Append only after [`Splitter::take`] has returned None.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// True if bytes came after what was taken last.
    pub fn has_rest(&self) -> bool {
        self.scanner.position() < self.buffer.len()
    }

    /// The next thing that is complete, or None if more bytes are needed.
    ///
    /// After a closing, whatever follows is thrown away; after an error there is only that error's like.
    pub fn take(&mut self) -> Result<Option<Incoming>, TransportError> {
        match self.end {
            Some(Ended::Failed) => return Err(malformed("the stream was given up")),
            Some(Ended::Closed) => {
                self.buffer.clear();
                return Ok(None);
            }
            None => {}
        }
        let taken = self.advance();
        if taken.is_err() {
            self.end = Some(Ended::Failed);
            self.buffer = Vec::new();
        }
        taken
    }

    fn advance(&mut self) -> Result<Option<Incoming>, TransportError> {
        loop {
            // Nothing beyond a limit is looked at, so that the outcome does not depend on how the bytes were cut.
            let before = self.scanner.position();
            let border = match &self.passing {
                Some(passing) => before + passing.rest,
                None => self.scanner.disposable().saturating_add(self.limit).max(before),
            };
            let found = self.scanner.advance(&self.buffer[..self.buffer.len().min(border)]);
            let position = self.scanner.position();
            if let Some(passing) = &mut self.passing {
                passing.utf8.check(&self.buffer[before..position])?;
                passing.rest -= position - before;
            }
            let incoming = match found? {
                Some(event) => self.handle(event)?,
                None if position == self.buffer.len() => {
                    self.dispose(self.scanner.disposable());
                    return Ok(None);
                }
                None => self.at_border()?,
            };
            if incoming.is_some() {
                return Ok(incoming);
            }
        }
    }

    /// There are bytes that were not looked at, because what is being read may be too large.
    fn at_border(&mut self) -> Result<Option<Incoming>, TransportError> {
        if self.passing.is_none() && self.scanner.position() - self.scanner.disposable() < self.limit {
            // It was white space, and does not count.
            return Ok(None);
        }
        if self.passing.is_some() || !self.scanner.give_up() {
            return Err(TransportError::TooLarge { limit: "size" });
        }
        self.leave_out("size").map(Some)
    }

    /// The element that is being read is beyond a limit.
    fn leave_out(&mut self, limit: &'static str) -> Result<Incoming, TransportError> {
        let begun = &self.buffer[self.scanner.begun()];
        let mut utf8 = Utf8::default();
        utf8.check(begun)?;
        let stream = self.stream.as_ref().filter(|_| !self.declared).ok_or(TransportError::TooLarge { limit })?;
        let left_out = LeftOut::new(begun, stream.context.clone(), limit);
        if left_out.opening().is_some_and(|tag| tag.name() == "stream") {
            return Err(TransportError::TooLarge { limit: "stream header" });
        }
        self.passing = Some(Passing { utf8, rest: self.left_out_limit.saturating_sub(begun.len()) });
        Ok(Incoming::LeftOut(left_out))
    }

    /// Throws away what is finished with. What is left is the beginning of one frame, moved at most once.
    fn dispose(&mut self, count: usize) {
        self.scanner.dispose(count);
        if count < self.buffer.len() {
            self.buffer.drain(..count);
            return;
        }
        self.buffer.clear();
        if self.buffer.capacity() > KEPT_CAPACITY {
            self.buffer = Vec::new();
        }
    }

    fn handle(&mut self, event: Event) -> Result<Option<Incoming>, TransportError> {
        if self.declared && !matches!(event, Event::Opened(_) | Event::Beyond(_)) {
            return Err(malformed("an XML declaration without a stream"));
        }
        match event {
            Event::Declaration(range) => {
                self.declaration(range)?;
                Ok(None)
            }
            Event::Opened(range) => {
                let header = self.header(range)?;
                self.declared = false;
                Ok(header.map(Incoming::Open))
            }
            Event::Element(range) => {
                let Some(stream) = &self.stream else { return Err(malformed("a stanza before the stream's opening")) };
                let text = utf8(&self.buffer[range])?.to_owned();
                Ok(Some(Incoming::Frame(Frame { text, context: stream.context.clone() })))
            }
            Event::Beyond(limit) => self.leave_out(limit).map(Some),
            Event::Passed => {
                self.passing = None;
                Ok(None)
            }
            Event::Ended(range) => {
                let name = self.buffer[range.start + 2..range.end - 1].trim_ascii_end();
                if self.stream.as_ref().is_none_or(|stream| stream.name.as_bytes() != name) {
                    return Err(malformed("an end tag without its start"));
                }
                self.end = Some(Ended::Closed);
                Ok(Some(Incoming::Close))
            }
        }
    }

    /// An XML declaration may stand before a stream's opening, and only there.
    fn declaration(&mut self, range: Range<usize>) -> Result<(), TransportError> {
        const WRONG: TransportError = malformed("a processing instruction, or an XML declaration out of place");
        if self.expected == 0 || range.len() > HEADER_LIMIT {
            return Err(WRONG);
        }
        let text = utf8(&self.buffer[range])?;
        let inner = text.strip_prefix("<?xml").and_then(|t| t.strip_suffix("?>")).ok_or(WRONG)?;
        // Its grammar is that of attributes; a stand-in tag lets them be read.
        let stand_in = format!("<xml{inner}>");
        let tag = Tag::read(&stand_in)?;
        if tag.attribute("encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8")) {
            return Err(malformed("an encoding other than UTF-8"));
        }
        if tag.attribute("version").as_deref() != Some("1.0") {
            return Err(WRONG);
        }
        self.declared = true;
        Ok(())
    }

    /// A top-level element begins. If it is a stream's opening, that is over with its tag.
    fn header(&mut self, range: Range<usize>) -> Result<Option<StreamHeader>, TransportError> {
        let bytes = &self.buffer[range];
        let name = tag::name(&bytes[1..]).unwrap_or_default();
        if name != b"stream" && !name.ends_with(b":stream") {
            return match &self.stream {
                Some(_) if !self.declared => Ok(None),
                _ => Err(malformed("something else instead of the stream's opening")),
            };
        }
        if bytes.len() > HEADER_LIMIT {
            return Err(TransportError::TooLarge { limit: "stream header" });
        }
        let text = utf8(bytes)?;
        let tag = Tag::read(text)?;
        let (prefix, _) = tag.split_name();
        if tag.declared(prefix).as_deref() != Some(NS_STREAM) {
            return Err(malformed("an opening that is not a stream's"));
        }
        if self.expected == 0 {
            return Err(malformed("a stream was opened unasked"));
        }
        check_namespaces(&tag)?;
        let attribute = |name: &str| tag.attribute(name).map(|value| value.into_owned());
        let header = StreamHeader { id: attribute("id"), from: attribute("from"), version: attribute("version") };
        self.stream = Some(Stream { name: tag.name.to_owned(), context: Context::from(text) });
        self.expected -= 1;
        self.scanner.leave();
        Ok(Some(header))
    }
}

/// The namespaces of a stream's opening: the content's is a client's, and no prefix is used that is not declared.
fn check_namespaces(tag: &Tag<'_>) -> Result<(), TransportError> {
    if tag.declared(None).as_deref() != Some(NS_CLIENT) {
        return Err(malformed("a stream that is not for clients"));
    }
    for (name, value) in tag.attributes() {
        match name.split_once(':') {
            Some(("xmlns", "xml")) if value != ns::XML => return Err(malformed("the prefix xml bound anew")),
            None | Some(("xml" | "xmlns", _)) => {}
            Some((prefix, _)) if tag.declared(Some(prefix)).is_some() => {}
            Some(_) => return Err(malformed("a prefix that was not declared")),
        }
    }
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<&str, TransportError> {
    std::str::from_utf8(bytes).map_err(|_| malformed("bytes that are not UTF-8"))
}

/// The namespaces that an opening tag declares, by their prefixes; none if it is not a tag.
pub(super) fn declarations(tag: &str) -> Namespaces {
    let Ok(tag) = Tag::read(tag) else { return Namespaces::default() };
    let declaration = |(name, value): (&str, Cow<'_, str>)| match name.strip_prefix("xmlns") {
        Some("") => Some((String::new(), value.into_owned())),
        Some(prefix) => Some((prefix.strip_prefix(':')?.to_owned(), value.into_owned())),
        None => None,
    };
    tag.attributes().filter_map(declaration).collect()
}

#[cfg(test)]
mod frame_tests;
