//! From an account's domain to its server, with a name server and servers on loopback.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::*;
use crate::transport::CertificateReason;
use crate::transport::native::test_servers::{
    Authority, HEADER, Zone, closed_port, direct_server, listen, opened, read_until, starttls_server,
};

const XMPPS: &str = "_xmpps-client._tcp.example.org";
const XMPP: &str = "_xmpp-client._tcp.example.org";

/// A server that opens streams with this id.
fn called(id: &str) -> String {
    HEADER.replace("id='s1'", &format!("id='{id}'"))
}

struct World {
    authority: Authority,
    ca: tempfile::NamedTempFile,
}

impl World {
    fn new() -> World {
        let authority = Authority::new("Good");
        World { ca: authority.file(), authority }
    }

    async fn direct(&self, id: &str) -> SocketAddr {
        direct_server(self.authority.leaf(&["example.org"]).acceptor(&["xmpp-client"]), called(id)).await
    }

    async fn starttls(&self, id: &str) -> SocketAddr {
        starttls_server(self.authority.leaf(&["example.org"]).acceptor(&[]), called(id)).await
    }

    /// A request that asks this zone.
    async fn request(&self, zone: Zone) -> ConnectRequest {
        let settings = ConnectionSettings {
            ca: Some(self.ca.path().to_str().unwrap().to_owned()),
            dns: Some(zone.serve(None).await),
            ..ConnectionSettings::default()
        };
        ConnectRequest { domain: "example.org".to_owned(), settings, ..ConnectRequest::default() }
    }
}

/// A zone where `a.example.org` is this machine.
fn zone() -> Zone {
    Zone::default().host("a.example.org", "127.0.0.1")
}

async fn reached(request: &ConnectRequest) -> String {
    opened(&mut connect(request).await.unwrap()).await.unwrap()
}

/// A port that takes connections and says nothing, and the connections it took.
fn silent(listener: TcpListener) -> tokio::sync::mpsc::UnboundedReceiver<tokio::net::TcpStream> {
    let (taken, held) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = taken.send(stream);
        }
    });
    held
}

#[tokio::test]
async fn direct_tls_is_preferred_where_both_are_announced() {
    let world = World::new();
    let (direct, starttls) = (world.direct("d").await, world.starttls("s").await);
    let zone =
        zone().srv(XMPPS, 5, 0, direct.port(), "a.example.org.").srv(XMPP, 5, 0, starttls.port(), "a.example.org.");
    assert_eq!(reached(&world.request(zone).await).await, "d");
}

#[tokio::test]
async fn the_priority_of_the_domain_goes_before_that_preference() {
    let world = World::new();
    let (direct, starttls) = (world.direct("d").await, world.starttls("s").await);
    let zone =
        zone().srv(XMPPS, 5, 0, direct.port(), "a.example.org.").srv(XMPP, 1, 0, starttls.port(), "a.example.org.");
    assert_eq!(reached(&world.request(zone).await).await, "s");
}

#[tokio::test]
async fn the_settings_choose_the_kind_of_tls() {
    let world = World::new();
    let (direct, starttls) = (world.direct("d").await, world.starttls("s").await);
    let zone =
        zone().srv(XMPPS, 5, 0, direct.port(), "a.example.org.").srv(XMPP, 1, 0, starttls.port(), "a.example.org.");
    let mut request = world.request(zone).await;
    request.settings.tls = TlsChoice::Direct;
    assert_eq!(reached(&request).await, "d");
    request.settings.tls = TlsChoice::StartTls;
    assert_eq!(reached(&request).await, "s");
}

