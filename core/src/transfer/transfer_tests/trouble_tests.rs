use super::super::test_server::{Answer, Server};
use super::*;

/// What a download ends with, and what lies in its folder then.
async fn ended(server: &Server, wanted: &Wanted, options: Options) -> (TransferError, Vec<String>) {
    let place = Place::new();
    let web = web_with(&ConnectionSettings { pinned: Some([1; 32]), ..ConnectionSettings::default() }, options);
    let download = Download { url: &server.url("/f"), wanted, largest: 1_000_000, place: &place.path };
    (super::download(&web, &download, &mut |_| ()).await.unwrap_err(), place.names())
}

#[tokio::test]
async fn other_bytes_are_never_shown() {
    let bytes = content(300_000);
    for (wanted, lies) in [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes))] {
        for at in [0, 150_000, lies.len() - 1] {
            let mut other = lies.to_vec();
            other[at] ^= 1;
            let other = Arc::new(other);
            let server = Server::start(move |request| Answer::good(request, &other)).await;
            let ended = ended(&server, &wanted, options()).await;
            assert_eq!(ended, (TransferError::File(FileError::Changed), vec![]), "{at}");
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_wrong_length_is_an_error() {
    let bytes = content(300_000);
    let wrong = |got| TransferError::File(FileError::WrongLength { expected: 300_000, got });
    for length in [299_999, 300_001, 0] {
        let lies = Arc::new(content(600_000)[..length].to_vec());
        let server = Server::start(move |request| Answer::good(request, &lies)).await;
        assert_eq!(ended(&server, &plain(&bytes), options()).await, (wrong(length as u64), vec![]));
    }
    // Without an announced length, too much is noticed when it comes.
    let lies = content(400_000);
    let server = Server::start(move |_| Answer { length: None, ..Answer::whole(&lies) }).await;
    let (error, names) = ended(&server, &plain(&bytes), options()).await;
    assert!(matches!(error, TransferError::TooLarge { .. } | TransferError::File(_)) && names.is_empty(), "{error:?}");
    // One that always announces more than it sends is not there to be understood.
    let lies = content(200_000);
    let server = Server::start(move |_| Answer { length: Some(300_000), ..Answer::whole(&lies) }).await;
    assert_eq!(
        ended(&server, &plain(&bytes), options()).await,
        (TransferError::Unreachable, vec!["file.bin.part".to_owned()])
    );
    assert_eq!(server.requests().len(), 3);
    // An encrypted file that is cut, and said to be whole.
    for length in [0, 15, 16, 200_000] {
        let lies = Arc::new(sealed(&bytes)[..length].to_vec());
        let server = Server::start(move |request| Answer::good(request, &lies)).await;
        let (error, names) = ended(&server, &encrypted(), options()).await;
        assert!(matches!(error, TransferError::File(_)) && names.is_empty(), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_fetched() {
    let too_large = TransferError::TooLarge { limit: Some(1_000_000) };
    let server = Server::start(|_| Answer::status(500)).await;
    let wanted = Wanted { file: Expected { size: Some(1_000_001), ..Expected::default() }, ..Wanted::default() };
    assert_eq!(ended(&server, &wanted, options()).await, (too_large.clone(), vec![]));
    assert_eq!(server.requests().len(), 0);
    for announced in [true, false] {
        let lies = content(1_000_100);
        let server = Server::start(move |_| {
            let length = announced.then_some(lies.len());
            Answer { length, ..Answer::whole(&lies) }
        })
        .await;
        for wanted in [Wanted::default(), encrypted()] {
            assert_eq!(ended(&server, &wanted, options()).await, (too_large.clone(), vec![]));
        }
    }
}

#[tokio::test]
async fn nobody_is_led_where_a_link_must_not_lead() {
    let bytes = content(10);
    let (authority, acceptor, _) = super::super::test_server::certificate();
    let ca = Some(authority.path().to_str().unwrap().to_owned());
    let settings = ConnectionSettings { ca, ..ConnectionSettings::default() };
    let lies = bytes.clone();
    let target = Server::start(move |request| Answer::good(request, &lies)).await;
    let lies = bytes.clone();
    let open = target.url("/f").as_str().to_owned();
    let server = Server::with(
        Some(acceptor),
        |_| None,
        move |request| match request.path.as_str() {
            "/f" => Answer::to("/g"),
            "/g" => Answer::good(request, &lies),
            "/open" => Answer::to(&open),
            "/round" => Answer::to("/round"),
            "/file" => Answer::to("file:///etc/passwd"),
            "/nowhere" => Answer::status(302),
            "/name" => Answer::to("https://localhost/f"),
            "/private" => Answer::to("https://192.168.0.1/f"),
            path => panic!("{path}"),
        },
    )
    .await;
    let fetch = async |path: &str, reach: Reach| {
        let place = Place::new();
        let web = web_with(&settings, Options { reach, ..options() });
        place.fetch(&web, &server.url(path), &plain(&bytes)).await.map(|_| ())
    };
    let own = Reach { private: true, http_on_loopback: false };
    assert_eq!(fetch("/f", own).await, Ok(()));
    for path in ["/open", "/round", "/file", "/nowhere"] {
        assert_eq!(fetch(path, own).await, Err(TransferError::Forbidden), "{path}");
    }
    assert_eq!(target.requests().len(), 0);
    assert_eq!(server.requests().iter().filter(|request| request.path == "/round").count(), 4);
    // A stranger's link does not even reach this machine.
    let before = server.requests().len();
    assert_eq!(fetch("/f", Reach::default()).await, Err(TransferError::Forbidden));
    assert_eq!(server.requests().len(), before);
}

#[tokio::test]
async fn a_name_that_leads_into_a_private_network_is_not_resolved() {
    let web = Web::new(
        https(&ConnectionSettings { pinned: Some([1; 32]), ..ConnectionSettings::default() }).unwrap().tls,
        Arc::new(Everywhere),
        Options { reach: Reach::default(), ..options() },
    )
    .unwrap();
    let place = Place::new();
    let outcome = place.fetch(&web, &FileUrl::parse("https://harmless.example/f").unwrap(), &Wanted::default()).await;
    assert_eq!(outcome, Err(TransferError::Forbidden));
}

/// Each name is at home.
struct Everywhere;

impl reqwest::dns::Resolve for Everywhere {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let addresses = ["127.0.0.1:0", "10.0.0.1:0"].map(|address| address.parse().unwrap());
        let addresses: reqwest::dns::Addrs = Box::new(addresses.into_iter());
        Box::pin(async { Ok(addresses) })
    }
}

#[tokio::test]
async fn a_server_that_says_no_is_understood() {
    for (status, error, asked) in [
        (404, TransferError::Gone, 1),
        (410, TransferError::Gone, 1),
        (403, TransferError::Refused { status: 403 }, 1),
        (500, TransferError::Refused { status: 500 }, 3),
        (503, TransferError::Refused { status: 503 }, 3),
        (206, TransferError::Refused { status: 206 }, 1),
    ] {
        let server = Server::start(move |_| Answer::status(status)).await;
        assert_eq!(ended(&server, &Wanted::default(), options()).await.0, error);
        assert_eq!(server.requests().len(), asked, "{status}");
    }
    let nobody = FileUrl::parse("http://127.0.0.1:9/f").unwrap();
    assert_eq!(Place::new().fetch(&web(), &nobody, &Wanted::default()).await, Err(TransferError::Unreachable));
}

#[tokio::test]
async fn a_server_that_falls_silent_is_not_waited_for() {
    let lies = content(500_000);
    let server =
        Server::start(move |request| Answer { hangs: true, ..Answer::good(request, &lies).cut(100_000) }).await;
    let soon = Options { stall: Duration::from_millis(100), retries: 0, ..options() };
    assert_eq!(ended(&server, &Wanted::default(), soon).await.0, TransferError::Stalled);
}

#[tokio::test]
async fn answers_that_make_no_sense_do_no_harm() {
    let bytes = content(300_000);
    let wanted = plain(&bytes);
    let odd: [fn(Answer) -> Answer; 5] = [
        |answer| Answer { headers: vec!["Content-Range: bytes 5-9/10".to_owned()], ..answer },
        |answer| Answer { headers: vec!["Content-Range: cows".to_owned()], ..answer },
        |answer| Answer { headers: vec![], ..answer },
        |_| Answer::status(416),
        |answer| {
            let headers = vec!["Content-Range: bytes 5-299999/300000".to_owned()];
            Answer { headers, length: Some(299_995), sent: 5..300_000, ..answer }
        },
    ];
    for odd in odd {
        let lies = bytes.clone();
        let server = Server::start(move |request| {
            let answer = Answer::good(request, &lies);
            match request.number {
                0 => answer.cut(100_000),
                1 => odd(answer),
                _ => answer,
            }
        })
        .await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
        assert_eq!(server.requests()[2].from(), None);
    }
    let lies = bytes.clone();
    let server = Server::start(move |request| Answer::good(request, &lies).header("Content-Encoding: gzip")).await;
    assert_eq!(ended(&server, &wanted, options()).await.0, TransferError::File(FileError::Changed));
}

#[tokio::test]
async fn errors_name_neither_file_nor_address() {
    let server = Server::start(|_| Answer::status(403)).await;
    let (error, _) = ended(&server, &encrypted(), options()).await;
    let shown = format!(
        "{error} {error:?} {:?}",
        Download {
            url: &server.url("/secret"),
            wanted: &encrypted(),
            largest: 1,
            place: std::path::Path::new("file.bin"),
        }
    );
    assert!(!shown.contains("127.0.0.1") && !shown.contains("secret"), "{shown}");
}
