//! One account's session task: connects, signs in, stays, and comes back. It owns the connection; everything stored is the
//! engine's. What it is told by the rest of Larimar comes as [`Command`]s.

mod account;
mod archive;
mod beginning;
mod capabilities;
mod contacts;
mod files;
mod iq;
mod left_out;
mod live;
mod manage;
mod omemo;
mod outbox;
mod page;
mod presences;
mod probes;
mod purpose;
mod push;
mod run;
mod sign_out;
mod stanza;
mod start;

use std::rc::Rc;

use jid::{BareJid, FullJid, Jid};
use tokio::sync::oneshot;

pub(crate) use account::{account_task, password_name, token_name};
#[doc(hidden)]
pub use page::{Page, Pages};
pub(crate) use presences::Presences;
pub(crate) use sign_out::sign_out;

use crate::client::Error;
use crate::client::engine::Engine;
use crate::model::account::ResumableSession;
use crate::model::ids::AccountId;
use crate::platform::time::Instant;
use crate::stream::login::SessionFeatures;
use crate::stream::requests::Requests;
use crate::stream::sm::Counters;
use crate::transport::Transport;
use crate::xep::Element;
use crate::xep::xml::Tag;
use archive::Archive;
use beginning::Beginning;
use contacts::Asked;
use files::Uploads;
use omemo::Omemo;
pub(crate) use omemo::identity_name;
use outbox::StanzaLimit;
use purpose::Purpose;

/// What a session is told.
pub(crate) enum Command {
    /// The outbox has something to send.
    Outbox,
    /// The app came to the front, or left it.
    Active(bool),
    /// The connection is to die without a goodbye.
    Cut,
    /// Where the server is to push to has changed.
    Push,
    /// The network changed: try to connect now, or find out whether the connection still lives.
    NetworkChanged,
    /// The account's password or settings changed, or it was switched on or off: begin again.
    Restart,
    /// Say goodbye and end; the answer comes when that is done.
    Stop(oneshot::Sender<()>),
    /// A request for a server or contact; the answer is its result's payload.
    Request(Request),
    /// A stanza that is not stored, such as a chat state.
    Send(String),
    /// An address's devices are looked at: they are to be known; the answer comes when they are.
    Devices { of: BareJid, answer: Answer<()> },
    /// Tell a contact that we began or stopped typing.
    Typing { to: BareJid, on: bool },
    /// Tell our other devices how far chats were read (XEP-0490).
    PublishRead,
    /// Older messages of a chat than this archive id are wanted; the answer comes when a page is stored.
    Older { peer: BareJid, before: Option<String>, answer: Answer<()> },
    /// Catch up with the archive once more; the answer comes when everything is stored.
    CatchUp(Answer<()>),
}

/// Where an answer goes.
pub(crate) type Answer<T> = oneshot::Sender<Result<T, Error>>;

/// A request of the engine's or of the person's.
pub(crate) struct Request {
    /// To whom; None is the own account.
    pub to: Option<Jid>,
    /// True for a change (`set`), false for a question (`get`).
    pub set: bool,
    /// What.
    pub payload: Tag,
    /// Where the answer goes: the payload of the result, if it has one.
    pub answer: Answer<Option<Element>>,
}

/// Why a session ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The account was stopped.
    Stopped,
    /// Its settings changed: sign in anew.
    Restart,
    /// The connection is gone, or was of no use any more.
    Lost(Error),
    /// The server ended the stream and sent us elsewhere ("host:port").
    SeeOther(String),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Ended {
        Ended::Lost(error)
    }
}

/// A session: signed in, from the first stanza to the last.
pub(crate) struct Session {
    engine: Rc<Engine>,
    account: AccountId,
    own: BareJid,
    bound: FullJid,
    transport: Box<dyn Transport>,
    features: SessionFeatures,
    counters: Counters,
    /// What is saved with every commit, where the session can be resumed.
    resumable: Option<ResumableSession>,
    /// Whether it has everything it needs for that.
    beginning: Beginning,
    requests: Requests<Purpose>,
    archive: Archive,
    omemo: Omemo,
    uploads: Uploads,
    /// True once presence was sent: contacts see this device.
    available: bool,
    /// What was asked about contacts in this session.
    asked: Asked,
    /// When the server was last heard.
    heard: Instant,
    /// When a sign of life was last asked for.
    alive_asked: Option<Instant>,
    /// It was resumed, and nothing that we have sent since was answered: until when something has to be.
    unanswered: Option<Instant>,
    /// Which stanzas the server accepts.
    limit: StanzaLimit,
    /// The size of the largest text that waits for its acknowledgement, in bytes.
    largest_waiting: usize,
    /// Traffic that was already counted.
    counted: (u64, u64),
}

/// The address of the server of an account.
pub(crate) fn server_of(account: &BareJid) -> Jid {
    Jid::from(BareJid::from_parts(None, account.domain()))
}
