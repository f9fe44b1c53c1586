//! The front door's part for creating an account from the app (XEP-0077).

use std::collections::BTreeMap;

use super::{AccountSetup, Client, Error};

/// What a server would like to know of a new account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct RegistrationForm {
    /// Names this form when it is answered.
    pub id: u64,
    /// What to say to people; may be empty.
    pub instructions: String,
    /// A page where it can be done instead; the only way, if there are no fields.
    pub url: Option<String>,
    /// What to fill in, in order. `username` and `password` are the new account's.
    pub fields: Vec<RegistrationField>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct RegistrationField {
    /// Names it in the answer.
    pub name: String,
    /// How it is filled in (XEP-0004 section 3.3): "boolean", "fixed", "hidden", "list-single", "list-multi",
    /// "text-multi", "text-private", "text-single", "jid-single" or "jid-multi".
    pub kind: String,
    /// What to show beside it.
    pub label: String,
    /// An answer is needed.
    pub required: bool,
    /// What is filled in already.
    pub values: Vec<String>,
    /// What can be chosen.
    pub choices: Vec<RegistrationChoice>,
    /// A picture or sound that belongs to it, such as a captcha.
    pub media: Vec<RegistrationMedia>,
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct RegistrationChoice {
    /// What to show.
    pub label: String,
    /// What to answer.
    pub value: String,
}

/// A picture or sound (XEP-0221).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct RegistrationMedia {
    /// Its media type.
    pub media_type: String,
    /// Its bytes, if the server sent them.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"), ts(type = "Uint8Array | null"))]
    pub bytes: Option<Vec<u8>>,
    /// Where it is otherwise.
    pub uri: String,
}

impl Client {
    /// Fetches the form that the server of `setup` wants filled in for a new account; the setup's password is not looked at,
    /// and its address may lack the name before the @. `token`: an invitation's (XEP-0445).
    ///
    /// # Errors
    /// `RegistrationClosed`, `InvitationRefused`, and those of connecting.
    pub async fn registration_form(
        &self,
        setup: AccountSetup,
        token: Option<String>,
    ) -> Result<RegistrationForm, Error> {
        self.thread.call(move |engine| async move { engine.registration_form(setup, token.as_deref()).await }).await
    }

    /// Answers a form, by the fields' names. None: the account is there, was added, and signs in. Otherwise the server has
    /// another form.
    ///
    /// # Errors
    /// `NameTaken` (answer the same form again, unless it has a picture), `AnswersRefused`, `TimedOut` (the server did not
    /// keep the connection for so long: fetch the form again), and those of [`Client::add_account`].
    pub async fn answer_form(
        &self,
        form: u64,
        answers: BTreeMap<String, Vec<String>>,
    ) -> Result<Option<RegistrationForm>, Error> {
        self.thread.call(move |engine| async move { engine.answer_form(form, answers).await }).await
    }

    /// Creates an account whose server asks for nothing but a name and a password, adds it, and signs it in.
    ///
    /// # Errors
    /// `FormNeeded` if the server asks for more, and those of [`Client::answer_form`].
    pub async fn register(&self, setup: AccountSetup) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.register(setup).await }).await
    }
}
