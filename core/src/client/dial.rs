//! Connecting, as the machine at hand does it.

use super::engine::Engine;
use crate::transport::{self, ConnectError, ConnectRequest, Connection};

impl Engine {
    /// Connects to the server of a domain.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn dial(&self, request: &ConnectRequest) -> Result<Connection, ConnectError> {
        transport::connect(request).await
    }

    /// Connects to the server of a domain. What is said there waits until what it follows from is written.
    #[cfg(target_arch = "wasm32")]
    pub async fn dial(&self, request: &ConnectRequest) -> Result<Connection, ConnectError> {
        transport::connect(request, &self.gate).await
    }
}
