//! A push service (XEP-0357) at a server: it tells what it is told.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::cache::{peers_python, present};
use crate::error::Result;
use crate::lines::LineProgram;
use crate::server::Server;

/// A push service, a component of slixmpp's, at a server with [`crate::Options::push_service`].
pub struct PushService {
    program: LineProgram,
    address: String,
}

impl PushService {
    /// Connects it to its server.
    pub fn start(server: &Server) -> Result<PushService> {
        let python = present(peers_python(), "slixmpp", "peers")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/push_service.py");
        let mut command = Command::new(python);
        command.arg("-u").arg(script).env("PYTHONDONTWRITEBYTECODE", "1");
        let program = LineProgram::start("push service", command)?;
        let address = format!("push.{}", server.domain());
        let options = json!({
            "host": Ipv4Addr::LOCALHOST, "port": server.component_port(), "service": address, "secret": SECRET,
        });
        program.call("connect", options)?;
        Ok(PushService { program, address })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the next notification under this node: `from`, `node`, `secret`.
    pub fn pushed(&self, node: &str) -> Result<Value> {
        self.program.event(&format!("a push to {node}"), |event| event["node"] == node)
    }

    /// Waits for the next notification that a browser's push service was told of: `node` is its address there, `status` its answer.
    pub fn posted(&self) -> Result<Value> {
        self.program.event("a push to a browser", |event| event["status"].is_number())
    }

    /// How many notifications have come and were not waited for.
    pub fn untaken(&self) -> usize {
        self.program.all(|event| event["event"] == "push").len()
    }
}

/// What the component and its server share.
pub(crate) const SECRET: &str = "push";
