//! A new account (XEP-0077, XEP-0445, XEP-0389), on a connection where nobody is signed in.
//!
//! A person takes minutes for a form, and a server may close the stream meanwhile: nothing here keeps the connection. Each
//! step takes it, and a form that was answered too late is fetched again on a new one.

use std::collections::BTreeMap;

use jid::BareJid;

use super::login::wire::Wire;
use super::login::{LoginError, Step};
use crate::transport::Transport;
use crate::xep::register::{self, FlowAnswer};
use crate::xep::{Element, bits_of_binary, stanza_condition, stanza_error_text, stanza_error_type};

pub use crate::xep::register::RegistrationForm;

/// How many pictures of a form are fetched.
const MOST_PICTURES: usize = 10;

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The server lets no app make accounts, or not this one.
    #[error("the server does not let apps create accounts")]
    Closed,
    /// Somebody has that name, or the server does not allow it.
    #[error("this name is taken or not allowed")]
    NameTaken,
    /// The form was not filled in as the server wants it; a captcha, for example. A new form is needed.
    #[error("the server does not accept the answers")]
    NotAcceptable {
        /// What the server says of it, in its own words and language, for the person who filled the form in.
        reason: Option<String>,
    },
    /// Too many accounts were made from here: later.
    #[error("the server accepts no more accounts now")]
    TryLater,
    /// The token is unknown, used or too old.
    #[error("the server does not accept the token")]
    TokenRefused,
    /// The server refused by another stanza error condition (RFC 6120 section 8.3.3).
    #[error("the server refused: {condition}")]
    Refused {
        /// The condition's name.
        condition: String,
    },
    /// The connection, or the server on it, failed.
    #[error(transparent)]
    Stream(#[from] LoginError),
}

/// Opens a stream and fetches the form, with its pictures. A `token` (XEP-0445) is shown first, if the server takes them.
///
/// # Errors
/// [`RegisterError::TokenRefused`]: it may be tried again without the token.
pub async fn form(
    transport: &mut dyn Transport,
    domain: &BareJid,
    token: Option<&str>,
    random: &mut dyn FnMut() -> String,
) -> Result<RegistrationForm, RegisterError> {
    let mut wire = Wire::new(transport);
    wire.open(domain);
    let features = wire.features().await?;
    wire.begin(Step::Registering);
    let name = domain.domain().as_str();
    if let Some(token) = token.filter(|_| features.register_with_token) {
        let id = random();
        wire.queue(&register::preauth(&id, name, token));
        if answer(&mut wire, &id).await?.is_err() {
            return Err(RegisterError::TokenRefused);
        }
    }
    if let Some(flow) = features.register_flow.filter(|_| !features.register) {
        wire.queue(&register::select_flow(&flow));
        return next_challenge(&mut wire, name, random).await?.ok_or_else(|| odd("it made an account unasked"));
    }
    if !features.register && !features.register_with_token {
        return Err(RegisterError::Closed);
    }
    let id = random();
    wire.queue(&register::request(&id, name));
    let iq = answer(&mut wire, &id).await?.map_err(|refusal| match refusal.condition.as_str() {
        "service-unavailable" | "feature-not-implemented" | "not-allowed" | "forbidden" | "not-authorized" => {
            RegisterError::Closed
        }
        _ => refusal.into(),
    })?;
    let (mut form, data) = register::read(&iq).ok_or_else(|| odd("it has no form"))?;
    data.iter().for_each(|data| form.add_data(data));
    fetch_pictures(&mut wire, name, &mut form, random).await?;
    Ok(form)
}

