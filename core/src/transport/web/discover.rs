//! Where a domain's server may be reached over WebSocket.

use std::time::Duration;

use futures_util::future::join;
use url::Url;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, WorkerGlobalScope, WorkerLocation};

use crate::platform::time::timeout;
use crate::transport::host_meta::{SIZE_LIMIT, from_json, from_xml};

/// One document: TCP, TLS and an answer of a few hundred bytes.
const DEADLINE: Duration = Duration::from_secs(8);

/// Paths that servers have from the start, and the ports on which they have them themselves: Prosody's and ejabberd's.
const PLACES: [(&str, u16); 2] = [("xmpp-websocket", 5281), ("ws", 5443)];

/// The usual addresses of a domain's server: behind its web server, and on the ports of Prosody and ejabberd themselves.
pub(super) fn usual(domain: &str) -> Option<Vec<String>> {
    let host = host(domain)?;
    let beside = format!("xmpp.{host}");
    Some([at_host(&host), own_ports(&host), at_host(&beside)].concat())
}

/// The usual addresses at a server that a person named: a host, or one with a port.
pub(super) fn at_server(server: &str) -> Option<Vec<String>> {
    let url = Url::parse(&format!("wss://{}/", server.trim())).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let host = url.host_str().filter(|_| is_bare)?;
    Some(match url.port() {
        Some(port) => at_host(&format!("{host}:{port}")),
        None => [at_host(host), own_ports(host)].concat(),
    })
}

/// A host, or one with a port.
fn at_host(host: &str) -> Vec<String> {
    PLACES.iter().map(|(path, _)| format!("wss://{host}/{path}")).collect()
}

fn own_ports(host: &str) -> Vec<String> {
    PLACES.iter().map(|(path, port)| format!("wss://{host}:{port}/{path}")).collect()
}

/// A domain in ASCII, as it stands in addresses.
fn host(domain: &str) -> Option<String> {
    let url = Url::parse(&format!("wss://{domain}/")).ok()?;
    let is_bare = url.path() == "/" && url.port().is_none() && url.username().is_empty();
    url.host_str().filter(|_| is_bare).map(str::to_owned)
}

/// The WebSocket address that a domain's documents name. Whoever serves this app from the domain itself is asked there: also
/// on this machine alone, where there is no TLS and none is needed.
pub(super) async fn host_meta(domain: &str) -> Option<String> {
    let host = host(domain)?;
    let base = match location().filter(|location| location.hostname() == host) {
        Some(location) => location.origin(),
        None => format!("https://{host}"),
    };
    let json = fetch(format!("{base}/.well-known/host-meta.json"));
    let xml = fetch(format!("{base}/.well-known/host-meta"));
    let (json, xml) = join(json, xml).await;
    let usable = |url: &str| super::address(url).is_ok();
    json.and_then(|text| from_json(&text, usable)).or_else(|| xml.and_then(|text| from_xml(&text, usable)))
}

fn scope() -> Option<WorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

fn location() -> Option<WorkerLocation> {
    Some(scope()?.location())
}

/// A document's text, if it comes in time and is small.
async fn fetch(url: String) -> Option<String> {
    let text = async {
        let response: Response = JsFuture::from(scope()?.fetch_with_str(&url)).await.ok()?.dyn_into().ok()?;
        if !response.ok() || length(&response).is_some_and(|length| length > SIZE_LIMIT as u64) {
            return None;
        }
        JsFuture::from(response.text().ok()?).await.ok()?.as_string().filter(|text| text.len() <= SIZE_LIMIT)
    };
    timeout(DEADLINE, text).await.ok()?
}

fn length(response: &Response) -> Option<u64> {
    let value = response.headers().get("content-length").ok()??;
    value.parse().ok()
}
