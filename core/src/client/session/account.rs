//! The life of one account: connecting, signing in, a session, a pause, and again, until it is stopped.

use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{mpsc::UnboundedReceiver, oneshot};
use zeroize::Zeroizing;

use super::outbox::StanzaLimit;
use super::run::Rest;
use super::start::Before;
use super::{Answer, Command, Ended, Session};
use crate::client::Error;
use crate::client::engine::Engine;
use crate::model::changes::{Change, SessionStart};
use crate::model::ids::AccountId;
use crate::platform;
use crate::platform::time::{self, Instant};
use crate::stream::backoff::{Backoff, GOOD};
use crate::stream::login::{self, Login, LoginError, LoginRequest, Step};
use crate::stream::scram::SaltedPassword;
use crate::stream::sm::Counters;
use crate::stream::token::FastToken;
use crate::transport::{ConnectRequest, Connection, Route};
use crate::view::AccountState;

/// How often an account whose server cannot be trusted just now is tried again by itself: certificates are renewed and
/// captive portals are left without anybody telling us.
const SUSPICIOUS: Duration = Duration::from_secs(300);

/// How often an account that stopped because the disk was full looks whether there is room again. Only the disk is asked:
/// without room, whatever the server would send could not be kept.
const ROOM: Duration = Duration::from_secs(5);

/// What happens after a pause.
enum Next {
    Again,
    Stop(oneshot::Sender<()>),
}

/// What lives longer than one session.
struct Life {
    commands: UnboundedReceiver<Command>,
    backoff: Backoff,
    /// Where the server would like to be met next ("host:port").
    hint: Option<String>,
    /// By which way the server was reached last.
    route: Option<Route>,
    /// Who waits for the archive to be caught up with.
    catch_up: Vec<Answer<()>>,
    /// The password as the server knows it, to spare computing it again (RFC 5802 section 5.1).
    salted: Option<SaltedPassword>,
    /// What the server may not have of the last session in this process.
    counters: Option<Counters>,
    /// Until when messages of earlier connections may come into the archive.
    late: Option<Instant>,
    /// True if the last session could not store what it was given.
    full: bool,
    /// Which stanzas the server accepts.
    limit: StanzaLimit,
}

/// Runs one account until it is stopped.
pub(crate) async fn account_task(engine: Rc<Engine>, account: AccountId, commands: UnboundedReceiver<Command>) {
    let mut life = Life {
        commands,
        backoff: Backoff::default(),
        hint: None,
        route: None,
        catch_up: Vec::new(),
        salted: None,
        counters: None,
        late: None,
        full: false,
        limit: StanzaLimit::default(),
    };
    loop {
        let next = match one_session(&engine, account, &mut life).await {
            Outcome::Stop(answer) => Next::Stop(answer),
            Outcome::Restart => {
                // Often a new password is why.
                life.salted = None;
                Next::Again
            }
            Outcome::Disabled => {
                engine.set_status(account, AccountState::Offline, None);
                life.pause(Pause { time: None, wakes: Wakes::default() }).await
            }
            Outcome::Failed(error) => {
                life.full = error == Error::StorageFull;
                let pause = pause_after(&error, &mut life.backoff);
                let state = if waits_for_person(&error) { AccountState::Failed } else { AccountState::Offline };
                log::info!("an account is not connected: {}", error.kind());
                engine.set_status(account, state, Some(error));
                life.pause(pause).await
            }
        };
        if let Next::Stop(answer) = next {
            // Whoever stopped the account may have gone itself.
            let _ = answer.send(());
            return;
        }
    }
}

fn waits_for_person(error: &Error) -> bool {
    matches!(
        error,
        Error::WrongPassword
            | Error::AccountDisabled
            | Error::CertificateInvalid { .. }
            | Error::NoEncryption
            | Error::DowngradeRefused
            | Error::ServerNotGenuine
            | Error::KeystoreUnusable
            | Error::StoreDamaged { .. }
    )
}

/// A wait for the next attempt; without a time, until somebody says that something changed.
struct Pause {
    time: Option<Duration>,
    wakes: Wakes,
}

