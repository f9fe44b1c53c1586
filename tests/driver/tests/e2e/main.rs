//! Stories of people and their devices, on every server that Larimar is meant for. Each story uses accounts of its own on
//! a server that all stories of a kind share. tests/README.md says which story shows what.

#![allow(clippy::unwrap_used, reason = "what is missing in a story fails it")]

mod world;

mod accounts;
mod addresses;
mod archive;
mod arguments;
mod backups;
mod chats;
mod clients;
mod contacts;
mod devices;
mod driver;
mod encryption;
mod federation;
mod files;
mod hostile;
mod interop;
#[path = "../faults/keys.rs"]
mod keys;
mod limits;
mod messages;
mod network;
mod push;
mod registration;
mod sessions;
mod signing_in;
mod trouble;
mod trust;
mod web;

/// Writes a test for each server that can play a story.
macro_rules! on_servers {
    ($($story:ident: $($kind:ident),+;)+) => {$(
        mod $story {
            #[allow(non_snake_case, reason = "the tests are named as the servers are")]
            mod on {
                $(#[test]
                fn $kind() {
                    super::super::$story(crate::world::World::of(larimar_testbed::ServerKind::$kind));
                })+
            }
        }
    )+};
}
pub(crate) use on_servers;
