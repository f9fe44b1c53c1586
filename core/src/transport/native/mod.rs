//! Connections over sockets of the system: names, TCP, TLS, STARTTLS and WebSocket.

mod attempt;
mod binding;
mod discover;
mod dns;
mod families;
mod host_meta;
mod http;
mod names;
mod srv;
mod starttls;
mod tcp;
mod tls;
mod verify;
mod ways;
mod websocket;

#[cfg(test)]
mod test_servers;

pub use http::{Https, https};
pub use ways::{check, connect};
