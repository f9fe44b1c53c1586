use proptest::prelude::*;
use xmpp_parsers::minidom;

use super::*;

/// What another reader makes of a text, in our form; None if it refuses it.
fn theirs(text: &str) -> Option<Element> {
    fn ours(element: &minidom::Element) -> Element {
        let attributes = element.attrs().iter().map(|((ns, name), value)| Attribute {
            ns: ns.as_str().into(),
            name: name.to_string(),
            value: value.clone(),
        });
        let mut attributes: Vec<Attribute> = attributes.collect();
        attributes.sort();
        let nodes = element.nodes().filter(|node| node.as_text().is_none_or(|text| !text.is_empty()));
        let nodes = nodes.map(|node| match node {
            minidom::Node::Element(child) => Node::Element(ours(child)),
            minidom::Node::Text(text) => Node::Text(text.clone()),
        });
        Element { name: element.name().to_owned(), ns: element.ns().into(), attributes, nodes: nodes.collect() }
    }
    text.parse::<minidom::Element>().ok().as_ref().map(ours)
}

fn shown(element: &Option<Element>) -> String {
    element.as_ref().map_or_else(|| "refused".to_owned(), |element| super::super::xml::Tag::from(element).to_string())
}

#[test]
fn a_stanza_is_read_as_it_is_meant() {
    let text = "<message xmlns='jabber:client' from=\"a@b\" xml:lang='de'><body>1 &lt; 2 &amp; &#x1F600;</body>\
                <s:html xmlns:s='x' s:k='v' k='w'>&#62;<![CDATA[<&>]]>.<s:br/ ><br/></s:html ></message>";
    let text = text.replace("<s:br/ >", "<s:br />");
    let message: Element = text.parse().unwrap();
    assert!(message.is("message", "jabber:client") && message.has_ns("jabber:client"));
    assert_eq!((message.attr("from"), message.attr("lang")), (Some("a@b"), None));
    assert_eq!(message.attr_ns("http://www.w3.org/XML/1998/namespace", "lang"), Some("de"));
    assert_eq!(message.get_child("body", "jabber:client").unwrap().text(), "1 < 2 & 😀");
    let html = message.get_child("html", "x").unwrap();
    assert_eq!((html.attr_ns("x", "k"), html.attr("k")), (Some("v"), Some("w")));
    assert_eq!(html.texts().collect::<Vec<_>>(), ["><&>."]);
    let names: Vec<_> = html.children().map(|child| (child.name(), child.ns())).collect();
    assert_eq!(names, [("br", "x"), ("br", "jabber:client")]);
    assert_eq!(format!("{message:?}"), "Element(message of jabber:client, 2 nodes)");
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for wrong in [
        "",
        "a",
        " <a xmlns='b'/>",
        "<a/>",
        "<b:a/>",
        "<a xmlns='b'/> ",
        "<a xmlns='b'>",
        "<a xmlns='b'></b>",
        "<a xmlns='b'></a",
        "<a xmlns='b'>&nbsp;</a>",
        "<a xmlns='b'>&#0;</a>",
        "<a xmlns='b'>&#xD800;</a>",
        "<a xmlns='b'>&#+65;</a>",
        "<a xmlns='b'>&amp</a>",
        "<a xmlns='b'>\u{1}</a>",
        "<a xmlns='b'>\u{ffff}</a>",
        "<a xmlns='b'><![CDATA[\u{2}]]></a>",
        "<a xmlns='b'><!-- c --></a>",
        "<a xmlns='b'><?p i?></a>",
        "<!DOCTYPE a><a xmlns='b'/>",
        "<a xmlns='b' c='1' c='2'/>",
        "<a xmlns='b' xmlns='b'/>",
        "<a xmlns='b' xmlns:c='d' xmlns:e='d' c:f='' e:f=''/>",
        "<a xmlns='b' c='<'/>",
        "<a xmlns='b' c=1/>",
        "<a xmlns='b' c/>",
        "<a xmlns='b'c='d'/>",
        "<a xmlns='b' c:d='e'/>",
        "<a xmlns='b' xmlns:c=''/>",
        "<a xmlns='b' xmlns:xml='c'/>",
        "<a xmlns='b' xmlns:xmlns='c'/>",
        "<a xmlns:='b'/>",
        "<xml:a/>",
        "<1a xmlns='b'/>",
        "<a:b:c xmlns:a='b'/>",
        "<:a xmlns='b'/>",
        "<a: xmlns:a='b'/>",
        "< a xmlns='b'/>",
        "<a xmlns='b'/ >",
    ] {
        assert!(wrong.parse::<Element>().is_err(), "{wrong}");
    }
}

#[test]
fn prefixes_around_hold_until_they_are_declared_anew() {
    let around: Namespaces = [("", "jabber:client"), ("s", "streams")].into_iter().collect();
    let read = |text: &str| Element::read(text, &around).map(|element| element.ns().to_owned());
    assert_eq!(read("<a/>").unwrap(), "jabber:client");
    assert_eq!(read("<s:a/>").unwrap(), "streams");
    assert_eq!(read("<s:a xmlns:s='other'/>").unwrap(), "other");
    assert_eq!(read("<a xmlns=''/>").unwrap(), "");
    assert!(read("<t:a/>").is_err());
}

#[test]
fn nesting_and_declarations_have_limits() {
    let nested = |depth: usize| format!("<a xmlns='b'>{}{}</a>", "<a>".repeat(depth - 1), "</a>".repeat(depth - 1));
    assert!(nested(64).parse::<Element>().is_ok());
    assert!(nested(65).parse::<Element>().is_err());
    let declared = |count: usize| {
        let all: String = (1..count).map(|number| format!(" xmlns:p{number}='n'")).collect();
        format!("<a xmlns='b'{all}/>")
    };
    assert!(declared(256).parse::<Element>().is_ok());
    assert!(declared(257).parse::<Element>().is_err());
}

/// Pieces that make most texts well-formed, or nearly.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "<a>",
        "<a xmlns='n'>",
        "<p:a xmlns:p=\"n\">",
        "<p:a>",
        "</a>",
        "</p:a>",
        "<b/>",
        "<b c='d'/>",
        "<b c='&lt;\t\n'/>",
        "<b xml:lang='en'/>",
        "<p:b p:c='1' c='2'/>",
        "<b xmlns='' c=''/>",
        "text",
        " ",
        "\n",
        "&amp;",
        "&#65;",
        "&#x9;",
        "&#xD;",
        "\r",
        "\r\n",
        "<b c='\r\n'/>",
        "<![CDATA[",
        "]]>",
        "é",
        "😀",
        "\u{85}",
        "\u{7f}",
        "<b c = 'd' />",
        "<ü/>",
        "<a-1._/>",
        "<",
        "&",
        ">",
        "'",
    ])
}

proptest! {
    #[test]
    fn another_reader_says_the_same(pieces in prop::collection::vec(piece(), 0..12)) {
        let text = format!("<r xmlns='root' xmlns:p='outer'>{}</r>", pieces.concat());
        let ours = text.parse::<Element>().ok();
        let theirs = theirs(&text);
        prop_assert!(ours == theirs, "{text}\nours: {}\ntheirs: {}", shown(&ours), shown(&theirs));
    }

    #[test]
    fn nothing_makes_it_panic(text in "[<>/!?&;#x='\" \\[\\]CDATAxmlns:aé😀\\t\\r\\n\u{0}\u{ffff}]{0,60}") {
        let _ = text.parse::<Element>();
    }
}
