//! What a session begins with. Everything that does not depend on an answer leaves together.

use std::rc::Rc;

use super::account::token_name;
use super::archive::Archive;
use super::beginning::Beginning;
use super::contacts::Asked;
use super::files::Uploads;
use super::manage::RESUMED;
use super::omemo::Omemo;
use super::outbox::StanzaLimit;
use super::purpose::Purpose;
use super::{Answer, Ended, Session, server_of};
use crate::client::Error;
use crate::client::engine::Engine;
use crate::model::account::ResumableSession;
use crate::model::changes::{Change, SessionStart};
use crate::platform;
use crate::platform::time::Instant;
use crate::stream::login::{Early, Login};
use crate::stream::requests::Requests;
use crate::stream::sm::Counters;
use crate::sync::archive::Limits;
use crate::transport::Transport;
use crate::view::AccountState;
use crate::xep::{blocking, carbons, disco, ns, pubsub, roster};

/// What lived before a session and goes on in it.
pub(super) struct Before {
    /// Who waits for the archive to be caught up with.
    pub waiting: Vec<Answer<()>>,
    /// What the server may not have of the last session in this process.
    pub counters: Option<Counters>,
    /// Until when messages of an earlier connection may come into the archive.
    pub late: Option<Instant>,
    /// Which stanzas the server accepts.
    pub limit: StanzaLimit,
}

/// The counters of a resumed session, and what has to be written again.
fn resumed_counters(before: Option<Counters>, inbound: u32, h: u32) -> Result<(Counters, Vec<String>), Ended> {
    let Some(mut counters) = before.filter(Counters::enabled) else {
        return Ok((Counters::resumed(inbound, h), Vec::new()));
    };
    // What was handled and not stored comes again.
    counters.forget_unsaved();
    counters
        .acknowledge(h)
        .map_err(|_| Error::NotXmpp { detail: "the server resumes with stanzas that were never sent".into() })?;
    let again = counters.take_lost();
    Ok((counters, again))
}

/// Of a session that is lost, only requests for presence are worth writing again: a chat state is no longer true.
fn subscriptions(before: Option<Counters>) -> Vec<String> {
    let texts = before.map(|mut counters| counters.take_lost()).unwrap_or_default();
    texts.into_iter().filter(|text| text.starts_with("<presence") && text.contains("scribe")).collect()
}

impl Session {
    /// Takes over a connection that has just signed in.
    pub(super) fn begin(
        engine: &Rc<Engine>,
        start: &SessionStart,
        transport: Box<dyn Transport>,
        login: Login,
        before: Before,
    ) -> Result<Session, Ended> {
        let account = start.account.id;
        let token = token_name(&start.account.device);
        match &login.token {
            Some(new) => engine.keep_secret(&token, &new.to_bytes())?,
            None => engine.forget_secret(&token),
        }
        let had_session = start.resume.is_some() || before.counters.is_some();
        let (counters, again) = match (login.resumed, &start.resume) {
            (Some(h), Some(resume)) => resumed_counters(before.counters, resume.inbound, h)?,
            _ => (Counters::new(login.management.is_some()), subscriptions(before.counters)),
        };
        let after = had_session.then_some(login.resumed.is_some());
        let resumable = match login.resumed {
            Some(_) => start.resume.clone(),
            None => login.management.as_ref().and_then(|management| {
                Some(ResumableSession {
                    id: management.id.clone()?,
                    inbound: 0,
                    jid: login.bound.to_string(),
                    location: management.location.clone(),
                    max_seconds: management.max_seconds,
                    saved: platform::now(),
                })
            }),
        };
        let page = engine.options.archive_page.map_or(Limits::default().page, |page| page.max(1));
        let limits = Limits { page, ..Limits::default() };
        let mut session = Session {
            engine: Rc::clone(engine),
            account,
            own: start.account.jid.clone(),
            bound: login.bound,
            transport,
            features: login.features,
            counters,
            resumable,
            beginning: if login.resumed.is_some() { Beginning::resumed() } else { Beginning::default() },
            requests: Requests::new(start.account.jid.clone()),
            archive: Archive::new(limits, before.waiting, after, before.late),
            omemo: Omemo::load(engine, &start.account)?,
            uploads: Uploads::default(),
            available: false,
            asked: Asked::default(),
            heard: Instant::now(),
            alive_asked: None,
            unanswered: login.resumed.map(|_| Instant::now() + RESUMED),
            limit: before.limit.named(login.features.max_stanza),
            largest_waiting: 0,
            counted: (0, 0),
        };
        let mut changes = vec![Change::LoggedIn {
            best_mechanism: login.best_mechanism,
            resource: session.bound.resource().to_string(),
        }];
        match (login.resumed, login.resume_failed_h) {
            (Some(h), _) => changes.push(Change::Resumed { number: i64::from(h) }),
            (None, h) => {
                // What the server says it had of the lost session needs no looking for.
                changes.extend(h.map(|h| Change::Resumed { number: i64::from(h) }));
                changes.push(Change::SessionLost);
                changes.push(Change::Session(None));
            }
        }
        changes.extend(session.omemo.vault.changes());
        engine.commit_step(account, true, changes)?;
        if let Some(handle) = engine.handle(account).filter(|_| login.resumed.is_none()) {
            handle.pre_approval.set(session.features.pre_approval);
        }
        if !had_session && engine.store.borrow().has_unsure(account)? {
            session.archive.follows_a_lost_session();
        }
        engine.set_status(account, AccountState::Online, None);
        engine.transfers.go_on();
        engine.fetch_wanted(account);
        session.see_contacts(login.resumed.is_some());
        if login.resumed.is_some() {
            again.into_iter().for_each(|text| session.send_text(text));
            session.go_on(login.early)?;
        } else {
            session.start_anew(start.roster_version.as_deref(), login.early)?;
            again.into_iter().for_each(|text| session.send_text(text));
        }
        Ok(session)
    }

