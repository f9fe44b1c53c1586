//! Creating accounts on servers: forms that wait for a person, each with the connection that it came by.

use std::collections::BTreeMap;
use std::rc::Rc;

use jid::BareJid;

use super::{Engine, address};
use crate::client::{AccountSetup, Error, RegistrationChoice, RegistrationField, RegistrationForm, RegistrationMedia};
use crate::platform;
use crate::stream::register::{self, RegisterError};
use crate::transport::{ConnectRequest, Transport};
use crate::xep::address;
use crate::xep::data_form::{Field, FieldKind};

/// How many forms wait at most; the oldest is forgotten.
const MOST_WAITING: usize = 4;

/// Forms that wait for their answers.
#[derive(Default)]
pub(crate) struct Registrations {
    last: u64,
    waiting: BTreeMap<u64, Waiting>,
}

struct Waiting {
    setup: AccountSetup,
    domain: BareJid,
    transport: Box<dyn Transport>,
    form: register::RegistrationForm,
}

impl Registrations {
    fn keep(&mut self, waiting: Waiting) -> RegistrationForm {
        self.last += 1;
        let shown = shown(self.last, &waiting.form);
        self.waiting.insert(self.last, waiting);
        while self.waiting.len() > MOST_WAITING {
            self.waiting.pop_first();
        }
        shown
    }
}

impl Engine {
    /// Fetches a server's form for new accounts.
    pub async fn registration_form(&self, setup: AccountSetup, token: Option<&str>) -> Result<RegistrationForm, Error> {
        let domain = domain(&setup.jid)?;
        let request = ConnectRequest {
            domain: domain.domain().to_string(),
            settings: setup.connection()?,
            ..ConnectRequest::default()
        };
        let mut transport = self.dial(&request).await?.transport;
        let form = register::form(transport.as_mut(), &domain, token, &mut platform::uuid).await?;
        Ok(self.registrations.borrow_mut().keep(Waiting { setup, domain, transport, form }))
    }

    /// Answers a form.
    pub async fn answer_form(
        self: &Rc<Self>,
        id: u64,
        answers: BTreeMap<String, Vec<String>>,
    ) -> Result<Option<RegistrationForm>, Error> {
        let waiting = self.registrations.borrow_mut().waiting.remove(&id);
        let mut waiting = waiting.ok_or_else(|| Error::BadValue { field: "form".into() })?;
        let first = |name: &str| answers.get(name).and_then(|values| values.first()).cloned();
        if let Some(name) = first("username") {
            let jid = address::bare(&format!("{name}@{}", waiting.domain.domain()));
            waiting.setup.jid = jid.ok_or(Error::NameTaken)?.to_string();
        }
        if let Some(password) = first("password") {
            waiting.setup.password = password;
        }
        let Waiting { domain, transport, form, .. } = &mut waiting;
        match register::submit(transport.as_mut(), domain, form, &answers, &mut platform::uuid).await {
            Ok(None) => self.add_account(waiting.setup).map(|_| None),
            Ok(Some(next)) => {
                waiting.form = next;
                Ok(Some(self.registrations.borrow_mut().keep(waiting)))
            }
            Err(error) => {
                if matches!(error, RegisterError::NameTaken) {
                    self.registrations.borrow_mut().waiting.insert(id, waiting);
                }
                Err(error.into())
            }
        }
    }

    /// Creates an account with nothing but a name and a password.
    pub async fn register(self: &Rc<Self>, setup: AccountSetup) -> Result<(), Error> {
        let jid = address(&setup.jid)?;
        super::accounts::check_password(&setup.password)?;
        if self.account(&setup.jid).is_ok() {
            return Err(Error::AccountExists);
        }
        let password = setup.password.clone();
        let form = self.registration_form(setup, None).await?;
        let needs = |field: &RegistrationField| {
            let optional = !field.required || matches!(field.kind.as_str(), "hidden" | "fixed");
            !optional && !matches!(field.name.as_str(), "username" | "password")
        };
        if form.fields.is_empty() || form.fields.iter().any(|field| needs(field) || !field.media.is_empty()) {
            return Err(Error::FormNeeded);
        }
        let name = jid.node().map(|node| node.as_str().to_owned()).unwrap_or_default();
        let answers = [("username", name), ("password", password)];
        let answers = answers.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
        match self.answer_form(form.id, answers).await? {
            None => Ok(()),
            Some(_) => Err(Error::FormNeeded),
        }
    }
}

/// The domain of an address, or of a domain alone.
fn domain(text: &str) -> Result<BareJid, Error> {
    let domain = text.trim().rsplit('@').next().unwrap_or_default();
    address::bare(domain).ok_or(Error::BadAddress)
}

fn shown(id: u64, form: &register::RegistrationForm) -> RegistrationForm {
    let fields = form.form.fields.iter().map(field).collect();
    RegistrationForm { id, instructions: form.instructions.clone(), url: form.url.clone(), fields }
}

fn field(field: &Field) -> RegistrationField {
    let choice = |choice: &crate::xep::data_form::Choice| RegistrationChoice {
        label: choice.label.clone(),
        value: choice.value.clone(),
    };
    let media = |media: &crate::xep::data_form::Media| RegistrationMedia {
        media_type: media.media_type.clone(),
        bytes: media.data.clone(),
        uri: media.uri.clone(),
    };
    RegistrationField {
        name: field.name.clone(),
        kind: kind(field.kind).to_owned(),
        label: field.label.clone().unwrap_or_else(|| field.name.clone()),
        required: field.required,
        values: field.values.clone(),
        choices: field.choices.iter().map(choice).collect(),
        media: field.media.iter().map(media).collect(),
    }
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Boolean => "boolean",
        FieldKind::Fixed => "fixed",
        FieldKind::Hidden => "hidden",
        FieldKind::ListSingle => "list-single",
        FieldKind::ListMulti => "list-multi",
        FieldKind::TextMulti => "text-multi",
        FieldKind::TextPrivate => "text-private",
        FieldKind::TextSingle => "text-single",
        FieldKind::JidSingle => "jid-single",
        FieldKind::JidMulti => "jid-multi",
    }
}
