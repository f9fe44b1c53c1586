//! The splitter on good streams: every way of cutting the bytes gives the same frames.

use proptest::prelude::*;

use super::*;

pub(super) const HEADER: &str = "<?xml version='1.0'?><stream:stream from='example.org' id='s1' version='1.0' \
     xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

/// What came out, in words that can be compared.
pub(super) fn told(incoming: Incoming) -> String {
    match incoming {
        Incoming::Open(header) => format!("open {:?} {:?} {:?}", header.id, header.from, header.version),
        Incoming::Frame(frame) => frame.text,
        Incoming::LeftOut(element) => format!("left out ({}): {}", element.reason, element.beginning),
        Incoming::Close => "close".to_owned(),
    }
}

/// Feeds the bytes in these pieces; what came out, and the error that ended it.
pub(super) fn run<'a>(limit: usize, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<String>, Option<String>) {
    let mut splitter = Splitter { left_out_limit: limit.saturating_mul(20), ..Splitter::new(limit) };
    splitter.expect_open();
    let mut out = Vec::new();
    for piece in pieces {
        splitter.buffer().extend_from_slice(piece);
        loop {
            match splitter.take() {
                Ok(Some(incoming)) => out.push(told(incoming)),
                Ok(None) => break,
                Err(error) => return (out, Some(error.to_string())),
            }
        }
    }
    (out, None)
}

pub(super) fn whole(text: &str) -> (Vec<String>, Option<String>) {
    run(DEFAULT_FRAME_LIMIT, std::iter::once(text.as_bytes()))
}

#[test]
fn a_stream_is_opened_used_and_closed() {
    let text =
        format!("{HEADER}<stream:features><a/></stream:features> \n<iq id=\"a>b\"/><message to='x'/></stream:stream >");
    let (out, error) = whole(&text);
    assert_eq!(error, None);
    let open = r#"open Some("s1") Some("example.org") Some("1.0")"#;
    assert_eq!(
        out,
        [open, "<stream:features><a/></stream:features>", "<iq id=\"a>b\"/>", "<message to='x'/>", "close"]
    );
}

#[test]
fn what_xml_allows_inside_a_stanza_is_kept_as_it_came() {
    let stanza = "<message\n to = 'a'\tid=\"'>'\"  ><body>1 &lt; 2 &amp;&#65;&#x1F600; > ]]</body><x:y xmlns:x='z'></x:y >\
         <c><![CDATA[<b>&nope;</b> ]] ]]]></c></message>";
    let (out, error) = whole(&format!("{HEADER}{stanza}"));
    assert_eq!(error, None);
    assert_eq!(out[1], stanza);
}

#[test]
fn a_stream_may_be_opened_again_when_that_was_asked_for() {
    let mut splitter = Splitter::default();
    splitter.expect_open();
    splitter.expect_open();
    splitter.buffer().extend_from_slice(format!("{HEADER}<success xmlns='urn:x'/>{HEADER}<a/>").as_bytes());
    let mut out = Vec::new();
    while let Some(incoming) = splitter.take().unwrap() {
        out.push(told(incoming));
    }
    assert_eq!(out.len(), 4);
    splitter.buffer().extend_from_slice(HEADER.as_bytes());
    assert!(splitter.take().is_err(), "a third opening was not asked for");
}

