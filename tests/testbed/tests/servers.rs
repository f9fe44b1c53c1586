//! Each server starts, answers, keeps an archive that can be read, and leaves nothing behind.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use larimar_testbed::{Options, Server, ServerKind, SignIn, Slixmpp};

/// The processes whose environment or command line names this folder.
fn processes_of(folder: &Path) -> Vec<String> {
    let needle = folder.to_string_lossy().into_owned();
    let names = |file: &Path| fs::read(file).is_ok_and(|content| String::from_utf8_lossy(&content).contains(&needle));
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let theirs = processes.filter(|process| names(&process.join("cmdline")) || names(&process.join("environ")));
    theirs.map(|process| process.display().to_string()).collect()
}

/// What openssl says of the server's certificate, checked for this name.
fn openssl(server: &Server, port: u16, more: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-verify_return_error", "-brief", "-servername", server.domain()]);
    command.args(["-verify_hostname", server.domain(), "-connect", &format!("127.0.0.1:{port}")]).args(more);
    command.arg("-CAfile").arg(server.ca_path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"Q\n").unwrap();
    let output = child.wait_with_output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn starts_answers_archives_and_stops(kind: ServerKind) {
    let options = Options::new("one.test").account("alice@one.test", "sécret").account("bob@one.test", "bob");
    let server = Server::start(kind, options).unwrap();
    let folder = server.folder().to_owned();
    for (port, more) in [
        (server.direct_tls_port(), &[][..]),
        (server.https_port(), &[][..]),
        (server.starttls_port(), &["-starttls", "xmpp", "-xmpphost", "one.test"][..]),
    ] {
        let said = openssl(&server, port, more);
        assert!(said.contains("Verification: OK"), "{said}");
    }

    let alice = Slixmpp::sign_in(&SignIn::to(&server, "alice@one.test", "sécret")).unwrap();
    let bob = Slixmpp::sign_in(&SignIn::to(&server, "bob@one.test", "bob").starttls(&server)).unwrap();
    let note = alice.send("alice@one.test", "a note to myself").unwrap();
    alice.message_with("a note to myself").unwrap();
    let hello = alice.send("bob@one.test", "hello <bob> & co").unwrap();
    assert_eq!(bob.message_with("hello <bob> & co").unwrap()["id"], hello.as_str());
    alice.message("a receipt", |message| message["receipt_for"] == hello.as_str()).unwrap();

    let archive = server.archive("alice@one.test").unwrap();
    let own: Vec<_> = archive.iter().filter(|entry| entry.xml.contains(&note)).collect();
    assert!(!own.is_empty() && own.iter().all(|entry| entry.with == "alice@one.test"), "{archive:?}");
    let others = server.archive("bob@one.test").unwrap();
    assert!(others.iter().any(|entry| entry.with == "alice@one.test" && entry.xml.contains(&hello)), "{others:?}");
    let fetched = bob.call("archive", serde_json::json!({})).unwrap();
    let fetched: Vec<&str> =
        fetched["messages"].as_array().unwrap().iter().filter_map(|row| row["archive_id"].as_str()).collect();
    assert_eq!(fetched, others.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>());

    // Somebody who reads does not hold up the server.
    let name = if kind.is_prosody() { "prosody.sqlite" } else { "one.test.sqlite" };
    let file = folder.join("data").join(name);
    let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_master;").unwrap();
    server.register("carol@one.test", "carol").unwrap();
    drop(reader);

    server.restart().unwrap();
    assert_eq!(server.archive("bob@one.test").unwrap(), others);
    server.kill();
    assert_eq!(processes_of(&folder), Vec::<String>::new());
    drop(server);
    assert!(!folder.exists());
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    assert!(!mounts.contains("/debian13/"), "{mounts}");
}

#[test]
fn prosody_12_starts_answers_archives_and_stops() {
    starts_answers_archives_and_stops(ServerKind::Prosody12);
}

#[test]
fn ejabberd_23_starts_answers_archives_and_stops() {
    starts_answers_archives_and_stops(ServerKind::Ejabberd23);
}

#[test]
fn prosody_13_starts_answers_archives_and_stops() {
    starts_answers_archives_and_stops(ServerKind::Prosody13);
}

#[test]
fn ejabberd_24_starts_answers_archives_and_stops() {
    starts_answers_archives_and_stops(ServerKind::Ejabberd24);
}
