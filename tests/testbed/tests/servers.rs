//! Each server starts, answers, and leaves nothing behind.

use larimar_testbed::{Options, Server, ServerKind};

#[test]
fn prosody_12_starts_answers_and_stops() {
    let server =
        Server::start(ServerKind::Prosody12, Options::new("one.test").account("alice@one.test", "secret")).unwrap();
    let folder = server.folder().to_owned();
    drop(server);
    assert!(!folder.exists());
}
