//! The splitter against servers that mean harm: an error at once, and never more memory than the limit.

use super::*;

fn error_of(text: &str) -> String {
    whole(&format!("{HEADER}{text}")).1.unwrap_or_else(|| panic!("accepted: {}", &text[..text.len().min(60)]))
}

/// Feeds pieces for as long as they are accepted; the error, the bytes fed, and the most that was held.
fn flood(head: &str, piece: &[u8], limit: usize) -> (TransportError, usize, usize) {
    let mut splitter = Splitter::new(limit);
    splitter.expect_open();
    splitter.buffer().extend_from_slice(format!("{HEADER}{head}").as_bytes());
    let (mut fed, mut held) = (0, 0);
    loop {
        loop {
            match splitter.take() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return (error, fed, held),
            }
        }
        splitter.buffer().extend_from_slice(piece);
        held = held.max(splitter.buffer().len());
        fed += piece.len();
        assert!(fed < 200_000_000, "nothing stopped it");
    }
}

#[test]
fn ten_thousand_levels_end_at_the_sixty_fifth() {
    let (error, fed, _) = flood("", b"<a>", DEFAULT_FRAME_LIMIT);
    assert!(matches!(error, TransportError::TooLarge { limit: "depth" }));
    assert_eq!(fed, 65 * 3);
    let deepest = "<a>".repeat(63) + "<b/>" + &"</a>".repeat(63);
    assert_eq!(whole(&format!("{HEADER}{deepest}")).1, None);
    assert!(error_of(&format!("<a>{deepest}</a>")).contains("depth"));
}

#[test]
fn a_stanza_of_a_hundred_mebibytes_is_never_held() {
    let limit = 1024 * 1024;
    for (head, piece) in [
        ("<message><body>", vec![b'a'; 16384]),
        ("<message><body><![CDATA[", vec![b'>'; 16384]),
        ("<message x='", vec![b'a'; 16384]),
        ("<message", vec![b' '; 16384]),
        ("<message", vec![b'a'; 16384]),
        ("<message></", vec![b'a'; 16384]),
        ("</", vec![b'a'; 16384]),
        ("<message>", b"<a>some text inside</a>".repeat(700)),
    ] {
        let (error, fed, held) = flood(head, &piece, limit);
        assert!(matches!(error, TransportError::TooLarge { limit: "size" }), "{head}: {error}");
        assert!(fed <= limit + 2 * 16384 && held <= limit + 2 * 16384, "{head}: {fed} {held}");
    }
}

#[test]
fn a_stream_header_has_limits_of_its_own() {
    let mut splitter = Splitter::default();
    splitter.expect_open();
    splitter.buffer().extend_from_slice(&HEADER.replace("s1", &"a".repeat(10_000)).into_bytes());
    assert!(matches!(splitter.take(), Err(TransportError::TooLarge { limit: "stream header" })));
}

#[test]
fn a_million_children_end_at_the_limit() {
    let (error, fed, _) = flood("<message>", b"<a/>", DEFAULT_FRAME_LIMIT);
    assert!(matches!(error, TransportError::TooLarge { limit: "elements of one stanza" }));
    assert!(fed <= 100_001 * 4);
}

#[test]
fn two_million_attributes_end_at_the_257th() {
    let (error, fed, _) = flood("<message", b" a='b'", DEFAULT_FRAME_LIMIT);
    assert!(matches!(error, TransportError::TooLarge { limit: "attributes of one element" }));
    assert!(fed <= 257 * 6);
    let most: String = (0..256).map(|i| format!(" a{i}='b'")).collect();
    assert_eq!(whole(&format!("{HEADER}<message{most}/>")).1, None);
}

#[test]
fn entities_document_types_comments_and_instructions_are_refused() {
    for text in [
        "<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><a/>",
        "<a><!DOCTYPE b></a>",
        "<a><!ENTITY b 'c'></a>",
        "<a>&lol;</a>",
        "<a b='&lol;'/>",
        "<a>&</a>",
        "<a>& b</a>",
        "<a>&#;</a>",
        "<a>&#xg;</a>",
        "<a>&#x0000000000000000000041;</a>",
        "<!-- a --><b/>",
        "<a><!-- b --></a>",
        "<a><?b c?></a>",
        "<?b c?><a/>",
        "<?xml version='1.0'?><a/>",
        "<![CDATA[a]]>",
    ] {
        assert!(error_of(text).contains("not XMPP"), "{text}");
    }
}

#[test]
fn tags_that_are_not_well_formed_are_refused() {
    for text in [
        "<a></b>",
        "</a>",
        "<>",
        "< a/>",
        "</>",
        "<a b/>",
        "<a b=c/>",
        "<a b='c'd='e'/>",
        "<a b='<'/>",
        "<a <b/>>",
        "<a/b>",
        "<1a/>",
        "<a='b'/>",
        "text",
        "&amp;",
        "<a'b'/>",
        "<a =\"b\"/>",
        "\u{feff}<a/>",
        "<a b='c' / >",
        "<a></a b>",
    ] {
        assert!(error_of(text).contains("not XMPP"), "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    for bad in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"] {
        let mut text = format!("{HEADER}<a>").into_bytes();
        text.extend_from_slice(bad);
        text.extend_from_slice(b"</a>");
        let (out, error) = run(DEFAULT_FRAME_LIMIT, text.chunks(7));
        assert_eq!(out.len(), 1);
        assert!(error.unwrap().contains("UTF-8"));
    }
}

#[test]
fn half_a_tag_waits_and_says_nothing() {
    for half in ["<", "</", "<mess", "<message to='", "<a>&am", "<a><![CD", "<a><![CDATA[]]", "<a></", "<?xm"] {
        let (out, error) = whole(&format!("{HEADER}{half}"));
        assert_eq!((out.len(), error), (1, None), "{half}");
    }
}

#[test]
fn openings_that_are_not_a_clients_stream_are_refused() {
    for text in [
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:server'>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>",
        "<stream:stream xmlns:stream='http://example.org' xmlns='jabber:client'>",
        "<stream:stream xmlns='jabber:client'>",
        "<stream xmlns='jabber:client'>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' odd:a='b'>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' xmlns:xml='b'>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'/>",
        "<?xml version='1.0' encoding='UTF-16'?><a/>",
        "<?xml version='1.1'?><a/>",
        "<?xml-stylesheet version='1.0'?><a/>",
        "<iq/>",
        "<iq></iq>",
        "HTTP/1.1 400 Bad Request\r\n",
        "\u{16}\u{3}\u{1}",
    ] {
        let (out, error) = whole(text);
        assert!(out.is_empty() && error.is_some(), "{text}: {out:?}");
    }
}

#[test]
fn an_opening_that_nobody_asked_for_is_refused() {
    assert!(error_of(HEADER).contains("not XMPP"));
    assert!(error_of(HEADER.trim_start_matches("<?xml version='1.0'?>")).contains("unasked"));
}

#[test]
fn nothing_is_accepted_after_an_error() {
    let mut splitter = Splitter::default();
    splitter.expect_open();
    splitter.buffer().extend_from_slice(b"<!-- -->");
    assert!(splitter.take().is_err());
    splitter.buffer().extend_from_slice(HEADER.as_bytes());
    assert!(splitter.take().is_err());
}
