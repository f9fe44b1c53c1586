//! Finding a domain's WebSocket address (XEP-0156), over HTTPS alone.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;

use crate::transport::{Incoming, frame};

use super::attempt::Dialer;
use super::http::Names;

/// The relation that marks a WebSocket address (XEP-0156 section 2).
const RELATION: &str = "urn:xmpp:alt-connections:websocket";
const NS_XRD: &str = "http://docs.oasis-open.org/ns/xri/xrd-1.0";

/// One document: TCP, TLS and an answer of a few hundred bytes.
const DEADLINE: Duration = Duration::from_secs(8);
/// The largest document read. Real ones stay below 4 KiB.
const SIZE_LIMIT: usize = 64 * 1024;
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
    json.and_then(|text| from_json(&text)).or_else(|| xml.and_then(|text| from_xml(&text)))
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

/// RFC 6415 appendix A.
fn from_json(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let links = document.get("links")?.as_array()?;
    let of = |link: &Value, key: &str| link.get(key)?.as_str().map(str::to_owned);
    let found = links.iter().filter(|link| of(link, "rel").as_deref() == Some(RELATION));
    found.filter_map(|link| of(link, "href")).find(|href| is_secure(href))
}

/// RFC 6415 section 3.
fn from_xml(text: &str) -> Option<String> {
    // A document may have a declaration and comments, which a stream may not have.
    let mut plain = text.trim_start_matches('\u{feff}').trim();
    if plain.starts_with("<?xml") {
        plain = plain.split_once("?>")?.1;
    }
    let mut clean = String::new();
    while let Some((before, after)) = plain.split_once("<!--") {
        clean.push_str(before);
        plain = after.split_once("-->")?.1;
    }
    clean.push_str(plain);
    let Ok(Incoming::Frame(document)) = frame::single(clean.trim(), SIZE_LIMIT) else { return None };
    let document = document.parse().ok()?;
    if !document.is("XRD", NS_XRD) {
        return None;
    }
    let found = document.children().filter(|link| link.is("Link", NS_XRD) && link.attr("rel") == Some(RELATION));
    found.filter_map(|link| link.attr("href")).find(|href| is_secure(href)).map(str::to_owned)
}

fn is_secure(href: &str) -> bool {
    href.starts_with("wss://")
}

#[cfg(test)]
mod host_meta_tests;