#[tokio::test]
async fn starttls_wins_where_direct_tls_is_swallowed() {
    let world = World::new();
    let (listener, swallowed) = listen().await;
    let mut held = silent(listener);
    let starttls = world.starttls("s").await;
    let zone =
        zone().srv(XMPPS, 1, 0, swallowed.port(), "a.example.org.").srv(XMPP, 5, 0, starttls.port(), "a.example.org.");
    let mut connection = connect(&world.request(zone).await).await.unwrap();
    assert_eq!(opened(&mut connection).await.as_deref(), Some("s"));
    assert_eq!(connection.route, Route::StartTls { host: "a.example.org".to_owned(), port: starttls.port() });
    // The loser was tried, and dropped: its end comes.
    let mut lost = held.recv().await.unwrap();
    read_until(&mut lost, "never said").await;
}

#[tokio::test]
async fn the_next_server_is_tried_when_the_first_is_down() {
    let world = World::new();
    let (down, up) = (closed_port().await, world.direct("up").await);
    let zone = zone().srv(XMPPS, 1, 0, down, "a.example.org.").srv(XMPPS, 2, 0, up.port(), "a.example.org.");
    assert_eq!(reached(&world.request(zone).await).await, "up");
}

#[tokio::test]
async fn the_next_address_is_tried_when_the_first_is_down() {
    let world = World::new();
    let up = world.direct("up").await;
    // Nobody listens on the same port of the other addresses.
    let zone = Zone::default()
        .host("b.example.org", "::1")
        .host("b.example.org", "127.0.0.2")
        .host("b.example.org", "127.0.0.1")
        .srv(XMPPS, 1, 0, up.port(), "b.example.org.");
    assert_eq!(reached(&world.request(zone).await).await, "up");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_no_server() {
    let world = World::new();
    let error = connect(&world.request(Zone::default()).await).await.unwrap_err();
    assert_eq!(error, ConnectError::ServerNotFound { domain: "example.org".to_owned() });
}

#[tokio::test]
async fn a_domain_that_refuses_xmpp_is_not_connected_to() {
    let world = World::new();
    let zone = Zone::default().srv(XMPP, 0, 0, 0, ".").srv(XMPPS, 0, 0, 0, ".");
    let error = connect(&world.request(zone).await).await.unwrap_err();
    assert_eq!(error, ConnectError::ServerNotFound { domain: "example.org".to_owned() });
}

/// The clock stands still and jumps when nothing moves, so that the wait for nobody's answer costs nothing.
#[tokio::test(start_paused = true)]
async fn without_a_name_server_the_look_up_is_what_failed() {
    let world = World::new();
    let mut request = world.request(Zone::default()).await;
    request.settings.dns = Some(format!("127.0.0.1:{}", closed_port().await));
    let start = tokio::time::Instant::now();
    let error = connect(&request).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { step: Step::LookingUp, .. }), "{error}");
    assert!(start.elapsed() <= LOOK_UP, "services and addresses are asked for at the same time");
}

#[tokio::test]
async fn a_server_that_is_down_is_unreachable_when_connecting() {
    let world = World::new();
    let zone = zone().srv(XMPPS, 1, 0, closed_port().await, "a.example.org.");
    let error = connect(&world.request(zone).await).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { step: Step::Connecting, .. }), "{error}");
}

