//! The order in which a host's addresses are tried.

use std::net::IpAddr;

/// Alternates between the families, IPv6 first, each in its own order (RFC 8305 section 4).
pub(super) fn interleave(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let (six, four): (Vec<_>, Vec<_>) = addresses.into_iter().partition(IpAddr::is_ipv6);
    let (mut six, mut four) = (six.into_iter(), four.into_iter());
    let mut out = Vec::new();
    loop {
        let before = out.len();
        out.extend(six.next());
        out.extend(four.next());
        if out.len() == before {
            return out;
        }
    }
}

#[cfg(test)]
mod families_tests {
    use super::*;

    #[test]
    fn families_alternate() {
        let read = |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
        let mixed = read(&["10.0.0.1", "10.0.0.2", "10.0.0.3", "::1", "::2"]);
        assert_eq!(interleave(mixed), read(&["::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"]));
        assert_eq!(interleave(Vec::new()), Vec::<IpAddr>::new());
    }
}
