//! Signing in with SASL2 (XEP-0388): the password's proof or a token, and with it in the same round trip a resource
//! (XEP-0386), stream management or the session of before (XEP-0198), carbons, and a token for the next time (XEP-0484).

use jid::{BareJid, FullJid};
use zeroize::Zeroizing;

use super::error::{LoginError, Step};
use super::password::Attempt;
use super::session::{self, Previous, Random, Resumption};
use super::wire::Wire;
use super::{Login, LoginRequest, SessionFeatures};
use crate::stream::mechanism::{self, Offer};
use crate::stream::token::{FastToken, TokenMechanism};
use crate::xep::sasl2::{self, Answer, Inline, Success};
use crate::xep::stream_features::Features;
use crate::xep::{bind2, fast, sm};

/// How resources of this client begin.
const TAG: &str = "Larimar";

/// Signs in with the password, on a stream with these features.
pub async fn with_password(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    features: Features,
    offered: sasl2::Offer,
) -> Result<Login, LoginError> {
    let channel = wire.transport.channel_binding();
    let token_mechanism = TokenMechanism::best(&offered.token_mechanisms, &channel);
    let offer = Offer { mechanisms: offered.mechanisms, bindings: features.channel_bindings };
    let mut attempt = Attempt::new(offer, &channel, request, &random())?;
    let (mut wishes, previous) = wishes(request, offered.inline);
    if let Some(mechanism) = token_mechanism {
        wishes.push_str(&fast::request_token(mechanism.name()));
    }
    wire.begin(Step::SigningIn);
    wire.queue(&sasl2::authenticate(&attempt.mechanism(), &attempt.initial(), &request.device, &wishes));
    let mut success = loop {
        let (_, element) = wire.element().await?;
        match sasl2::read(&element) {
            Some(Answer::Challenge(data)) => {
                let answer = Zeroizing::new(attempt.challenge(&data).await?);
                wire.begin(Step::SigningIn);
                wire.queue(&sasl2::response(&answer));
            }
            Some(Answer::Success(success)) => {
                attempt.success(success.data.as_deref())?;
                break success;
            }
            Some(Answer::Failure(failure)) => return Err(LoginError::refused(failure.condition)),
            Some(Answer::Continue) => return Err(LoginError::MoreNeeded),
            None => return Err(wire.broken("it sent something else while signing in")),
        }
    };
    let issued = success.token.take();
    let mut login = establish(wire, request, random, *success, previous.as_ref(), offered.inline).await?;
    login.best_mechanism = attempt.best;
    login.salted = attempt.take_salted();
    login.token = issued.zip(token_mechanism).map(|(issued, kind)| FastToken::issued(issued, kind, offered.inline));
    Ok(login)
}

/// How a login with a token ended.
pub enum ByToken {
    /// Signed in.
    Login(Box<Login>),
    /// The token is of no use any more; the stream is, with these features.
    Refused(Box<Features>),
}

/// Signs in with a token, on a stream whose opening was queued and not answered: the server did all this before, so the
/// login goes with the opening, in one round trip. None if the channel has not what the token is bound to; nothing was
/// said then.
pub async fn with_token(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    token: &FastToken,
) -> Result<Option<ByToken>, LoginError> {
    let channel = wire.transport.channel_binding();
    let user = request.jid.node().map(ToString::to_string).unwrap_or_default();
    let Some(proof) = token.prove(&user, &channel) else { return Ok(None) };
    let mut token = token.clone();
    let name = token.mechanism().name();
    let (mut wishes, previous) = wishes(request, token.inline());
    wishes.push_str(&fast::fast(token.next_use()));
    wire.queue(&sasl2::authenticate(name, &proof.initial, &request.device, &wishes));
    let features = wire.features().await?;
    let offered = features.sasl2.clone().unwrap_or_default();
    if !offered.token_mechanisms.iter().any(|mechanism| mechanism == name) {
        // How a server answers what it does not know is not defined: this stream is of no more use.
        return Err(LoginError::TokenUnusable);
    }
    wire.begin(Step::SigningIn);
    let (_, element) = wire.element().await?;
    let mut success = match sasl2::read(&element) {
        Some(Answer::Success(success)) => success,
        Some(Answer::Failure(_)) => return Ok(Some(ByToken::Refused(Box::new(features)))),
        Some(Answer::Continue | Answer::Challenge(_)) => return Err(LoginError::MoreNeeded),
        None => return Err(wire.broken("it sent something else while signing in")),
    };
    if !proof.is_answered_by(success.data.as_deref()) {
        return Err(LoginError::ServerNotGenuine);
    }
    if let Some(issued) = success.token.take() {
        token = FastToken::issued(issued, token.mechanism(), offered.inline);
    }
    let offer = Offer { mechanisms: offered.mechanisms, bindings: features.channel_bindings };
    let mut login = establish(wire, request, random, *success, previous.as_ref(), token.inline()).await?;
    login.best_mechanism = mechanism::remember(request.best_mechanism, &offer, &channel);
    login.token = Some(token);
    login.salted = request.salted.clone();
    Ok(Some(ByToken::Login(Box::new(login))))
}

