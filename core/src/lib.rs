//! Larimar's messenger core: everything between an XMPP server and a screen, without a user interface.

pub mod model;
pub mod store;
pub mod stream;
pub mod transport;
pub mod xep;
