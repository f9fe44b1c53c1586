//! In-band registration (XEP-0077), with tokens (XEP-0445) and as a row of challenges (XEP-0389): the form, the answer, a
//! new password, the end of an account.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::Element;
use super::bits_of_binary::{self, Data};
use super::data_form::{self, Field, FieldKind, Form};
use super::xml::{Tag, escaped};

/// The namespace.
pub const NS: &str = "jabber:iq:register";
/// The stream feature.
pub const FEATURE_NS: &str = "http://jabber.org/features/iq-register";
/// The stream feature of a server that takes tokens (XEP-0445 section 3).
pub const TOKEN_FEATURE_NS: &str = "urn:xmpp:ibr-token:0";

/// Out-of-band data (XEP-0066).
const OOB_NS: &str = "jabber:x:oob";
/// XEP-0389.
pub const FLOWS_NS: &str = "urn:xmpp:register:0";

/// The fields that there were before data forms (XEP-0077 section 14.1).
const LEGACY: [&str; 17] = [
    "username", "nick", "password", "name", "first", "last", "email", "address", "city", "state", "zip", "phone",
    "url", "date", "misc", "text", "key",
];

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    DataForm,
    Legacy,
    /// A challenge of XEP-0389 with a form in it.
    ChallengeForm,
    /// A challenge with nothing to fill in.
    Challenge,
}

/// What a server would like to know of a new account. Fields of either kind look the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationForm {
    /// What to say to people.
    pub instructions: String,
    /// A page where it can be done instead (XEP-0066); the only way, if there are no fields.
    pub url: Option<String>,
    /// The form. `username` and `password` are the new account's.
    pub form: Form,
    style: Style,
}

/// Reads `<query/>`: the form, and the data that came with it.
pub fn read(iq: &Element) -> Option<(RegistrationForm, Vec<Data>)> {
    let query = iq.get_child("query", NS)?;
    let text = |name| query.get_child(name, NS).map(|child| child.text().trim().to_owned());
    let url = query.get_child("x", OOB_NS).and_then(|x| x.get_child("url", OOB_NS));
    let data_form = query.get_child("x", data_form::NS).map(Form::read);
    let style = if data_form.is_some() { Style::DataForm } else { Style::Legacy };
    let form = data_form.unwrap_or_else(|| legacy(query));
    let instructions = text("instructions").filter(|_| form.instructions.is_empty());
    let registration = RegistrationForm {
        instructions: instructions.unwrap_or_else(|| form.instructions.join("\n")),
        url: url.map(|url| url.text().trim().to_owned()),
        form,
        style,
    };
    Some((registration, query.children().filter_map(bits_of_binary::read).take(20).collect()))
}

fn legacy(query: &Element) -> Form {
    let fields = LEGACY.iter().filter_map(|name| {
        let child = query.get_child(name, NS)?;
        let kind = match *name {
            "password" => FieldKind::TextPrivate,
            // An old protection: given back as it came.
            "key" => FieldKind::Hidden,
            _ => FieldKind::TextSingle,
        };
        let values = Some(child.text()).filter(|text| !text.is_empty()).into_iter().collect();
        Some(Field { values, ..Field::text(name, kind) })
    });
    Form { title: None, instructions: Vec::new(), fields: fields.collect() }
}

impl RegistrationForm {
    /// Puts data in the fields that name them.
    pub fn add_data(&mut self, data: &Data) {
        let media = self.form.fields.iter_mut().flat_map(|field| &mut field.media);
        for media in media.filter(|media| media.uri.strip_prefix("cid:") == Some(&data.cid)) {
            media.data = Some(data.data.clone());
        }
    }

