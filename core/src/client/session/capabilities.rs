//! What contacts' devices can do (XEP-0115, XEP-0390): their presence names a hash, which is asked about once, ever, and
//! believed only if the answer has it.

use jid::Jid;

use super::purpose::Purpose;
use super::{Ended, Session};
use crate::model::changes::Change;
use crate::xep::caps::{Caps, Hash};
use crate::xep::disco::{self, Info};
use crate::xep::iq::Iq;
use crate::xep::presence::Presence;

/// A hash that a device announced.
pub(crate) enum Announced {
    /// XEP-0115.
    First(Caps),
    /// XEP-0390.
    Second(Hash),
}

impl Announced {
    /// What a presence announces: the newer kind, if it can be verified here.
    fn by(presence: &Presence) -> Option<Announced> {
        let second = presence.caps2.as_ref().and_then(|caps| caps.usable()).cloned().map(Announced::Second);
        second.or_else(|| presence.caps.clone().map(Announced::First))
    }

    fn key(&self) -> String {
        match self {
            Announced::First(caps) => caps.key(),
            Announced::Second(hash) => hash.key(),
        }
    }

    fn node(&self) -> String {
        match self {
            Announced::First(caps) => caps.disco_node(),
            Announced::Second(hash) => hash.disco_node(),
        }
    }

    fn verifies(&self, info: &Info) -> bool {
        match self {
            Announced::First(caps) => caps.verifies(info),
            Announced::Second(hash) => hash.verifies(info),
        }
    }
}

impl Session {
    /// A device announced a hash: unless it is known, it is asked what that stands for.
    pub(super) fn look_at_capabilities(&mut self, from: &Jid, presence: &Presence) -> Result<(), Ended> {
        let Some(announced) = Announced::by(presence) else { return Ok(()) };
        let key = announced.key();
        if self.engine.store.borrow().capabilities(&key)?.is_some() || !self.asked.first(key) {
            return Ok(());
        }
        let question = disco::info_request(Some(&announced.node()));
        self.request(Some(from.clone()), false, question, Purpose::Capabilities(announced));
        Ok(())
    }

    /// A device told what its hash stands for.
    pub(super) fn capabilities_answer(&mut self, answer: &Iq, announced: &Announced) -> Result<(), Ended> {
        let info = answer.payload.as_ref().and_then(Info::parse).filter(|info| announced.verifies(info));
        if let Some(info) = info {
            self.commit(vec![Change::Capabilities { key: announced.key(), info: info.tag().to_string() }])?;
        }
        Ok(())
    }
}
