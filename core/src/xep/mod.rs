//! One file a protocol: XML to plain types and back, without state.
//!
//! Reading is lenient: what is unknown or malformed in one extension never sinks the stanza that carries it. Nothing here
//! names a runtime, a database or a browser.

pub use xmpp_parsers::minidom::Element;
