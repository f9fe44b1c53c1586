//! The splitter against servers and contacts that mean harm: what is not XMPP is an error at once, what is beyond the limits
//! is passed over, and never takes more memory than they allow.

use super::*;

fn error_of(text: &str) -> String {
    whole(&format!("{HEADER}{text}")).1.unwrap_or_else(|| panic!("accepted: {}", &text[..text.len().min(60)]))
}

/// What came of a flood of one element.
struct Flooded {
    /// What was left out, and after how many bytes of it that was known.
    element: LeftOut,
    known: usize,
    /// The most that was held.
    held: usize,
}

/// Feeds an element that never ends until it is left out, for so much longer, and then its end: what follows is read.
fn flood(head: &str, piece: &[u8], end: &str, limit: usize) -> Flooded {
    let mut splitter = Splitter::new(limit);
    splitter.expect_open();
    splitter.buffer().extend_from_slice(format!("{HEADER}{head}").as_bytes());
    assert!(matches!(splitter.take(), Ok(Some(Incoming::Open(_)))));
    let (mut fed, mut held, mut found) = (0, 0, None);
    while fed < 20_000_000 || found.is_none() {
        match splitter.take() {
            Ok(Some(Incoming::LeftOut(element))) => assert!(found.replace((element, fed)).is_none(), "told once"),
            Ok(Some(other)) => panic!("{other:?}"),
            Ok(None) => {
                splitter.buffer().extend_from_slice(piece);
                held = held.max(splitter.buffer().capacity());
                fed += piece.len();
                assert!(fed < 200_000_000, "nothing was left out");
            }
            Err(error) => panic!("{head}: {error}"),
        }
    }
    splitter.buffer().extend_from_slice(format!("{end}<iq id='1'/>").as_bytes());
    let next = splitter.take();
    assert!(matches!(&next, Ok(Some(Incoming::Frame(frame))) if frame.text == "<iq id='1'/>"), "{head}: {next:?}");
    let (element, known) = found.unwrap();
    Flooded { element, known, held }
}

#[test]
fn ten_thousand_levels_are_passed_over_from_the_sixty_fifth_on() {
    let deep = |depth: usize| format!("<message id='7'>{}{}</message>", "<a>".repeat(depth), "</a>".repeat(depth));
    let (out, error) = whole(&format!("{HEADER}{}{}<b/>", deep(63), deep(10_000)));
    assert_eq!((out.len(), error), (4, None));
    assert_eq!((&out[1], out[3].as_str()), (&deep(63), "<b/>"));
    assert!(out[2].starts_with("left out (depth): <message id='7'><a>"));
    let mut splitter = Splitter::default();
    splitter.expect_open();
    splitter.buffer().extend_from_slice(format!("{HEADER}{}<b", "<a>".repeat(64)).as_bytes());
    assert!(matches!(splitter.take(), Ok(Some(Incoming::Open(_)))));
    assert!(matches!(splitter.take(), Ok(Some(Incoming::LeftOut(element))) if element.reason == "depth"));
}

#[test]
fn a_stanza_of_a_hundred_mebibytes_is_never_held() {
    let limit = 1024 * 1024;
    for (head, piece, end) in [
        ("<message><body>", vec![b'a'; 16384], "</body></message>"),
        ("<message><body><![CDATA[", vec![b'>'; 16384], "]]></body></message>"),
        ("<message x='", vec![b'a'; 16384], "'/>"),
        ("<message", vec![b' '; 16384], "></message>"),
        ("<message", vec![b'a'; 16384], "/>"),
        ("<message><", vec![b'a'; 16384], "/></message>"),
        ("<message>", b"<a>some text inside</a>".repeat(700), "</message>"),
        ("<message><body>", "<é>".repeat(3).replace('<', "€").into_bytes().repeat(1000), "</body></message>"),
    ] {
        let flooded = flood(head, &piece, end, limit);
        assert_eq!(flooded.element.reason, "size", "{head}");
        assert!(flooded.known <= limit + 2 * 16384 && flooded.held <= 2 * limit + 2 * 16384, "{head}");
        assert!(flooded.element.beginning.len() <= 4096 && flooded.element.beginning.starts_with(head));
    }
}

#[test]
fn what_never_ends_is_given_up() {
    for (head, piece) in [("<message><body>", "a"), ("<message>", "<a>"), ("<message x='", "&lt;")] {
        let mut splitter = Splitter { left_out_limit: 100_000, ..Splitter::new(1000) };
        splitter.expect_open();
        splitter.buffer().extend_from_slice(format!("{HEADER}{head}{}", piece.repeat(100_000)).as_bytes());
        assert!(matches!(splitter.take(), Ok(Some(Incoming::Open(_)))));
        assert!(matches!(splitter.take(), Ok(Some(Incoming::LeftOut(_)))));
        assert!(matches!(splitter.take(), Err(TransportError::TooLarge { limit: "size" })));
    }
    // What is no element cannot be left out.
    for text in ["</", "<"] {
        let (out, error) = run(2000, std::iter::once(format!("{HEADER}{text}{}", "a".repeat(50_000)).as_bytes()));
        assert!(out.len() <= 2 && error.unwrap().contains("size"), "{text}");
    }
}

