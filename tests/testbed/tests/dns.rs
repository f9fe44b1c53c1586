//! The name server answers with its records and nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use larimar_testbed::{Dns, Record};

const A: u16 = 1;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const NAME_ERROR: u8 = 3;

/// Asks for a name's records of this type: the response code, how many answers there are, and the whole message (RFC 1035).
fn ask(dns: &Dns, name: &str, kind: u16) -> (u8, u16, Vec<u8>) {
    let mut question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00".to_vec();
    for label in name.split('.') {
        question.push(label.len() as u8);
        question.extend(label.as_bytes());
    }
    question.push(0);
    question.extend(kind.to_be_bytes());
    question.extend(1u16.to_be_bytes());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket.send_to(&question, dns.address()).unwrap();
    let mut answer = vec![0; 1500];
    let length = socket.recv(&mut answer).unwrap();
    answer.truncate(length);
    (answer[3] & 15, u16::from_be_bytes([answer[6], answer[7]]), answer.split_off(question.len()))
}

#[test]
fn answers_with_its_records_and_nothing_else() {
    let dns = Dns::start(&[
        Record::address("xmpp.one.test", Ipv4Addr::LOCALHOST),
        Record::address("xmpp.one.test", Ipv6Addr::LOCALHOST),
        Record::service("_xmpps-client._tcp.one.test", "xmpp.one.test", 5223, 5, 10),
        Record::service("_xmpps-client._tcp.one.test", "other.one.test", 5224, 6, 90),
        Record::no_service("_xmpp-client._tcp.one.test"),
    ])
    .unwrap();
    let (code, count, services) = ask(&dns, "_xmpps-client._tcp.one.test", SRV);
    assert_eq!((code, count), (0, 2));
    for (priority, weight, port) in [(5u16, 10u16, 5223u16), (6, 90, 5224)] {
        let data = [priority, weight, port].map(u16::to_be_bytes).concat();
        assert!(services.windows(6).any(|window| window == data), "{services:?}");
    }
    let (code, count, none) = ask(&dns, "_xmpp-client._tcp.one.test", SRV);
    assert_eq!((code, count), (0, 1));
    // Length 7: priority, weight, port and the root's empty name.
    assert_eq!(&none[none.len() - 9..none.len() - 7], [0, 7]);
    assert_eq!(none.last(), Some(&0));
    let (_, count, four) = ask(&dns, "xmpp.one.test", A);
    assert_eq!((count, &four[four.len() - 4..]), (1, &[127, 0, 0, 1][..]));
    assert_eq!(ask(&dns, "xmpp.one.test", AAAA).1, 1);
    assert_eq!(ask(&dns, "other.one.test", A).0, NAME_ERROR, "{}", dns.log());
    assert_eq!(ask(&dns, "_xmpp-client._tcp.two.test", SRV).0, NAME_ERROR);
}
