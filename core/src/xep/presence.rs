//! Presence stanzas (RFC 6121 sections 3 and 4) and what they carry: nickname, capabilities, the vCard avatar's hash.

use jid::Jid;

use super::caps::{Caps, Caps2};
use super::delay::{self, Delay};
use super::stanza_error::StanzaError;
use super::vcard::Photo;
use super::xml::{self, Tag};
use super::{Element, nick, ns};

/// The longest status text that is read, in bytes.
const LONGEST_STATUS: usize = 16 * 1024;

/// The type of a presence stanza.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Is online.
    #[default]
    Available,
    /// Is offline.
    Unavailable,
    /// Asks to see our presence.
    Subscribe,
    /// Lets us see theirs.
    Subscribed,
    /// No longer wants to see ours.
    Unsubscribe,
    /// No longer lets us see theirs.
    Unsubscribed,
    /// Asks for presence (servers do).
    Probe,
    /// A presence of ours came back.
    Error,
}

impl Kind {
    const NAMED: [(Kind, &'static str); 7] = [
        (Kind::Unavailable, "unavailable"),
        (Kind::Subscribe, "subscribe"),
        (Kind::Subscribed, "subscribed"),
        (Kind::Unsubscribe, "unsubscribe"),
        (Kind::Unsubscribed, "unsubscribed"),
        (Kind::Probe, "probe"),
        (Kind::Error, "error"),
    ];

    fn name(self) -> Option<&'static str> {
        Kind::NAMED.iter().find(|(kind, _)| *kind == self).map(|(_, name)| *name)
    }
}

/// How available somebody is (RFC 6121 section 4.7.2.1). An unknown word counts as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Would like to talk.
    Chat,
    /// Away for a moment.
    Away,
    /// Away for longer.
    ExtendedAway,
    /// Does not want to be disturbed.
    DoNotDisturb,
}

impl Show {
    const ALL: [(Show, &'static str); 4] =
        [(Show::Chat, "chat"), (Show::Away, "away"), (Show::ExtendedAway, "xa"), (Show::DoNotDisturb, "dnd")];
}

/// A presence stanza.
#[derive(Clone, Default)]
pub struct Presence {
    /// Its type.
    pub kind: Kind,
    /// Its id.
    pub id: Option<String>,
    /// Whose; None is our own account or its server.
    pub from: Option<Jid>,
    /// To whom.
    pub to: Option<Jid>,
    /// How available; None is plainly online.
    pub show: Option<Show>,
    /// A text for people: the one without a language of its own, else the first.
    pub status: Option<String>,
    /// Which device messages go to first; below zero: none.
    pub priority: i8,
    /// The nickname they give themselves (XEP-0172), with a request above all.
    pub nick: Option<String>,
    /// What the device can do (XEP-0115).
    pub caps: Option<Caps>,
    /// The same by other hashes (XEP-0390).
    pub caps2: Option<Caps2>,
    /// What it says of its vCard's avatar (XEP-0153).
    pub photo: Option<Photo>,
    /// It comes from a group chat.
    pub muc_user: bool,
    /// Since when.
    pub delay: Option<Delay>,
    /// Why a presence of ours came back.
    pub error: Option<StanzaError>,
}

impl Presence {
    /// Reads a presence stanza. None for another element, an unknown type, and a malformed sender or recipient.
    pub fn parse(element: &Element) -> Option<Presence> {
        if !element.is("presence", ns::CLIENT) {
            return None;
        }
        let kind = match element.attr("type") {
            None => Kind::Available,
            Some(given) => Kind::NAMED.iter().find(|(_, name)| *name == given)?.0,
        };
        let address = |name: &str| xml::address(element, name);
        let mut presence = Presence {
            kind,
            id: xml::id(element, "id"),
            from: address("from")?,
            to: address("to")?,
            ..Presence::default()
        };
        presence.delay = delay::inside(element);
        let mut status: Option<&Element> = None;
        for child in element.children() {
            let namespace = child.ns();
            match (namespace, child.name()) {
                (ns::CLIENT, "status") => status = xml::better_language(status, child),
                (ns::CLIENT, "show") => {
                    let given = xml::line(child, 16);
                    let known = Show::ALL.iter().find(|(_, name)| given.as_deref() == Some(*name));
                    presence.show = known.map(|(show, _)| *show);
                }
                (ns::CLIENT, "priority") => {
                    presence.priority = xml::line(child, 16).and_then(|text| text.parse().ok()).unwrap_or(0);
                }
                (ns::CLIENT, "error") => presence.error = StanzaError::parse(child),
                (ns::NICK, _) => presence.nick = nick::parse(child),
                (ns::CAPS, _) => presence.caps = Caps::parse(child),
                (ns::CAPS_2, _) => presence.caps2 = Caps2::parse(child),
                (ns::VCARD_UPDATE, _) => presence.photo = Photo::parse(child),
                (ns::MUC_USER, _) => presence.muc_user = true,
                _ => {}
            }
        }
        presence.status = status.and_then(|status| xml::line(status, LONGEST_STATUS));
        Some(presence)
    }
}

/// What we tell everybody who may see it.
#[derive(Clone, Default)]
pub struct Announcement {
    /// How available; None is plainly online.
    pub show: Option<Show>,
    /// A text for people.
    pub status: Option<String>,
    /// Which device messages go to first.
    pub priority: i8,
    /// Elements of other protocols, such as our capabilities.
    pub extensions: Vec<Tag>,
}

/// The stanza that says that we are online.
pub fn available(announcement: Announcement) -> String {
    let show = announcement.show.and_then(|show| Show::ALL.iter().find(|(each, _)| *each == show));
    let priority = (announcement.priority != 0).then(|| announcement.priority.to_string());
    let child = |name, text: Option<&str>| text.map(|text| Tag::new(name, ns::CLIENT).text(text));
    Tag::new("presence", ns::CLIENT)
        .children(child("show", show.map(|(_, name)| *name)))
        .children(child("status", announcement.status.as_deref()))
        .children(child("priority", priority.as_deref()))
        .children(announcement.extensions)
        .to_string()
}

/// The stanza that says that we go offline.
pub fn unavailable() -> String {
    Tag::new("presence", ns::CLIENT).attr("type", "unavailable").to_string()
}

/// A stanza about subscriptions, to a bare address (RFC 6121 section 3); with our nickname (XEP-0172) if it asks or answers.
pub fn directed(kind: Kind, id: &str, to: &str, nickname: Option<&str>) -> String {
    let presence = Tag::new("presence", ns::CLIENT).attr_opt("type", kind.name()).attr("id", id).attr("to", to);
    presence.children(nickname.map(nick::tag)).to_string()
}

#[cfg(test)]
mod presence_tests;
