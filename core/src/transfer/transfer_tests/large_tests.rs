//! 100 MB, as `LARIMAR_FULL=1` and the figures want them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Instant;

use super::super::test_server::{Answer, Server};
use super::*;

const LARGE: usize = 100_000_000;

#[tokio::test]
async fn a_large_file_arrives_over_ten_cuts() {
    if std::env::var_os("LARIMAR_FULL").is_none() {
        return;
    }
    let bytes = content(LARGE);
    for (wanted, lies) in [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes))] {
        let tenth = lies.len() / 10;
        let server = Server::start(move |request| Answer::good(request, &lies).cut(tenth)).await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
    }
}

/// A server that gives a file away as fast as it can, and reads what is put into nothing.
fn blast(body: Arc<Vec<u8>>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let body = body.clone();
            std::thread::spawn(move || blast_one(stream.unwrap(), &body));
        }
    });
    address
}

fn blast_one(mut stream: TcpStream, body: &[u8]) -> Option<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?.to_lowercase();
    if let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length:")) {
        if head.contains("100-continue") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
        }
        let (mut left, mut buffer) = (length.trim().parse::<usize>().ok()?, vec![0; 256 << 10]);
        while left > 0 {
            left -= stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        }
        return stream.write_all(b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").ok();
    }
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()
}

/// Resident memory in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// Run by hand: `cargo test --release -p larimar --lib -- --ignored --nocapture 100_mb_beside_curl`.
#[tokio::test]
#[ignore = "a measurement"]
async fn a_file_of_100_mb_beside_curl() {
    let bytes = content(LARGE);
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    std::fs::write(&source, &*bytes).unwrap();
    let (open, closed) = (blast(bytes.clone()), blast(sealed(&bytes)));
    let curl = |arguments: &[&str]| {
        let start = Instant::now();
        assert!(Command::new("curl").args(["-s", "-o"]).args(arguments).status().unwrap().success());
        start.elapsed().as_secs_f64()
    };
    let place = folder.path().join("place");
    let (place_name, source_name) = (place.to_str().unwrap(), source.to_str().unwrap());
    let url = |address: std::net::SocketAddr| FileUrl::parse(&format!("http://{address}/f")).unwrap();
    let web = web();
    for _ in 0..3 {
        let down = curl(&[place_name, url(open).as_str()]);
        let up = curl(&["/dev/null", "-T", source_name, url(open).as_str()]);
        println!("curl: down {down:.3} s, up {up:.3} s");
        for (name, address, wanted) in [("plain", open, plain(&bytes)), ("encrypted", closed, encrypted())] {
            let (before, mut most, start) = (resident(), 0, Instant::now());
            let (url, key) = (url(address), wanted.key.is_some());
            let download = Download { url: &url, wanted: &wanted, largest: 1 << 30, place: &place };
            super::super::download(&web, &download, &mut |_| most = most.max(resident())).await.unwrap();
            let down = start.elapsed().as_secs_f64();
            let memory_down = most.saturating_sub(before) as f64 / 1e6;
            let slot = Slot { put: url.clone(), headers: vec![], get: url.clone() };
            let upload = Upload { source: &source, size: LARGE as u64, slot: &slot, media_type: None, encrypt: key };
            let (before, mut most, start) = (resident(), 0, Instant::now());
            super::super::upload(&web, &upload, &mut |_| most = most.max(resident())).await.unwrap();
            let up = start.elapsed().as_secs_f64();
            let memory_up = most.saturating_sub(before) as f64 / 1e6;
            println!("{name}: down {down:.3} s (+{memory_down:.1} MB), up {up:.3} s (+{memory_up:.1} MB)");
        }
    }
}
