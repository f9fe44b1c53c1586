//! Stanzas that cannot be read: beyond the limits of the transport, or not well-formed. Somebody's contact may send them
//! through an honest server, so the session goes on behind them, and who waits for an answer gets one.

use jid::Jid;

use super::{Ended, Session};
use crate::transport::LeftOut;
use crate::xep::address;
use crate::xep::iq::{self, Iq, Kind};
use crate::xep::stanza_error::StanzaError;

/// What is wrong with such a request or answer (RFC 6120 section 8.3.3.12, XEP-0478).
const CONDITION: &str = "policy-violation";

impl Session {
    /// An element of the stream is left out. A stanza counts as handled, because it would only be sent again; that is stored
    /// at once, because the connection may break before all of it has come.
    pub(super) fn left_out(&mut self, element: LeftOut, counted: bool) -> Result<(), Ended> {
        log::warn!("an element was left out: {}", element.reason);
        let Some(stanza) = element.stanza() else { return Ok(()) };
        let is_request = stanza.name() == "iq";
        let kind = stanza.attribute("type").unwrap_or_default();
        let (id, from) = (stanza.attribute("id"), stanza.attribute("from"));
        self.count_stanza_in(counted);
        if self.counters.is_unsaved() {
            self.commit(Vec::new())?;
        }
        if !is_request {
            self.archive.leave_out(&element);
            return Ok(());
        }
        // As with a request that can be read: one without an id, or from nobody, is none.
        let from = from.map(|from| address::read(&from).ok_or(())).transpose();
        let (Some(id), Ok(from)) = (id, from) else { return Ok(()) };
        match kind.as_str() {
            "get" | "set" => {
                let to = from.as_ref().map(Jid::as_str);
                self.send_text(iq::error(&id, to, "modify", CONDITION));
                Ok(())
            }
            "result" | "error" => match self.requests.answer(&id, from.as_ref()) {
                Some(purpose) => self.answered(purpose, refused(id, from)),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// An answer that did not come, as one that says no.
fn refused(id: String, from: Option<Jid>) -> Iq {
    let error = StanzaError {
        kind: "modify".to_owned(),
        condition: CONDITION.to_owned(),
        application: None,
        upload: None,
        text: None,
        by: None,
    };
    Iq { kind: Kind::Error, id, from, to: None, payload: None, error: Some(error) }
}
