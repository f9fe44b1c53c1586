//! Web servers that give out something else than they should: it is said, and nothing of it is shown.

use std::fs;
use std::io;

use larimar_testbed::Folder;
use larimar_testbed::hostile::{Connection, Login, Server};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::hostile::ALICE;
use crate::world::{Device, PASSWORD};

/// What the file should be.
const HONEST: &[u8] = b"eggs, bread, ostrich";

/// Answers one request as its path says.
fn answer(connection: &mut Connection) -> io::Result<()> {
    let request = connection.expect("\r\n\r\n")?;
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let head = |status: &str, length: usize, more: &str| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n")
    };
    let ok = |bytes: &[u8]| [head("200 OK", bytes.len(), "").into_bytes(), bytes.to_vec()].concat();
    let bytes = match path.as_str() {
        "/honest" => ok(HONEST),
        "/other" => ok(b"eggs, bread, walruse"),
        "/longer" => ok(b"eggs, bread, ostrich and more"),
        "/shorter" => ok(b"eggs"),
        "/gone" => head("404 Not Found", 0, "").into_bytes(),
        "/refused" => head("403 Forbidden", 0, "").into_bytes(),
        "/elsewhere" => head("302 Found", 0, "Location: http://127.0.0.1:9/x\r\n").into_bytes(),
        "/around" => head("302 Found", 0, "Location: /around\r\n").into_bytes(),
        _ => head("500 Oh", 0, "").into_bytes(),
    };
    connection.send_bytes(&bytes)
}

/// A message with a file at this path, named as nobody should name one.
fn message(id: &str, port: u16, path: &str) -> String {
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, Sha256::digest(HONEST));
    format!(
        "<message from='bob@one.test/phone' id='{id}' type='chat'>\
         <file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>../../{id}.txt</name>\
         <size>{}</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{hash}</hash></file>\
         <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://localhost:{port}{path}'/></sources>\
         </file-sharing></message>",
        HONEST.len()
    )
}

#[test]
fn what_a_web_server_does_wrong_is_said_and_not_shown() {
    let cases = [
        ("/honest", None),
        ("/other", Some("Damaged")),
        ("/longer", Some("Damaged")),
        ("/shorter", Some("Damaged")),
        ("/gone", Some("Gone")),
        ("/refused", Some("Refused")),
        ("/elsewhere", Some("Forbidden")),
        ("/around", Some("Forbidden")),
    ];
    let web = Server::direct_tls("localhost", answer).unwrap();
    let port = web.address().port();
    let server = Server::direct_tls("one.test", move |connection| {
        connection.login(&Login::new(ALICE, PASSWORD))?;
        connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
        for (number, (path, _)) in cases.iter().enumerate() {
            connection.send(&message(&format!("f{number}"), port, path))?;
        }
        crate::hostile::go_on(connection)
    })
    .unwrap();
    let folder = Folder::new("phone").unwrap();
    let both = [server.ca_path(), web.ca_path()].map(|path| fs::read_to_string(path).unwrap()).concat();
    let ca = folder.write("both.pem", both).unwrap();
    let phone = Device::open(folder, ALICE, "phone");
    phone.driver.ok(json!({
        "cmd": "add-account", "jid": ALICE, "password": PASSWORD, "server": server.address().to_string(),
        "tls": "direct", "ca": ca,
    }));
    phone.wait_text("all is well");
    let outside = Folder::new("files").unwrap();
    for (number, (path, problem)) in cases.into_iter().enumerate() {
        let name = format!("f{number}.txt");
        let row = phone.driver.wait(&format!("the message of {path}"), |line| {
            line["event"] == "message" && line["files"][0]["name"] == name.as_str()
        });
        // Bob is a stranger: nothing of his is fetched before somebody asks.
        assert_eq!(row["files"][0]["state"], "remote", "{path}");
        let save = json!({"cmd": "save-file", "message": row["message"], "path": outside.path()});
        match (phone.driver.call(save), problem) {
            (Ok(saved), None) => {
                assert_eq!(saved["path"], json!(outside.join(&name)), "it stays in its folder");
                assert_eq!(fs::read(outside.join(&name)).unwrap(), HONEST);
            }
            (Err(refused), Some(problem)) => {
                let expected: Value = json!({"kind": "FileNotHere", "problem": problem});
                assert_eq!(
                    (&refused.error["kind"], &refused.error["problem"]),
                    (&expected["kind"], &expected["problem"]),
                    "{path}"
                );
                let page = phone.timeline("bob@one.test");
                let row = page.iter().find(|row| row["files"][0]["name"] == name.as_str()).unwrap();
                assert_eq!((&row["files"][0]["state"], &row["files"][0]["error"]), (&json!("failed"), &json!(problem)));
            }
            (outcome, _) => panic!("{path}: {outcome:?}"),
        }
    }
    let kept = fs::read_dir(phone.store().join("files")).unwrap().count();
    assert_eq!((kept, fs::read_dir(outside.path()).unwrap().count()), (1, 1), "nothing of the others is kept");
}
