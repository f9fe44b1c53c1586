//! The elements of stream management (XEP-0198); the counters are in `stream::sm`.

use super::Element;
use super::xml::escaped;

/// The namespace.
pub const NS: &str = "urn:xmpp:sm:3";

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Stanzas are counted from now on (section 3).
    Enabled(Enabled),
    /// The session of before goes on; the server has `h` of our stanzas (section 5).
    Resumed {
        /// How many.
        h: u32,
        /// The id of the session.
        previous: String,
    },
    /// It is not to be: not enabled, or not resumed.
    Failed {
        /// How many of our stanzas the lost session had, where the server still knows.
        h: Option<u32>,
    },
    /// The server asks how many we have (section 4).
    Request,
    /// The server has `h` of ours.
    Acknowledgement {
        /// How many.
        h: u32,
    },
}

/// How stream management was enabled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enabled {
    /// The session's id; None if it cannot be resumed.
    pub id: Option<String>,
    /// Where the server would like the resumption ("host:port").
    pub location: Option<String>,
    /// For how many seconds the server keeps the session.
    pub max_seconds: Option<u32>,
}

/// Ids and places longer than this are not kept: they are stored with every commit.
const LONGEST: usize = 4_000;

impl Enabled {
    fn read(element: &Element) -> Enabled {
        let kept = |name: &str| {
            element.attr(name).filter(|value| !value.is_empty() && value.len() <= LONGEST).map(str::to_owned)
        };
        let resumable = matches!(element.attr("resume"), Some("true" | "1"));
        Enabled {
            id: kept("id").filter(|_| resumable),
            location: kept("location"),
            max_seconds: element.attr("max").and_then(|max| max.trim().parse().ok()),
        }
    }
}

/// Reads an element; None if it is something else or a number in it is impossible.
pub fn read(element: &Element) -> Option<Said> {
    if !element.has_ns(NS) {
        return None;
    }
    let h = element.attr("h").and_then(|h| h.trim().parse().ok());
    match element.name() {
        "enabled" => Some(Said::Enabled(Enabled::read(element))),
        "resumed" => Some(Said::Resumed { h: h?, previous: element.attr("previd")?.to_owned() }),
        "failed" => Some(Said::Failed { h }),
        "r" => Some(Said::Request),
        "a" => Some(Said::Acknowledgement { h: h? }),
        _ => None,
    }
}

/// `<enable/>`, asking for a session that can be resumed.
pub fn enable() -> String {
    format!("<enable xmlns='{NS}' resume='true'/>")
}

/// `<resume/>` of the session with this id, of which we have `h` stanzas.
pub fn resume(id: &str, h: u32) -> String {
    format!("<resume xmlns='{NS}' h='{h}' previd='{}'/>", escaped(id))
}

/// `<r/>`: how many does the server have?
pub fn request() -> String {
    format!("<r xmlns='{NS}'/>")
}

/// `<a/>`: we have `h`.
pub fn acknowledgement(h: u32) -> String {
    format!("<a xmlns='{NS}' h='{h}'/>")
}

#[cfg(test)]
mod sm_tests {
    use super::*;

    fn said(text: &str) -> Option<Said> {
        read(&text.parse().unwrap())
    }

    #[test]
    fn a_session_without_resumption_has_no_id() {
        let enabled = said("<enabled xmlns='urn:xmpp:sm:3' id='x' max='300' location='[::1]:5222'/>");
        let expected = Enabled { id: None, location: Some("[::1]:5222".into()), max_seconds: Some(300) };
        assert_eq!(enabled, Some(Said::Enabled(expected)));
        let Some(Said::Enabled(enabled)) = said("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='1' max='-4'/>") else {
            panic!()
        };
        assert_eq!((enabled.id.as_deref(), enabled.max_seconds), (Some("x"), None));
    }

    #[test]
    fn impossible_numbers_are_not_read() {
        for h in ["-1", "4294967296", "x", ""] {
            assert_eq!(said(&format!("<resumed xmlns='urn:xmpp:sm:3' previd='x' h='{h}'/>")), None);
            assert_eq!(said(&format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>")), None);
            assert_eq!(said(&format!("<failed xmlns='urn:xmpp:sm:3' h='{h}'/>")), Some(Said::Failed { h: None }));
        }
        assert_eq!(said("<resumed xmlns='urn:xmpp:sm:3' h='4'/>"), None);
        assert_eq!(said("<a xmlns='urn:xmpp:sm:3' h='4294967295'/>"), Some(Said::Acknowledgement { h: u32::MAX }));
    }
}
