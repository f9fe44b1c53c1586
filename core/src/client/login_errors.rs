//! What a failed login or registration means to a person.

use super::error::Error;
use crate::stream::login::{LoginError, Step};
use crate::stream::register::RegisterError;
use crate::transport::TransportError;

impl From<LoginError> for Error {
    fn from(error: LoginError) -> Error {
        let unreachable = |step: Step| Error::ServerUnreachable { step: step.to_string() };
        match error {
            LoginError::WrongPassword | LoginError::PasswordExpired | LoginError::PasswordNeeded => {
                Error::WrongPassword
            }
            LoginError::AccountDisabled => Error::AccountDisabled,
            LoginError::TryLater | LoginError::TokenUnusable => unreachable(Step::SigningIn),
            LoginError::DowngradeRefused => Error::DowngradeRefused,
            LoginError::ServerNotGenuine | LoginError::TooManyIterations { .. } => Error::ServerNotGenuine,
            LoginError::NoMechanism => Error::NotXmpp { detail: error.to_string() },
            LoginError::MoreNeeded => Error::Refused { condition: "second-factor".to_owned() },
            LoginError::Refused { condition } => Error::Refused { condition },
            LoginError::NotXmpp { detail } => Error::NotXmpp { detail: detail.to_owned() },
            LoginError::StreamError { error, step } => match error.condition.as_str() {
                // The server goes away or somewhere else: nothing a person could change.
                "system-shutdown"
                | "see-other-host"
                | "reset"
                | "connection-timeout"
                | "internal-server-error"
                | "remote-connection-failed" => unreachable(step),
                _ => Error::Refused { condition: error.condition },
            },
            LoginError::Closed { step } | LoginError::TimedOut { step } => unreachable(step),
            LoginError::Transport(TransportError::Lost(_)) => unreachable(Step::SigningIn),
            LoginError::Transport(error) => error.into(),
        }
    }
}

impl From<RegisterError> for Error {
    fn from(error: RegisterError) -> Error {
        match error {
            RegisterError::Closed => Error::RegistrationClosed,
            RegisterError::NameTaken => Error::NameTaken,
            RegisterError::NotAcceptable { reason } => Error::AnswersRefused { reason },
            RegisterError::TryLater => Error::Refused { condition: "resource-constraint".to_owned() },
            RegisterError::TokenRefused => Error::InvitationRefused,
            RegisterError::Refused { condition } => Error::Refused { condition },
            // Servers end a stream so that asks for what is not for strangers.
            RegisterError::Stream(LoginError::StreamError { error, .. }) if error.condition == "not-authorized" => {
                Error::RegistrationClosed
            }
            // The form waited for longer than the server did.
            RegisterError::Stream(LoginError::Closed { .. } | LoginError::Transport(TransportError::Lost(_))) => {
                Error::TimedOut
            }
            RegisterError::Stream(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod login_errors_tests {
    use super::*;
    use crate::xep::stream_error::StreamError;

    #[test]
    fn a_person_learns_what_can_be_done() {
        let stream = |condition: &str| {
            let error = StreamError { condition: condition.to_owned(), see_other_host: None };
            Error::from(LoginError::StreamError { error, step: Step::Opening })
        };
        assert_eq!(stream("system-shutdown"), Error::ServerUnreachable { step: "opening".into() });
        assert_eq!(stream("policy-violation"), Error::Refused { condition: "policy-violation".into() });
        assert_eq!(Error::from(LoginError::PasswordNeeded), Error::WrongPassword);
        assert_eq!(Error::from(LoginError::TooManyIterations { iterations: 1 << 31 }), Error::ServerNotGenuine);
    }
}