#[test]
fn before_a_stream_is_open_nothing_is_left_out() {
    for text in [&"<a>".repeat(100), &format!("<message {}/>", "a='' ".repeat(300))] {
        let (out, error) = whole(text);
        assert!(out.is_empty() && error.is_some(), "{text}");
    }
    let attributes = "a='' ".repeat(300);
    let (out, error) = whole(&HEADER.replace("from", &format!("{attributes} from")));
    assert!(out.is_empty() && error.unwrap().contains("attributes"));
    let again = HEADER.replace("from", &format!("{attributes} from")).replace("<?xml version='1.0'?>", "");
    let (out, error) = whole(&format!("{HEADER}{again}"));
    assert!(out.len() == 1 && error.unwrap().contains("stream header"));
    let (out, error) = whole(&format!("{HEADER}<?xml version='1.0'?><message {attributes}/>"));
    assert!(out.len() == 1 && error.is_some());
}

#[test]
fn what_is_left_out_is_held_to_the_rest_of_the_grammar() {
    let deep = "<a>".repeat(70);
    for wrong in
        ["<!-- -->", "<?a b?>", "<b c>", "<b c='<'/>", "&lol;", "&", "<>", "<b/ >", "</b c>", "</>", "<b c='d'e=''/>"]
    {
        let (out, error) = whole(&format!("{HEADER}{deep}{wrong} {}", "</a>".repeat(70)));
        assert_eq!(out.len(), 2, "{wrong}");
        assert!(error.unwrap_or_else(|| panic!("accepted: {wrong}")).contains("not XMPP"), "{wrong}");
    }
    let mut text = format!("{HEADER}{deep}").into_bytes();
    text.extend_from_slice(b"a\xffb");
    for size in [1, 7, 10_000] {
        let (out, error) = run(DEFAULT_FRAME_LIMIT, text.chunks(size));
        assert!(out.len() == 2 && error.unwrap().contains("UTF-8"));
    }
}

#[test]
fn the_head_of_what_is_left_out_tells_what_it_was() {
    let head = |text: &str| {
        let (mut splitter, mut found) = (Splitter::new(3000), None);
        splitter.expect_open();
        splitter.buffer().extend_from_slice(format!("{HEADER}{text}").as_bytes());
        while let Some(incoming) = splitter.take().unwrap() {
            if let Incoming::LeftOut(element) = incoming {
                found = Some(element);
            }
        }
        found.unwrap()
    };
    let large = "b".repeat(3000);
    let element = head(&format!("<iq id='a&amp;b' from='x@y'><query xmlns='urn:q' id='1'>{large}"));
    let tag = element.stanza().unwrap();
    let (id, from) = (tag.attribute("id"), tag.attribute("from"));
    assert_eq!((tag.name(), id.as_deref(), from.as_deref()), ("iq", Some("a&b"), Some("x@y")));
    let child = element.first_child().unwrap();
    assert!(child.is("query", "urn:q") && child.attribute("id").as_deref() == Some("1"));
    // What stands behind the limit is not known.
    let element = head(&format!("<message id='1' x='{large}' from='y'/>"));
    let tag = element.stanza().unwrap();
    assert!(tag.attribute("id").is_some() && tag.attribute("from").is_none() && element.first_child().is_none());
    for other in ["<stream:error>", "<message xmlns='other'>", "<x:iq xmlns:x='other'>", "<messages>", "<message"] {
        assert!(head(&format!("{other}{large}")).stanza().is_none(), "{other}");
    }
    for stanza in ["<presence>", "<x:iq xmlns:x='jabber:client'>", "<message xmlns='jabber:client'>"] {
        assert!(head(&format!("{stanza}{large}")).stanza().is_some(), "{stanza}");
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
fn a_million_children_are_passed_over_from_the_limit_on() {
    let flooded = flood("<message>", &b"<a/>".repeat(100), "</message>", DEFAULT_FRAME_LIMIT);
    assert_eq!(flooded.element.reason, "elements of one stanza");
    assert!(flooded.known <= 100_101 * 4);
}

#[test]
fn two_million_attributes_are_passed_over_from_the_257th_on() {
    let flooded = flood("<message", &b" a='b'".repeat(100), "/>", DEFAULT_FRAME_LIMIT);
    assert_eq!(flooded.element.reason, "attributes of one element");
    assert!(flooded.known <= 357 * 6);
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
