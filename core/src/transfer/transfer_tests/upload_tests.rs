use std::io::Write as _;

use super::super::test_server::{Answer, Server};
use super::*;
use crate::file::open::Open;
use crate::model::file::PutHeader;

fn source(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn slot(server: &Server) -> Slot {
    let headers = vec![(PutHeader::Authorization, "Basic secret".to_owned()), (PutHeader::Cookie, "a=b".to_owned())];
    Slot { put: server.url("/put"), headers, get: server.url("/get") }
}

async fn put(server: &Server, bytes: &[u8], encrypt: bool) -> Result<Uploaded, TransferError> {
    let (source, slot) = (source(bytes), slot(server));
    let size = bytes.len() as u64;
    let upload = Upload { source: source.path(), size, slot: &slot, media_type: Some("text/plain"), encrypt };
    let mut steps = Vec::new();
    let outcome = super::upload(&web(), &upload, &mut |progress| steps.push(progress)).await;
    if outcome.is_ok() {
        let last = steps.last().unwrap();
        assert_eq!(Some(last.done), last.total);
    }
    outcome
}

fn opened(key: &FileKey, bytes: &[u8]) -> Vec<u8> {
    let (mut open, mut plain) =
        (Open::new(&Wanted { key: Some(key.clone()), ..Wanted::default() }).unwrap(), Vec::new());
    open.update(bytes, &mut plain).unwrap();
    open.finish(&mut plain).unwrap();
    plain
}

#[tokio::test]
async fn files_of_every_size_are_put() {
    for length in [0, 1, 131_072, 3_000_000] {
        let bytes = content(length);
        let server = Server::start(|_| Answer::status(201)).await;
        let uploaded = put(&server, &bytes, false).await.unwrap();
        assert_eq!((uploaded.key, uploaded.file.size), (None, length as u64));
        assert_eq!(Some(uploaded.file.sha256), expected(&bytes).sha256);
        let request = &server.requests()[0];
        assert!(request.body == *bytes && request.head.starts_with("PUT /put "));
        assert_eq!(request.header("content-length"), Some(length.to_string().as_str()));
        assert_eq!((request.header("content-type"), request.header("cookie")), (Some("text/plain"), Some("a=b")));
        assert_eq!(
            (request.header("authorization"), request.header("transfer-encoding")),
            (Some("Basic secret"), None)
        );

        let uploaded = put(&server, &bytes, true).await.unwrap();
        let request = &server.requests()[1];
        assert_eq!(request.header("content-length"), Some((length + 16).to_string().as_str()));
        assert_eq!(request.header("content-type"), Some("application/octet-stream"));
        assert!(opened(&uploaded.key.unwrap(), &request.body) == *bytes);
        assert_eq!(Some(uploaded.file.sha256), expected(&bytes).sha256);
    }
}

#[tokio::test]
async fn a_put_that_is_cut_at_every_tenth_is_made_again_with_another_key() {
    let bytes = content(2_000_000);
    let server =
        Server::impatient(|number| [Some(0), Some(200_000)].get(number).copied().flatten(), |_| Answer::status(201))
            .await;
    let uploaded = put(&server, &bytes, true).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(opened(&uploaded.key.unwrap(), &requests[2].body) == *bytes);
    let beginning = |number: usize| requests[number].body[..1000].to_vec();
    assert_ne!(beginning(1), beginning(2), "two texts under one key would give both away");
    for tenth in 0..10_usize {
        let patience: fn(usize) -> Option<usize> = match tenth {
            0 => |_| Some(0),
            1 => |_| Some(200_000),
            2 => |_| Some(400_000),
            3 => |_| Some(600_000),
            4 => |_| Some(800_000),
            5 => |_| Some(1_000_000),
            6 => |_| Some(1_200_000),
            7 => |_| Some(1_400_000),
            8 => |_| Some(1_600_000),
            _ => |_| Some(1_800_000),
        };
        let server = Server::impatient(patience, |_| Answer::status(201)).await;
        assert_eq!(put(&server, &bytes, false).await, Err(TransferError::Unreachable));
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn a_server_that_refuses_is_not_asked_again_but_one_in_trouble_is() {
    for (status, error, asked) in [
        (403, TransferError::Refused { status: 403 }, 1),
        (409, TransferError::Refused { status: 409 }, 1),
        (413, TransferError::TooLarge { limit: None }, 1),
        (307, TransferError::Forbidden, 1),
        (503, TransferError::Refused { status: 503 }, 3),
    ] {
        let server = Server::start(move |_| Answer { status, ..Answer::to("/elsewhere") }).await;
        assert_eq!(put(&server, &content(1000), true).await, Err(error));
        assert_eq!(server.requests().len(), asked, "{status}");
    }
    let server = Server::start(|request| Answer::status(if request.number == 0 { 503 } else { 200 })).await;
    assert!(put(&server, &content(1000), true).await.is_ok());
}

#[tokio::test]
async fn a_file_that_changed_since_its_slot_was_asked_for_is_not_sent_as_another() {
    let server = Server::start(|_| Answer::status(201)).await;
    let (source, slot) = (source(&content(300_000)), slot(&server));
    for size in [299_999, 300_001, 0] {
        let upload = Upload { source: source.path(), size, slot: &slot, media_type: None, encrypt: false };
        let outcome = super::upload(&web(), &upload, &mut |_| ()).await;
        assert_eq!(outcome, Err(TransferError::SourceChanged), "{size}");
    }
    let gone =
        Upload { source: std::path::Path::new("/nowhere"), size: 1, slot: &slot, media_type: None, encrypt: false };
    let outcome = super::upload(&web(), &gone, &mut |_| ()).await;
    assert_eq!(outcome, Err(TransferError::Disk { kind: std::io::ErrorKind::NotFound }));
}

#[tokio::test]
async fn a_slot_in_the_open_or_in_a_foreign_network_is_not_used() {
    let server = Server::start(|_| Answer::status(201)).await;
    let (source, slot) = (source(b"x"), slot(&server));
    let upload = Upload { source: source.path(), size: 1, slot: &slot, media_type: None, encrypt: false };
    for reach in [Reach::default(), Reach { private: true, http_on_loopback: false }] {
        let settings = ConnectionSettings { pinned: Some([1; 32]), ..ConnectionSettings::default() };
        let web = web_with(&settings, Options { reach, ..options() });
        assert_eq!(super::upload(&web, &upload, &mut |_| ()).await, Err(TransferError::Forbidden));
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for() {
    let server = Server::start(|_| Answer { hangs: true, length: None, ..Answer::status(100) }).await;
    let (source, slot) = (source(&content(1000)), slot(&server));
    let upload = Upload { source: source.path(), size: 1000, slot: &slot, media_type: None, encrypt: false };
    let settings = ConnectionSettings { pinned: Some([1; 32]), ..ConnectionSettings::default() };
    let soon = Options { stall: Duration::from_millis(50), retries: 0, ..options() };
    assert_eq!(super::upload(&web_with(&settings, soon), &upload, &mut |_| ()).await, Err(TransferError::Stalled));
}
