//! slixmpp, somebody else's client library, as a contact or as another device.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::cache::{peers_python, present};
use crate::error::Result;
use crate::lines::LineProgram;
use crate::server::Server;

/// Where and how a peer signs in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The account, with a resource if it matters.
    pub account: String,
    /// Its password.
    pub password: String,
    /// Where the server, or a proxy before it, listens.
    pub address: SocketAddr,
    /// Direct TLS (XEP-0368), else STARTTLS.
    pub direct_tls: bool,
    /// The authority that the server's certificate is checked with, in PEM.
    pub ca: PathBuf,
}

impl SignIn {
    /// Straight to this server by direct TLS.
    pub fn to(server: &Server, account: &str, password: &str) -> SignIn {
        SignIn {
            account: account.to_owned(),
            password: password.to_owned(),
            address: server.direct_tls_address(),
            direct_tls: true,
            ca: server.ca_path(),
        }
    }

    /// The same through another address, for instance a proxy's.
    pub fn through(mut self, address: SocketAddr) -> SignIn {
        self.address = address;
        self
    }

    /// The same by STARTTLS.
    pub fn starttls(mut self, server: &Server) -> SignIn {
        self.address = server.starttls_address();
        self.direct_tls = false;
        self
    }
}

/// A session of slixmpp. Its commands are those of `tests/peers/slixmpp_peer.py`; the usual ones have a method.
pub struct Slixmpp {
    program: LineProgram,
    jid: String,
}

impl Slixmpp {
    /// Signs in with carbons on, answering receipts and accepting subscriptions, and waits until presence was sent.
    pub fn sign_in(to: &SignIn) -> Result<Slixmpp> {
        Slixmpp::sign_in_with(to, json!({}))
    }

    /// Signs in with these options beside: `carbons`, `receipts`, `subscriptions` (all true unless told), and `omemo`, with
    /// which it encrypts: `versions` (of "legacy" and "omemo2"), `store` (a file), `as_shipped`.
    pub fn sign_in_with(to: &SignIn, mut options: Value) -> Result<Slixmpp> {
        let python = present(peers_python(), "slixmpp", "peers")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/slixmpp_peer.py");
        let mut command = Command::new(python);
        command.arg("-u").arg(script).env("PYTHONDONTWRITEBYTECODE", "1");
        let program = LineProgram::start("slixmpp", command)?;
        options["jid"] = json!(to.account);
        options["password"] = json!(to.password);
        options["host"] = json!(to.address.ip().to_string());
        options["port"] = json!(to.address.port());
        options["tls"] = json!(if to.direct_tls { "direct" } else { "starttls" });
        options["ca"] = json!(to.ca);
        let jid = program.call("connect", options)?["jid"].as_str().unwrap_or_default().to_owned();
        Ok(Slixmpp { program, jid })
    }

    /// Its full address.
    pub fn jid(&self) -> &str {
        &self.jid
    }

    /// The program, for commands and events that have no method here.
    pub fn program(&self) -> &LineProgram {
        &self.program
    }

    /// Any command; answers with the value of `ok`.
    pub fn call(&self, command: &str, fields: Value) -> Result<Value> {
        self.program.call(command, fields)
    }

    /// Sends a message that asks for a receipt and a marker; answers with its id.
    pub fn send(&self, to: &str, text: &str) -> Result<String> {
        let answer = self.call("send", json!({ "to": to, "text": text }))?;
        Ok(answer["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends an encrypted message; answers with its id.
    pub fn send_sealed(&self, to: &str, text: &str) -> Result<String> {
        self.seal(json!({ "to": to, "text": text }))
    }

    /// Sends an encrypted message with these fields: `to`, `text`, `reply_to` and `replaces`, which are ids of others; or `xml`,
    /// which stands beside the text instead of what is asked for and referred to.
    pub fn seal(&self, fields: Value) -> Result<String> {
        let answer = self.call("send-sealed", fields)?;
        Ok(answer["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Corrects a message (XEP-0308).
    pub fn correct(&self, to: &str, message: &str, text: &str) -> Result<()> {
        self.call("correct", json!({ "to": to, "message": message, "text": text })).map(drop)
    }

    /// Reacts to a message (XEP-0444); without emojis the reaction is taken back.
    pub fn react(&self, to: &str, message: &str, emojis: &[&str]) -> Result<()> {
        self.call("react", json!({ "to": to, "message": message, "emojis": emojis })).map(drop)
    }

    /// Retracts a message (XEP-0424).
    pub fn retract(&self, to: &str, message: &str) -> Result<()> {
        self.call("retract", json!({ "to": to, "message": message })).map(drop)
    }

    /// Says that everything up to a message was displayed (XEP-0333).
    pub fn displayed(&self, to: &str, message: &str) -> Result<()> {
        self.call("marker", json!({ "to": to, "message": message })).map(drop)
    }

    /// Sends a chat state (XEP-0085): `composing`, `paused`, `active`, ...
    pub fn chat_state(&self, to: &str, state: &str) -> Result<()> {
        self.call("typing", json!({ "to": to, "state": state })).map(drop)
    }

    /// Asks to see a contact's presence.
    pub fn subscribe(&self, to: &str) -> Result<()> {
        self.call("presence", json!({ "to": to, "type": "subscribe" })).map(drop)
    }

    /// Waits for a message event that this holds for.
    pub fn message(&self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Result<Value> {
        self.program.event(what, |event| event["event"] == "message" && wanted(event))
    }

    /// Waits for a message with this text, from whomever.
    pub fn message_with(&self, text: &str) -> Result<Value> {
        self.message(&format!("a message {text:?}"), |event| event["body"] == text)
    }

    /// Waits for an encrypted message with this text, read.
    pub fn opened(&self, text: &str) -> Result<Value> {
        let wanted = |event: &Value| event["event"] == "opened" && event["body"] == text;
        self.program.event(&format!("a message {text:?}, decrypted"), wanted)
    }

    /// Signs out and waits for its end.
    pub fn sign_out(self) -> Result<()> {
        self.call("disconnect", json!({}))?;
        self.program.finish();
        Ok(())
    }
}
