//! What follows a proved password: the session of before (XEP-0198 section 5), or a new resource with stream management.

use jid::FullJid;

use super::error::{LoginError, Step};
use super::wire::Wire;
use super::{Login, LoginRequest, Management, SessionFeatures};
use crate::xep::stream_features::Features;
use crate::xep::{bind, sm};

/// Makes nonces and ids.
pub type Random<'a> = &'a mut dyn FnMut() -> String;

/// A session that may be resumed.
pub struct Previous {
    /// `<resume/>`.
    pub element: String,
    /// The address that is bound.
    pub bound: FullJid,
    id: String,
}

/// The session of before, if there is one that makes sense.
pub fn previous(request: &LoginRequest) -> Option<Previous> {
    let session = request.resume.as_ref()?;
    let bound = FullJid::new(&session.jid).ok().filter(|jid| jid.to_bare() == request.jid)?;
    Some(Previous { element: sm::resume(&session.id, session.inbound), bound, id: session.id.clone() })
}

/// What became of `<resume/>`.
pub enum Resumption {
    /// It goes on; the server has `h` stanzas of ours.
    Resumed {
        /// How many.
        h: u32,
    },
    /// It is lost.
    Failed {
        /// How many of our stanzas it had, where the server still knows.
        h: Option<u32>,
    },
}

impl Previous {
    /// What the server says to `<resume/>`; None if it cannot be meant.
    pub fn answer(&self, said: sm::Said) -> Option<Resumption> {
        match said {
            sm::Said::Resumed { h, previous } if previous == self.id => Some(Resumption::Resumed { h }),
            sm::Said::Failed { h } => Some(Resumption::Failed { h }),
            _ => None,
        }
    }
}

/// Waits for what became of the session of before.
async fn resume(wire: &mut Wire<'_>, previous: &Previous) -> Result<Resumption, LoginError> {
    wire.begin(Step::Resuming);
    let (_, element) = wire.element().await?;
    sm::read(&element)
        .and_then(|said| previous.answer(said))
        .ok_or_else(|| wire.broken("it answered the resumption with something impossible"))
}

/// Gets a session on a stream whose features are known: the one of before, if it `may_resume`, or a new one.
pub async fn begin(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    features: &Features,
    may_resume: bool,
) -> Result<Login, LoginError> {
    match previous(request).filter(|_| may_resume && features.stream_management) {
        Some(previous) => {
            wire.queue(&previous.element);
            resume_or_bind(wire, request, random, features, &previous).await
        }
        None => bind(wire, request, random, features, None).await,
    }
}

/// Waits for what becomes of the session of before, whose `<resume/>` was queued; a new one if it is lost.
pub async fn resume_or_bind(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    features: &Features,
    previous: &Previous,
) -> Result<Login, LoginError> {
    match resume(wire, previous).await? {
        Resumption::Resumed { h } => {
            let mut login = Login::of(previous.bound.clone(), SessionFeatures::of(features));
            login.resumed = Some(h);
            Ok(login)
        }
        Resumption::Failed { h } => {
            let mut login = bind(wire, request, random, features, None).await?;
            login.resume_failed = true;
            login.resume_failed_h = h;
            Ok(login)
        }
    }
}

/// A request for a resource that has left before the features came.
pub struct Asked {
    /// Its id.
    pub id: String,
    /// Stream management was enabled right behind it.
    pub enabling: bool,
}

/// Binds a resource and enables stream management in one go. `asked` has left already.
pub async fn bind(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    features: &Features,
    asked: Option<Asked>,
) -> Result<Login, LoginError> {
    if !features.bind {
        return Err(wire.broken("it offers no resource"));
    }
    wire.begin(Step::Binding);
    let mut asked = asked;
    let mut resource = request.resource.as_deref();
    loop {
        let Asked { id, enabling } = asked.take().unwrap_or_else(|| {
            let id = random();
            wire.queue(&bind::request(&id, resource));
            Asked { id, enabling: false }
        });
        if features.session_required {
            wire.queue(&bind::session(&random()));
        }
        if features.stream_management && !enabling {
            wire.queue(&sm::enable());
        }
        let bound = bound(wire, &id).await?;
        let management = if features.stream_management { enabled(wire).await? } else { None };
        match bound {
            Ok(bound) if bound.to_bare() == request.jid => {
                let mut login = Login::of(bound, SessionFeatures::of(features));
                login.management = management;
                return Ok(login);
            }
            Ok(_) => return Err(wire.broken("it bound another address")),
            // Another device has this resource, or it is not allowed: the server may choose.
            Err(condition) if resource.is_some() && matches!(&*condition, "conflict" | "bad-request") => {
                resource = None;
            }
            Err(condition) => return Err(LoginError::Refused { condition }),
        }
    }
}

/// The address, or the condition by which the server refused.
async fn bound(wire: &mut Wire<'_>, id: &str) -> Result<Result<FullJid, String>, LoginError> {
    loop {
        let (frame, element) = wire.element().await?;
        if !element.is("iq", "jabber:client") || element.attr("id") != Some(id) {
            wire.keep(frame, &element)?;
            continue;
        }
        return match element.attr("type") {
            Some("result") => bind::bound(&element).map(Ok).ok_or_else(|| wire.broken("it bound no full address")),
            Some("error") => Ok(Err(crate::xep::stanza_condition(&element))),
            _ => Err(wire.broken("it answered the binding with something else")),
        };
    }
}

/// How stream management was enabled; None if it was not.
async fn enabled(wire: &mut Wire<'_>) -> Result<Option<Management>, LoginError> {
    loop {
        let (frame, element) = wire.element().await?;
        match sm::read(&element) {
            Some(sm::Said::Enabled(management)) => return Ok(Some(management)),
            Some(sm::Said::Failed { .. }) => return Ok(None),
            _ => wire.keep(frame, &element)?,
        }
    }
}
