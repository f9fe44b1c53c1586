//! XEP-0393: which parts of a plain text are to look bold, quoted and so on. The text itself stays as it is, its signs
//! included: the ranges say where it is to look different.

use std::ops::Range;

/// More ranges in one text are not looked for.
const MOST: usize = 1000;

/// Quotations in quotations are looked for down to this level.
const DEEPEST: usize = 8;

/// How a part of a text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum Style {
    /// `*bold*` ("strong").
    Bold,
    /// `_italic_` ("emphasis").
    Italic,
    /// `~struck through~`.
    Strike,
    /// `` `monospaced` ``.
    Mono,
    /// Lines that begin with `>` (section 5.1.3).
    Quote,
    /// Lines between lines of three backquotes (section 5.1.2).
    Preformatted,
}

/// A part of a text that is to look different, its signs included. Parts may lie in each other, the outer one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which part, in bytes.
    pub range: Range<usize>,
    /// How.
    pub style: Style,
}

/// Finds the parts of a text that are to look different.
pub fn spans(text: &str) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push(start..start + line.len());
        start += line.len() + 1;
    }
    let mut found = Vec::new();
    blocks(text, &lines, 0, &mut found);
    found
}

/// The same ranges counted in UTF-16 code units, as Kotlin, Swift's NSString and JavaScript count.
pub fn in_utf16(text: &str, spans: Vec<Span>) -> Vec<Span> {
    if text.is_ascii() {
        return spans;
    }
    let mut ends: Vec<usize> = spans.iter().flat_map(|span| [span.range.start, span.range.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    let (mut units, mut from) = (0, 0);
    let counted: Vec<(usize, usize)> = ends
        .into_iter()
        .map(|end| {
            units += text.get(from..end).map_or(0, |part| part.encode_utf16().count());
            from = end;
            (end, units)
        })
        .collect();
    let at = |byte: usize| counted.binary_search_by_key(&byte, |(end, _)| *end).map_or(byte, |i| counted[i].1);
    spans.into_iter().map(|span| Span { range: at(span.range.start)..at(span.range.end), ..span }).collect()
}

/// Looks for blocks in lines, each given by the range of it that belongs to the block around.
fn blocks(text: &str, lines: &[Range<usize>], level: usize, found: &mut Vec<Span>) {
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        if found.len() >= MOST {
            return;
        }
        let content = &text[line.clone()];
        if content.starts_with("```") {
            let end = lines[next + 1..].iter().position(|line| &text[line.clone()] == "```");
            let last = end.map_or(lines.len() - 1, |end| next + 1 + end);
            found.push(Span { range: line.start..lines[last].end, style: Style::Preformatted });
            next = last + 1;
        } else if content.starts_with('>') && level < DEEPEST {
            let count = lines[next..].iter().take_while(|line| text[(*line).clone()].starts_with('>')).count();
            let quoted: Vec<Range<usize>> = lines[next..next + count].iter().map(|line| inside(text, line)).collect();
            found.push(Span { range: line.start..lines[next + count - 1].end, style: Style::Quote });
            blocks(text, &quoted, level + 1, found);
            next += count;
        } else {
            in_line(text, line.clone(), found);
            next += 1;
        }
    }
}

/// What a line of a quotation says, without its sign and one white space after it (section 5.1.3).
fn inside(text: &str, line: &Range<usize>) -> Range<usize> {
    let rest = &text[line.start + 1..line.end];
    let rest = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
    line.end - rest.len()..line.end
}

fn directive(c: char) -> Option<Style> {
    match c {
        '*' => Some(Style::Bold),
        '_' => Some(Style::Italic),
        '~' => Some(Style::Strike),
        '`' => Some(Style::Mono),
        _ => None,
    }
}

/// Looks for spans in a line, or within a span. A sign opens one at the beginning, after white space or after another
/// sign that opens one; what it opens ends at the next such sign that does not follow white space, with something between.
fn in_line(text: &str, range: Range<usize>, found: &mut Vec<Span>) {
    let mut unclosed: Vec<char> = Vec::new();
    let mut may_open = true;
    let mut position = range.start;
    while let Some(c) = text[position..range.end].chars().next() {
        let after = position + c.len_utf8();
        let rest = &text[after..range.end];
        let Some(style) = directive(c).filter(|_| may_open && !unclosed.contains(&c)) else {
            may_open = c.is_whitespace();
            position = after;
            continue;
        };
        if rest.starts_with(c) {
            // Nothing between them: neither of the two means anything.
            may_open = false;
            position = after + c.len_utf8();
            continue;
        }
        may_open = false;
        position = after;
        if rest.starts_with(char::is_whitespace) {
            continue;
        }
        let Some(length) = closing(rest, c) else {
            // There is none for any later sign either, so that a long line is not searched again and again.
            unclosed.push(c);
            continue;
        };
        if found.len() >= MOST {
            return;
        }
        let end = after + length + c.len_utf8();
        found.push(Span { range: after - c.len_utf8()..end, style });
        if style != Style::Mono {
            in_line(text, after..after + length, found);
        }
        position = end;
    }
}

/// How far it is to the sign that ends a span.
fn closing(text: &str, sign: char) -> Option<usize> {
    let mut before = None;
    for (position, c) in text.char_indices() {
        if c == sign && before.is_some_and(|c: char| !c.is_whitespace()) {
            return Some(position);
        }
        before = Some(c);
    }
    None
}

#[cfg(test)]
mod styling_tests;
