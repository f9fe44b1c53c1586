//! Why signing in failed, as far as a person or the caller can do something about it.

use crate::stream::scram::ScramError;
use crate::transport::TransportError;
use crate::xep::stream_error::StreamError;

/// What was waited for when it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The server's opening and its features.
    Opening,
    /// The answers of SASL.
    SigningIn,
    /// The opening and the features after SASL.
    Restarting,
    /// The session of before.
    Resuming,
    /// A resource, and stream management.
    Binding,
    /// A form, or the answer to one.
    Registering,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::Opening => "opening",
            Step::SigningIn => "signing in",
            Step::Restarting => "opening again",
            Step::Resuming => "resuming",
            Step::Binding => "binding",
            Step::Registering => "registering",
        })
    }
}

/// Why signing in failed. Nothing of what a server wrote is quoted but the names of conditions.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The password was refused.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password is right but too old; the server wants a new one.
    #[error("the password has expired")]
    PasswordExpired,
    /// Only a token was given, and it cannot be used: forget it, and ask for the password.
    #[error("the password is needed")]
    PasswordNeeded,
    /// The token was sent ahead to a server that does not take tokens any more: forget it, and connect again.
    #[error("the token cannot be used any more")]
    TokenUnusable,
    /// The server wants more than a password (XEP-0388 section 2.6.3), and that is not known here.
    #[error("the server asks for a second factor")]
    MoreNeeded,
    /// The account is switched off.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The server cannot say now (`temporary-auth-failure`): the same again, later.
    #[error("the server cannot check the password now")]
    TryLater,
    /// The server, or somebody before it, offers less than this account has seen. Nothing secret was sent.
    #[error("the server offers only a weaker login than before")]
    DowngradeRefused,
    /// The server did not prove that it knows the password, or asks for a proof that would be cheap to guess from.
    #[error("the server could not prove that it is genuine")]
    ServerNotGenuine,
    /// Proving the password to this server would take this device too long.
    #[error("the server asks for {iterations} iterations")]
    TooManyIterations {
        /// How many it asks for.
        iterations: u64,
    },
    /// None of the ways to sign in is known here.
    #[error("the server offers no way to sign in that is known here")]
    NoMechanism,
    /// The server refused, by a condition of SASL or of stanzas (RFC 6120 sections 6.5 and 8.3.3).
    #[error("the server refused: {condition}")]
    Refused {
        /// The condition's name.
        condition: String,
    },
    /// The server breaks the rules.
    #[error("the server does not speak XMPP as it should: {detail}")]
    NotXmpp {
        /// What was wrong.
        detail: &'static str,
    },
    /// The server ended the stream with an error. At [`Step::Resuming`] the session of before is to be forgotten.
    #[error("the server ended the stream: {error:?} ({step})")]
    StreamError {
        /// The condition, and where to go instead.
        error: StreamError,
        /// What was waited for.
        step: Step,
    },
    /// The server closed the stream without saying why.
    #[error("the server closed the stream ({step})")]
    Closed {
        /// What was waited for.
        step: Step,
    },
    /// Silence.
    #[error("the server did not answer in time ({step})")]
    TimedOut {
        /// What was waited for.
        step: Step,
    },
    /// The connection ended.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl LoginError {
    /// By the condition of a SASL failure (RFC 6120 section 6.5).
    pub(super) fn refused(condition: String) -> LoginError {
        match condition.as_str() {
            "not-authorized" => LoginError::WrongPassword,
            "account-disabled" => LoginError::AccountDisabled,
            "credentials-expired" => LoginError::PasswordExpired,
            "temporary-auth-failure" => LoginError::TryLater,
            _ => LoginError::Refused { condition },
        }
    }
}

impl From<ScramError> for LoginError {
    fn from(error: ScramError) -> LoginError {
        match error {
            ScramError::Malformed(detail) => LoginError::NotXmpp { detail },
            ScramError::Iterations(iterations) if iterations > 4_096 => LoginError::TooManyIterations { iterations },
            ScramError::Nonce | ScramError::Signature | ScramError::Iterations(_) => LoginError::ServerNotGenuine,
            ScramError::Downgraded => LoginError::DowngradeRefused,
        }
    }
}
