//! A web server for one folder, on loopback: pages of tests and of the demo.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::json;

use crate::Result;
use crate::error::Context as _;

/// A request's head may be so large, in bytes.
const HEAD: usize = 16 << 10;
/// Who says nothing for so long is not waited for.
const SILENCE: Duration = Duration::from_secs(10);

/// The path of what says where WebSocket is spoken (XEP-0156), and what it says, for pages that ask the place they came from.
pub fn host_meta(websocket: &str) -> (String, String) {
    let link = json!({"rel": "urn:xmpp:alt-connections:websocket", "href": websocket});
    ("/.well-known/host-meta.json".to_owned(), json!({ "links": [link] }).to_string())
}

/// A web server that runs as long as this lives.
pub struct WebServer {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What is served.
struct Site {
    folder: PathBuf,
    /// Documents that are in no folder, by path.
    documents: BTreeMap<String, String>,
}

impl WebServer {
    /// Serves a folder, and documents by their paths (`/.well-known/...`).
    ///
    /// # Errors
    /// Those of listening on loopback.
    pub fn start(folder: &Path, documents: BTreeMap<String, String>) -> Result<WebServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a web server")?;
        let address = listener.local_addr().context("a web server")?;
        let ends = Arc::new(AtomicBool::new(false));
        let site = Arc::new(Site { folder: folder.to_owned(), documents });
        let ended = Arc::clone(&ends);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let site = Arc::clone(&site);
                thread::spawn(move || {
                    // Who went away has what he wanted.
                    let _ = site.serve(&stream);
                });
            }
        });
        Ok(WebServer { address, ends, thread: Some(thread) })
    }

    /// Where it is; browsers take `localhost` for as safe as a page inside TLS.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.address.port())
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // It wakes by a connection, and sees that it ends.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Site {
    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(SILENCE))?;
        let mut reader = BufReader::new(std::io::Read::take(stream, HEAD as u64));
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = target.split('?').next().unwrap_or_default().to_owned();
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header == "\r\n" {
                break;
            }
        }
        match self.content(&path).filter(|_| method == "GET" || method == "HEAD") {
            Some((media_type, body)) => answer(stream, "200 OK", media_type, if method == "GET" { &body } else { &[] }),
            None => answer(stream, "404 Not Found", "text/plain", b"nothing here\n"),
        }
    }

    fn content(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        if let Some(document) = self.documents.get(path) {
            return Some(("application/json", document.clone().into_bytes()));
        }
        let below = Path::new(path.strip_prefix('/')?);
        let stays = below.components().all(|part| matches!(part, Component::Normal(_)));
        let mut file = stays.then(|| self.folder.join(below))?;
        if file.is_dir() {
            file.push("index.html");
        }
        Some((media_type(&file), std::fs::read(&file).ok()?))
    }
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn answer(mut stream: &TcpStream, status: &str, media_type: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\ncache-control: no-cache\r\n\
         connection: close\r\n\r\n"
    )?;
    stream.write_all(body)
}

#[cfg(test)]
mod web_tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use std::io::Read as _;

    use super::*;

    fn get(server: &WebServer, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_folder_is_served_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("a")).unwrap();
        std::fs::write(site.join("index.html"), "home").unwrap();
        std::fs::write(site.join("a/b.wasm"), "code").unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        let documents = BTreeMap::from([("/.well-known/host-meta.json".to_owned(), "{}".to_owned())]);
        let server = WebServer::start(&site, documents).unwrap();
        assert!(get(&server, "/?x").ends_with("\r\n\r\nhome"));
        let code = get(&server, "/a/b.wasm");
        assert!(code.contains("application/wasm") && code.ends_with("code"));
        assert!(get(&server, "/.well-known/host-meta.json").ends_with("{}"));
        for path in ["/../secret", "/a/../../secret", "//secret", "/nothing", "secret"] {
            assert!(get(&server, path).starts_with("HTTP/1.1 404"), "{path}");
        }
    }
}
