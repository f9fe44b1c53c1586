//! One file a protocol: XML to plain types and back, without state.
//!
//! Reading is lenient: what is unknown or malformed in one extension never sinks the stanza that carries it. Nothing here
//! names a runtime, a database or a browser.

pub mod address;
pub mod avatar;
pub mod bind;
pub mod bind2;
pub mod bits_of_binary;
pub mod blocking;
pub mod caps;
pub mod carbons;
pub mod chat_state;
pub mod correction;
pub mod csi;
pub mod data_form;
pub mod delay;
pub mod disco;
pub mod displayed_sync;
pub mod element;
pub mod encrypted_file;
pub mod encryption_name;
pub mod envelope;
pub mod fallback;
pub mod fast;
pub mod features;
pub mod file_metadata;
pub mod file_sharing;
pub mod form_fields;
pub mod forwarded;
pub mod hashes;
pub mod hints;
pub mod iq;
pub mod limits;
pub mod mam;
pub mod markers;
pub mod message;
pub mod nick;
pub mod ns;
pub mod omemo;
pub mod oob;
pub mod ping;
pub mod presence;
pub mod pubsub;
pub mod push;
pub mod reactions;
pub mod receipts;
pub mod register;
pub mod reply;
pub mod retraction;
pub mod roster;
pub mod rsm;
pub mod sasl;
pub mod sasl2;
pub mod sm;
pub mod stanza_error;
pub mod stanza_id;
pub mod stream_error;
pub mod stream_features;
pub mod thumbnail;
pub mod timestamp;
pub mod trust_message;
pub mod upload;
pub mod uri;
pub mod vcard;
pub mod vcard4;
pub mod vcard_profile;
pub mod version;
pub mod xml;

pub use element::Element;

/// The defined condition of a stanza of type error (RFC 6120 section 8.3.3); `undefined-condition` if there is none.
pub fn stanza_condition(stanza: &Element) -> String {
    const NS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
    let error = stanza.children().find(|child| child.name() == "error");
    let condition = error.and_then(|error| error.children().find(|child| child.has_ns(NS) && child.name() != "text"));
    condition.map_or("undefined-condition", |condition| condition.name()).chars().take(64).collect()
}

/// The type of a stanza error (RFC 6120 section 8.3.2): `wait`, `cancel` and so on; empty if there is none.
pub fn stanza_error_type(stanza: &Element) -> &str {
    let error = stanza.children().find(|child| child.name() == "error");
    error.and_then(|error| error.attr("type")).unwrap_or_default()
}

/// What a stanza error says to people (RFC 6120 section 8.3.2), as far as it is short.
pub fn stanza_error_text(stanza: &Element) -> Option<String> {
    let error = stanza.children().find(|child| child.name() == "error")?;
    let text = error.children().find(|child| child.is("text", "urn:ietf:params:xml:ns:xmpp-stanzas"))?.text();
    Some(text.trim().chars().take(300).collect::<String>()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod hostile_tests;