/// What ends a pause before its time, beside what always does.
#[derive(Clone, Copy, Default)]
struct Wakes {
    /// The network changed.
    network: bool,
    /// Something to be sent was stored: there is room again.
    outbox: bool,
}

const NETWORK: Wakes = Wakes { network: true, outbox: false };

/// How long to wait after an error, and what ends the wait. A refused password is never tried again by itself: servers
/// lock accounts for that.
fn pause_after(error: &Error, backoff: &mut Backoff) -> Pause {
    let (time, wakes) = match error {
        Error::WrongPassword | Error::AccountDisabled | Error::StoreDamaged { .. } => (None, Wakes::default()),
        Error::StorageFull => (Some(ROOM), Wakes { network: true, outbox: true }),
        error if waits_for_person(error) => (Some(SUSPICIOUS), NETWORK),
        _ => (Some(backoff.next(platform::fraction())), NETWORK),
    };
    Pause { time, wakes }
}

enum Outcome {
    Stop(oneshot::Sender<()>),
    Restart,
    Disabled,
    Failed(Error),
}

async fn one_session(engine: &Rc<Engine>, account: AccountId, life: &mut Life) -> Outcome {
    let start = match engine.store.borrow().session_start(account) {
        Ok(start) => start,
        Err(error) => return Outcome::Failed(error.into()),
    };
    if !start.account.enabled {
        return Outcome::Disabled;
    }
    if life.full && !engine.store.borrow().has_room() {
        return Outcome::Failed(Error::StorageFull);
    }
    engine.set_status(account, AccountState::Connecting, None);
    let attempt = connect(engine, &start, life.way());
    let (connection, mut login) = tokio::select! {
        connected = attempt => match connected {
            Ok(connected) => connected,
            Err(Ended::Lost(error)) => return Outcome::Failed(error),
            Err(Ended::SeeOther(host)) => return life.sent_elsewhere(host),
            Err(_) => return Outcome::Restart,
        },
        interrupted = interruption(&mut life.commands, &mut life.catch_up, NETWORK) => return match interrupted {
            Some(answer) => Outcome::Stop(answer),
            None => Outcome::Restart,
        },
    };
    life.route = Some(connection.route);
    life.salted = login.salted.take();
    let began = Instant::now();
    let before = Before {
        waiting: std::mem::take(&mut life.catch_up),
        counters: life.counters.take(),
        late: life.late,
        limit: life.limit,
    };
    let session = match Session::begin(engine, &start, connection.transport, login, before) {
        Ok(session) => session,
        Err(Ended::Lost(error)) => return Outcome::Failed(error),
        Err(_) => return Outcome::Restart,
    };
    let Rest { ended, stop, counters, late, limit } = session.run(&mut life.commands).await;
    life.counters = counters;
    life.late = late;
    life.limit = limit;
    if began.elapsed() >= GOOD {
        life.backoff.reset();
    }
    match ended {
        Ended::Stopped => stop.map_or(Outcome::Restart, Outcome::Stop),
        Ended::Restart => Outcome::Restart,
        Ended::SeeOther(host) => life.sent_elsewhere(host),
        Ended::Lost(error) => Outcome::Failed(error),
    }
}

/// What earlier attempts have learned for the next one.
pub(crate) struct Way {
    hint: Option<String>,
    route: Option<Route>,
    salted: Option<SaltedPassword>,
}

impl Life {
    fn way(&mut self) -> Way {
        Way { hint: self.hint.take(), route: self.route.clone(), salted: self.salted.clone() }
    }

    /// The server sends us elsewhere: with a pause, for it may do so again and again.
    fn sent_elsewhere(&mut self, host: String) -> Outcome {
        self.hint = Some(host);
        Outcome::Failed(Error::ServerUnreachable { step: "the server sent us to another address".into() })
    }

