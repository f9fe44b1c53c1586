use super::super::test_server::{Answer, Server};
use super::*;

#[tokio::test]
async fn files_of_every_size_arrive() {
    for length in [0, 1, 16, 3_000_000] {
        let bytes = content(length);
        for (wanted, lies) in
            [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes)), (Wanted::default(), bytes.clone())]
        {
            let server = Server::start(move |request| Answer::good(request, &lies)).await;
            let place = Place::new();
            let mut steps = Vec::new();
            let download = Download { url: &server.url("/f"), wanted: &wanted, largest: 3_000_000, place: &place.path };
            let digest = super::download(&web(), &download, &mut |progress| steps.push(progress)).await.unwrap();
            assert_eq!((place.bytes() == *bytes, digest.size), (true, length as u64));
            assert_eq!(digest.sha256, <[u8; 32]>::from(Sha256::digest(&*bytes)));
            assert_eq!(place.names(), ["file.bin"]);
            assert!(steps.is_sorted_by_key(|step| step.done));
            let last = steps.last().unwrap();
            assert_eq!(Some(last.done), last.total);
            assert!(length < 1_000_000 || steps.len() > 5);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_cut_at_every_tenth_arrives_whole() {
    let bytes = content(2_000_003);
    for (wanted, lies) in
        [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes)), (Wanted::default(), bytes.clone())]
    {
        let tenth = lies.len() / 10;
        let server = Server::start(move |request| Answer::good(request, &lies).header("ETag: \"v1\"").cut(tenth)).await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
        assert_eq!(place.names(), ["file.bin"]);
        let requests = server.requests();
        assert_eq!(requests.len(), 11);
        assert_eq!(requests[0].from(), None);
        for (number, request) in requests.iter().enumerate().skip(1) {
            assert_eq!(request.from(), Some(number * tenth));
            assert_eq!(request.header("if-range"), Some("\"v1\""));
        }
    }
}

#[tokio::test]
async fn a_transfer_that_was_dropped_goes_on_in_another_life() {
    let bytes = content(2_000_000);
    // Without a hash or a tag, only the version tells that the pieces belong together.
    for (wanted, lies) in
        [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes)), (Wanted::default(), bytes.clone())]
    {
        let half = lies.len() / 2;
        let server = Server::start(move |request| {
            let answer = Answer::good(request, &lies).header("ETag: \"v1\"");
            let hangs = request.number == 0;
            if hangs { Answer { hangs, ..answer.cut(half) } } else { answer }
        })
        .await;
        let (place, url) = (Place::new(), server.url("/f"));
        let (reached, at) = tokio::sync::oneshot::channel();
        let mut reached = Some(reached);
        let first = Download { url: &url, wanted: &wanted, largest: 1 << 30, place: &place.path };
        let web = web();
        let mut tell = |progress: Progress| {
            if progress.done >= 512 << 10 {
                reached.take().map(|reached| reached.send(()));
            }
        };
        tokio::select! {
            outcome = super::download(&web, &first, &mut tell) => panic!("{outcome:?}"),
            _ = at => {}
        }
        assert_eq!(place.names(), ["file.bin.part", "file.bin.part.version"]);
        place.fetch(&web, &url, &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
        assert_eq!(place.names(), ["file.bin"]);
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests[1].from().is_some_and(|from| from >= 256 << 10), "{:?}", requests[1].from());
    }
}

#[tokio::test]
async fn what_is_whole_already_is_not_asked_for_again() {
    let bytes = content(1000);
    let server = Server::start(|_| Answer::status(500)).await;
    let place = Place::new();
    std::fs::write(place.folder.path().join("file.bin.part"), &*bytes).unwrap();
    place.fetch(&web(), &server.url("/f"), &plain(&bytes)).await.unwrap();
    assert_eq!((place.bytes() == *bytes, server.requests().len()), (true, 0));
    // Of one whose size nobody told, the server says so.
    let lies = bytes.clone();
    let server = Server::start(move |request| Answer::good(request, &lies)).await;
    let wanted = Wanted { file: Expected { size: None, ..expected(&bytes) }, ..Wanted::default() };
    let place = Place::new();
    std::fs::write(place.folder.path().join("file.bin.part"), &*bytes).unwrap();
    place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
    assert_eq!((place.bytes() == *bytes, server.requests().len()), (true, 1));
}