#[test]
fn another_prefix_for_the_stream_is_read_as_well() {
    let (out, error) = whole(
        "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' id='&quot;1'><s:error/></s:stream>",
    );
    assert_eq!((out, error), (vec![r#"open Some("\"1") None None"#.into(), "<s:error/>".into(), "close".into()], None));
}

#[test]
fn a_stanza_called_stream_in_another_namespace_is_no_opening() {
    let (_, error) = whole(&format!("{HEADER}<stream xmlns='other'><a/></stream>"));
    assert!(error.is_some());
    let (out, error) = whole(&format!("{HEADER}<a><stream xmlns='other'><b/></stream></a>"));
    assert_eq!((out.len(), error), (2, None));
}

#[test]
fn what_follows_the_closing_is_thrown_away() {
    let (out, error) = whole(&format!("{HEADER}</stream:stream><!DOCTYPE a>"));
    assert_eq!((out.len(), error), (2, None));
}

#[test]
fn a_websocket_message_is_exactly_one_element() {
    assert!(matches!(single("<a xmlns='b'><c/></a>", 100), Ok(Incoming::Frame(_))));
    assert!(matches!(single("<a/>", 4), Ok(Incoming::Frame(_))));
    for wrong in ["", " <a/>", "<a/> ", "<a/><b/>", "<a>", "<?xml version='1.0'?><a/>", "</a>", "text", "<a>&b;</a>"] {
        assert!(single(wrong, 100).is_err(), "{wrong}");
    }
}

#[test]
fn a_websocket_message_beyond_the_limits_is_left_out() {
    let deep = "<a>".repeat(65) + &"</a>".repeat(65);
    for (text, limit, reason) in [(format!("<a>{}</a>", "b".repeat(100)), 100, "size"), (deep, 300, "depth")] {
        let Ok(Incoming::LeftOut(element)) = single(&text, limit) else { panic!("{text}") };
        assert_eq!(element.reason, reason);
        for wrong in [format!("{text} "), format!(" {text}"), format!("{text}<a/>"), text[..text.len() - 1].to_owned()]
        {
            assert!(single(&wrong, limit).is_err(), "{wrong}");
        }
    }
}

/// A stanza of a few levels, with everything in it that may confuse.
fn stanza() -> impl Strategy<Value = String> {
    let text =
        prop::sample::select(vec!["", "a", "é🎉", "&amp;", "&#x41;", "]]>", " > ", "<![CDATA[</a><b>&]] ]]>", "'\""]);
    let value = prop::sample::select(vec!["''", "\"\"", "'>'", "\"/>\"", "'&lt;é\"'", "\"it's\""]);
    let leaf = text.clone().prop_map(str::to_owned);
    let inner = leaf.prop_recursive(5, 30, 4, move |inner| {
        (prop::collection::vec(inner, 0..4), prop::sample::select(vec!["a", "b:c", "é"]), value.clone(), any::<bool>())
            .prop_map(|(children, name, value, empty)| match empty {
                true => format!("<{name} x={value} />"),
                false => format!("<{name}  x={value}>{}</{name} >", children.concat()),
            })
    });
    inner.prop_map(|inner| format!("<message>{inner}</message>"))
}

/// A stanza that is beyond one of the limits that do not depend on its size, or just within.
fn excess() -> impl Strategy<Value = String> {
    let deep = (60_usize..70).prop_map(|depth| "<a b=''>".repeat(depth) + "<c/>" + &"</a>".repeat(depth));
    let attributes = (250_usize..260).prop_map(|count| format!("<iq{}><b/></iq>", " a='>'".repeat(count)));
    prop_oneof![deep, attributes, stanza()]
}

/// Cuts bytes at these places.
fn cut<'a>(bytes: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = places.iter().map(|place| place.index(bytes.len() + 1)).collect();
    at.extend([0, bytes.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_way_of_cutting_gives_the_same_frames(
        stanzas in prop::collection::vec(stanza(), 0..5),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let text = format!("{HEADER}{}</stream:stream>", stanzas.join("\n "));
        let expected = whole(&text);
        prop_assert_eq!(&expected.1, &None);
        prop_assert_eq!(&expected.0[1..=stanzas.len()], &stanzas[..]);
        prop_assert_eq!(&expected, &run(DEFAULT_FRAME_LIMIT, cut(text.as_bytes(), &places).into_iter()));
        prop_assert_eq!(&expected, &run(DEFAULT_FRAME_LIMIT, text.as_bytes().chunks(1)));
    }

    #[test]
    fn what_is_left_out_harms_nothing_around_it(
        stanzas in prop::collection::vec(excess(), 1..5),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        limit in HEADER.len()..3000,
    ) {
        let text = format!("{HEADER}{}</stream:stream>", stanzas.join(" "));
        let expected = run(limit, std::iter::once(text.as_bytes()));
        prop_assert_eq!(&expected, &run(limit, cut(text.as_bytes(), &places).into_iter()));
        prop_assert_eq!(&expected, &run(limit, text.as_bytes().chunks(1)));
        let (out, error) = expected;
        prop_assert_eq!(error, None);
        prop_assert_eq!(out.len(), stanzas.len() + 2);
        for (stanza, out) in stanzas.iter().zip(&out[1..]) {
            let beginning = out.strip_prefix("left out (").and_then(|out| Some(out.split_once("): ")?.1));
            prop_assert!(out == stanza || beginning.is_some_and(|beginning| stanza.starts_with(beginning)));
            prop_assert!(beginning.is_some() || stanza.len() <= limit);
        }
    }

    #[test]
    fn any_bytes_give_the_same_outcome_however_they_are_cut(
        mut stanzas in prop::collection::vec(excess(), 1..4),
        noise in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        limit in 60_usize..400,
    ) {
        stanzas.insert(0, HEADER.to_owned());
        let mut bytes = stanzas.concat().into_bytes();
        for (place, byte) in noise {
            let at = place.index(bytes.len());
            bytes[at] = if byte < 128 { b"<>&'\"/!?;: []=-"[usize::from(byte) % 15] } else { byte };
        }
        let expected = run(limit, std::iter::once(&bytes[..]));
        prop_assert_eq!(&expected, &run(limit, cut(&bytes, &places).into_iter()));
        prop_assert_eq!(&expected, &run(limit, bytes.chunks(1)));
    }
}

mod hostile_tests;
