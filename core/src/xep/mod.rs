//! One file a protocol: XML to plain types and back, without state.
//!
//! Reading is lenient: what is unknown or malformed in one extension never sinks the stanza that carries it. Nothing here
//! names a runtime, a database or a browser.

pub mod avatar;
pub mod blocking;
pub mod caps;
pub mod carbons;
pub mod chat_state;
pub mod correction;
pub mod csi;
pub mod delay;
pub mod disco;
pub mod displayed_sync;
pub mod fallback;
pub mod features;
pub mod form_fields;
pub mod forwarded;
pub mod hints;
pub mod iq;
pub mod mam;
pub mod markers;
pub mod message;
pub mod nick;
pub mod ns;
pub mod ping;
pub mod presence;
pub mod pubsub;
pub mod reactions;
pub mod receipts;
pub mod reply;
pub mod retraction;
pub mod roster;
pub mod rsm;
pub mod stanza_error;
pub mod stanza_id;
pub mod styling;
pub mod timestamp;
pub mod vcard;
pub mod version;
pub mod xml;

pub use xmpp_parsers::minidom::Element;

#[cfg(test)]
mod hostile_tests;
