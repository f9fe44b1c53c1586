//! Free ports on loopback that stay ours until they are dropped, also between test processes.
//!
//! A port that was merely found free can be taken by another test, or by an outgoing connection, before the server binds it.
//! So a port is chosen below the range of outgoing connections, and it is reserved by a UDP socket of the same number on an
//! address that nobody else uses: the system gives it back when the process dies.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::error::{Context, Result};

const RESERVATIONS: Ipv4Addr = Ipv4Addr::new(127, 77, 77, 77);
/// Above the last of those that browsers connect to never, whoever listens there (10080: the bad ports of the Fetch standard).
const FIRST: u16 = 10_081;
const COUNT: u16 = 20_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port on 127.0.0.1 for TCP and UDP.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _reservation: UdpSocket,
}

impl Port {
    /// Reserves a free port.
    pub fn reserve() -> Result<Port> {
        // Processes begin at different places, so that they seldom meet.
        let start = (std::process::id().wrapping_mul(7919) % u32::from(COUNT)) as u16;
        let mut refusal = std::io::Error::other("every port is taken");
        for _ in 0..COUNT {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            let number = FIRST + start.wrapping_add(step) % COUNT;
            match try_reserve(number) {
                Ok(reservation) => return Ok(Port { number, _reservation: reservation }),
                Err(error) => refusal = error,
            }
        }
        Err(refusal).context("reserving a port")
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

fn try_reserve(number: u16) -> std::io::Result<UdpSocket> {
    let reservation = UdpSocket::bind((RESERVATIONS, number))?;
    TcpListener::bind((Ipv4Addr::LOCALHOST, number))?;
    UdpSocket::bind((Ipv4Addr::LOCALHOST, number))?;
    Ok(reservation)
}

#[cfg(test)]
mod ports_tests {
    use super::Port;
    use std::collections::BTreeSet;

    #[test]
    fn reserved_ports_differ_and_can_be_bound() {
        let ports: Vec<Port> = (0..50).map(|_| Port::reserve().unwrap()).collect();
        let numbers: BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 50);
        for number in numbers {
            std::net::TcpListener::bind(("127.0.0.1", number)).unwrap();
        }
    }
}
