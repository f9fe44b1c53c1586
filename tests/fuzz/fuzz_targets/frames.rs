//! Whatever a server sends, cut anywhere: the same frames come out, none is beyond the limits, and none harms the parser.
//! What is beyond the limits is told once and never held. What the parser reads, another one reads as well.
//!
//! The first byte is the size of the pieces; the rest is what the server sends.

#![no_main]

use larimar::transport::Incoming;
use larimar::transport::frame::{Splitter, single};
use larimar::xep::Element;
use libfuzzer_sys::fuzz_target;
use xmpp_parsers::minidom;

const LIMIT: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    let whole = run(std::iter::once(bytes));
    let pieces = run(bytes.chunks(usize::from(*size).max(1)));
    assert_eq!(whole, pieces, "the outcome depends on how the bytes were cut");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(Incoming::Frame(frame)) = single(text, LIMIT)
    {
        assert!(frame.text == text && text.len() <= LIMIT);
        // What the other parser does not know: that a carriage return by itself is a line end in values too (XML 1.0 section 2.11),
        // and that names have characters of this block (section 2.3).
        if let Ok(element) = frame.parse()
            && !text.contains(|c| matches!(c, '\r' | '\u{fdf0}'..='\u{fffd}'))
        {
            assert_same(&element, &text.parse().expect("another parser takes what ours takes"));
        }
    }
});

/// Both parsers read the same out of a text.
fn assert_same(ours: &Element, theirs: &minidom::Element) {
    assert_eq!((ours.name(), ours.ns(), ours.text()), (theirs.name(), theirs.ns().as_str(), theirs.text()));
    assert_eq!(ours.attributes().len(), theirs.attrs().iter().count());
    for ((ns, name), value) in theirs.attrs() {
        assert_eq!(ours.attr_ns(ns.as_str(), name.as_str()), Some(value.as_str()));
    }
    assert_eq!(ours.children().count(), theirs.children().count());
    ours.children().zip(theirs.children()).for_each(|(ours, theirs)| assert_same(ours, theirs));
}

/// The frames that come out, and how it ended.
fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<String>, Option<String>) {
    let mut splitter = Splitter::new(LIMIT);
    splitter.expect_open();
    splitter.expect_open();
    let mut out = Vec::new();
    for piece in pieces {
        splitter.buffer().extend_from_slice(piece);
        loop {
            match splitter.take() {
                Ok(Some(Incoming::Open(header))) => out.push(format!("{header:?}")),
                Ok(Some(Incoming::Frame(frame))) => {
                    assert!(frame.text.len() <= LIMIT);
                    let _ = frame.parse();
                    out.push(frame.text);
                }
                Ok(Some(Incoming::LeftOut(element))) => {
                    assert!(element.beginning.len() <= LIMIT);
                    out.push(format!("{element:?} {}", element.beginning));
                }
                Ok(Some(Incoming::Close)) => out.push("close".to_owned()),
                Ok(None) => {
                    assert!(splitter.buffer().len() <= LIMIT, "more is held than one frame");
                    break;
                }
                Err(error) => return (out, Some(error.to_string())),
            }
        }
    }
    (out, None)
}
