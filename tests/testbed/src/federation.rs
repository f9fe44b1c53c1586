//! Several servers that reach each other, found by a name server of their own.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::certificates::Authority;
use crate::dns::{Dns, Record};
use crate::error::Result;
use crate::server::{Options, Server, ServerKind};

/// Servers under one certificate authority, and the name server that knows them.
pub struct Federation {
    /// The servers, in the order in which they were given.
    pub servers: Vec<Server>,
    /// The name server, with the records that clients look for as well.
    pub dns: Dns,
}

impl Federation {
    /// Starts them all.
    pub fn start(servers: Vec<(ServerKind, Options)>) -> Result<Federation> {
        let authority = Arc::new(Authority::new()?);
        let mut dns = Dns::start(&[])?;
        let start = |(kind, options): (ServerKind, Options)| {
            Server::start(kind, options.authority(&authority).name_server(dns.port()))
        };
        let servers = servers.into_iter().map(start).collect::<Result<Vec<_>>>()?;
        dns.add(&servers.iter().flat_map(records).collect::<Vec<_>>())?;
        Ok(Federation { servers, dns })
    }
}

/// What a name server says of a server: where its domains are for clients (STARTTLS and direct TLS) and for other servers.
pub fn records(server: &Server) -> Vec<Record> {
    let mut records = Vec::new();
    for domain in server.domains() {
        let host = format!("xmpp.{domain}");
        let service =
            |kind: &str, of: &str, host: &str, port| Record::service(&format!("_{kind}._tcp.{of}"), host, port, 5, 0);
        records.push(Record::address(&host, Ipv4Addr::LOCALHOST));
        records.push(Record::address(domain, Ipv4Addr::LOCALHOST));
        records.push(service("xmpp-client", domain, &host, server.starttls_port()));
        records.push(service("xmpps-client", domain, &host, server.direct_tls_port()));
        for of in [domain.clone(), format!("conference.{domain}")] {
            // ejabberd asks DNS for the service, and the system's resolver, which knows nothing of this one, for the host.
            records.push(service("xmpp-server", &of, "localhost", server.federation_port()));
        }
    }
    records
}
