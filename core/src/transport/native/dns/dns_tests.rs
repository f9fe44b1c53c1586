//! Questions to a name server on loopback.

use super::*;
use crate::transport::native::test_servers::{Zone, closed_port};

fn resolver(server: &str) -> Resolver {
    Resolver::new(Some(server)).unwrap()
}

fn ips(list: &[&str]) -> Vec<IpAddr> {
    list.iter().map(|ip| ip.parse().unwrap()).collect()
}

#[tokio::test]
async fn services_and_addresses_are_found() {
    let zone = Zone::default()
        .srv("_xmpp-client._tcp.example.org", 5, 10, 5222, "A.Example.org.")
        .host("a.example.org", "10.0.0.1")
        .host("a.example.org", "2001:db8::1");
    let resolver = resolver(&zone.serve(None).await);
    let record = SrvRecord { priority: 5, weight: 10, host: "a.example.org".to_owned(), port: 5222 };
    assert_eq!(resolver.srv("_xmpp-client._tcp.example.org").await, Ok(vec![record]));
    let mut found = resolver.addresses("a.example.org").await.unwrap();
    found.sort();
    assert_eq!(found, ips(&["10.0.0.1", "2001:db8::1"]));
}

#[tokio::test]
async fn a_service_that_is_refused_has_no_host() {
    let zone = Zone::default().srv("_xmpp-client._tcp.example.org", 0, 0, 0, ".");
    let resolver = resolver(&zone.serve(None).await);
    assert_eq!(resolver.srv("_xmpp-client._tcp.example.org").await.unwrap()[0].host, "");
}

#[tokio::test]
async fn what_does_not_exist_is_told_from_what_cannot_be_asked() {
    let zone = Zone::default().host("a.example.org", "10.0.0.1");
    let there = resolver(&zone.serve(None).await);
    assert_eq!(there.srv("_xmpp-client._tcp.example.org").await, Err(LookupError::NotFound));
    assert_eq!(there.addresses("b.example.org").await, Err(LookupError::NotFound));
    assert_eq!(there.srv("a.example.org").await, Err(LookupError::NotFound));
}

/// The clock stands still and jumps when nothing moves, so that the wait for nobody's answer costs nothing.
#[tokio::test(start_paused = true)]
async fn a_name_server_that_is_not_there_is_a_failure() {
    let gone = resolver(&format!("127.0.0.1:{}", closed_port().await));
    assert!(matches!(gone.addresses("a.example.org").await, Err(LookupError::Failed(_))));
    assert!(matches!(gone.srv("a.example.org").await, Err(LookupError::Failed(_))));
}

#[tokio::test]
async fn a_name_server_that_is_silent_about_one_family_does_not_hold_up_the_other() {
    let zone = Zone::default().host("a.example.org", "10.0.0.1");
    let resolver = resolver(&zone.serve(Some(RecordType::AAAA)).await);
    let start = std::time::Instant::now();
    assert_eq!(resolver.addresses("a.example.org").await, Ok(ips(&["10.0.0.1"])));
    assert!(start.elapsed() < QUESTION);
}

#[tokio::test]
async fn an_address_needs_no_question() {
    let resolver = resolver("127.0.0.1:9");
    assert_eq!(resolver.addresses("[::1]").await, Ok(ips(&["::1"])));
    assert_eq!(resolver.addresses("10.0.0.1").await, Ok(ips(&["10.0.0.1"])));
}

#[test]
fn only_an_address_can_be_a_name_server() {
    assert!(Resolver::new(Some("example.org:53")).is_none());
    assert!(Resolver::new(Some("")).is_none());
}
