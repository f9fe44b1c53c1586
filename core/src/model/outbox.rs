//! What waits to leave. Stanzas are written from these records when they are sent, never stored as XML, so that
//! encryption happens for the devices of that moment.

use jid::BareJid;

use super::attachment::Attachment;
use super::ids::{ChatId, MessageId, OutboxId};
use super::message::ReplyTo;
use super::trust::Statement;

/// How certain it is that the server has a stanza.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Not sent in any session that may still be resumed.
    Queued,
    /// Written to the stream as stanza `number` of the stream-management session (XEP-0198), not acknowledged.
    InFlight {
        /// Its number, counted from 1 in that session.
        number: i64,
    },
    /// It was in flight when its session was lost for good: the archive is asked before it is sent again.
    Unsure,
}

/// One stanza to send.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Its row.
    pub id: OutboxId,
    /// The chat it goes to.
    pub chat: ChatId,
    /// The contact's bare address.
    pub to: BareJid,
    /// The id and origin-id it will carry.
    pub stanza_id: String,
    /// The message row it belongs to, for a text.
    pub message: Option<MessageId>,
    /// What it says.
    pub payload: Payload,
    /// How certain its arrival is.
    pub state: OutboxState,
}

/// What a stanza in the outbox says.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// A message.
    Text {
        /// Its text.
        body: String,
        /// What it answers.
        reply: Option<ReplyTo>,
        /// The text it answers, for the fallback (XEP-0428) that older clients show.
        quoted: Option<String>,
        /// Its files. A text beside files is sent as a message of its own behind them.
        files: Vec<Attachment>,
    },
    /// A correction of an own message (XEP-0308).
    Correction {
        /// The stanza id of the first version.
        target: String,
        /// The new text.
        body: String,
    },
    /// Taking back an own message (XEP-0424).
    Retraction {
        /// Its stanza id.
        target: String,
    },
    /// Our reactions to a message (XEP-0444).
    Reactions {
        /// Its stanza id.
        target: String,
        /// All of them; empty takes them back.
        emojis: Vec<String>,
    },
    /// We have a message (XEP-0184).
    Receipt {
        /// Its stanza id.
        target: String,
    },
    /// We have seen the chat up to a message: a marker for the contact (XEP-0333) where it asked for one.
    Displayed {
        /// The stanza id of that message.
        target: String,
    },
    /// What was decided on keys (XEP-0450), for devices that are verified. It never leaves in clear.
    Trust {
        /// All of it.
        said: Vec<Statement>,
    },
}
