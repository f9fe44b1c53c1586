//! Staying connected: stream management (XEP-0198), client state (XEP-0352), signs of life, and deadlines.

use std::time::Duration;

use super::purpose::Purpose;
use super::{Ended, Session};
use crate::client::Error;
use crate::model::account::ResumableSession;
use crate::model::changes::{Applied, Change};
use crate::platform;
use crate::platform::time::Instant;
use crate::xep::{csi, ping, sm};

/// Silence after which a sign of life is asked for while the app is in front: well under the five minutes after which home
/// routers forget a connection.
const QUIET: Duration = Duration::from_secs(120);
/// The same while the app is not in front: phones sleep, and every ping wakes them.
const QUIET_INACTIVE: Duration = Duration::from_secs(600);
/// How long the server may take to show a sign of life that was asked for.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// How long a session that was resumed may leave everything unanswered.
pub(super) const RESUMED: Duration = Duration::from_secs(10);
/// How a connection ended whose server shows no sign of life.
const SILENT: &str = "the server fell silent";

/// Whether a connection ended because the server said nothing.
fn is_silence(ended: &Ended) -> bool {
    matches!(ended, Ended::Lost(Error::ServerUnreachable { step }) if step == SILENT)
}

impl Session {
    /// A session that was resumed, and in which the server answered nothing, is not resumed once more. Prosody (0.12, 13.0)
    /// hears nothing in a session whose connection died while it had much to write; each resumption would keep that alive.
    pub(super) fn give_up_deaf(&self, ended: &Ended) {
        let deaf = self.unanswered.is_some() && is_silence(ended);
        if deaf && self.engine.commit_step(self.account, false, vec![Change::Session(None)]).is_err() {
            log::warn!("a session that is of no use could not be forgotten");
        }
    }

    /// Stores changes together with the stream-management counter.
    pub(super) fn commit(&mut self, mut list: Vec<Change>) -> Result<Applied, Error> {
        if self.counters.is_unsaved()
            && let Some(session) = self.session_now()
        {
            list.push(Change::Session(Some(session)));
        }
        list.extend(self.omemo.vault.changes());
        let applied = self.engine.commit_step(self.account, self.archive.catching_up(), list)?;
        self.counters.mark_saved();
        Ok(applied)
    }

    /// The session to resume, if it comes to that.
    pub(super) fn session_now(&self) -> Option<ResumableSession> {
        let session = self.resumable.as_ref().filter(|_| self.beginning.is_whole())?;
        Some(ResumableSession { inbound: self.counters.received(), saved: platform::now(), ..session.clone() })
    }

    /// The server asks what we have: only what is stored is told.
    pub(super) fn answer_acknowledgement(&mut self) -> Result<(), Ended> {
        if self.counters.is_unsaved() {
            self.commit(Vec::new())?;
        }
        self.transport.queue(&sm::acknowledgement(self.counters.received()));
        Ok(())
    }

    /// The server has this many of our stanzas.
    pub(super) fn acknowledged(&mut self, h: u32) -> Result<(), Ended> {
        self.unanswered = None;
        let stored = self.counters.has_stored_waiting();
        let number = self
            .counters
            .acknowledge(h)
            .map_err(|_| Error::NotXmpp { detail: "the server acknowledges stanzas that were never sent".into() })?;
        if !self.counters.has_stored_waiting() {
            self.largest_waiting = 0;
        }
        if stored && !self.commit(vec![Change::Acknowledged { number }])?.messages.is_empty() {
            // The acknowledgement stands where the server handled the text; where it archived what others sent meanwhile is
            // not seen from here (ejabberd does that in the senders' processes).
            self.archive.set_doubt();
        }
        self.beginning.acknowledged(number);
        self.save_if_whole()
    }

    /// Asks for an acknowledgement of what waits, unless one is on its way.
    pub(super) fn ask_for_acknowledgement(&mut self) {
        if self.counters.should_ask() {
            self.alive_asked = Some(Instant::now());
            self.transport.queue(&sm::request());
        }
    }

    /// Finds out whether the connection still lives, after a change of the network or a long silence.
    pub(super) fn prove_alive(&mut self) {
        if self.alive_asked.is_some_and(|asked| asked >= self.heard) {
            return;
        }
        self.alive_asked = Some(Instant::now());
        if self.counters.enabled() {
            self.counters.mark_asked();
            self.transport.queue(&sm::request());
        } else {
            self.request(Some(self.server()), false, ping::request(), Purpose::Ping);
        }
    }

