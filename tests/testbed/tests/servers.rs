//! Each server starts, answers, and leaves nothing behind.

use larimar_testbed::{Options, Server, ServerKind};

fn starts_answers_and_stops(kind: ServerKind) {
    let server = Server::start(kind, Options::new("one.test").account("alice@one.test", "secret")).unwrap();
    println!("{}", server.log());
    for path in ["/.well-known/host-meta", "/.well-known/host-meta.json"] {
        let o = std::process::Command::new("curl")
            .args(["-sS", "--cacert"])
            .arg(server.ca_path())
            .arg("-i")
            .arg(format!("https://localhost:{}{path}", server.https_port()))
            .arg("-H")
            .arg("Host: one.test")
            .output()
            .unwrap();
        println!("{}{}", String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
    }
    let folder = server.folder().to_owned();
    drop(server);
    assert!(!folder.exists());
}

#[test]
fn prosody_12_starts_answers_and_stops() {
    starts_answers_and_stops(ServerKind::Prosody12);
}

#[test]
fn ejabberd_23_starts_answers_and_stops() {
    starts_answers_and_stops(ServerKind::Ejabberd23);
}

#[test]
fn prosody_13_starts_answers_and_stops() {
    starts_answers_and_stops(ServerKind::Prosody13);
}

#[test]
fn ejabberd_24_starts_answers_and_stops() {
    starts_answers_and_stops(ServerKind::Ejabberd24);
}
