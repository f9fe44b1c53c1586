//! Proving that we know the password, and that the server does: what both SASL profiles have in common.

use zeroize::Zeroizing;

use super::LoginRequest;
use super::error::LoginError;
use crate::stream::mechanism::{self, Binding, Mechanism, NoChoice, Offer};
use crate::stream::scram::{Exchange, Expected, SaltedPassword};
use crate::transport::ChannelBinding;

enum State {
    /// PLAIN: all was said with the initial response.
    Plain,
    /// SCRAM: the server's challenge is due.
    First(Exchange),
    /// SCRAM: the server's signature is due.
    Last(Expected),
    /// SCRAM: the signature was right; the server has only to say that it is done.
    Proved,
}

/// One attempt with one mechanism.
pub struct Attempt<'a> {
    offer: Offer,
    password: &'a str,
    mechanism: Mechanism,
    user: String,
    state: State,
    salted: Option<SaltedPassword>,
    /// What to remember of this server's offer (see [`mechanism::remember`]).
    pub best: i64,
}

impl<'a> Attempt<'a> {
    /// Chooses a mechanism. Nothing that is derived from the password is known to anybody yet.
    pub fn new(
        offer: Offer,
        channel: &ChannelBinding,
        request: &'a LoginRequest,
        nonce: &str,
    ) -> Result<Attempt<'a>, LoginError> {
        let mechanism = mechanism::choose(&offer, channel, request.best_mechanism).map_err(|none| match none {
            NoChoice::Unknown => LoginError::NoMechanism,
            NoChoice::Weaker => LoginError::DowngradeRefused,
        })?;
        let password = request.password.as_ref().ok_or(LoginError::PasswordNeeded)?;
        let user = request.jid.node().map(|node| node.to_string()).unwrap_or_default();
        let state = match mechanism {
            Mechanism::Plain => State::Plain,
            Mechanism::Scram(hash, flag) => {
                let data = if let Binding::Bound(kind) = flag { kind.data(channel) } else { None };
                State::First(Exchange::new(hash, flag, data.unwrap_or_default(), &user, nonce))
            }
        };
        let best = mechanism::remember(request.best_mechanism, &offer, channel);
        Ok(Attempt { offer, password, mechanism, user, state, salted: request.salted.clone(), best })
    }

    /// The mechanism's name.
    pub fn mechanism(&self) -> String {
        self.mechanism.name()
    }

    /// What is said first.
    pub fn initial(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match &self.state {
            State::First(exchange) => exchange.first().into_bytes(),
            _ => format!("\0{}\0{}", self.user, self.password).into_bytes(),
        })
    }

    /// Answers a challenge. There are two at most: SCRAM's, and its signature, which some servers send as a challenge.
    pub async fn challenge(&mut self, data: &[u8]) -> Result<Vec<u8>, LoginError> {
        match std::mem::replace(&mut self.state, State::Proved) {
            State::First(exchange) => {
                let challenge = exchange.challenge(data, &self.offer)?;
                let salted = match self.salted.take().filter(|salted| exchange.accepts(&challenge, salted)) {
                    Some(salted) => salted,
                    None => exchange.salt(&challenge, self.password).await,
                };
                let (answer, expected) = exchange.answer(&challenge, &salted);
                self.salted = Some(salted);
                self.state = State::Last(expected);
                Ok(answer.into_bytes())
            }
            State::Last(expected) => {
                expected.verify(Some(data))?;
                Ok(Vec::new())
            }
            State::Plain | State::Proved => Err(LoginError::NotXmpp { detail: "it challenges without end" }),
        }
    }

    /// The server says that it is done. It must have proved itself, now or before.
    pub fn success(&mut self, data: Option<&[u8]>) -> Result<(), LoginError> {
        match &self.state {
            State::Plain | State::Proved => Ok(()),
            State::Last(expected) => Ok(expected.verify(data)?),
            State::First(_) => Err(LoginError::ServerNotGenuine),
        }
    }

    /// The salted password, so that the next login need not compute it.
    pub fn take_salted(&mut self) -> Option<SaltedPassword> {
        self.salted.take()
    }
}
