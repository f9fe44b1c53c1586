//! Whether the server has everything that a session begins with: the requests that are made once a session, and our presence.
//! Only then is the session worth resuming. One that was resumed without, say, its presence would be online and hear nothing.

use jid::Jid;

use super::purpose::Purpose;
use super::{Ended, Session};
use crate::model::changes::Change;
use crate::xep::xml::Tag;

/// What is still to come before a session can be resumed.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    whole: bool,
    /// The first answer was had, so everything is asked.
    all_asked: bool,
    /// Requests without an answer.
    unanswered: u32,
    /// The number (XEP-0198) of the presence, once it was sent.
    presence: Option<i64>,
    /// How many of our stanzas the server has.
    acknowledged: i64,
}

impl Beginning {
    /// Of a session that was resumed: it had all of it.
    pub fn resumed() -> Beginning {
        Beginning { whole: true, all_asked: true, ..Beginning::default() }
    }

    /// One more request was made.
    pub fn asked(&mut self) {
        self.unanswered += 1;
    }

    /// True once, at the first answer.
    pub fn is_first_answer(&mut self) -> bool {
        !std::mem::replace(&mut self.all_asked, true)
    }

    /// A request was answered, or is not waited for any more.
    pub fn answered(&mut self) {
        self.unanswered = self.unanswered.saturating_sub(1);
    }

    /// The presence was sent as the stanza of this number.
    pub fn present(&mut self, number: i64) {
        self.presence = Some(number);
    }

    /// The server has our stanzas up to this one.
    pub fn acknowledged(&mut self, number: i64) {
        self.acknowledged = number;
    }

    /// True if the session can be resumed.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// True once, when everything is there.
    fn becomes_whole(&mut self) -> bool {
        let present = self.presence.is_some_and(|number| number <= self.acknowledged);
        let becomes = !self.whole && present && self.unanswered == 0;
        self.whole |= becomes;
        becomes
    }
}

impl Session {
    /// Asks what is asked once a session.
    pub(super) fn ask_first(&mut self, to: Option<Jid>, set: bool, payload: Tag, purpose: Purpose) {
        self.beginning.asked();
        self.request(to, set, payload, purpose);
    }

    /// Saves the session as one to resume, from when it is.
    pub(super) fn save_if_whole(&mut self) -> Result<(), Ended> {
        if self.beginning.becomes_whole()
            && let Some(session) = self.session_now()
        {
            self.commit(vec![Change::Session(Some(session))])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod beginning_tests {
    use super::*;

    #[test]
    fn a_session_is_whole_once_all_is_answered_and_the_presence_has_arrived() {
        let mut beginning = Beginning::default();
        beginning.asked();
        beginning.asked();
        beginning.present(3);
        beginning.answered();
        beginning.acknowledged(3);
        assert!(!beginning.becomes_whole() && !beginning.is_whole());
        beginning.answered();
        assert!(beginning.becomes_whole() && beginning.is_whole());
        assert!(!beginning.becomes_whole());
        let mut unseen = Beginning::default();
        unseen.acknowledged(9);
        assert!(!unseen.becomes_whole());
        unseen.present(10);
        assert!(!unseen.becomes_whole());
        unseen.acknowledged(10);
        assert!(unseen.becomes_whole());
        assert!(unseen.is_first_answer() && !unseen.is_first_answer());
        let mut resumed = Beginning::resumed();
        assert!(resumed.is_whole() && !resumed.becomes_whole() && !resumed.is_first_answer());
    }
}
