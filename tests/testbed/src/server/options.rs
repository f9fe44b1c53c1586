//! How a server is to be set up; the default is what a good public server offers.

use std::sync::Arc;
use std::time::Duration;

use crate::certificates::Authority;

/// Which SASL mechanisms a server offers inside TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanisms {
    /// Everything that it has.
    All,
    /// The SCRAM family, with and without channel binding.
    ScramOnly,
    /// The SCRAM family without its `-PLUS` variants. Prosody 13 can bind channels all the same, and refuses a client that says
    /// it could and saw no offer (the flag `y` of RFC 5802, section 6): as after a downgrade.
    ScramWithoutPlus,
    /// PLAIN alone.
    PlainOnly,
}

/// Which hash a server keeps passwords with; it decides which SCRAM variant it offers. Without one Prosody offers
/// SCRAM-SHA-1 alone, and ejabberd, which then keeps passwords as they are, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScramHash {
    /// SCRAM-SHA-1 (RFC 5802).
    Sha1,
    /// SCRAM-SHA-256 (RFC 7677).
    Sha256,
    /// SCRAM-SHA-512; ejabberd's alone, Prosody takes SHA-256 instead.
    Sha512,
}

/// How a server is to be set up.
#[derive(Clone)]
pub struct Options {
    pub(crate) domains: Vec<String>,
    pub(crate) accounts: Vec<(String, String)>,
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) certificate_names: Option<Vec<String>>,
    pub(crate) expired_certificate: bool,
    pub(crate) registration: bool,
    pub(crate) invitations: bool,
    pub(crate) captcha: bool,
    pub(crate) mechanisms: Mechanisms,
    pub(crate) scram_hash: Option<ScramHash>,
    pub(crate) sasl2: bool,
    pub(crate) archive: bool,
    pub(crate) page_limit: u32,
    pub(crate) stream_management: bool,
    pub(crate) hibernation: Duration,
    pub(crate) websocket: bool,
    pub(crate) plain_uploads: bool,
    pub(crate) push_service: bool,
    pub(crate) name_server: Option<u16>,
    pub(crate) extra: String,
}

impl Options {
    /// A server of this domain with an archive, stream management, SASL2 where it has it, and no open registration.
    pub fn new(domain: &str) -> Options {
        Options {
            domains: vec![domain.to_owned()],
            accounts: Vec::new(),
            authority: None,
            certificate_names: None,
            expired_certificate: false,
            registration: false,
            invitations: false,
            captcha: false,
            mechanisms: Mechanisms::All,
            scram_hash: None,
            sasl2: true,
            archive: true,
            page_limit: 250,
            stream_management: true,
            hibernation: Duration::from_secs(300),
            websocket: true,
            plain_uploads: false,
            push_service: false,
            name_server: None,
            extra: String::new(),
        }
    }

    /// The domains, the first one first.
    pub fn domains(&self) -> &[String] {
        &self.domains
    }

    /// Serves another domain as well.
    pub fn domain(mut self, domain: &str) -> Options {
        self.domains.push(domain.to_owned());
        self
    }

    /// Has this account (`user@domain`) from the start.
    pub fn account(mut self, account: &str, password: &str) -> Options {
        self.accounts.push((account.to_owned(), password.to_owned()));
        self
    }

    /// Has its certificate signed by this authority, so that servers and clients can share one.
    pub fn authority(mut self, authority: &Arc<Authority>) -> Options {
        self.authority = Some(Arc::clone(authority));
        self
    }

    /// Has a certificate for these names alone, for tests of wrong certificates.
    pub fn certificate_names(mut self, names: &[&str]) -> Options {
        self.certificate_names = Some(names.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    /// Has a certificate that ran out yesterday.
    pub fn expired_certificate(mut self) -> Options {
        self.expired_certificate = true;
        self
    }

    /// Lets anybody register (XEP-0077).
    pub fn open_registration(mut self) -> Options {
        self.registration = true;
        self
    }

    /// Lets those register, and nobody else, who have a token from [`super::Server::invite`] (XEP-0401); Prosody's alone.
    pub fn invitations(mut self) -> Options {
        self.invitations = true;
        self
    }

    /// Lets those register who read a picture (XEP-0158); ejabberd's alone. The picture has what it says behind its end.
    pub fn captcha(mut self) -> Options {
        (self.registration, self.captcha) = (true, true);
        self
    }

    /// Offers these mechanisms.
    pub fn mechanisms(mut self, mechanisms: Mechanisms) -> Options {
        self.mechanisms = mechanisms;
        self
    }

    /// Keeps passwords with this hash.
    pub fn scram_hash(mut self, hash: ScramHash) -> Options {
        self.scram_hash = Some(hash);
        self
    }

    /// Offers neither SASL2 nor Bind2 nor FAST, on the servers that have them.
    pub fn without_sasl2(mut self) -> Options {
        self.sasl2 = false;
        self
    }

    /// Keeps no archive (XEP-0313).
    pub fn without_archive(mut self) -> Options {
        self.archive = false;
        self
    }

    /// Gives at most this many messages a page of the archive (ejabberd: always 250).
    pub fn page_limit(mut self, messages: u32) -> Options {
        self.page_limit = messages;
        self
    }

    /// Offers no stream management (XEP-0198).
    pub fn without_stream_management(mut self) -> Options {
        self.stream_management = false;
        self
    }

    /// Keeps a lost session this long for resumption.
    pub fn hibernation(mut self, time: Duration) -> Options {
        self.hibernation = time;
        self
    }

    /// Offers no WebSocket.
    pub fn without_websocket(mut self) -> Options {
        self.websocket = false;
        self
    }

    /// Files go to a Prosody by HTTP without TLS: for a page that this machine serves to itself, whose browser does not know the
    /// server's certificate.
    pub fn plain_uploads(mut self) -> Options {
        self.plain_uploads = true;
        self
    }

    /// Has a place for a [`crate::PushService`].
    pub fn push_service(mut self) -> Options {
        self.push_service = true;
        self
    }

    /// Asks this name server on loopback, and can so reach other servers of the testbed.
    pub fn name_server(mut self, port: u16) -> Options {
        self.name_server = Some(port);
        self
    }

    /// Appends lines of the server's own configuration language (Prosody: in the global section).
    pub fn extra(mut self, lines: &str) -> Options {
        self.extra.push_str(lines);
        self.extra.push('\n');
        self
    }

    /// The port of the name server; without one, of nobody: no server of the testbed asks the network.
    pub(crate) fn name_server_port(&self) -> u16 {
        self.name_server.unwrap_or(9)
    }
}
