//! A login as an honest server does it (RFC 6120, sections 6 and 7), so that what comes after it is trusted.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::connection::Connection;
use super::scram::{Forge, Hash, Scram};
use super::stanzas::attribute;

const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

/// Which mechanism a server offers, alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// SCRAM with this hash, without channel binding.
    Scram(Hash),
    /// PLAIN.
    Plain,
}

/// How a client is to be logged in.
#[derive(Debug, Clone)]
pub struct Login {
    account: String,
    password: String,
    offer: Offer,
    iterations: u32,
    forge: Forge,
    features: String,
}

impl Login {
    /// An honest SCRAM-SHA-256 with 4,096 iterations for this account.
    pub fn new(account: &str, password: &str) -> Login {
        Login {
            account: account.to_owned(),
            password: password.to_owned(),
            offer: Offer::Scram(Hash::Sha256),
            iterations: 4096,
            forge: Forge::Nothing,
            features: String::new(),
        }
    }

    /// Offers this instead.
    pub fn offer(mut self, offer: Offer) -> Login {
        self.offer = offer;
        self
    }

    /// Asks for so many iterations.
    pub fn iterations(mut self, iterations: u32) -> Login {
        self.iterations = iterations;
        self
    }

    /// Lies in this.
    pub fn forge(mut self, forge: Forge) -> Login {
        self.forge = forge;
        self
    }

    /// Offers these features after the login as well, beside resource binding.
    pub fn features(mut self, features: &str) -> Login {
        features.clone_into(&mut self.features);
        self
    }

    fn mechanism(&self) -> &'static str {
        match self.offer {
            Offer::Scram(hash) => hash.mechanism(),
            Offer::Plain => "PLAIN",
        }
    }
}

impl Connection {
    /// Logs the client in up to the bound resource, and answers with its full address. A wrong password is answered with
    /// not-authorized, and an error here.
    pub fn login(&mut self, login: &Login) -> io::Result<String> {
        let mechanism = login.mechanism();
        self.open_stream(&format!("<mechanisms xmlns='{SASL}'><mechanism>{mechanism}</mechanism></mechanisms>"))?;
        match login.offer {
            Offer::Plain => self.plain(login)?,
            Offer::Scram(hash) => self.scram(login, hash)?,
        }
        self.open_stream(&format!("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>{}", login.features))?;
        let bind = self.serve_until(|stanza| stanza.contains("urn:ietf:params:xml:ns:xmpp-bind"))?;
        let id = attribute(&bind, "id").unwrap_or_default();
        let resource = content(&bind, "resource").unwrap_or("bound");
        let jid = format!("{}/{resource}", login.account);
        self.send(&format!(
            "<iq type='result' id='{id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind></iq>"
        ))?;
        Ok(jid)
    }

    fn plain(&mut self, login: &Login) -> io::Result<()> {
        let said = self.sasl("auth")?;
        let user = login.account.split('@').next().unwrap_or_default();
        if said.ends_with(&format!("\0{user}\0{}", login.password)) {
            return self.send(&format!("<success xmlns='{SASL}'/>"));
        }
        self.refuse()
    }

    fn scram(&mut self, login: &Login, hash: Hash) -> io::Result<()> {
        let scram = Scram { hash, password: login.password.clone(), iterations: login.iterations, forge: login.forge };
        let first = self.sasl("auth")?;
        let Some((challenge, bare)) = scram.first(&first) else { return self.refuse() };
        self.send(&format!("<challenge xmlns='{SASL}'>{}</challenge>", BASE64.encode(&challenge)))?;
        let last = self.sasl("response")?;
        match scram.last(&bare, &challenge, &last) {
            Some(answer) => self.send(&format!("<success xmlns='{SASL}'>{}</success>", BASE64.encode(answer))),
            None => self.refuse(),
        }
    }

    /// The client's next SASL element of this name, decoded.
    fn sasl(&mut self, name: &str) -> io::Result<String> {
        let stanza = self.stanza()?;
        if !stanza.starts_with(&format!("<{name}")) {
            return Err(io::Error::other(format!("expected <{name}/> and got {stanza}")));
        }
        let text = content(&stanza, name).unwrap_or_default();
        let bytes = BASE64.decode(text.trim()).map_err(io::Error::other)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    fn refuse(&mut self) -> io::Result<()> {
        self.send(&format!("<failure xmlns='{SASL}'><not-authorized/></failure>"))?;
        Err(io::Error::other("the client does not know the password"))
    }
}

/// The text in the first element of this name.
fn content<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, from_tag) = xml.split_once(&format!("<{name}"))?;
    let (_, inside) = from_tag.split_once('>')?;
    inside.split_once(&format!("</{name}>")).map(|(text, _)| text)
}