    /// Waits for the next attempt.
    async fn pause(&mut self, pause: Pause) -> Next {
        let time_is_up = async {
            match pause.time {
                Some(time) => time::sleep(time).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = time_is_up => Next::Again,
            stop = interruption(&mut self.commands, &mut self.catch_up, pause.wakes) => match stop {
                Some(answer) => Next::Stop(answer),
                None => {
                    self.backoff.reset();
                    Next::Again
                }
            },
        }
    }
}

/// Waits for a command that ends a pause or an attempt: Some to stop, None to try at once. What needs a connection is
/// refused meanwhile; what is stored anyway is left to the next session.
async fn interruption(
    commands: &mut UnboundedReceiver<Command>,
    catch_up: &mut Vec<Answer<()>>,
    wakes: Wakes,
) -> Option<oneshot::Sender<()>> {
    loop {
        match commands.recv().await {
            Some(Command::Stop(answer)) => return Some(answer),
            Some(Command::Restart) => return None,
            Some(Command::NetworkChanged) if wakes.network => return None,
            Some(Command::Outbox) if wakes.outbox => return None,
            Some(Command::Request(request)) => {
                let _ = request.answer.send(Err(Error::Offline));
            }
            Some(Command::Older { answer, .. }) => {
                let _ = answer.send(Err(Error::Offline));
            }
            Some(Command::CatchUp(answer)) => catch_up.push(answer),
            Some(_) => {}
            None => return Some(oneshot::channel().0),
        }
    }
}

/// Connects and signs in.
async fn connect(engine: &Rc<Engine>, start: &SessionStart, way: Way) -> Result<(Connection, Login), Ended> {
    let account = &start.account;
    let location = start.resume.as_ref().and_then(|resume| resume.location.clone());
    let request = ConnectRequest {
        domain: account.jid.domain().to_string(),
        settings: account.connection.clone(),
        last: way.route,
        location: way.hint.or(location),
    };
    let secrets = Secrets::of(engine, &account.device)?;
    let mut connection = engine.dial(&request).await.map_err(Error::from)?;
    let request = LoginRequest {
        jid: account.jid.clone(),
        resource: account.resource.clone(),
        password: secrets.password,
        salted: way.salted,
        token: secrets.token,
        device: account.device.clone(),
        best_mechanism: account.best_mechanism,
        resume: start.resume.clone(),
        inactive: !engine.is_active(),
    };
    match login::login(connection.transport.as_mut(), &request, &mut platform::uuid).await {
        Ok(login) => Ok((connection, login)),
        Err(error) => Err(refused(engine, start, error)),
    }
}

/// What follows from a failed login, beside telling the person.
fn refused(engine: &Rc<Engine>, start: &SessionStart, error: LoginError) -> Ended {
    match &error {
        LoginError::TokenUnusable | LoginError::PasswordNeeded | LoginError::WrongPassword => {
            engine.forget_secret(&token_name(&start.account.device));
        }
        LoginError::StreamError { error, .. } if error.see_other_host.is_some() => {
            return Ended::SeeOther(error.see_other_host.clone().unwrap_or_default());
        }
        // The session cannot be resumed, and asking for it again would end the same way.
        LoginError::StreamError { step: Step::Resuming, .. } => {
            if let Err(error) =
                engine.commit_step(start.account.id, true, vec![Change::SessionLost, Change::Session(None)])
            {
                return Ended::Lost(error);
            }
        }
        _ => {}
    }
    Ended::Lost(error.into())
}

/// What an account signs in with.
struct Secrets {
    password: Option<Zeroizing<String>>,
    token: Option<FastToken>,
}

impl Secrets {
    fn of(engine: &Engine, device: &str) -> Result<Secrets, Error> {
        let password = engine.secret(&password_name(device))?;
        let token = engine.secret(&token_name(device))?;
        Ok(Secrets {
            password: password.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).map(Zeroizing::new),
            token: token.and_then(|bytes| FastToken::from_bytes(&bytes)),
        })
    }
}

/// The keystore's name for an account's password. Names carry no address.
pub(crate) fn password_name(device: &str) -> String {
    format!("password-{device}")
}

/// The keystore's name for an account's FAST token.
pub(crate) fn token_name(device: &str) -> String {
    format!("token-{device}")
}
