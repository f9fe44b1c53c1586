//! Message stanzas (RFC 6121 section 5) with every extension that is understood here, read in one pass.

mod content;

use jid::Jid;

use super::carbons::Carbon;
use super::chat_state::ChatState;
use super::delay::{self, Delay};
use super::encryption_name::EncryptionName;
use super::fallback::{self, Fallback};
use super::file_sharing::FileSharing;
use super::hints::Hints;
use super::mam::Archived;
use super::omemo::Encrypted;
use super::oob::Oob;
use super::pubsub::Event;
use super::reactions::Reactions;
use super::reply::{self, Reply};
use super::stanza_error::StanzaError;
use super::stanza_id::{self, StanzaId};
use super::trust_message::TrustMessage;
use super::{Element, ns, retraction, xml};

/// The type of a message (RFC 6121 section 5.2.2). An unknown one counts as `Normal`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Part of a conversation.
    Chat,
    /// A message by itself.
    #[default]
    Normal,
    /// From a group chat.
    Groupchat,
    /// A notice that nobody answers.
    Headline,
    /// A message of ours came back.
    Error,
}

/// A message stanza.
#[derive(Clone, Default)]
pub struct Message {
    /// Its type.
    pub kind: Kind,
    /// Its id.
    pub id: Option<String>,
    /// Its sender; None in a stream is our own account (RFC 6120 section 8.1.2.1).
    pub from: Option<Jid>,
    /// To whom it was sent.
    pub to: Option<Jid>,
    /// Its text, as it came: the one without a language of its own, else the first.
    pub body: Option<String>,
    /// Its thread.
    pub thread: Option<String>,
    /// Why it came back.
    pub error: Option<StanzaError>,
    /// Stamps of those who kept it for a while.
    pub delays: Vec<Delay>,
    /// Ids that parties on the way gave it.
    pub stanza_ids: Vec<StanzaId>,
    /// The id that its sender chose.
    pub origin_id: Option<String>,
    /// What its sender does in the chat.
    pub chat_state: Option<ChatState>,
    /// Its sender would like a receipt.
    pub receipt_requested: bool,
    /// It is a receipt for the message with this id.
    pub receipt: Option<String>,
    /// Its sender would like to know when it was displayed.
    pub markable: bool,
    /// Its sender has seen the chat up to the message with this id.
    pub displayed: Option<String>,
    /// It replaces the message with this id.
    pub replaces: Option<String>,
    /// It answers another message.
    pub reply: Option<Reply>,
    /// Addresses of files beside its text.
    pub oob: Vec<Oob>,
    /// Files that it shares.
    pub files: Vec<FileSharing>,
    /// Which parts of its body are for those who do not know a feature.
    pub fallbacks: Vec<Fallback>,
    /// Its sender's reactions to another message.
    pub reactions: Option<Reactions>,
    /// It takes the message with this id back.
    pub retracts: Option<String>,
    /// It is only the place where a message was that has been taken back.
    pub tombstone: bool,
    /// What servers are to do with it.
    pub hints: Hints,
    /// What of it is encrypted: at most one a version, the newer version first.
    pub encrypted: Vec<Encrypted>,
    /// The namespace of its encryption, as its sender names it (XEP-0380).
    pub encryption_name: Option<String>,
    /// It comes from a group chat, or has to do with one.
    pub muc_user: bool,
    /// It is a copy of another message; check who sent it (see [`Carbon`]).
    pub carbon: Option<Box<Carbon>>,
    /// It is a result of an archive; check that it was asked for (see [`Archived`]).
    pub archived: Option<Box<Archived>>,
    /// What its sender says of keys (XEP-0434). It is never read from what stands in clear.
    pub trust: Option<TrustMessage>,
    /// A notification of a node (XEP-0060).
    pub event: Option<Box<Event>>,
}

impl Message {
    /// Reads a message stanza. None for another element, and for one with a malformed sender or recipient: nobody can say
    /// whose it is.
    pub fn parse(element: &Element) -> Option<Message> {
        Message::read(element, true)
    }

    /// Reads a message that another stanza brought; no further one is looked for in it.
    pub(crate) fn parse_copy(element: &Element) -> Option<Message> {
        Message::read(element, false)
    }

    fn read(element: &Element, may_bring_another: bool) -> Option<Message> {
        if !element.is("message", ns::CLIENT) {
            return None;
        }
        let mut message = Message {
            kind: kind(element.attr("type")),
            id: xml::id(element, "id"),
            from: xml::address(element, "from")?,
            to: xml::address(element, "to")?,
            ..Message::default()
        };
        let mut body: Option<&Element> = None;
        for child in element.children() {
            let namespace = child.ns();
            match (namespace, child.name()) {
                (ns::CLIENT, "body") => body = xml::better_language(body, child),
                (ns::CARBONS | ns::MAM, _) if !may_bring_another => {}
                (ns::CARBONS, _) => message.carbon = message.carbon.or_else(|| Carbon::parse(child).map(Box::new)),
                (ns::MAM, _) => message.archived = message.archived.or_else(|| Archived::parse(child).map(Box::new)),
                (namespace, _) => message.read_child(namespace, child),
            }
        }
        message.body = body.map(Element::text);
        Some(message)
    }

    fn read_child(&mut self, namespace: &str, child: &Element) {
        match namespace {
            ns::CLIENT if child.name() == "error" => self.error = StanzaError::parse(child),
            ns::DELAY if self.delays.len() < delay::MOST => self.delays.extend(Delay::parse(child)),
            ns::STANZA_IDS => {
                if let Some(id) = stanza_id::origin(child) {
                    self.origin_id = Some(id);
                } else if self.stanza_ids.len() < stanza_id::MOST {
                    self.stanza_ids.extend(StanzaId::parse(child));
                }
            }
            ns::RETRACTION if retraction::is_tombstone(child) => self.tombstone = true,
            ns::HINTS => self.hints.read(child),
            ns::OMEMO | ns::OMEMO_2 => self.read_encrypted(child),
            ns::ENCRYPTION_NAME => self.encryption_name = EncryptionName::parse(child).map(|name| name.namespace),
            ns::MUC_USER => self.muc_user = true,
            ns::PUBSUB_EVENT => self.event = Event::parse(child).map(Box::new),
            _ => self.read_said(namespace, child),
        }
    }

    fn read_encrypted(&mut self, child: &Element) {
        let known = |version| self.encrypted.iter().any(|encrypted| encrypted.version == version);
        if let Some(encrypted) = Encrypted::parse(child).filter(|encrypted| !known(encrypted.version)) {
            self.encrypted.push(encrypted);
            self.encrypted.sort_by_key(|encrypted| std::cmp::Reverse(encrypted.version));
        }
    }

    /// The text without what it only says for readers who do not know replies; None if nothing is left.
    pub fn text(&self) -> Option<String> {
        let body = self.body.as_deref()?;
        let answers = self.reply.is_some();
        let text = fallback::without(body, self.fallbacks.iter().filter(|f| answers && reply::is_fallback(f)));
        (!text.trim().is_empty()).then_some(text)
    }
}

fn kind(name: Option<&str>) -> Kind {
    match name {
        Some("chat") => Kind::Chat,
        Some("groupchat") => Kind::Groupchat,
        Some("headline") => Kind::Headline,
        Some("error") => Kind::Error,
        _ => Kind::Normal,
    }
}

#[cfg(test)]
mod message_tests;
