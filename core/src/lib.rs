//! Larimar's messenger core: everything between an XMPP server and a screen, without a user interface.

pub mod backup;
pub mod client;
pub mod file;
pub mod model;
pub mod omemo;
pub mod platform;
pub mod sorted;
pub mod store;
pub mod stream;
pub mod sync;
pub mod transfer;
pub mod transport;
pub mod view;
pub mod xep;