/// Gives the form back on the connection that it came from, with answers by the fields' names. None: the account is there.
/// Otherwise the next form, where the server has several (XEP-0389).
///
/// # Errors
/// After [`RegisterError::NameTaken`] the same form may be given back with another name, unless it has a picture.
pub async fn submit(
    transport: &mut dyn Transport,
    domain: &BareJid,
    form: &RegistrationForm,
    answers: &BTreeMap<String, Vec<String>>,
    random: &mut dyn FnMut() -> String,
) -> Result<Option<RegistrationForm>, RegisterError> {
    let mut wire = Wire::new(transport);
    wire.begin(Step::Registering);
    let name = domain.domain().as_str();
    if form.is_challenge() {
        wire.queue(&register::respond(form, answers));
        return next_challenge(&mut wire, name, random).await;
    }
    let id = random();
    wire.queue(&register::submit(&id, name, form, answers));
    match answer(&mut wire, &id).await? {
        Ok(_) => Ok(None),
        // ejabberd answers a captcha that was read wrongly so.
        Err(refusal) if form.has_media() && refusal.condition == "not-allowed" => {
            Err(RegisterError::NotAcceptable { reason: refusal.text })
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The condition of an error, its type, and what it says to people.
struct Refusal {
    condition: String,
    kind: String,
    text: Option<String>,
}

impl From<Refusal> for RegisterError {
    fn from(refusal: Refusal) -> RegisterError {
        match refusal.condition.as_str() {
            "conflict" | "jid-malformed" => RegisterError::NameTaken,
            "resource-constraint" | "policy-violation" => RegisterError::TryLater,
            _ if refusal.kind == "wait" => RegisterError::TryLater,
            "not-acceptable" | "bad-request" => RegisterError::NotAcceptable { reason: refusal.text },
            "not-allowed" | "forbidden" | "service-unavailable" | "feature-not-implemented" => RegisterError::Closed,
            _ => RegisterError::Refused { condition: refusal.condition },
        }
    }
}

fn odd(detail: &'static str) -> RegisterError {
    LoginError::NotXmpp { detail }.into()
}

/// The answer to the request of this id.
async fn answer(wire: &mut Wire<'_>, id: &str) -> Result<Result<Element, Refusal>, LoginError> {
    loop {
        let (frame, element) = wire.element().await?;
        if !element.is("iq", "jabber:client") || element.attr("id") != Some(id) {
            // Nobody is signed in: nothing that comes is for anybody, but not without end.
            wire.keep(frame, &element)?;
            continue;
        }
        return match element.attr("type") {
            Some("result") => Ok(Ok(element)),
            Some("error") => {
                let kind = stanza_error_type(&element).to_owned();
                Ok(Err(Refusal { condition: stanza_condition(&element), kind, text: stanza_error_text(&element) }))
            }
            _ => Err(wire.broken("it answered with something else")),
        };
    }
}

/// Fetches what fields name by `cid:` and what did not come with the form, all at once. What the server does not have
/// stays away.
async fn fetch_pictures(
    wire: &mut Wire<'_>,
    domain: &str,
    form: &mut RegistrationForm,
    random: &mut dyn FnMut() -> String,
) -> Result<(), LoginError> {
    let mut asked = Vec::new();
    for cid in form.missing_data().iter().take(MOST_PICTURES) {
        let id = random();
        wire.queue(&bits_of_binary::request(&id, domain, cid));
        asked.push((id, cid.clone()));
    }
    for (id, cid) in asked {
        let Ok(iq) = answer(wire, &id).await? else { continue };
        let data = iq.children().find_map(bits_of_binary::read).filter(|data| data.cid == cid);
        data.iter().for_each(|data| form.add_data(data));
    }
    Ok(())
}

/// What follows in a row of challenges; None is its end, with an account.
async fn next_challenge(
    wire: &mut Wire<'_>,
    domain: &str,
    random: &mut dyn FnMut() -> String,
) -> Result<Option<RegistrationForm>, RegisterError> {
    let (_, element) = wire.element().await?;
    match register::read_flow(&element) {
        Some(FlowAnswer::Success) => Ok(None),
        Some(FlowAnswer::Cancel) => Err(RegisterError::NotAcceptable { reason: None }),
        Some(FlowAnswer::Challenge(mut form, data)) => {
            data.iter().for_each(|data| form.add_data(data));
            fetch_pictures(wire, domain, &mut form, random).await?;
            Ok(Some(*form))
        }
        None => Err(odd("it sent something else in a registration")),
    }
}

#[cfg(test)]
mod register_tests;