#[tokio::test]
async fn a_server_that_knows_no_ranges_gives_all_of_it_again() {
    let bytes = content(900_000);
    for (wanted, lies) in [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes))] {
        let server = Server::start(move |request| {
            let answer = Answer::whole(&lies);
            if request.number == 0 { answer.cut(500_000) } else { answer }
        })
        .await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_file_that_changed_between_two_pieces_is_never_patched_together() {
    let (old, new) = (content(900_000), Arc::new(content(900_001)[1..].to_vec()));
    let wanted = plain(&new);
    // With a version the server sees it; without one the hash does.
    for versions in [true, false] {
        let (before, after) = (old.clone(), new.clone());
        let server = Server::start(move |request| {
            let answer = match request.number {
                0 => Answer::good(request, &before).cut(300_000),
                _ if versions => Answer::whole(&after),
                _ => Answer::good(request, &after),
            };
            let version = if request.number == 0 { "ETag: \"v1\"" } else { "ETag: \"v2\"" };
            if versions { answer.header(version) } else { answer }
        })
        .await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *new);
        assert_eq!(server.requests().len(), if versions { 2 } else { 3 });
    }
}

#[tokio::test]
async fn what_nothing_vouches_for_is_not_patched_together() {
    let (old, new) = (content(900_000), Arc::new(content(900_001)[1..].to_vec()));
    for dated in [true, false] {
        let (before, after) = (old.clone(), new.clone());
        let server = Server::start(move |request| match request.number {
            0 if dated => Answer::good(request, &before).header("Last-Modified: yesterday").cut(300_000),
            0 => Answer::good(request, &before).cut(300_000),
            _ if request.header("if-range").is_some() => Answer::whole(&after),
            _ => Answer::good(request, &after),
        })
        .await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &Wanted::default()).await.unwrap();
        assert!(place.bytes() == *new);
        assert_eq!(server.requests()[1].header("if-range"), dated.then_some("yesterday"));
        assert_eq!(server.requests()[1].from().is_some(), dated);
    }
}

#[tokio::test]
async fn whatever_a_name_says_its_file_stays_in_its_folder() {
    let bytes = content(10);
    let lies = bytes.clone();
    let server = Server::start(move |request| Answer::good(request, &lies)).await;
    let place = Place::new();
    let inner = place.folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    for said in ["../../x", "/etc/x", "..", "x\0/..\\..\\x", "%2e%2e/x"] {
        let path = inner.join(crate::file::name::safe(Some(said), None));
        let download = Download { url: &server.url("/f"), wanted: &plain(&bytes), largest: 10, place: &path };
        super::download(&web(), &download, &mut |_| ()).await.unwrap();
    }
    assert_eq!(place.names(), ["inner"]);
    assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 2);
}

#[tokio::test]
async fn a_file_comes_over_tls_from_whom_the_account_trusts() {
    let bytes = content(1000);
    let (authority, acceptor, fingerprint) = super::super::test_server::certificate();
    let lies = bytes.clone();
    let server = Server::with(Some(acceptor), |_| None, move |request| Answer::good(request, &lies)).await;
    let ca = Some(authority.path().to_str().unwrap().to_owned());
    let trusting = ConnectionSettings { ca, ..ConnectionSettings::default() };
    let pinning = ConnectionSettings { pinned: Some(fingerprint), ..ConnectionSettings::default() };
    for settings in [trusting, pinning] {
        let place = Place::new();
        place.fetch(&web_with(&settings, options()), &server.url("/f"), &plain(&bytes)).await.unwrap();
        assert!(place.bytes() == *bytes);
    }
    let place = Place::new();
    let outcome = place.fetch(&web(), &server.url("/f"), &plain(&bytes)).await;
    assert_eq!(outcome, Err(TransferError::Certificate));
    let (other, ..) = super::super::test_server::certificate();
    let ca = Some(other.path().to_str().unwrap().to_owned());
    let other = ConnectionSettings { ca, ..ConnectionSettings::default() };
    let outcome = place.fetch(&web_with(&other, options()), &server.url("/f"), &plain(&bytes)).await;
    assert_eq!(outcome, Err(TransferError::Certificate));
}
