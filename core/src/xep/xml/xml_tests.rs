use super::*;

fn parse(xml: &str) -> Element {
    xml.parse::<Element>().unwrap()
}

#[test]
fn everything_given_is_escaped_and_comes_back_as_it_was() {
    let nasty = "a<b>&\"c'\u{2028}]]>\r\n\t e\u{301} 👩‍👩‍👧 ";
    let xml = Tag::new("x", "n:s").attr("a", nasty).text(nasty).to_string();
    let read = parse(&xml);
    assert_eq!(read.attr("a"), Some(nasty));
    assert_eq!(read.text(), nasty);
}

#[test]
fn what_xml_cannot_carry_is_replaced_and_the_rest_stays() {
    let text = "a\0b\u{1b}c\u{b}d\u{c}e\u{fffe}\u{ffff}\u{7f}\u{85}z";
    assert_eq!(clean(text), "a\u{fffd}b\u{fffd}c\nd\ne\u{fffd}\u{fffd}\u{7f}\u{85}z");
    assert_eq!(parse(&Tag::new("x", "n:s").text(text).to_string()).text(), clean(text));
    assert_eq!(clean(text).chars().count(), text.chars().count());
    assert!(matches!(clean("fine \t\r\n"), Cow::Borrowed(_)));
}

#[test]
fn every_character_survives_or_is_replaced() {
    for c in (0..=0x0010_ffff).step_by(7).chain(0..0x1_0000).filter_map(char::from_u32) {
        let text = c.to_string();
        let read = parse(&format!("{}", Tag::new("x", "n:s").attr("a", &text).text(&text)));
        assert_eq!(read.text(), clean(&text), "{:x}", u32::from(c));
        assert_eq!(read.attr("a"), Some(&*clean(&text)), "{:x}", u32::from(c));
    }
}

#[test]
fn a_namespace_is_declared_where_it_changes() {
    let tag = Tag::new("iq", "a").child(Tag::new("q", "b").child(Tag::new("i", "b")).child(Tag::new("j", "a")));
    assert_eq!(tag.to_string(), "<iq xmlns='a'><q xmlns='b'><i/><j xmlns='a'/></q></iq>");
}

#[test]
fn an_element_is_written_again_without_its_prefixes() {
    let read = parse("<p:a xmlns:p='one' k='1' xml:lang='de'><p:b>x &lt; y</p:b><c xmlns='two'/></p:a>");
    let written = Tag::from(&read).to_string();
    assert_eq!(written, "<a xmlns='one' k='1' xml:lang='de'><b>x &lt; y</b><c xmlns='two'/></a>");
}

#[test]
fn identifiers_have_a_sane_length() {
    assert_eq!(id(&parse("<a xmlns='b' id=''/>"), "id"), None);
    assert_eq!(id(&parse("<a xmlns='b' id='7'/>"), "id").as_deref(), Some("7"));
    assert_eq!(id(&parse(&format!("<a xmlns='b' id='{}'/>", "x".repeat(1025))), "id"), None);
}
