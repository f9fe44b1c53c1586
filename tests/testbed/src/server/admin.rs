//! What only the server itself can do: accounts made and unmade without a client.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Server, split};
use crate::error::{Context, Error, Result};

impl Server {
    /// Makes an account (`user@domain`).
    pub fn register(&self, account: &str, password: &str) -> Result<()> {
        self.ask(account, "register", "register", json!({ "password": password })).map(drop)
    }

    /// Removes an account.
    pub fn unregister(&self, account: &str) -> Result<()> {
        self.ask(account, "unregister", "unregister", json!({})).map(drop)
    }

    /// Gives an account another password.
    pub fn set_password(&self, account: &str, password: &str) -> Result<()> {
        let name = if self.kind.is_prosody() { "password" } else { "newpass" };
        let fields = json!({ name: password });
        self.ask(account, "password", "change_password", fields).map(drop)
    }

    /// Puts a contact by this name into an account's roster, as if both had agreed to see each other; Prosody alone.
    pub fn befriend(&self, account: &str, contact: &str, name: &str) -> Result<()> {
        let fields = json!({ "contact": contact, "name": name });
        self.ask(account, "befriend", "add_rosteritem", fields).map(drop)
    }

    /// A token that lets its bearer make one account in this domain (XEP-0401); a Prosody with invitations alone has it.
    pub fn invite(&self, domain: &str) -> Result<String> {
        let invitation = self.ask(&format!("anybody@{domain}"), "invite", "invite", json!({}))?;
        Ok(invitation["token"].as_str().unwrap_or_default().to_owned())
    }

    /// Asks Prosody's module or ejabberd's API.
    fn ask(&self, account: &str, prosody: &str, ejabberd: &str, mut fields: Value) -> Result<Value> {
        let (user, domain) = split(account)?;
        fields["user"] = user.into();
        fields["host"] = domain.into();
        let path = if self.kind.is_prosody() {
            fields["command"] = prosody.into();
            "/testbed".to_owned()
        } else {
            format!("/api/{ejabberd}")
        };
        let (status, body) = self.post(domain, &path, &fields.to_string())?;
        if status != 200 {
            return Err(Error::Refused { what: format!("{}, asked to {prosody}", self.kind.name()), answer: body });
        }
        Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// One HTTP request to the server's administration; answers with the status and the body.
    fn post(&self, domain: &str, path: &str, body: &str) -> Result<(u16, String)> {
        let exchange = || {
            let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.admin.number()))?;
            socket.set_read_timeout(Some(Duration::from_secs(20)))?;
            let length = body.len();
            let request = format!(
                "POST {path} HTTP/1.1\r\nHost: {domain}\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            socket.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer)?;
            Ok(answer)
        };
        let answer = exchange().context("asking the server's administration")?;
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        Ok((status, body.to_owned()))
    }
}
