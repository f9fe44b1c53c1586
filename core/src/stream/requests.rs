//! The table of requests that wait for an answer (RFC 6120 section 8.2.3): each answer is matched by id and sender, each
//! request has a deadline.

use std::time::Duration;

use jid::{BareJid, Jid};

use crate::platform::time::Instant;
use crate::sorted::Map;

/// How long a request may wait.
pub const DEADLINE: Duration = Duration::from_secs(30);

struct Waiting<P> {
    to: Option<Jid>,
    deadline: Instant,
    purpose: P,
}

/// Requests of one session, each with what it was for.
pub struct Requests<P> {
    own: BareJid,
    waiting: Map<String, Waiting<P>>,
}

impl<P> Requests<P> {
    /// An empty table of the account with this address.
    pub fn new(own: BareJid) -> Requests<P> {
        Requests { own, waiting: Map::new() }
    }

    /// A request leaves.
    pub fn add(&mut self, id: String, to: Option<Jid>, now: Instant, purpose: P) {
        self.waiting.insert(id, Waiting { to, deadline: now + DEADLINE, purpose });
    }

    /// An answer came: what its request was for. None if nobody asked this sender.
    pub fn answer(&mut self, id: &str, from: Option<&Jid>) -> Option<P> {
        let expected = match &self.waiting.get(id)?.to {
            Some(to) if to.to_bare() != self.own => from == Some(to),
            // Our own account answers without an address, or with one of the account's.
            _ => from.is_none_or(|from| from.to_bare() == self.own || from.as_str() == self.own.domain().as_str()),
        };
        if !expected {
            return None;
        }
        self.waiting.remove(id).map(|waiting| waiting.purpose)
    }

    /// The earliest deadline.
    pub fn deadline(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.deadline).min()
    }

    /// Requests whose deadline has passed, with their ids.
    pub fn expire(&mut self, now: Instant) -> Vec<P> {
        let late: Vec<String> =
            self.waiting.iter().filter(|(_, w)| w.deadline <= now).map(|(id, _)| id.clone()).collect();
        late.iter().filter_map(|id| self.waiting.remove(id)).map(|waiting| waiting.purpose).collect()
    }

    /// Everything that waits, when the session has ended.
    pub fn drain(&mut self) -> Vec<P> {
        std::mem::take(&mut self.waiting).into_iter().map(|(_, waiting)| waiting.purpose).collect()
    }
}

#[cfg(test)]
mod requests_tests {
    use super::*;

    fn table() -> Requests<u8> {
        let mut requests = Requests::new(BareJid::new("alice@example.org").unwrap());
        let now = Instant::now();
        requests.add("own".into(), None, now, 1);
        requests.add("bob".into(), Some(Jid::new("bob@example.org/phone").unwrap()), now, 2);
        requests
    }

    #[test]
    fn an_answer_counts_only_from_the_one_who_was_asked() {
        let mut requests = table();
        let mallory = Jid::new("mallory@example.org").unwrap();
        assert_eq!(requests.answer("own", Some(&mallory)), None);
        assert_eq!(requests.answer("bob", Some(&mallory)), None);
        assert_eq!(requests.answer("bob", None), None);
        assert_eq!(requests.answer("own", None), Some(1));
        assert_eq!(requests.answer("bob", Some(&Jid::new("bob@example.org/phone").unwrap())), Some(2));
        assert_eq!(requests.answer("bob", Some(&Jid::new("bob@example.org/phone").unwrap())), None);
    }

    #[test]
    fn a_request_expires_at_its_deadline() {
        let mut requests = table();
        let deadline = requests.deadline().unwrap();
        assert!(requests.expire(deadline - Duration::from_millis(1)).is_empty());
        assert_eq!(requests.expire(deadline), [2, 1]);
        assert_eq!(requests.deadline(), None);
    }
}
