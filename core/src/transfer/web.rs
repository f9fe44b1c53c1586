//! Requests for files: where they may go, and where they may be sent on to.

use std::sync::Arc;

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use rustls::ClientConfig;

use crate::model::file::FileUrl;

use super::error::TransferError;
use super::reach::{Options, is_public};

/// A file's address may lead to another one (a store of files behind a server), but not around in circles.
const REDIRECTS: u32 = 3;

/// The way to files. It keeps connections for the next one.
#[derive(Clone)]
pub struct Web {
    pub(super) client: Client,
    pub(super) options: Options,
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Web {
    /// A way with this trust and these names, as `transport::https` gives them.
    ///
    /// # Errors
    /// [`TransferError::Unreachable`] if the trust cannot be used.
    pub fn new(tls: ClientConfig, names: Arc<dyn Resolve>, options: Options) -> Result<Web, TransferError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Guarded { names, private: options.reach.private })
            .redirect(Policy::none())
            .connect_timeout(options.stall)
            .no_proxy()
            .build()?;
        Ok(Web { client, options })
    }

    /// Whether this address may be asked.
    pub(super) fn check(&self, url: &FileUrl) -> Result<(), TransferError> {
        if self.options.reach.allows(url) { Ok(()) } else { Err(TransferError::Forbidden) }
    }

    /// Asks for what lies at an address, with these headers, and follows where it leads.
    pub(super) async fn get(
        &self,
        url: &FileUrl,
        headers: &[(&str, String)],
    ) -> Result<reqwest::Response, TransferError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let mut request = self.client.get(url.as_str()).header("Accept-Encoding", "identity");
            for (name, value) in headers {
                request = request.header(*name, value);
            }
            let sent = tokio::time::timeout(self.options.stall, request.send()).await;
            let response = sent.map_err(|_| TransferError::Stalled)??;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            url = location.and_then(|location| url.join(location)).ok_or(TransferError::Forbidden)?;
        }
        Err(TransferError::Forbidden)
    }
}

/// A name has no address that may be asked.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
pub(super) struct NotPublic;

/// Names that lead into private networks are not resolved: so that nobody gets around the check of an address by a name.
struct Guarded {
    names: Arc<dyn Resolve>,
    private: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private) = (self.names.resolve(name), self.private);
        Box::pin(async move {
            let found: Vec<_> = found.await?.filter(|address| private || is_public(address.ip())).collect();
            if found.is_empty() {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}
