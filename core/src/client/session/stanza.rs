//! What to do with each element of the stream, and where answers go.

use jid::{BareJid, Jid};

use super::purpose::Purpose;
use super::{Ended, Session};
use crate::client::Error;
use crate::platform;
use crate::platform::time::Instant;
use crate::stream::login::SessionFeatures;
use crate::stream::sm::Unacknowledged;
use crate::xep::iq::{self, Iq, Kind};
use crate::xep::message::Message;
use crate::xep::presence::Presence;
use crate::xep::sm::{self, Said};
use crate::xep::stream_error::StreamError;
use crate::xep::xml::Tag;
use crate::xep::{Element, ns};

impl Session {
    /// One element of the stream. Stanzas are counted when they have been handled: what a step does not store, the server
    /// sends again.
    pub(super) fn element(&mut self, element: Element, counted: bool) -> Result<(), Ended> {
        match sm::read(&element) {
            Some(Said::Request) => return self.answer_acknowledgement(),
            Some(Said::Acknowledgement { h }) => return self.acknowledged(h),
            Some(_) => return Ok(()),
            None => {}
        }
        if let Some(error) = StreamError::read(&element) {
            return Err(self.stream_error(&error));
        }
        if let Some(features) = SessionFeatures::read(&element) {
            self.features = features;
            return Ok(());
        }
        if !matches!(element.name(), "message" | "presence" | "iq") || !element.has_ns(ns::CLIENT) {
            return Ok(());
        }
        self.count_stanza_in(counted);
        match element.name() {
            "message" => match Message::parse(&element) {
                Some(message) => self.message(message),
                None => Ok(()),
            },
            "presence" => match Presence::parse(&element) {
                Some(presence) => self.presence(presence),
                None => Ok(()),
            },
            _ => match Iq::parse(element) {
                Some(iq) => self.iq(iq),
                None => Ok(()),
            },
        }
    }

    fn stream_error(&mut self, error: &StreamError) -> Ended {
        if error.condition == "policy-violation" {
            // RFC 6120 section 4.9.3.14: a stanza that is too large is one of the reasons.
            self.limit = self.limit.refused(self.largest_waiting);
        }
        match (error.condition.as_str(), &error.see_other_host) {
            ("see-other-host", Some(host)) => Ended::SeeOther(host.clone()),
            ("not-authorized", _) => Ended::Lost(Error::WrongPassword),
            (condition, _) => Ended::Lost(Error::ServerUnreachable { step: condition.to_owned() }),
        }
    }

    fn iq(&mut self, iq: Iq) -> Result<(), Ended> {
        match iq.kind {
            Kind::Get => {
                self.answer_question(iq);
                Ok(())
            }
            Kind::Set => self.pushed(iq),
            Kind::Result | Kind::Error => match self.requests.answer(&iq.id, iq.from.as_ref()) {
                Some(purpose) => {
                    self.unanswered = None;
                    self.engine.count(|traffic| traffic.round_trips += 1);
                    self.answered(purpose, iq)
                }
                // Nobody asked this sender: an answer that came too late, or a forged one.
                None => Ok(()),
            },
        }
    }

    /// Asks; the answer is handled by what it was for.
    pub(super) fn request(&mut self, to: Option<Jid>, set: bool, payload: Tag, purpose: Purpose) {
        self.request_as(platform::uuid(), to, set, payload, purpose);
    }

    pub(super) fn request_as(&mut self, id: String, to: Option<Jid>, set: bool, payload: Tag, purpose: Purpose) {
        let address = to.as_ref().map(Jid::as_str);
        let text = if set { iq::set(&id, address, payload) } else { iq::get(&id, address, payload) };
        let purpose = match purpose {
            Purpose::Caller(answer) if !self.limit.allows(text.len()) => {
                // Who asked may have gone.
                let _ = answer.send(Err(Error::Refused { condition: "policy-violation".into() }));
                return;
            }
            purpose => purpose,
        };
        self.requests.add(id, to, Instant::now(), purpose);
        self.write(&text, Unacknowledged::Request);
    }

    /// Where somebody's nodes are: None for our own.
    pub(super) fn service_of(&self, owner: &BareJid) -> Option<Jid> {
        (*owner != self.own).then(|| owner.clone().into())
    }

    /// Queues a stanza that is not stored; it is sent again if the session is resumed.
    pub(super) fn send_text(&mut self, text: String) {
        let again = Unacknowledged::Text(text.clone());
        self.write(&text, again);
    }

    fn write(&mut self, text: &str, again: Unacknowledged) {
        self.count_stanza_out();
        self.counters.count_sent(again);
        self.transport.queue(text);
    }

    pub(super) fn answered(&mut self, purpose: Purpose, answer: Iq) -> Result<(), Ended> {
        self.go_on_asking();
        if purpose.begins() {
            self.beginning.answered();
            self.first_answered(purpose, answer)?;
            return self.save_if_whole();
        }
        match purpose {
            Purpose::Archive(archive) => self.archive_answer(answer, *archive),
            Purpose::PublishRead { chat, archive_id, limited } => {
                self.publish_read_answer(answer, chat, archive_id, limited)
            }
            Purpose::Devices { of, version } => self.devices_answer(&answer, of, version),
            Purpose::Bundle(address) => self.bundle_answer(&answer, address),
            Purpose::OwnBundle { version, list } => self.own_bundle_answer(&answer, version, list),
            Purpose::Published { version, what, attempt } => self.published(&answer, version, what, attempt),
            Purpose::ServerItems => self.items_answer(Some(&answer)),
            Purpose::TakesFiles(of) => self.takes_files_answer(Some(&answer), of),
            Purpose::Slot { file, encrypt } => self.slot_answer(Some(&answer), file, encrypt),
            Purpose::Push => {
                self.push_answer(&answer);
                Ok(())
            }
            Purpose::Capabilities(announced) => self.capabilities_answer(&answer, &announced),
            Purpose::AvatarData { of, hash, media_type } => self.avatar_answer(answer, of, hash, media_type),
            Purpose::VcardPhoto { of, hash } => self.vcard_answer(answer, of, hash),
            Purpose::Caller(caller) => {
                let result = match answer.kind {
                    Kind::Result => Ok(answer.payload),
                    _ => Err(Error::Refused { condition: condition(&answer) }),
                };
                // Who asked may have gone.
                let _ = caller.send(result);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The answer to what is asked once a session.
    fn first_answered(&mut self, purpose: Purpose, answer: Iq) -> Result<(), Ended> {
        match purpose {
            Purpose::Roster => self.roster_answer(answer),
            Purpose::BlockList => self.block_list_answer(answer),
            Purpose::ServerFeatures => {
                self.features_answer(&answer);
                Ok(())
            }
            Purpose::AccountFeatures => {
                self.features_answer(&answer);
                self.register_push(true);
                Ok(())
            }
            Purpose::ReadStates => self.read_states_answer(answer),
            _ => Ok(()),
        }
    }
}

/// Why a request was refused (RFC 6120 section 8.3.3).
pub(super) fn condition(answer: &Iq) -> String {
    answer.error.as_ref().map_or_else(|| "undefined-condition".to_owned(), |error| error.condition.clone())
}
