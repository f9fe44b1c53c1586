//! Real servers, name servers, proxies and other people's clients for tests, started on free loopback ports and gone when
//! their handle is dropped.
//!
//! Everything here is a plain blocking call, so that it serves a test with or without an executor. What runs belongs to the
//! test process: it ends, with its folder, when its handle is dropped, when the test panics, and when the process is killed
//! (a guard beside the process sees to that). `cargo xtask setup` installs what is started here.

mod cache;
mod certificates;
mod clock;
mod disk;
mod dns;
mod driver;
mod error;
mod federation;
mod folder;
mod guard;
pub mod hostile;
mod lines;
mod ports;
mod process;
mod profanity;
mod proxy;
mod push_service;
mod server;
mod slixmpp;
mod web;

pub use cache::{cache_folder, debian13_root, peers_python};
pub use certificates::Authority;
pub use clock::WrongClock;
pub use disk::SmallDisk;
pub use dns::{Dns, Record};
pub use driver::{Driver, Refused};
pub use error::{Error, Result};
pub use federation::{Federation, records};
pub use folder::Folder;
pub use lines::{LineProgram, PATIENCE};
pub use ports::Port;
pub use profanity::Profanity;
pub use proxy::{Connections, Cut, Direction, Proxy};
pub use push_service::PushService;
pub use server::{Archived, Mechanisms, Options, ScramHash, Server, ServerKind};
pub use slixmpp::{SignIn, Slixmpp};
pub use web::{WebServer, host_meta};