#[tokio::test]
async fn a_bad_certificate_is_told_although_other_ways_failed_otherwise() {
    let world = World::new();
    let leaf = world.authority.leaf(&["a.example.org"]);
    let wrong = direct_server(leaf.acceptor(&[]), called("wrong")).await;
    let zone = zone()
        .srv(XMPPS, 1, 0, wrong.port(), "a.example.org.")
        .srv(XMPPS, 2, 0, closed_port().await, "a.example.org.")
        .srv(XMPP, 2, 0, closed_port().await, "nowhere.example.org.");
    let error = connect(&world.request(zone).await).await.unwrap_err();
    assert!(matches!(error, ConnectError::Certificate { reason: CertificateReason::WrongName, .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_a_person_set_is_the_only_one_tried() {
    let world = World::new();
    let (starttls, other) = (world.starttls("s").await, world.direct("d").await);
    let zone = zone().srv(XMPPS, 1, 0, other.port(), "a.example.org.");
    let mut request = world.request(zone).await;
    request.settings.server = Some(format!("a.example.org:{}", starttls.port()));
    assert_eq!(reached(&request).await, "s");
    request.settings.server = Some(format!("127.0.0.1:{}", closed_port().await));
    let error = connect(&request).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { step: Step::Connecting, .. }), "{error}");
}

#[tokio::test]
async fn a_port_that_spoke_starttls_last_is_spoken_to_like_that_first() {
    let world = World::new();
    let (listener, address) = listen().await;
    let mut request = world.request(Zone::default()).await;
    let first_byte = async |request: &ConnectRequest| {
        let mut byte = [0];
        let server = async {
            let mut stream = listener.accept().await.unwrap().0;
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut byte).await.unwrap();
        };
        tokio::select! {
            _ = connect(request) => unreachable!("nobody answers"),
            () = server => {}
        }
        byte[0]
    };
    request.settings.server = Some(address.to_string());
    assert_eq!(first_byte(&request).await, 0x16, "a TLS record");
    request.last = Some(Route::StartTls { host: "127.0.0.1".to_owned(), port: address.port() });
    assert_eq!(first_byte(&request).await, b'<');
}

#[tokio::test]
async fn the_route_that_worked_last_needs_no_look_up() {
    let world = World::new();
    let (last, announced) = (world.direct("last").await, world.direct("announced").await);
    let zone = zone().srv(XMPPS, 1, 0, announced.port(), "a.example.org.");
    let mut request = world.request(zone).await;
    request.last = Some(Route::Direct { host: "127.0.0.1".to_owned(), port: last.port() });
    assert_eq!(reached(&request).await, "last");
    request.last = Some(Route::Direct { host: "127.0.0.1".to_owned(), port: closed_port().await });
    assert_eq!(reached(&request).await, "announced");
}

#[tokio::test]
async fn the_place_for_a_resumption_goes_first() {
    let world = World::new();
    let (place, last) = (world.direct("place").await, world.direct("last").await);
    let mut request = world.request(Zone::default()).await;
    request.last = Some(Route::Direct { host: "127.0.0.1".to_owned(), port: last.port() });
    request.location = Some(place.to_string());
    assert_eq!(reached(&request).await, "place");
    request.location = Some("not a place".to_owned());
    assert_eq!(reached(&request).await, "last");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_named() {
    let error = async |change: fn(&mut ConnectRequest)| {
        let mut request = ConnectRequest { domain: "example.org".to_owned(), ..ConnectRequest::default() };
        // Nothing of the machine is needed.
        request.settings.pinned = Some([0; 32]);
        change(&mut request);
        connect(&request).await.unwrap_err()
    };
    let bad = |field| ConnectError::BadSetting { field };
    assert_eq!(error(|request| request.domain = "a b".to_owned()).await, bad("domain"));
    assert_eq!(error(|request| request.settings.dns = Some("nowhere".to_owned())).await, bad("dns"));
    assert_eq!(error(|request| request.settings.server = Some("a:b:c".to_owned())).await, bad("server"));
    assert_eq!(error(|request| request.settings.websocket = Some("https://a/".to_owned())).await, bad("websocket"));
    assert_eq!(
        error(|request| request.settings.websocket = Some("ws://a/".to_owned())).await,
        ConnectError::NoEncryption
    );
}

#[test]
fn the_error_that_tells_most_is_told() {
    let unreachable = |step| ConnectError::Unreachable { step, detail: String::new() };
    let told = |errors: &[&ConnectError]| ConnectError::most_telling(errors.iter().map(|error| (*error).clone()));
    let (early, late) = (unreachable(Step::Connecting), unreachable(Step::Securing));
    let nobody = ConnectError::ServerNotFound { domain: String::new() };
    assert_eq!(told(&[&late, &early, &nobody]), Some(late.clone()));
    assert_eq!(told(&[&nobody, &early]), Some(early.clone()));
    assert_eq!(told(&[&ConnectError::NoEncryption, &late]), Some(ConnectError::NoEncryption));
    assert_eq!(told(&[]), None);
}
