//! Which addresses are asked for files, and how patiently.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::error::TransferError;
use crate::model::file::FileUrl;
use crate::platform::time;

/// Which addresses are reached. A link comes from whoever wrote a message: it must not make us ask machines at home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Also private networks and this machine: for the account's own server, which may stand there.
    pub private: bool,
    /// Also `http:` on this machine: for the account's own server, if it is there.
    pub http_on_loopback: bool,
}

impl Reach {
    /// Whether an address may be asked, as far as it tells; names are looked at when they are resolved.
    pub(super) fn allows(self, url: &FileUrl) -> bool {
        let inside_tls = url.is_https() || (self.http_on_loopback && url.is_loopback());
        inside_tls && (self.private || url.ip().is_none_or(is_public))
    }
}

/// How transfers behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which addresses are reached.
    pub reach: Reach,
    /// How long nothing may happen.
    pub stall: Duration,
    /// How often it is tried again, if nothing was gained since the last time.
    pub retries: u32,
    /// How long is waited before the first of these; twice as long before each further one.
    pub pause: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options { reach: Reach::default(), stall: Duration::from_secs(30), retries: 3, pause: Duration::from_secs(1) }
    }
}

impl Options {
    /// Tries something until it succeeds, or fails in a way that does not pass, or has been tried often enough since `position`
    /// was further than ever.
    pub(super) async fn patiently<T>(
        &self,
        position: impl Fn() -> u64,
        mut attempt: impl AsyncFnMut() -> Result<T, TransferError>,
    ) -> Result<T, TransferError> {
        let (mut failures, mut furthest) = (0, position());
        loop {
            match attempt().await {
                Err(error) if error.is_passing() => {
                    failures = if position() > furthest { 1 } else { failures + 1 };
                    furthest = furthest.max(position());
                    if !self.may_retry(failures).await {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits before a further try, the nth since something was gained. False: it was tried often enough.
    pub(super) async fn may_retry(&self, failures: u32) -> bool {
        if failures > self.retries {
            return false;
        }
        time::sleep(self.pause * 2_u32.saturating_pow(failures.saturating_sub(1).min(5))).await;
        true
    }
}

/// Whether an address is one of the public internet (IANA's registries of special-purpose addresses).
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => {
            let [first, second, .., last_but_one, last] = ip.segments();
            let embedded = || {
                let ([a, b], [c, d]) = (last_but_one.to_be_bytes(), last.to_be_bytes());
                Ipv4Addr::new(a, b, c, d)
            };
            match first {
                // ::ffff:a.b.c.d, and the translators' 64:ff9b::a.b.c.d, are IPv4. The rest of ::/8 is nobody's.
                0 => ip.to_ipv4_mapped().is_some_and(is_public_v4),
                0x64 if second == 0xff9b => is_public_v4(embedded()),
                // Global unicast, less what is in documents, 6to4 and Teredo (which embed other addresses).
                0x2000..=0x3fff => !(first == 0x2001 && (second == 0 || second == 0xdb8)) && first != 0x2002,
                _ => false,
            }
        }
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19));
    !(a == 0 || a >= 224 || ip.is_private() || ip.is_loopback() || ip.is_link_local() || shared || special)
}

#[cfg(test)]
mod reach_tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.1.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["9.9.9.9", "172.32.0.1", "100.128.0.1", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn a_link_reaches_only_what_it_may() {
        let url = |text: &str| FileUrl::parse(text).unwrap();
        let strangers = Reach::default();
        assert!(strangers.allows(&url("https://a.example/f")));
        for odd in
            ["http://a.example/f", "https://192.168.1.1/f", "https://0x7f.1/f", "https://2130706433/", "https://[::1]/"]
        {
            assert!(!strangers.allows(&url(odd)), "{odd}");
        }
        let own = Reach { private: true, http_on_loopback: false };
        assert!(own.allows(&url("https://192.168.1.1/f")) && !own.allows(&url("http://127.0.0.1/f")));
    }
}
