//! Hosts and ports as people and servers write them.

use std::net::{IpAddr, Ipv6Addr};

/// The ASCII form of a domain for DNS and certificates (IDNA, UTS 46 without transitional mappings), or the address if it
/// is one. None if it is neither.
pub(super) fn ascii(domain: &str) -> Option<String> {
    if let Some(ip) = address(domain) {
        return Some(ip.to_string());
    }
    let ascii = idna::domain_to_ascii(domain.trim_end_matches('.')).ok()?;
    // A label of more than 63 bytes, or a name of more than 253, cannot be asked for (RFC 1035 section 2.3.4).
    let fits = (1..=253).contains(&ascii.len()) && ascii.split('.').all(|label| (1..=63).contains(&label.len()));
    // Digits and dots alone can only be half an address.
    let letters = ascii.rsplit('.').next().is_some_and(|label| !label.bytes().all(|b| b.is_ascii_digit()));
    let clean = ascii.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    (fits && letters && clean).then_some(ascii)
}

/// An IP address, with or without the brackets of RFC 3986.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

/// Reads "host:port", "address:port" or "[address]:port". A port may be left out where there is a usual one.
pub(super) fn host_and_port(text: &str, usual: Option<u16>) -> Option<(String, u16)> {
    let text = text.trim();
    if let Some(ip) = address(text) {
        return Some((ip.to_string(), usual?));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)?),
        None => (text, usual?),
    };
    // An IPv6 address with a port and no brackets could mean two things.
    if host.contains(':') && !host.starts_with('[') {
        return None;
    }
    Some((ascii(host)?, port))
}

#[cfg(test)]
mod names_tests {
    use super::*;

    #[test]
    fn domains_become_ascii() {
        assert_eq!(ascii("example.org").as_deref(), Some("example.org"));
        assert_eq!(ascii("Bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(ascii("straße.example").as_deref(), Some("xn--strae-oqa.example"));
        assert_eq!(ascii("例え.テスト").as_deref(), Some("xn--r8jz45g.xn--zckzah"));
        assert_eq!(ascii("example.org.").as_deref(), Some("example.org"));
        assert_eq!(ascii("[::1]").as_deref(), Some("::1"));
        assert_eq!(ascii("127.0.0.1").as_deref(), Some("127.0.0.1"));
        for wrong in ["", ".", "a..b", "a b", "a/b", "127.0.0", &"a".repeat(64), &"abcdefg.".repeat(40)] {
            assert_eq!(ascii(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hosts_with_ports_are_read() {
        let read = |text| host_and_port(text, Some(5222)).map(|(host, port)| format!("{host} {port}"));
        assert_eq!(read("example.org:5223").as_deref(), Some("example.org 5223"));
        assert_eq!(read("example.org").as_deref(), Some("example.org 5222"));
        assert_eq!(read("[2001:db8::1]:443").as_deref(), Some("2001:db8::1 443"));
        assert_eq!(read("2001:db8::1").as_deref(), Some("2001:db8::1 5222"));
        assert_eq!(read("127.0.0.1:1").as_deref(), Some("127.0.0.1 1"));
        assert_eq!(read("bücher.example:1").as_deref(), Some("xn--bcher-kva.example 1"));
        for wrong in ["example.org:0", "example.org:65536", "example.org:", ":5222", "", "[::1]x:1", "2001:db8::1:x"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(host_and_port("example.org", None), None);
    }
}
