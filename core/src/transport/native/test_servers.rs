//! Servers for the tests of this folder: certificates of every kind, TLS, names, and scripts of what is said.

use std::collections::HashMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::model::account::ConnectionSettings;
use crate::transport::{ConnectRequest, Connection, Incoming, OpenRequest};

/// What a server says when a stream is opened.
pub(super) const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
     xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>";
pub(super) const STARTTLS_FEATURES: &str =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
pub(super) const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// A certificate authority.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

/// A server's certificate and key.
pub(super) struct Leaf {
    pub der: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    pub(super) fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for these names, changed as a test needs it.
    pub(super) fn leaf_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf { der: certificate.der().clone(), key }
    }

    pub(super) fn leaf(&self, names: &[&str]) -> Leaf {
        self.leaf_with(names, |_| {})
    }

    /// The list that takes back one certificate.
    pub(super) fn revocation_list(&self, serial: &[u8]) -> String {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2024, 1, 1),
            next_update: date_time_ymd(4000, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    /// A file with this authority in it.
    pub(super) fn file(&self) -> tempfile::NamedTempFile {
        file(&self.pem)
    }
}

pub(super) fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

impl Leaf {
    /// A TLS server with this certificate.
    pub(super) fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        self.acceptor_of(rustls::ALL_VERSIONS, protocols)
    }

    pub(super) fn acceptor_of(
        &self,
        versions: &[&'static rustls::SupportedProtocolVersion],
        protocols: &[&str],
    ) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A port on loopback.
pub(super) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A port on loopback where nobody listens.
pub(super) async fn closed_port() -> u16 {
    listen().await.1.port()
}

/// Reads until a text has come.
pub(super) async fn read_until(stream: &mut (impl AsyncRead + Unpin), text: &str) -> String {
    let mut got = Vec::new();
    while !String::from_utf8_lossy(&got).contains(text) {
        if stream.read_buf(&mut got).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&got).into_owned()
}

/// The server's side of STARTTLS up to `<proceed/>`; what the client said.
pub(super) async fn say_proceed(stream: &mut TcpStream, proceed: &str) -> String {
    let mut said = read_until(stream, "streams'>").await;
    stream.write_all(format!("{HEADER}{STARTTLS_FEATURES}").as_bytes()).await.unwrap();
    said += &read_until(stream, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").await;
    stream.write_all(proceed.as_bytes()).await.unwrap();
    said
}

/// A server that speaks TLS from the first byte and answers an opening with `reply`. It serves until the test ends.
pub(super) async fn direct_server(acceptor: TlsAcceptor, reply: String) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, reply) = (acceptor.clone(), reply.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream, &reply).await;
                }
            });
        }
    });
    address
}

/// A server that speaks STARTTLS and answers an opening inside TLS with `reply`.
pub(super) async fn starttls_server(acceptor: TlsAcceptor, reply: String) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (acceptor, reply) = (acceptor.clone(), reply.clone());
            tokio::spawn(async move {
                say_proceed(&mut stream, PROCEED).await;
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream, &reply).await;
                }
            });
        }
    });
    address
}

/// Waits for an opening, replies, and holds the connection until the client ends it.
async fn answer(mut stream: TlsStream<TcpStream>, reply: &str) {
    read_until(&mut stream, "streams'>").await;
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.flush().await;
    read_until(&mut stream, "never said").await;
}

/// A request for example.org at this address, that trusts this file.
pub(super) fn request(address: SocketAddr, ca: &tempfile::NamedTempFile) -> ConnectRequest {
    let settings = ConnectionSettings {
        server: Some(address.to_string()),
        ca: Some(ca.path().to_str().unwrap().to_owned()),
        ..ConnectionSettings::default()
    };
    ConnectRequest { domain: "example.org".to_owned(), settings, ..ConnectRequest::default() }
}

/// Opens a stream and gives the opening's id.
pub(super) async fn opened(connection: &mut Connection) -> Option<String> {
    connection.transport.open(&OpenRequest { to: "example.org".to_owned(), from: None });
    match connection.transport.receive().await.unwrap() {
        Incoming::Open(header) => header.id,
        other => panic!("{other:?}"),
    }
}

/// A name server on loopback. Names it does not know do not exist; a name with no records does.
#[derive(Clone, Default)]
pub(super) struct Zone(HashMap<(String, RecordType), Vec<RData>>);

impl Zone {
    pub(super) fn srv(mut self, name: &str, priority: u16, weight: u16, port: u16, target: &str) -> Zone {
        let data = RData::SRV(SRV::new(priority, weight, port, Name::from_ascii(target).unwrap()));
        self.0.entry((format!("{name}."), RecordType::SRV)).or_default().push(data);
        self
    }

    pub(super) fn host(mut self, name: &str, address: &str) -> Zone {
        let (kind, data) = match address.parse().unwrap() {
            std::net::IpAddr::V4(ip) => (RecordType::A, RData::A(A(ip))),
            std::net::IpAddr::V6(ip) => (RecordType::AAAA, RData::AAAA(AAAA(ip))),
        };
        self.0.entry((format!("{name}."), kind)).or_default().push(data);
        self
    }

    /// Serves until the test ends; "address:port". Questions of the kind `silent` are not answered.
    pub(super) async fn serve(self, silent: Option<RecordType>) -> String {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let mut buffer = [0; 2048];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let question = Message::from_vec(&buffer[..length]).unwrap();
                let query = question.queries[0].clone();
                if Some(query.query_type()) == silent {
                    continue;
                }
                let name = query.name().to_ascii().to_ascii_lowercase();
                let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
                reply.metadata.message_type = MessageType::Response;
                reply.metadata.recursion_available = true;
                if !self.0.keys().any(|(known, _)| *known == name) {
                    reply.metadata.response_code = ResponseCode::NXDomain;
                }
                let found = self.0.get(&(name, query.query_type())).cloned().unwrap_or_default();
                reply.add_answers(found.into_iter().map(|data| Record::from_rdata(query.name().clone(), 60, data)));
                reply.add_query(query);
                let _ = socket.send_to(&reply.to_vec().unwrap(), from).await;
            }
        });
        address
    }
}
