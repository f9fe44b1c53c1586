//! Signing in: from a connection on which nothing was said to a session with an address.

mod classic;
mod error;
mod password;
mod sasl2;
mod session;
pub(super) mod wire;

use jid::{BareJid, FullJid};
use zeroize::Zeroizing;

use crate::model::account::ResumableSession;
use crate::stream::mechanism;
use crate::stream::scram::SaltedPassword;
use crate::stream::token::FastToken;
use crate::transport::Transport;
use crate::xep::Element;
use crate::xep::stream_features::Features;

pub use crate::xep::bind2::ArchiveEnds;
pub use crate::xep::sm::Enabled as Management;
pub use error::{LoginError, Step};
pub use wire::{DEADLINE, Early};

/// Who signs in, and with what.
#[derive(Clone)]
pub struct LoginRequest {
    /// The account.
    pub jid: BareJid,
    /// The resource to ask for; None leaves it to the server.
    pub resource: Option<String>,
    /// The password.
    pub password: Option<Zeroizing<String>>,
    /// The salted password of an earlier [`Login`], to spare its computation. Only with the same password.
    pub salted: Option<SaltedPassword>,
    /// The token of an earlier [`Login`]. It is tried before the password.
    pub token: Option<FastToken>,
    /// Which installation this is: a UUID that stays (SASL2's user agent).
    pub device: String,
    /// The strongest that this account's server has ever offered (and whether it has stream management), from an earlier
    /// [`Login`]; 0 at first, and again after a person has said that a weaker login is right.
    pub best_mechanism: i64,
    /// The session to resume.
    pub resume: Option<ResumableSession>,
    /// The session begins with nobody looking at it (XEP-0352), where the server can be told that early.
    pub inactive: bool,
}

/// A session that has begun or goes on.
#[derive(Debug)]
pub struct Login {
    /// The address.
    pub bound: FullJid,
    /// The session of before goes on, and the server has this many of its stanzas.
    pub resumed: Option<u32>,
    /// The session of before was asked for and is lost.
    pub resume_failed: bool,
    /// How many stanzas the lost session had of ours, where the server still knows.
    pub resume_failed_h: Option<u32>,
    /// Stream management of a new session; None if there is none, and for a resumed one, which keeps its own.
    pub management: Option<Management>,
    /// What the server can do.
    pub features: SessionFeatures,
    /// What to remember for [`LoginRequest::best_mechanism`].
    pub best_mechanism: i64,
    /// What to remember for [`LoginRequest::salted`].
    pub salted: Option<SaltedPassword>,
    /// What to keep for [`LoginRequest::token`]; None: forget the one that was kept.
    pub token: Option<FastToken>,
    /// The ends of the archive at the moment of binding, where the server says (XEP-0386).
    pub archive: Option<ArchiveEnds>,
    /// Stanzas that came before the login was over, in order.
    pub early: Vec<Early>,
}

/// What the server can do in this session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionFeatures {
    /// Carbons are enabled already (XEP-0280, by XEP-0386).
    pub carbons_enabled: bool,
    /// Client state indication (XEP-0352).
    pub csi: bool,
    /// Versions of the roster (XEP-0237).
    pub roster_versioning: bool,
    /// Subscriptions approved ahead (RFC 6121 section 3.4).
    pub pre_approval: bool,
    /// Stream management (XEP-0198).
    pub stream_management: bool,
    /// The largest stanza the server accepts, in bytes (XEP-0478).
    pub max_stanza: Option<usize>,
    /// After how many seconds of silence the server may end the stream (XEP-0478).
    pub idle_seconds: Option<u32>,
}

impl SessionFeatures {
    /// Reads `<stream:features/>` that came with the session, as some servers send them after a resumption.
    pub fn read(element: &Element) -> Option<SessionFeatures> {
        Features::read(element).map(|features| SessionFeatures::of(&features))
    }

    /// By the features of a stream on which the account is signed in.
    fn of(features: &Features) -> SessionFeatures {
        SessionFeatures {
            carbons_enabled: false,
            csi: features.client_state,
            roster_versioning: features.roster_versions,
            pre_approval: features.pre_approval,
            stream_management: features.stream_management,
            max_stanza: features.limits.max_bytes,
            idle_seconds: features.limits.idle_seconds,
        }
    }
}

impl Login {
    fn of(bound: FullJid, features: SessionFeatures) -> Login {
        Login {
            bound,
            resumed: None,
            resume_failed: false,
            resume_failed_h: None,
            management: None,
            features,
            best_mechanism: 0,
            salted: None,
            token: None,
            archive: None,
            early: Vec::new(),
        }
    }
}

/// Signs in on a connection on which nothing was said. `random` makes nonces and ids, each of at least 96 random bits.
///
/// # Errors
/// See [`LoginError`]. The connection is of no more use then.
pub async fn login(
    transport: &mut dyn Transport,
    request: &LoginRequest,
    random: &mut dyn FnMut() -> String,
) -> Result<Login, LoginError> {
    let mut wire = wire::Wire::new(transport);
    wire.open(&request.jid);
    let mut login = sign_in(&mut wire, request, random).await?;
    login.best_mechanism = mechanism::remember_management(login.best_mechanism, login.features.stream_management);
    login.early = wire.take_early();
    Ok(login)
}

/// Takes a token back (XEP-0484 section 3.6) on a connection on which nothing was said, which is closed then.
///
/// # Errors
/// See [`LoginError`]; the token may live on until it expires.
pub async fn invalidate_token(
    transport: &mut dyn Transport,
    jid: &BareJid,
    device: &str,
    token: &FastToken,
) -> Result<(), LoginError> {
    let mut wire = wire::Wire::new(transport);
    wire.open(jid);
    sasl2::invalidate(&mut wire, jid, device, token).await?;
    wire.transport.close();
    Ok(wire.transport.flush().await?)
}

async fn sign_in(
    wire: &mut wire::Wire<'_>,
    request: &LoginRequest,
    random: session::Random<'_>,
) -> Result<Login, LoginError> {
    let by_token = match &request.token {
        Some(token) => sasl2::with_token(wire, request, random, token).await?,
        None => None,
    };
    let mut features = match by_token {
        Some(sasl2::ByToken::Login(login)) => return Ok(*login),
        Some(sasl2::ByToken::Refused(features)) => *features,
        None => wire.features().await?,
    };
    match features.sasl2.take() {
        Some(offered) => sasl2::with_password(wire, request, random, features, offered).await,
        None => classic::login(wire, request, random, features).await,
    }
}

#[cfg(test)]
mod classic_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod sasl2_tests;
#[cfg(test)]
mod test_dialogue;
#[cfg(test)]
mod token_tests;
