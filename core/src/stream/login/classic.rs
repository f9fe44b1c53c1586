//! Signing in as RFC 6120 has it: SASL, the stream again, then the session of before or a new resource.
//!
//! What does not depend on an answer is sent before it: the request for a resource (or for the session of before) with the
//! restarted stream, and stream management right behind it where the server had it before.

use super::error::{LoginError, Step};
use super::password::Attempt;
use super::session::{self, Asked, Random};
use super::wire::Wire;
use super::{Login, LoginRequest};
use crate::stream::mechanism::{self, Offer};
use crate::xep::stream_features::Features;
use crate::xep::{bind, sasl, sm};

/// Signs in on a stream with these features.
pub async fn login(
    wire: &mut Wire<'_>,
    request: &LoginRequest,
    random: Random<'_>,
    features: Features,
) -> Result<Login, LoginError> {
    let offer = Offer { mechanisms: features.mechanisms, bindings: features.channel_bindings };
    let mut attempt = Attempt::new(offer, &wire.transport.channel_binding(), request, &random())?;
    authenticate(wire, &mut attempt).await?;
    let mut login = restart(wire, request, random).await?;
    login.best_mechanism = attempt.best;
    login.salted = attempt.take_salted();
    Ok(login)
}

/// Proves the password with `<auth/>` (RFC 6120 section 6.4).
async fn authenticate(wire: &mut Wire<'_>, attempt: &mut Attempt<'_>) -> Result<(), LoginError> {
    wire.begin(Step::SigningIn);
    wire.queue(&sasl::auth(&attempt.mechanism(), &attempt.initial()));
    loop {
        let (_, element) = wire.element().await?;
        match sasl::read(&element) {
            Some(sasl::Answer::Challenge(data)) => {
                let answer = attempt.challenge(&data).await?;
                wire.begin(Step::SigningIn);
                wire.queue(&sasl::response(&answer));
            }
            Some(sasl::Answer::Success(data)) => return attempt.success(data.as_deref()),
            Some(sasl::Answer::Failure(failure)) => return Err(LoginError::refused(failure.condition)),
            None => return Err(wire.broken("it sent something else while signing in")),
        }
    }
}

/// Opens the stream again (RFC 6120 section 6.4.6) and gets a session on it.
async fn restart(wire: &mut Wire<'_>, request: &LoginRequest, random: Random<'_>) -> Result<Login, LoginError> {
    wire.begin(Step::Restarting);
    wire.open(&request.jid);
    let Some(previous) = session::previous(request) else {
        let id = random();
        wire.queue(&bind::request(&id, request.resource.as_deref()));
        // A server that is not known to have it might end the stream over it.
        let enabling = mechanism::offers_management(request.best_mechanism);
        if enabling {
            wire.queue(&sm::enable());
        }
        let features = wire.features().await?;
        return session::bind(wire, request, random, &features, Some(Asked { id, enabling })).await;
    };
    wire.queue(&previous.element);
    let features = wire.features().await?;
    session::resume_or_bind(wire, request, random, &features, &previous).await
}
