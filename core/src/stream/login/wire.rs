//! A transport while nobody is signed in: one step after the other, each with a deadline.

use std::future::Future;
use std::time::Duration;

use jid::BareJid;

use super::error::{LoginError, Step};
use crate::platform::time::{self, Instant};
use crate::transport::{Frame, Incoming, OpenRequest, Transport, TransportError};
use crate::xep::stream_error::StreamError;
use crate::xep::stream_features::Features;
use crate::xep::{Element, sm};

/// How long a server may take for one step, whatever else it sends meanwhile.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// How much may come before login is over, in bytes and in elements. It is kept in memory until then.
const MOST_EARLY: (usize, usize) = (4 << 20, 4_096);

/// A stanza that came before login was over.
#[derive(Debug)]
pub struct Early {
    /// The frame of a stanza, or of `<r/>` or `<a/>` of stream management; or what is left of a stanza beyond the limits.
    pub incoming: Incoming,
    /// True if stream management counts it.
    pub counted: bool,
}

/// A transport and the step that is being taken on it.
pub struct Wire<'a> {
    /// The transport.
    pub transport: &'a mut dyn Transport,
    step: Step,
    deadline: Instant,
    early: Vec<Early>,
    early_bytes: usize,
    /// Whether stream management counts what comes now.
    pub counting: bool,
}

impl<'a> Wire<'a> {
    /// A connection on which nothing was said.
    pub fn new(transport: &'a mut dyn Transport) -> Wire<'a> {
        let deadline = Instant::now() + DEADLINE;
        Wire { transport, step: Step::Opening, deadline, early: Vec::new(), early_bytes: 0, counting: false }
    }

    /// The next step begins, with a deadline of its own.
    pub fn begin(&mut self, step: Step) {
        self.step = step;
        self.deadline = Instant::now() + DEADLINE;
    }

    /// Queues elements.
    pub fn queue(&mut self, text: &str) {
        self.transport.queue(text);
    }

    /// Queues the opening of a stream, also of one that is restarted.
    pub fn open(&mut self, jid: &BareJid) {
        let from = jid.node().map(|_| jid.to_string());
        self.transport.open(&OpenRequest { to: jid.domain().to_string(), from });
    }

    /// What the server offers, once it has answered an opening.
    pub async fn features(&mut self) -> Result<Features, LoginError> {
        match self.receive().await? {
            Incoming::Open(header) if header.version.as_deref().is_some_and(is_spoken) => {}
            Incoming::Open(_) => return Err(self.broken("it is older than XMPP 1.0")),
            _ => return Err(self.broken("it did not open a stream")),
        }
        let (_, element) = self.element().await?;
        Features::read(&element).ok_or_else(|| self.broken("it sent something before its features"))
    }

    /// The next element of this step.
    pub async fn element(&mut self) -> Result<(Frame, Element), LoginError> {
        match self.receive().await? {
            Incoming::Frame(frame) => {
                let element = frame.parse()?;
                match StreamError::read(&element) {
                    Some(error) => Err(LoginError::StreamError { error, step: self.step }),
                    None => Ok((frame, element)),
                }
            }
            _ => Err(self.broken("it opened a stream that is open")),
        }
    }

    async fn receive(&mut self) -> Result<Incoming, LoginError> {
        loop {
            match before(self.deadline, self.transport.receive()).await {
                Some(Ok(Incoming::Close)) => return Err(LoginError::Closed { step: self.step }),
                // Who is signed in hears what others say. Until then, the server has no use for large words.
                Some(Ok(Incoming::LeftOut(element))) if self.step == Step::Binding && element.stanza().is_some() => {
                    self.add(element.beginning.len(), Incoming::LeftOut(element), self.counting)?;
                }
                Some(Ok(Incoming::LeftOut(element))) => {
                    return Err(TransportError::TooLarge { limit: element.reason }.into());
                }
                Some(incoming) => return Ok(incoming?),
                None => return Err(LoginError::TimedOut { step: self.step }),
            }
        }
    }

    /// Keeps a stanza (or an element of stream management that is on) for whoever goes on with the session; anything else may not come now.
    pub fn keep(&mut self, frame: Frame, element: &Element) -> Result<(), LoginError> {
        let of_management = self.counting && element.has_ns(sm::NS);
        let may_come =
            of_management || element.has_ns("jabber:client") && matches!(element.name(), "iq" | "message" | "presence");
        if !may_come {
            return Err(self.broken("it sent something that was not asked for"));
        }
        self.add(frame.text.len(), Incoming::Frame(frame), self.counting && !of_management)
    }

    fn add(&mut self, bytes: usize, incoming: Incoming, counted: bool) -> Result<(), LoginError> {
        self.early_bytes += bytes;
        if self.early_bytes > MOST_EARLY.0 || self.early.len() >= MOST_EARLY.1 {
            return Err(TransportError::TooLarge { limit: "stanzas before the login was over" }.into());
        }
        self.early.push(Early { incoming, counted });
        Ok(())
    }

    /// The stanzas that were kept.
    pub fn take_early(&mut self) -> Vec<Early> {
        std::mem::take(&mut self.early)
    }

    /// The server broke a rule.
    pub fn broken(&self, detail: &'static str) -> LoginError {
        LoginError::NotXmpp { detail }
    }
}

/// "1.0" and whatever "1.x" may come (RFC 6120 section 4.7.5).
fn is_spoken(version: &str) -> bool {
    version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 1)
}

async fn before<T>(deadline: Instant, future: impl Future<Output = T>) -> Option<T> {
    time::timeout_at(deadline, future).await.ok()
}