    /// A long silence: whether the connection still lives is asked, by a question that has to be asked some time anyway if
    /// there is one.
    fn check_in(&mut self) -> Result<(), Ended> {
        if self.archive.in_doubt() && !self.archive.catching_up() {
            self.alive_asked = Some(Instant::now());
            return self.begin_catch_up();
        }
        self.prove_alive();
        Ok(())
    }

    /// The app came to the front, or left it (XEP-0352).
    pub(super) fn send_activity(&mut self, active: bool) {
        if self.features.csi {
            self.transport.queue(&csi::state(active));
        }
    }

    fn quiet_until(&self) -> Instant {
        self.heard + if self.engine.is_active() { QUIET } else { QUIET_INACTIVE }
    }

    /// When the session next has to look at the clock.
    pub(super) fn next_deadline(&self) -> Instant {
        let alive = match self.alive_asked {
            Some(asked) if asked >= self.heard => asked + SIGN_OF_LIFE,
            _ => self.quiet_until(),
        };
        let tells_again = self.tells_again();
        let uploads = self.uploads.deadline();
        [self.requests.deadline(), self.second_look(), tells_again, self.prekeys_at(), self.unanswered, uploads]
            .into_iter()
            .flatten()
            .fold(alive, Instant::min)
    }

    /// A deadline may have passed.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), Ended> {
        if self.transport.traffic().0 > self.counted.0 {
            // An element that takes long to come is a sign of life as well.
            self.heard = now;
            self.count_traffic();
        }
        if self.unanswered.is_some_and(|until| until <= now) {
            return Err(Error::ServerUnreachable { step: SILENT.into() }.into());
        }
        match self.alive_asked {
            Some(asked) if asked >= self.heard => {
                if now >= asked + SIGN_OF_LIFE {
                    return Err(Error::ServerUnreachable { step: SILENT.into() }.into());
                }
            }
            _ => {
                self.alive_asked = None;
                if now >= self.quiet_until() {
                    self.check_in()?;
                }
            }
        }
        self.tell_again(now);
        if self.prekeys_at().is_some_and(|at| at <= now) {
            self.settle_sessions()?;
        }
        if self.uploads.deadline().is_some_and(|later| later <= now) {
            self.upload_files()?;
        }
        if self.second_look().is_some_and(|look| look <= now) {
            self.begin_catch_up()?;
        }
        for purpose in self.requests.expire(now) {
            self.expired(purpose)?;
        }
        Ok(())
    }

    fn expired(&mut self, purpose: Purpose) -> Result<(), Ended> {
        self.go_on_asking();
        if purpose.begins() {
            self.beginning.answered();
            return self.save_if_whole();
        }
        match purpose {
            Purpose::Caller(answer) => {
                // Nobody may wait any more.
                let _ = answer.send(Err(Error::TimedOut));
                Ok(())
            }
            // Without the archive nothing is sure to be complete: the next connection tries again.
            Purpose::Archive(archive) => {
                if let Some(answer) = archive.answer {
                    let _ = answer.send(Err(Error::TimedOut));
                }
                Err(Error::TimedOut.into())
            }
            Purpose::Devices { of, version } => self.devices_told(of, version, None),
            Purpose::Bundle(address) => self.bundle_told(address, None),
            Purpose::OwnBundle { version, .. } | Purpose::Published { version, .. } => self.announced(version),
            Purpose::ServerItems => self.items_answer(None),
            Purpose::TakesFiles(of) => self.takes_files_answer(None, of),
            Purpose::Slot { file, encrypt } => self.slot_answer(None, file, encrypt),
            Purpose::Ping => Err(Error::TimedOut.into()),
            _ => Ok(()),
        }
    }

    /// Adds what went over the wire to the engine's counters.
    pub(super) fn count_traffic(&mut self) {
        let (bytes_in, bytes_out) = self.transport.traffic();
        let (before_in, before_out) = std::mem::replace(&mut self.counted, (bytes_in, bytes_out));
        self.engine.count(|traffic| {
            traffic.bytes_in += bytes_in.saturating_sub(before_in);
            traffic.bytes_out += bytes_out.saturating_sub(before_out);
        });
    }

    /// A stanza came and was handled; `counted` is false before stream management was enabled.
    pub(super) fn count_stanza_in(&mut self, counted: bool) {
        if counted {
            self.counters.count_received();
        }
        self.engine.count(|traffic| traffic.stanzas_in += 1);
    }

    pub(super) fn count_stanza_out(&self) {
        self.engine.count(|traffic| traffic.stanzas_out += 1);
    }
}
