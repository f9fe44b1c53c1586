//! Addresses (the URL standard), read by the browser: the same reader that then fetches from them. This takes the place of the
//! registry's crate `url` in the browser's build, with what the core calls of it; 11 kB by gzip less to load.

use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address.
#[derive(Clone, Debug)]
pub struct Url {
    text: String,
    scheme: String,
    username: String,
    password: String,
    host: String,
    port: Option<u16>,
    path: String,
    query: Option<String>,
}

/// This is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError;

/// The host of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host<S = String> {
    /// A name.
    Domain(S),
    /// An address of four bytes.
    Ipv4(Ipv4Addr),
    /// An address of sixteen bytes.
    Ipv6(Ipv6Addr),
}

impl Url {
    /// Reads an address.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Url, ParseError> {
        web_sys::Url::new(text).map(|url| Url::of(&url)).map_err(|_| ParseError)
    }

    /// What another address means where this one is.
    ///
    /// # Errors
    /// It is none.
    pub fn join(&self, other: &str) -> Result<Url, ParseError> {
        web_sys::Url::new_with_base(other, &self.text).map(|url| Url::of(&url)).map_err(|_| ParseError)
    }

    fn of(url: &web_sys::Url) -> Url {
        let search = url.search();
        Url {
            text: url.href(),
            scheme: url.protocol().trim_end_matches(':').to_owned(),
            username: url.username(),
            password: url.password(),
            host: url.hostname(),
            port: url.port().parse().ok(),
            path: url.pathname(),
            query: search.strip_prefix('?').map(str::to_owned),
        }
    }

    /// Has the browser read it anew: most addresses have nothing to be taken off, and are read once.
    fn change(&mut self, change: impl FnOnce(&web_sys::Url)) {
        if let Ok(url) = web_sys::Url::new(&self.text) {
            change(&url);
            *self = Url::of(&url);
        }
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the first colon.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The name of a user, or nothing.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The host as it is written: a name in ASCII, or an address, of sixteen bytes in brackets.
    pub fn host_str(&self) -> Option<&str> {
        Some(self.host.as_str()).filter(|host| !host.is_empty())
    }

    /// The host.
    pub fn host(&self) -> Option<Host<&str>> {
        let host = self.host_str()?;
        let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        Some(match (inside.and_then(|inside| inside.parse().ok()), host.parse()) {
            (Some(ip), _) => Host::Ipv6(ip),
            (None, Ok(ip)) => Host::Ipv4(ip),
            (None, Err(_)) => Host::Domain(host),
        })
    }

    /// The port, where it is not the scheme's own.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parts of the path; None where it has none.
    pub fn path_segments(&self) -> Option<std::str::Split<'_, char>> {
        self.path.strip_prefix('/').map(|path| path.split('/'))
    }

    /// What stands behind the question mark.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Takes the fragment off, or puts another one there.
    pub fn set_fragment(&mut self, fragment: Option<&str>) {
        if fragment.is_some() || self.text.contains('#') {
            self.change(|url| url.set_hash(fragment.unwrap_or_default()));
        }
    }

    /// Names another user.
    ///
    /// # Errors
    /// None in a browser.
    #[allow(clippy::result_unit_err, reason = "the form of url's function")]
    pub fn set_username(&mut self, username: &str) -> Result<(), ()> {
        if self.username != username {
            self.change(|url| url.set_username(username));
        }
        Ok(())
    }

    /// Takes the password out, or puts another one there.
    ///
    /// # Errors
    /// None in a browser.
    #[allow(clippy::result_unit_err, reason = "the form of url's function")]
    pub fn set_password(&mut self, password: Option<&str>) -> Result<(), ()> {
        let password = password.unwrap_or_default();
        if self.password != password {
            self.change(|url| url.set_password(password));
        }
        Ok(())
    }
}

impl FromStr for Url {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Url, ParseError> {
        Url::parse(text)
    }
}

impl PartialEq for Url {
    fn eq(&self, other: &Url) -> bool {
        self.text == other.text
    }
}

impl Eq for Url {}

impl Hash for Url {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