    /// A resumed session: the server sends what we missed by itself. The order of what crossed on the way is for the
    /// archive to say.
    fn go_on(&mut self, early: Vec<Early>) -> Result<(), Ended> {
        self.available = true;
        self.begin_catch_up()?;
        if self.engine.handle(self.account).is_some_and(|handle| handle.features.borrow().is_empty()) {
            // A process before this one knew them.
            self.request(Some(self.server()), false, disco::info_request(None), Purpose::ServerFeatures);
            self.request(None, false, disco::info_request(None), Purpose::AccountFeatures);
        }
        self.ask_own_devices();
        self.register_push(false);
        if !self.engine.is_active() {
            self.send_activity(false);
        }
        self.early(early)
    }

    /// A new session.
    fn start_anew(&mut self, roster_version: Option<&str>, early: Vec<Early>) -> Result<(), Ended> {
        // Before the archive: the answer is small and soon there, and names whoever wrote.
        let version = roster_version.unwrap_or_default();
        let version = self.features.roster_versioning.then_some(version);
        self.ask_first(None, false, roster::request(version), Purpose::Roster);
        if !self.features.carbons_enabled {
            self.ask_first(None, true, carbons::enable(), Purpose::Carbons);
        }
        self.begin_catch_up()?;
        if !self.engine.is_active() {
            self.send_activity(false);
        }
        self.early(early)
    }

    /// What else a new session asks, once the first answer is here: a server answers when it has handled all that came at
    /// once, and people wait for what was asked first.
    pub(super) fn go_on_asking(&mut self) {
        if !self.beginning.is_first_answer() {
            return;
        }
        self.ask_first(Some(self.server()), false, disco::info_request(None), Purpose::ServerFeatures);
        self.ask_first(None, false, disco::info_request(None), Purpose::AccountFeatures);
        self.ask_first(None, false, blocking::request(), Purpose::BlockList);
        self.ask_first(None, false, pubsub::items(ns::DISPLAYED_SYNC, None), Purpose::ReadStates);
        self.ask_own_devices();
    }

    /// What came before the login was over.
    fn early(&mut self, early: Vec<Early>) -> Result<(), Ended> {
        early.into_iter().try_for_each(|early| self.incoming(early.incoming, early.counted))
    }

    /// Contacts may see this device: sent once the archive was read, so that what the server kept for us is not mixed with
    /// what is new.
    pub(super) fn become_available(&mut self) -> Result<(), Ended> {
        self.available = true;
        self.send_text(super::iq::own_presence());
        self.beginning.present(self.counters.sent());
        self.publish_read_states()
    }

    /// The address of the account's server.
    pub(super) fn server(&self) -> jid::Jid {
        server_of(&self.own)
    }
}

impl From<crate::store::StoreError> for Ended {
    fn from(error: crate::store::StoreError) -> Ended {
        Ended::Lost(Error::from(error))
    }
}
