use std::time::{Duration, Instant};

use super::*;

/// The styled parts of a text, as they are written.
fn styled(text: &str) -> Vec<(Style, &str)> {
    spans(text).into_iter().map(|span| (span.style, &text[span.range])).collect()
}

#[test]
fn each_sign_has_its_style() {
    assert_eq!(
        styled("a *b* _c d_ ~e~ `f *g*` ü"),
        [(Style::Bold, "*b*"), (Style::Italic, "_c d_"), (Style::Strike, "~e~"), (Style::Mono, "`f *g*`")]
    );
}

#[test]
fn signs_that_open_or_close_nothing_stay_text() {
    for text in
        ["2 * 3 * 4", "a*b*", "*a", "a_b_c", "* a*", "*a *", "**", "****", "***", "*a\nb*", "snake_case_name", ""]
    {
        assert_eq!(styled(text), [], "{text}");
    }
}

#[test]
fn the_first_sign_that_can_close_does() {
    assert_eq!(styled("*bold*plain*"), [(Style::Bold, "*bold*")]);
    assert_eq!(styled("* plain *bold*"), [(Style::Bold, "*bold*")]);
    assert_eq!(styled("*a * b*"), [(Style::Bold, "*a * b*")]);
    assert_eq!(styled("*a _b* c_"), [(Style::Bold, "*a _b*")]);
}

#[test]
fn spans_lie_in_each_other() {
    assert_eq!(styled("*_~x~_*"), [(Style::Bold, "*_~x~_*"), (Style::Italic, "_~x~_"), (Style::Strike, "~x~")]);
    assert_eq!(styled("_a *b* c_"), [(Style::Italic, "_a *b* c_"), (Style::Bold, "*b*")]);
}

#[test]
fn quotations_have_levels_and_spans() {
    let text = "> one *b*\n>> two\n> one\nmine";
    assert_eq!(
        styled(text),
        [(Style::Quote, "> one *b*\n>> two\n> one"), (Style::Bold, "*b*"), (Style::Quote, "> two")]
    );
    assert_eq!(styled(" > not"), []);
    assert_eq!(styled(">  > one"), [(Style::Quote, ">  > one")], "only one space belongs to the sign");
}

#[test]
fn preformatted_lines_end_at_their_fence_or_with_the_block() {
    assert_eq!(styled("```rust\n*a*\n```\n*b*"), [(Style::Preformatted, "```rust\n*a*\n```"), (Style::Bold, "*b*")]);
    assert_eq!(styled("```\nall\n\nof it"), [(Style::Preformatted, "```\nall\n\nof it")]);
    assert_eq!(
        styled("> ```\n> a\n*b*"),
        [(Style::Quote, "> ```\n> a"), (Style::Preformatted, "```\n> a"), (Style::Bold, "*b*")]
    );
}

#[test]
fn ranges_are_counted_as_the_apps_count() {
    let text = "👩‍👧 *ü* 🐢 _x_";
    let ranges: Vec<_> = in_utf16(text, spans(text)).into_iter().map(|span| span.range).collect();
    let units: Vec<u16> = text.encode_utf16().collect();
    let shown: Vec<_> = ranges.into_iter().map(|range| String::from_utf16(&units[range]).unwrap()).collect();
    assert_eq!(shown, ["*ü*", "_x_"]);
}

#[test]
fn a_hostile_text_takes_no_time() {
    let started = Instant::now();
    for part in ["*a ", "_*~`", "*a* ", ">", "```\n", "> ```\n", "*_~a b", "** "] {
        let text = part.repeat(1_000_000 / part.len());
        assert!(spans(&text).len() <= MOST + 3, "{part}");
    }
    assert!(started.elapsed() < Duration::from_secs(20));
}

proptest::proptest! {
    #[test]
    fn every_text_is_styled_within_its_bounds(text in "[ab*_~`> \n🐢ü]{0,60}") {
        for span in spans(&text) {
            proptest::prop_assert!(text.get(span.range).is_some());
        }
        let length = text.encode_utf16().count();
        for span in in_utf16(&text, spans(&text)) {
            proptest::prop_assert!(span.range.start < span.range.end && span.range.end <= length);
        }
    }
}
