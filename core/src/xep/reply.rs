//! XEP-0461: a message answers another one, and quotes it for clients that do not know this.

use jid::Jid;

use super::fallback::{self, Fallback};
use super::xml::{self, Tag};
use super::{Element, ns};

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The id of the message that is answered.
    pub id: String,
    /// Who wrote that message.
    pub to: Option<Jid>,
}

impl Reply {
    /// Reads `<reply/>`; None without an id.
    pub fn parse(element: &Element) -> Option<Reply> {
        if !element.is("reply", ns::REPLY) {
            return None;
        }
        Some(Reply { id: xml::id(element, "id")?, to: xml::jid(element, "to") })
    }
}

/// Says which message is answered, and whose it is.
pub fn reply(id: &str, author: Option<&str>) -> Tag {
    Tag::new("reply", ns::REPLY).attr_opt("to", author).attr("id", id)
}

/// The body of an answer, with the text that it answers quoted before it, and which part of it is that quotation.
pub fn quote(quoted: &str, answer: &str) -> (String, Tag) {
    let mut body = String::with_capacity(quoted.len() + answer.len() + 16);
    for line in quoted.trim_end().lines() {
        // A quotation within is a quotation of the second level, without another space between its signs.
        body.push_str(if line.starts_with('>') { ">" } else { "> " });
        body.push_str(line);
        body.push('\n');
    }
    let range = 0..body.chars().count();
    body.push_str(answer);
    (body, fallback::body(ns::REPLY, Some(range)))
}

/// Whether a fallback is for readers who do not know of replies.
pub fn is_fallback(fallback: &Fallback) -> bool {
    fallback.feature.as_deref() == Some(ns::REPLY)
}

#[cfg(test)]
mod reply_tests {
    use super::*;

    #[test]
    fn a_reply_is_read_as_it_is_written() {
        let xml = reply("m1", Some("anna@example.org")).to_string();
        assert_eq!(xml, "<reply xmlns='urn:xmpp:reply:0' to='anna@example.org' id='m1'/>");
        let read = Reply::parse(&xml.parse::<Element>().unwrap());
        assert_eq!(read, Some(Reply { id: "m1".to_owned(), to: Some(Jid::new("anna@example.org").unwrap()) }));
    }

    #[test]
    fn a_reply_to_an_odd_address_is_still_a_reply() {
        let read = |xml: &str| Reply::parse(&xml.parse::<Element>().unwrap());
        assert_eq!(
            read("<reply xmlns='urn:xmpp:reply:0' to='@@' id='m1'/>"),
            Some(Reply { id: "m1".into(), to: None })
        );
        assert_eq!(read("<reply xmlns='urn:xmpp:reply:0' to='anna@example.org'/>"), None);
    }

    #[test]
    fn a_quotation_is_counted_in_code_points() {
        let (body, fallback) = quote("Grüße 👩‍👩‍👧\n> before\n", "thanks");
        assert_eq!(body, "> Grüße 👩‍👩‍👧\n>> before\nthanks");
        let end = "> Grüße 👩‍👩‍👧\n>> before\n".chars().count();
        assert_eq!(
            fallback.to_string(),
            format!(
                "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='{end}'/></fallback>"
            )
        );
    }
}