/// Ends a token's life at its server (XEP-0484 section 3.6), on a stream whose opening was queued and not answered. Nothing
/// is bound: the stream has served its purpose with the answer.
pub async fn invalidate(wire: &mut Wire<'_>, jid: &BareJid, device: &str, token: &FastToken) -> Result<(), LoginError> {
    let channel = wire.transport.channel_binding();
    let user = jid.node().map(ToString::to_string).unwrap_or_default();
    let proof = token.prove(&user, &channel).ok_or(LoginError::TokenUnusable)?;
    let count = token.clone().next_use();
    wire.queue(&sasl2::authenticate(token.mechanism().name(), &proof.initial, device, &fast::invalidate(count)));
    wire.features().await?;
    wire.begin(Step::SigningIn);
    let (_, element) = wire.element().await?;
    match sasl2::read(&element) {
        Some(Answer::Success(_)) => Ok(()),
        _ => Err(LoginError::TokenUnusable),
    }
}

/// What is to be agreed on with the login: the session of before, and a resource in case that it is lost.
fn wishes(request: &LoginRequest, inline: Inline) -> (String, Option<Previous>) {
    let previous = session::previous(request);
    // A server that resumes only after the login must not bind with it.
    let resumes_later = previous.is_some() && !inline.resume;
    let previous = previous.filter(|_| inline.resume);
    let mut wishes = previous.as_ref().map(|previous| previous.element.clone()).unwrap_or_default();
    if inline.bind && !resumes_later {
        wishes.push_str(&bind2::request(TAG, inline, request.inactive));
    }
    (wishes, previous)
}

/// Makes a session of what came with the success; what the server did not do there is done after it.
async fn establish(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    success: Success,
    previous: Option<&Previous>,
    inline: Inline,
) -> Result<Login, LoginError> {
    let resumption = match (previous, success.resumption) {
        (Some(previous), Some(said)) => {
            let answer = previous.answer(said);
            Some(answer.ok_or_else(|| wire.broken("it answered the resumption with something impossible"))?)
        }
        _ => None,
    };
    if let (Some(previous), Some(Resumption::Resumed { h })) = (previous, &resumption) {
        // Whether features follow now differs between servers: what comes is for the session to read.
        let features =
            SessionFeatures { csi: inline.client_state, stream_management: true, ..SessionFeatures::default() };
        let mut login = Login::of(previous.bound.clone(), features);
        login.resumed = Some(*h);
        return Ok(login);
    }
    let mut login = match success.bound {
        Some(bound) => bound_by_success(wire, request, success.jid, bound, inline).await?,
        None => {
            let features = features_after(wire).await?;
            session::begin(wire, request, random, &features, resumption.is_none()).await?
        }
    };
    if let Some(Resumption::Failed { h }) = resumption {
        login.resume_failed = true;
        login.resume_failed_h = h;
    }
    Ok(login)
}

/// A resource was bound with the success.
async fn bound_by_success(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    jid: Option<jid::Jid>,
    bound: bind2::Bound,
    inline: Inline,
) -> Result<Login, LoginError> {
    let jid = jid.and_then(|jid| jid.try_into_full().ok()).filter(|jid: &FullJid| jid.to_bare() == request.jid);
    let jid = jid.ok_or_else(|| wire.broken("it bound another address, or none"))?;
    let management = match bound.management {
        Some(sm::Said::Enabled(management)) => Some(management),
        _ => None,
    };
    // Stanzas may come before the features (Prosody flushes its queue first), and count from here on.
    wire.counting = management.is_some();
    let features = features_after(wire).await?;
    let mut login = Login::of(jid, SessionFeatures::of(&features));
    login.features.carbons_enabled = inline.carbons;
    login.features.csi |= inline.client_state;
    login.features.stream_management |= inline.enable;
    login.management = management;
    login.archive = bound.archive;
    Ok(login)
}

/// The features after the success (XEP-0388 section 2.6.2), and before them stanzas of a session that has begun.
async fn features_after(wire: &mut Wire<'_>) -> Result<Features, LoginError> {
    wire.begin(Step::Binding);
    loop {
        let (frame, element) = wire.element().await?;
        match Features::read(&element) {
            Some(features) => return Ok(features),
            None => wire.keep(frame, &element)?,
        }
    }
}
