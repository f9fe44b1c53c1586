//! A real DNS server (dnsmasq) on loopback with records of our own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::ports::Port;
use crate::process::{Process, tail};

/// A record that the server answers with.
#[derive(Debug, Clone)]
pub enum Record {
    /// An A or AAAA record; a name may have several.
    Address {
        /// The host's name.
        name: String,
        /// One of its addresses.
        address: IpAddr,
    },
    /// An SRV record (RFC 2782).
    Service {
        /// The service's name, such as `_xmpps-client._tcp.one.test`.
        name: String,
        /// The host that offers it; empty for the target `.`: the service is decidedly not there.
        target: String,
        /// Its port.
        port: u16,
        /// Lower ones are tried first.
        priority: u16,
        /// Among equals, the share of the clients.
        weight: u16,
    },
    /// A TXT record.
    Text {
        /// The name.
        name: String,
        /// Its one string.
        text: String,
    },
}

impl Record {
    /// An address of a host.
    pub fn address(name: &str, address: impl Into<IpAddr>) -> Record {
        Record::Address { name: name.to_owned(), address: address.into() }
    }

    /// A host that offers a service; the host's own address record comes beside it.
    pub fn service(name: &str, target: &str, port: u16, priority: u16, weight: u16) -> Record {
        Record::Service { name: name.to_owned(), target: target.to_owned(), port, priority, weight }
    }

    /// Says that a service is decidedly not there (RFC 2782: the target `.`).
    pub fn no_service(name: &str) -> Record {
        Record::service(name, "", 0, 0, 0)
    }

    fn argument(&self) -> String {
        match self {
            Record::Address { name, address } => format!("--host-record={name},{address}"),
            Record::Service { name, target, .. } if target.is_empty() => format!("--srv-host={name}"),
            Record::Service { name, target, port, priority, weight } => {
                format!("--srv-host={name},{target},{port},{priority},{weight}")
            }
            Record::Text { name, text } => format!("--txt-record={name},{text}"),
        }
    }
}

/// A running DNS server. It knows its records and nothing else: every other name does not exist.
pub struct Dns {
    port: Port,
    records: Vec<Record>,
    process: Option<Process>,
    /// Last, so that the process is gone when the folder goes.
    folder: Folder,
}

impl Dns {
    /// Starts it, and waits until it answers.
    pub fn start(records: &[Record]) -> Result<Dns> {
        let folder = Folder::new("dns")?;
        let mut dns = Dns { port: Port::reserve()?, records: records.to_vec(), process: None, folder };
        dns.run()?;
        Ok(dns)
    }

    /// Knows these records as well from now on.
    pub fn add(&mut self, records: &[Record]) -> Result<()> {
        self.records.extend_from_slice(records);
        self.run()
    }

    /// Knows these records instead from now on.
    pub fn replace(&mut self, records: &[Record]) -> Result<()> {
        self.records = records.to_vec();
        self.run()
    }

    fn run(&mut self) -> Result<()> {
        self.process = None;
        let places = ["/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"];
        let program = places.iter().find(|path| Path::new(path).exists());
        let program = program.ok_or_else(|| Error::Missing { what: "dnsmasq".to_owned(), part: "servers" })?;
        let mut command = Command::new(program);
        command.args(["--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--log-queries"]);
        command.args(["--bind-interfaces", "--listen-address=127.0.0.1", "--address=/#/", "--local-ttl=60"]);
        command.arg(format!("--port={}", self.port())).args(self.records.iter().map(Record::argument));
        let mut process = Process::start(command, &self.folder.join("dnsmasq.log"))?;
        process.until_ready("dnsmasq", Duration::from_secs(20), || answers(self.port()))?;
        self.process = Some(process);
        Ok(())
    }

    /// Its port on 127.0.0.1, for UDP and TCP.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Where it is asked.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port()).into()
    }

    /// What it was asked and answered, as far as its log's last lines tell.
    pub fn log(&self) -> String {
        tail(&self.folder.join("dnsmasq.log"))
    }

    /// Freezes it: questions stay without an answer.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        if let Some(process) = &self.process {
            process.signal(name);
        }
    }
}

/// Whether a question for `ready.test` is answered at all.
fn answers(port: u16) -> io::Result<()> {
    const QUESTION: &[u8] = b"\x4c\x61\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05ready\x04test\x00\x00\x01\x00\x01";
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
    socket.send(QUESTION)?;
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer)?;
    if answer.get(..length).is_some_and(|answer| answer.starts_with(b"\x4c\x61")) {
        Ok(())
    } else {
        Err(io::Error::other("no answer"))
    }
}
