//! Signing out: what this device could sign in with is of no use any more afterwards.

use std::rc::Rc;
use std::time::Duration;

use super::account::token_name;
use crate::client::engine::Engine;
use crate::model::account::Account;
use crate::platform::time;
use crate::stream::login::{self, LoginError};
use crate::stream::token::FastToken;
use crate::transport::ConnectRequest;

/// How long a person who removes an account waits for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes the account's token back at its server (XEP-0484 section 3.6), once its session has ended. What cannot be done now
/// is done by the token's expiry.
pub(crate) async fn sign_out(engine: &Rc<Engine>, account: &Account) {
    // A keystore that is locked now forgets the token as little as it tells it.
    let kept = engine.secret(&token_name(&account.device)).ok().flatten();
    let Some(token) = kept.and_then(|bytes| FastToken::from_bytes(&bytes)) else { return };
    match time::timeout(PATIENCE, take_back(engine, account, &token)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::info!("a token was not taken back: {error}"),
        Err(_) => log::info!("a token was not taken back in time"),
    }
}

async fn take_back(engine: &Engine, account: &Account, token: &FastToken) -> Result<(), LoginError> {
    let request = ConnectRequest {
        domain: account.jid.domain().to_string(),
        settings: account.connection.clone(),
        last: None,
        location: None,
    };
    let connected = engine.dial(&request).await;
    let mut connection = connected.map_err(|_| LoginError::TokenUnusable)?;
    login::invalidate_token(connection.transport.as_mut(), &account.jid, &account.device, token).await
}
