//! Accounts that are made from here: forms with their pictures, invitations, and answers.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use larimar::client::{AccountSetup, Client, Error, RegistrationField, RegistrationForm, RegistrationMedia};
use serde_json::{Value, json};

use crate::fields::{self, Refusal, number, optional_text, setup, text};

/// Runs one command about forms.
pub async fn run(client: &Client, command: &str, request: &Value) -> Result<Value, Refusal> {
    let next = match command {
        "registration-form" => {
            let token = optional_text(request, "token")?;
            Some(client.registration_form(nameless(request)?, token).await.map_err(refused)?)
        }
        _ => {
            let id = number(request, "form")?.unsigned_abs();
            client.answer_form(id, answers(request)?).await.map_err(refused)?
        }
    };
    Ok(next.map_or_else(|| json!({"form": null}), |form| shown(&form)))
}

/// What says where to register: neither a name nor a password is needed yet.
fn nameless(request: &Value) -> Result<AccountSetup, Refusal> {
    let mut complete = request.clone();
    if complete["password"].is_null() {
        complete["password"] = json!("");
    }
    if complete["jid"].is_null() {
        complete["jid"] = json!(text(request, "domain")?);
    }
    setup(&complete)
}

/// Answers by the fields' names: a string, or several in a list.
fn answers(request: &Value) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
    let bad = || refused(Error::BadValue { field: "answers".into() });
    let all = request["answers"].as_object().ok_or_else(bad)?;
    let values = |value: &Value| match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(all) => all.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    all.iter().map(|(name, value)| Some((name.clone(), values(value)?))).collect::<Option<_>>().ok_or_else(bad)
}

fn shown(form: &RegistrationForm) -> Value {
    json!({
        "form": form.id, "instructions": form.instructions, "url": form.url,
        "fields": form.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

fn field(field: &RegistrationField) -> Value {
    json!({
        "name": field.name, "kind": field.kind, "label": field.label, "required": field.required,
        "values": field.values,
        "choices": field.choices.iter().map(|c| json!({"label": c.label, "value": c.value})).collect::<Vec<_>>(),
        "media": field.media.iter().map(media).collect::<Vec<_>>(),
    })
}

fn media(media: &RegistrationMedia) -> Value {
    json!({"type": media.media_type, "uri": media.uri, "base64": media.bytes.as_ref().map(|bytes| BASE64.encode(bytes))})
}

fn refused(error: Error) -> Refusal {
    fields::error(&error)
}
