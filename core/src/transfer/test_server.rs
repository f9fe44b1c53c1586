//! A web server for the tests of this folder, which does what a test says: also what no good one does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Which one it is, from 0.
    pub number: usize,
    /// The request line and the headers.
    pub head: String,
    /// The path.
    pub path: String,
    /// What was put, as far as it was read.
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// Where the range that is asked for begins.
    pub fn from(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What is done with a request.
#[derive(Clone, Default)]
pub(super) struct Answer {
    pub status: u16,
    /// Further lines of the head.
    pub headers: Vec<String>,
    /// The length that is announced; None: nothing is, and the connection's end is that of the body.
    pub length: Option<usize>,
    pub body: Arc<Vec<u8>>,
    /// Which part of the body is sent, and then the connection is closed.
    pub sent: std::ops::Range<usize>,
    /// Nothing more comes then, but the connection stays.
    pub hangs: bool,
}

impl Answer {
    pub fn status(status: u16) -> Answer {
        Answer { status, length: Some(0), ..Answer::default() }
    }

    pub fn to(location: &str) -> Answer {
        Answer { headers: vec![format!("Location: {location}")], ..Answer::status(302) }
    }

    /// All of it.
    pub fn whole(body: &Arc<Vec<u8>>) -> Answer {
        Answer { status: 200, length: Some(body.len()), body: body.clone(), sent: 0..body.len(), ..Answer::default() }
    }

    /// What was asked for, as a good server gives it.
    pub fn good(request: &Request, body: &Arc<Vec<u8>>) -> Answer {
        let Some(from) = request.from() else { return Answer::whole(body) };
        let end = body.len();
        if from >= end {
            return Answer { headers: vec![format!("Content-Range: bytes */{end}")], ..Answer::status(416) };
        }
        let range = format!("Content-Range: bytes {from}-{}/{end}", end - 1);
        Answer { status: 206, headers: vec![range], length: Some(end - from), sent: from..end, ..Answer::whole(body) }
    }

    /// The same, but cut after so many bytes.
    pub fn cut(mut self, after: usize) -> Answer {
        self.sent.end = self.sent.end.min(self.sent.start + after);
        self
    }

    pub fn header(mut self, line: &str) -> Answer {
        self.headers.push(line.to_owned());
        self
    }
}

/// A server; it serves until the test ends.
pub(super) struct Server {
    pub address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Mutex<Vec<Request>>>,
}

/// How many bytes of what is put are read before the connection is cut; None: all.
type Patience = fn(usize) -> Option<usize>;

impl Server {
    /// A server in the open.
    pub async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
        Server::with(None, |_| None, answer).await
    }

    /// A server that loses patience with what is put.
    pub async fn impatient(patience: Patience, answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
        Server::with(None, patience, answer).await
    }

    pub async fn with(
        tls: Option<TlsAcceptor>,
        patience: Patience,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Server { address, scheme, seen: seen.clone() };
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, seen, answer) = (tls.clone(), seen.clone(), answer.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &seen, patience, &*answer).await,
                            Err(_) => None,
                        },
                        None => serve(stream, &seen, patience, &*answer).await,
                    }
                });
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> crate::model::file::FileUrl {
        crate::model::file::FileUrl::parse(&format!("{}://{}{path}", self.scheme, self.address)).unwrap()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

/// One request, and its answer. None at any trouble: the connection ends.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<Request>>,
    patience: Patience,
    answer: &(dyn Fn(&Request) -> Answer + Send + Sync),
) -> Option<()> {
    let mut got = Vec::new();
    let end = loop {
        if let Some(end) = got.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut got).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(got[..end].to_vec()).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let body = got.split_off(end + 4);
    let mut request = Request { number: 0, head, path, body };
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let number = {
        let mut seen = seen.lock().unwrap();
        request.number = seen.len();
        seen.push(request.clone());
        request.number
    };
    let most = patience(number).unwrap_or(length).min(length);
    while request.body.len() < most {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            break;
        }
    }
    seen.lock().unwrap()[number].body.clone_from(&request.body);
    if most < length {
        return None;
    }
    let answer = answer(&request);
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status);
    head.extend(answer.headers.iter().map(|line| format!("{line}\r\n")));
    head.extend(answer.length.map(|length| format!("Content-Length: {length}\r\n")));
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&answer.body[answer.sent.clone()]).await.ok()?;
    stream.flush().await.ok()?;
    if answer.hangs {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    stream.shutdown().await.ok()
}

/// A certificate for this machine's address: what trusts its issuer, and a server that has it.
pub(super) fn certificate() -> (tempfile::NamedTempFile, TlsAcceptor, [u8; 32]) {
    use sha2::Digest as _;
    use std::io::Write as _;

    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Good");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(params.self_signed(&key).unwrap().pem().as_bytes()).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let der = leaf.der().clone();
    let fingerprint = sha2::Sha256::digest(&der).into();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (file, TlsAcceptor::from(Arc::new(config)), fingerprint)
}
