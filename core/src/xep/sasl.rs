//! SASL as RFC 6120 section 6 has it: `<auth/>`, challenges and responses, success and failure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use super::Element;

/// The namespace.
pub const NS: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

/// What a server answers.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// More is asked for.
    Challenge(Vec<u8>),
    /// It is done; with the mechanism's last word, where there is one.
    Success(Option<Vec<u8>>),
    /// It is refused.
    Failure(Failure),
}

/// A refusal (RFC 6120 section 6.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The defined condition, as `not-authorized`; empty if there is none.
    pub condition: String,
}

impl Failure {
    /// Reads the conditions inside a failure of SASL or SASL2.
    pub fn read(element: &Element) -> Failure {
        let condition = element.children().find(|child| child.has_ns(NS) && child.name() != "text");
        Failure { condition: condition.map(|child| child.name().chars().take(64).collect()).unwrap_or_default() }
    }
}

/// Data in base64, as both SASLs carry it; None if it is not base64. White space around it is forgiven, `=` is the empty
/// string (RFC 6120 section 6.4.2).
pub fn decode(text: &str) -> Option<Vec<u8>> {
    match text.trim() {
        "=" => Some(Vec::new()),
        text => BASE64.decode(text).ok(),
    }
}

/// Data to base64, for both SASLs.
pub fn encode(data: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(if data.is_empty() { "=".to_owned() } else { BASE64.encode(data) })
}

/// Reads an answer; None if the element is something else or its data are not base64.
pub fn read(element: &Element) -> Option<Answer> {
    if !element.has_ns(NS) {
        return None;
    }
    let text = Zeroizing::new(element.text());
    match element.name() {
        "challenge" => decode(&text).map(Answer::Challenge),
        "success" if text.trim().is_empty() => Some(Answer::Success(None)),
        "success" => decode(&text).map(|data| Answer::Success(Some(data))),
        "failure" => Some(Answer::Failure(Failure::read(element))),
        _ => None,
    }
}

/// `<auth/>` with its initial response.
pub fn auth(mechanism: &str, initial: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!("<auth xmlns='{NS}' mechanism='{mechanism}'>{}</auth>", *encode(initial)))
}

/// `<response/>`.
pub fn response(data: &[u8]) -> Zeroizing<String> {
    if data.is_empty() {
        return Zeroizing::new(format!("<response xmlns='{NS}'/>"));
    }
    Zeroizing::new(format!("<response xmlns='{NS}'>{}</response>", *encode(data)))
}