    /// The ids of data that fields name and that have not come, each once.
    pub fn missing_data(&self) -> Vec<String> {
        let media = self.form.fields.iter().flat_map(|field| &field.media).filter(|media| media.data.is_none());
        let mut missing: Vec<_> = media.filter_map(|media| media.uri.strip_prefix("cid:")).map(str::to_owned).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// True if something is to be read off a picture or a sound (a captcha).
    pub fn has_media(&self) -> bool {
        self.form.fields.iter().any(|field| !field.media.is_empty())
    }

    /// True if this is one challenge of a row (XEP-0389): [`respond`] answers it, and not [`submit`].
    pub fn is_challenge(&self) -> bool {
        matches!(self.style, Style::ChallengeForm | Style::Challenge)
    }

    fn answer(&self, answers: &BTreeMap<String, Vec<String>>) -> Zeroizing<String> {
        match self.style {
            Style::DataForm | Style::ChallengeForm => return Zeroizing::new(self.form.submit(answers)),
            Style::Challenge => return Zeroizing::default(),
            Style::Legacy => {}
        }
        let mut text = Zeroizing::new(String::new());
        for field in &self.form.fields {
            let answer = answers.get(&field.name).filter(|_| field.kind != FieldKind::Hidden);
            let value = answer.unwrap_or(&field.values).first().map(String::as_str).unwrap_or_default();
            text.push_str(&format!("<{0}>{1}</{0}>", field.name, escaped(value)));
        }
        text
    }
}

fn iq(kind: &str, id: &str, to: Option<&str>, payload: &str) -> Zeroizing<String> {
    let to = to.map(|to| format!(" to='{}'", escaped(to))).unwrap_or_default();
    Zeroizing::new(format!("<iq xmlns='jabber:client' type='{kind}' id='{}'{to}>{payload}</iq>", escaped(id)))
}

/// Asks this server for its form (section 3.1).
pub fn request(id: &str, domain: &str) -> Zeroizing<String> {
    iq("get", id, Some(domain), &format!("<query xmlns='{NS}'/>"))
}

/// Gives the form back, with answers by the fields' names.
pub fn submit(
    id: &str,
    domain: &str,
    form: &RegistrationForm,
    answers: &BTreeMap<String, Vec<String>>,
) -> Zeroizing<String> {
    iq("set", id, Some(domain), &format!("<query xmlns='{NS}'>{}</query>", *form.answer(answers)))
}

/// Shows a token that allows a registration (XEP-0445 section 4).
pub fn preauth(id: &str, domain: &str, token: &str) -> Zeroizing<String> {
    iq("set", id, Some(domain), &format!("<preauth xmlns='urn:xmpp:pars:0' token='{}'/>", escaped(token)))
}

/// The payload that sets a new password (section 3.3), on a session that is signed in. The result has no content.
pub fn change_password(user: &str, password: &str) -> Tag {
    let child = |name, text| Tag::new(name, NS).text(text);
    Tag::new("query", NS).child(child("username", user)).child(child("password", password))
}

/// The payload that removes the account from its server (section 3.2), on a session that is signed in. The server may end
/// the stream with `not-authorized` or `conflict` before, or instead of, its result.
pub fn remove_account() -> Tag {
    Tag::new("query", NS).child(Tag::new("remove", NS))
}

/// The first flow of `<register xmlns='urn:xmpp:register:0'/>` that has only challenges that are known here (XEP-0389
/// section 6.1): its id.
pub fn flow(register: &Element) -> Option<String> {
    let is_known = |challenge: &Element| matches!(challenge.attr("type"), Some(data_form::NS | OOB_NS));
    let challenges = |flow: &Element| flow.children().filter(|child| child.is("challenge", FLOWS_NS)).all(is_known);
    let mut flows = register.children().filter(|child| child.is("flow", FLOWS_NS));
    flows.find(|flow| challenges(flow)).and_then(|flow| flow.attr("id")).map(str::to_owned)
}

/// Begins a flow (XEP-0389 section 6.3).
pub fn select_flow(id: &str) -> String {
    format!("<register xmlns='{FLOWS_NS}'><flow id='{}'/></register>", escaped(id))
}

/// What a server says in a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowAnswer {
    /// One more thing to fill in, and the data that came with it.
    Challenge(Box<RegistrationForm>, Vec<Data>),
    /// The account is there.
    Success,
    /// The server wants no more of it.
    Cancel,
}

/// Reads a challenge or the end of a flow (XEP-0389 sections 6.4 and 6.5); None if it is something else.
pub fn read_flow(element: &Element) -> Option<FlowAnswer> {
    if !element.has_ns(FLOWS_NS) {
        return None;
    }
    match element.name() {
        "success" => Some(FlowAnswer::Success),
        "cancel" => Some(FlowAnswer::Cancel),
        "challenge" => {
            let form = element.get_child("x", data_form::NS).map(Form::read);
            let url = element.get_child("x", OOB_NS).and_then(|x| x.get_child("url", OOB_NS));
            let style = if form.is_some() { Style::ChallengeForm } else { Style::Challenge };
            if form.is_none() && url.is_none() {
                return None;
            }
            let form = form.unwrap_or_default();
            let registration = RegistrationForm {
                instructions: form.instructions.join("\n"),
                url: url.map(|url| url.text().trim().to_owned()),
                form,
                style,
            };
            let data = element.children().filter_map(bits_of_binary::read).take(20).collect();
            Some(FlowAnswer::Challenge(Box::new(registration), data))
        }
        _ => None,
    }
}

/// Answers a challenge of a flow.
pub fn respond(form: &RegistrationForm, answers: &BTreeMap<String, Vec<String>>) -> Zeroizing<String> {
    Zeroizing::new(format!("<response xmlns='{FLOWS_NS}'>{}</response>", *form.answer(answers)))
}
