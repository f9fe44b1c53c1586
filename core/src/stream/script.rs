//! A server in a test: a list of what it expects and what it says, in order.
//!
//! What the client writes is compared as XML (quotes and the order of attributes do not matter), and it must have been
//! written before the script goes on: a round trip too many fails the test, as does anything unexpected or left over.

use std::collections::VecDeque;

use async_trait::async_trait;

use crate::transport::{ChannelBinding, Frame, Incoming, OpenRequest, StreamHeader, Transport, TransportError};
use crate::xep::Element;
use crate::xep::xml::Tag;

/// One line of the dialogue.
enum Line {
    /// The client opens the stream; with a `from` or without.
    Opens(Option<String>),
    /// The client writes this element.
    Writes(Element),
    /// The client closes the stream.
    Closes,
    /// The server hands this up.
    Says(Incoming),
    /// The connection breaks.
    Breaks,
}

/// What the client has written.
#[derive(Debug, PartialEq)]
enum Written {
    Opening(Option<String>),
    Element(Box<Element>),
    Closing,
}

/// A transport with a script.
#[derive(Default)]
pub struct Script {
    lines: VecDeque<Line>,
    written: VecDeque<Written>,
    binding: ChannelBinding,
}

/// The namespaces in force in a stream.
const HEADER: &str =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

fn elements(text: &str) -> Vec<Element> {
    let whole: Element = format!("{HEADER}{text}</stream:stream>").parse().unwrap_or_else(|error| {
        panic!("not well-formed: {error}\n{text}");
    });
    whole.children().cloned().collect()
}

impl Script {
    /// An empty script.
    pub fn new() -> Script {
        Script::default()
    }

    /// What the channel can prove.
    pub fn binding(mut self, exporter: Option<&[u8]>, server_end_point: Option<&[u8]>) -> Script {
        self.binding = ChannelBinding {
            exporter: exporter.map(<[u8]>::to_vec),
            server_end_point: server_end_point.map(<[u8]>::to_vec),
        };
        self
    }

    /// The client must open the stream, as this account.
    pub fn opens(mut self, from: &str) -> Script {
        self.lines.push_back(Line::Opens((!from.is_empty()).then(|| from.to_owned())));
        self
    }

    /// The client must write these elements.
    pub fn writes(mut self, text: &str) -> Script {
        self.lines.extend(elements(text).into_iter().map(Line::Writes));
        self
    }

    /// The client must close the stream.
    pub fn closes(mut self) -> Script {
        self.lines.push_back(Line::Closes);
        self
    }

    /// The server opens the stream.
    pub fn opened(mut self) -> Script {
        let header =
            StreamHeader { id: Some("1".into()), from: Some("example.org".into()), version: Some("1.0".into()) };
        self.lines.push_back(Line::Says(Incoming::Open(header)));
        self
    }

    /// The server hands this up.
    pub fn hands_up(mut self, incoming: Incoming) -> Script {
        self.lines.push_back(Line::Says(incoming));
        self
    }

    /// The server says this one element.
    pub fn says(mut self, text: &str) -> Script {
        let frame = Frame { text: text.trim().to_owned(), context: HEADER.into() };
        self.lines.push_back(Line::Says(Incoming::Frame(frame)));
        self
    }

    /// The connection breaks.
    pub fn breaks(mut self) -> Script {
        self.lines.push_back(Line::Breaks);
        self
    }

    /// Everything that stands in the script has happened, and nothing else was written.
    pub fn finish(mut self) {
        self.check_written();
        assert!(self.lines.is_empty(), "{} lines of the script are left over", self.lines.len());
    }

    /// Compares what was written with the next lines of the script.
    fn check_written(&mut self) {
        while let Some(Line::Opens(_) | Line::Writes(_) | Line::Closes) = self.lines.front() {
            let expected = match self.lines.pop_front() {
                Some(Line::Opens(from)) => Written::Opening(from),
                Some(Line::Writes(element)) => Written::Element(Box::new(element)),
                _ => Written::Closing,
            };
            match self.written.pop_front() {
                Some(written) if written == expected => {}
                Some(written) => panic!("expected {}\nbut written was {}", shown(&expected), shown(&written)),
                None => panic!("expected {}\nbut nothing was written", shown(&expected)),
            }
        }
        if let Some(written) = self.written.front() {
            panic!("written was what nobody expected: {}", shown(written));
        }
    }
}

fn shown(written: &Written) -> String {
    match written {
        Written::Element(element) => Tag::from(&**element).to_string(),
        other => format!("{other:?}"),
    }
}

#[async_trait(?Send)]
impl Transport for Script {
    fn open(&mut self, request: &OpenRequest) {
        assert_eq!(request.to, "example.org");
        self.written.push_back(Written::Opening(request.from.clone()));
    }

    fn queue(&mut self, text: &str) {
        self.written.extend(elements(text).into_iter().map(|element| Written::Element(Box::new(element))));
    }

    fn close(&mut self) {
        self.written.push_back(Written::Closing);
    }

    async fn flush(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn receive(&mut self) -> Result<Incoming, TransportError> {
        self.check_written();
        match self.lines.pop_front() {
            Some(Line::Says(incoming)) => Ok(incoming),
            Some(Line::Breaks) => Err(TransportError::Lost(std::io::ErrorKind::ConnectionReset.into())),
            // A script that has ended is a silent server.
            _ => std::future::pending().await,
        }
    }

    fn channel_binding(&self) -> ChannelBinding {
        self.binding.clone()
    }

    fn traffic(&self) -> (u64, u64) {
        (0, 0)
    }
}
