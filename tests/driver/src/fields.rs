//! The fields of a request, and errors as the protocol writes them.

use larimar::client::{AccountSetup, ChatEncryption, Error, Profile};
use serde_json::{Value, json};

/// An error object: its kind, and whatever the kind carries.
pub type Refusal = Value;

/// A field that must be a string.
pub fn text(request: &Value, name: &str) -> Result<String, Refusal> {
    optional_text(request, name)?.ok_or_else(|| bad(name))
}

/// A field that may be missing.
pub fn optional_text(request: &Value, name: &str) -> Result<Option<String>, Refusal> {
    match &request[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(bad(name)),
    }
}

/// A field that must be a whole number.
pub fn number(request: &Value, name: &str) -> Result<i64, Refusal> {
    optional_number(request, name)?.ok_or_else(|| bad(name))
}

/// A number that may be missing.
pub fn optional_number(request: &Value, name: &str) -> Result<Option<i64>, Refusal> {
    match &request[name] {
        Value::Null => Ok(None),
        value => value.as_i64().map(Some).ok_or_else(|| bad(name)),
    }
}

/// A count with a default.
pub fn count(request: &Value, name: &str, default: u32) -> Result<u32, Refusal> {
    match optional_number(request, name)? {
        None => Ok(default),
        Some(count) => u32::try_from(count).map_err(|_| bad(name)),
    }
}

/// A switch that is on unless it says otherwise.
pub fn on(request: &Value) -> Result<bool, Refusal> {
    optional_flag(request, "on").map(|on| on.unwrap_or(true))
}

/// A switch that may be missing.
pub fn optional_flag(request: &Value, name: &str) -> Result<Option<bool>, Refusal> {
    match &request[name] {
        Value::Null => Ok(None),
        Value::Bool(on) => Ok(Some(*on)),
        _ => Err(bad(name)),
    }
}

/// A list of strings; a missing one is empty.
pub fn texts(request: &Value, name: &str) -> Result<Vec<String>, Refusal> {
    match &request[name] {
        Value::Null => Ok(Vec::new()),
        Value::Array(all) => all.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(|| bad(name))).collect(),
        _ => Err(bad(name)),
    }
}

/// What `add-account` and `register` say of an account.
pub fn setup(request: &Value) -> Result<AccountSetup, Refusal> {
    Ok(AccountSetup {
        jid: text(request, "jid")?,
        password: text(request, "password")?,
        server: optional_text(request, "server")?,
        tls: optional_text(request, "tls")?,
        ca: optional_text(request, "ca")?,
        pinned: optional_text(request, "pinned")?,
        websocket: optional_text(request, "websocket")?,
        dns: optional_text(request, "dns")?,
    })
}

/// How a chat is encrypted from now on; None leaves it as it is.
pub fn encryption(request: &Value) -> Result<Option<ChatEncryption>, Refusal> {
    match optional_text(request, "encryption")?.as_deref() {
        None => Ok(None),
        Some("auto") => Ok(Some(ChatEncryption::Automatic)),
        Some("omemo") => Ok(Some(ChatEncryption::Always)),
        Some("none") => Ok(Some(ChatEncryption::Never)),
        Some(_) => Err(bad("encryption")),
    }
}

/// What a person says of themselves.
pub fn profile(request: &Value) -> Result<Profile, Refusal> {
    Ok(Profile {
        full_name: optional_text(request, "full_name")?,
        nickname: optional_text(request, "nickname")?,
        emails: texts(request, "emails")?,
        phones: texts(request, "phones")?,
        urls: texts(request, "urls")?,
        organisation: optional_text(request, "organisation")?,
        title: optional_text(request, "title")?,
        note: optional_text(request, "note")?,
    })
}

fn bad(field: &str) -> Refusal {
    error(&Error::BadValue { field: field.to_owned() })
}

/// An error of Larimar's.
pub fn error(error: &Error) -> Refusal {
    let mut object = json!({"kind": error.kind(), "text": error.to_string()});
    let mut set = |name: &str, value: &str| object[name] = json!(value);
    match error {
        Error::ServerNotFound { domain } => set("domain", domain),
        Error::ServerUnreachable { step } => set("step", step),
        Error::CertificateInvalid { reason, fingerprint } => {
            set("reason", reason);
            set("fingerprint", fingerprint);
        }
        Error::NotXmpp { detail }
        | Error::StoreDamaged { detail }
        | Error::StoreUnusable { detail }
        | Error::BackupUnusable { detail } => {
            set("detail", detail);
        }
        Error::AnswersRefused { reason } => set("reason", reason.as_deref().unwrap_or_default()),
        Error::Refused { condition } => set("condition", condition),
        Error::BadValue { field } => set("field", field),
        Error::FileNotHere { problem } => set("problem", problem),
        _ => {}
    }
    object
}
