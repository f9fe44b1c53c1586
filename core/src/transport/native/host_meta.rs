//! Finding a domain's WebSocket address (XEP-0156), over HTTPS alone.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use crate::transport::host_meta::{SIZE_LIMIT, from_json, from_xml};

use super::attempt::Dialer;
use super::http::Names;

/// One document: TCP, TLS and an answer of a few hundred bytes.
const DEADLINE: Duration = Duration::from_secs(8);
/// From a domain to its web host, and from there to a canonical address.
const REDIRECTS: usize = 3;

/// The first `wss:` address that a domain names, if any. The documents are asked for at once; the JSON one is preferred.
pub(super) async fn websocket(dialer: &Dialer<'_>, domain: &str) -> Option<String> {
    let host = if domain.contains(':') { format!("[{domain}]") } else { domain.to_owned() };
    at(dialer, &format!("https://{host}")).await
}

async fn at(dialer: &Dialer<'_>, base: &str) -> Option<String> {
    let client = Client::builder()
        .tls_backend_preconfigured(dialer.tls.for_http())
        .dns_resolver(Names(dialer.resolver.clone()))
        .https_only(true)
        .redirect(Policy::limited(REDIRECTS))
        .timeout(DEADLINE)
        .no_proxy()
        .build()
        .ok()?;
    let json = fetch(&client, format!("{base}/.well-known/host-meta.json"));
    let xml = fetch(&client, format!("{base}/.well-known/host-meta"));
    let (json, xml) = tokio::join!(json, xml);
    let is_secure = |href: &str| href.starts_with("wss://");
    json.and_then(|text| from_json(&text, is_secure)).or_else(|| xml.and_then(|text| from_xml(&text, is_secure)))
}

/// A document's text, if it comes in time and is small.
async fn fetch(client: &Client, url: String) -> Option<String> {
    let mut response = client.get(url.parse::<Url>().ok()?).send().await.ok()?.error_for_status().ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > SIZE_LIMIT {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).ok()
}

#[cfg(test)]
mod host_meta_tests;
