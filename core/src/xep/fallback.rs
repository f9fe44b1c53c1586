//! XEP-0428: which part of a body is only for clients that do not know a feature.

use std::ops::Range;

use super::xml::{self, Tag};
use super::{Element, ns};

/// More ranges or fallbacks than this in one message are not read.
pub(crate) const MOST: usize = 16;

/// A mark that a text, or part of it, stands in for something better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The namespace of the feature that it stands in for.
    pub feature: Option<String>,
    /// Which part of the body.
    pub body: Part,
}

/// How much of a text is a fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing: only another element (such as a subject) is.
    Nothing,
    /// All of it.
    All,
    /// These ranges, in Unicode code points.
    Ranges(Vec<Range<usize>>),
}

impl Fallback {
    /// Reads `<fallback/>`. Malformed ranges are left out.
    pub fn parse(element: &Element) -> Option<Fallback> {
        if !element.is("fallback", ns::FALLBACK) {
            return None;
        }
        let mut body =
            if element.children().any(|child| child.has_ns(ns::FALLBACK)) { Part::Nothing } else { Part::All };
        for part in element.children().filter(|child| child.is("body", ns::FALLBACK)).take(MOST) {
            let given = part.attr("start").is_some() || part.attr("end").is_some();
            let range = xml::number(part, "start").zip(xml::number(part, "end")).filter(|(start, end)| start < end);
            match (&mut body, range) {
                (Part::All, _) => {}
                (_, None) if !given => body = Part::All,
                (_, None) => {}
                (Part::Ranges(ranges), Some((start, end))) => ranges.push(start..end),
                (Part::Nothing, Some((start, end))) => body = Part::Ranges(std::iter::once(start..end).collect()),
            }
        }
        Some(Fallback { feature: xml::id(element, "for"), body })
    }
}

/// Marks the body, or a range of it in code points, as a fallback for a feature.
pub fn body(feature: &str, range: Option<Range<usize>>) -> Tag {
    let part = Tag::new("body", ns::FALLBACK);
    let part = match range {
        Some(range) => part.attr("start", range.start.to_string()).attr("end", range.end.to_string()),
        None => part,
    };
    Tag::new("fallback", ns::FALLBACK).attr("for", feature).child(part)
}

/// A body without its fallbacks. Ranges that reach beyond the text are cut; who reads the rest reads all of it.
pub fn without<'a>(body: &str, fallbacks: impl Iterator<Item = &'a Fallback>) -> String {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for fallback in fallbacks {
        match &fallback.body {
            Part::Nothing => {}
            Part::All => return String::new(),
            Part::Ranges(more) => ranges.extend(more.iter().cloned()),
        }
    }
    if ranges.is_empty() {
        return body.to_owned();
    }
    ranges.sort_by_key(|range| range.start);
    let mut rest = String::with_capacity(body.len());
    let mut ranges = ranges.into_iter().peekable();
    let mut until = 0;
    for (position, c) in body.chars().enumerate() {
        while let Some(range) = ranges.next_if(|range| range.start <= position) {
            until = until.max(range.end);
        }
        if position >= until {
            rest.push(c);
        }
    }
    rest
}

#[cfg(test)]
mod fallback_tests {
    use super::*;

    fn read(inner: &str) -> Fallback {
        let xml = format!("<fallback xmlns='urn:xmpp:fallback:0' for='some:feature'>{inner}</fallback>");
        Fallback::parse(&xml.parse::<Element>().unwrap()).unwrap()
    }

    fn rest(body: &str, inner: &str) -> String {
        without(body, [read(inner)].iter())
    }

    #[test]
    fn ranges_count_code_points_and_may_overlap() {
        assert_eq!(rest("äöü👍x", "<body start='1' end='4'/>"), "äx");
        assert_eq!(
            rest("abcdef", "<body start='3' end='5'/><body start='0' end='1'/><body start='4' end='5'/>"),
            "bcf"
        );
        assert_eq!(rest("abcdef", "<body start='0' end='4'/><body start='1' end='2'/>"), "ef");
    }

    #[test]
    fn without_ranges_all_of_the_body_is_a_fallback() {
        assert_eq!(rest("abc", ""), "");
        assert_eq!(rest("abc", "<body/>"), "");
        assert_eq!(rest("abc", "<subject/>"), "abc");
    }

    #[test]
    fn ranges_that_are_no_ranges_take_nothing_away() {
        assert_eq!(rest("abc", "<body start='2' end='1'/>"), "abc");
        assert_eq!(rest("abc", "<body start='-1' end='2'/>"), "abc");
        assert_eq!(rest("abc", "<body start='0'/>"), "abc");
        assert_eq!(rest("abc", "<body start='99' end='18446744073709551615'/>"), "abc");
        assert_eq!(rest("abc", "<body start='1' end='99999999999999'/>"), "a");
        assert_eq!(rest("abc", "<body start='1' end='999999999999999999999999'/>"), "abc");
    }

    #[test]
    fn ranges_without_end_are_not_read() {
        let many = "<body start='0' end='1'/>".repeat(1000);
        assert!(matches!(read(&many).body, Part::Ranges(ranges) if ranges.len() == MOST));
    }
}
