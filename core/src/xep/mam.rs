//! XEP-0313: the archive that a server keeps of an account's messages; XEP-0441: what it is to keep.

use jid::BareJid;

use super::delay::Delay;
use super::form_fields::Submit;
use super::forwarded::Forwarded;
use super::message::Message;
use super::rsm::{Page, Set};
use super::xml::{self, Tag};
use super::{Element, address, ns, timestamp};
use crate::model::Micros;

/// What is asked of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Marks the results that belong to this question.
    pub queryid: String,
    /// Only messages from or to this address.
    pub with: Option<BareJid>,
    /// Not before this time.
    pub start: Option<Micros>,
    /// Not after this time.
    pub end: Option<Micros>,
    /// Which page.
    pub page: Page,
    /// The page's newest message first (only where `urn:xmpp:mam:2#extended` is offered).
    pub flip: bool,
}

impl Query {
    /// The payload of the request.
    pub fn tag(&self) -> Tag {
        let (start, end) = (self.start.map(timestamp::format), self.end.map(timestamp::format));
        let form = Submit::new(ns::MAM)
            .field_opt("with", self.with.as_ref().map(|jid| jid.as_str()))
            .field_opt("start", start.as_deref())
            .field_opt("end", end.as_deref());
        let query = Tag::new("query", ns::MAM).attr("queryid", &self.queryid).child(form.tag()).child(self.page.tag());
        if self.flip { query.child(Tag::new("flip-page", ns::MAM)) } else { query }
    }
}

/// One result. Whoever reads it must check that it was asked for: by `queryid`, and by the sender of the stanza.
#[derive(Clone)]
pub struct Archived {
    /// Which question it answers.
    pub queryid: Option<String>,
    /// Its archive id.
    pub id: String,
    /// When the archive got it.
    pub delay: Option<Delay>,
    /// The message; None if it cannot be read: its place in the archive counts all the same.
    pub message: Option<Message>,
}

impl Archived {
    /// Reads `<result/>`; None without an archive id.
    pub fn parse(element: &Element) -> Option<Archived> {
        if !element.is("result", ns::MAM) {
            return None;
        }
        let Forwarded { delay, message } = Forwarded::inside(element).unwrap_or_default();
        Some(Archived { queryid: xml::id(element, "queryid"), id: xml::id(element, "id")?, delay, message })
    }
}

/// The end of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fin {
    /// There is nothing further in this direction.
    pub complete: bool,
    /// False: the archive may still change what it returned.
    pub stable: bool,
    /// The page.
    pub set: Set,
}

impl Fin {
    /// Reads `<fin/>`, the payload of the answer.
    pub fn parse(element: &Element) -> Option<Fin> {
        if !element.is("fin", ns::MAM) {
            return None;
        }
        let stable = element.attr("stable").is_none() || xml::flag(element, "stable");
        Some(Fin { complete: xml::flag(element, "complete"), stable, set: Set::inside(element) })
    }
}

/// Where an archive begins and ends; empty for an empty archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The id and stamp of its oldest message.
    pub start: Option<(String, Option<Micros>)>,
    /// The id and stamp of its newest message.
    pub end: Option<(String, Option<Micros>)>,
}

impl Metadata {
    /// The payload of the request.
    pub fn request() -> Tag {
        Tag::new("metadata", ns::MAM)
    }

    /// Reads `<metadata/>`.
    pub fn parse(element: &Element) -> Option<Metadata> {
        if !element.is("metadata", ns::MAM) {
            return None;
        }
        let edge = |name: &str| {
            let edge = element.children().find(|child| child.is(name, ns::MAM))?;
            Some((xml::id(edge, "id")?, edge.attr("timestamp").and_then(timestamp::parse)))
        };
        Some(Metadata { start: edge("start"), end: edge("end") })
    }
}

/// What an archive keeps by itself (XEP-0441).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything.
    Always,
    /// Nothing.
    Never,
    /// What is exchanged with contacts of the roster.
    Roster,
}

impl Keep {
    const ALL: [(Keep, &'static str); 3] = [(Keep::Always, "always"), (Keep::Never, "never"), (Keep::Roster, "roster")];
}

/// The preferences of an archive (XEP-0441).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// What happens with everybody who is in neither list.
    pub default: Keep,
    /// Always kept.
    pub always: Vec<BareJid>,
    /// Never kept.
    pub never: Vec<BareJid>,
}

impl Preferences {
    /// The payload of the request for them.
    pub fn request() -> Tag {
        Tag::new("prefs", ns::MAM)
    }

    /// Reads `<prefs/>`; None without a known default. Malformed addresses are left out.
    pub fn parse(element: &Element) -> Option<Preferences> {
        let given = element.is("prefs", ns::MAM).then(|| element.attr("default")).flatten()?;
        let (default, _) = Keep::ALL.into_iter().find(|(_, name)| *name == given)?;
        let list = |name: &str| {
            let list = element.children().find(|child| child.is(name, ns::MAM)).into_iter().flat_map(Element::children);
            list.filter(|child| child.is("jid", ns::MAM))
                .filter_map(|child| address::bare(&xml::line(child, 3071)?))
                .collect()
        };
        Some(Preferences { default, always: list("always"), never: list("never") })
    }

    /// The payload of the request that sets them.
    pub fn tag(&self) -> Tag {
        let default = Keep::ALL.iter().find(|(keep, _)| *keep == self.default).map_or("always", |(_, name)| name);
        let list = |name, jids: &[BareJid]| {
            Tag::new(name, ns::MAM).children(jids.iter().map(|jid| Tag::new("jid", ns::MAM).text(jid.as_str())))
        };
        let prefs = Tag::new("prefs", ns::MAM).attr("default", default);
        prefs.child(list("always", &self.always)).child(list("never", &self.never))
    }
}

#[cfg(test)]
mod mam_tests;
