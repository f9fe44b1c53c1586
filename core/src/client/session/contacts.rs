//! What contacts say of themselves: presence, requests, names, pictures; and how far our other devices read.

use jid::BareJid;

use super::presences::Device;
use super::purpose::Purpose;
use super::{Ended, Session};
use crate::client::listener::Event;
use crate::model::changes::Change;
use crate::model::contact::{Avatar, RosterItem};
use crate::model::ids::ChatId;
use crate::model::omemo::Version;
use crate::platform;
use crate::sorted::Map;
use crate::view::Availability;
use crate::xep::displayed_sync::{self, Displayed};
use crate::xep::iq::{Iq, Kind as IqKind};
use crate::xep::omemo::devices_node;
use crate::xep::presence::{self, Kind, Presence, Show};
use crate::xep::pubsub::{self, Items, MaxItems};
use crate::xep::vcard::{self, Photo};
use crate::xep::{avatar, nick, ns};

/// How many chats' read states are kept by a server that wants a number.
const FEWER_CHATS: u32 = 100;
/// How many things are asked about contacts in one session at most.
const MOST_ASKED: usize = 10_000;

/// What was asked about contacts in this session: not twice.
#[derive(Default)]
pub(super) struct Asked(Map<String, ()>);

impl Asked {
    /// True the first time.
    pub(super) fn first(&mut self, what: String) -> bool {
        self.0.len() < MOST_ASKED && self.0.insert(what, ()).is_none()
    }
}

impl Session {
    /// A presence stanza.
    pub(super) fn presence(&mut self, presence: Presence) -> Result<(), Ended> {
        let Some(from) = presence.from.clone() else { return Ok(()) };
        let contact = from.to_bare();
        match presence.kind {
            Kind::Available | Kind::Unavailable if !presence.muc_user => {
                if let Some(resource) = from.resource() {
                    let device = (presence.kind == Kind::Available).then(|| device(&presence));
                    if let Some(handle) = self.engine.handle(self.account) {
                        handle.presences.borrow_mut().set(contact.as_str(), resource.as_str(), device);
                    }
                    self.engine.presence_changed(self.account);
                    self.look_at_photo(&contact, &presence);
                    self.look_at_capabilities(&from, &presence)?;
                }
                Ok(())
            }
            Kind::Subscribe if self.was_asked_by_us(&contact)? => {
                self.grant(&contact);
                Ok(())
            }
            Kind::Subscribe => self.request_changed(contact, presence.nick, true),
            Kind::Unsubscribe | Kind::Unsubscribed => self.request_changed(contact, None, false),
            _ => Ok(()),
        }
    }

    /// We asked first, which says yes as well. Servers without pre-approval (RFC 6121 section 3.4) leave saying it to us.
    pub(super) fn grant(&mut self, contact: &BareJid) {
        self.send_text(presence::directed(Kind::Subscribed, &platform::uuid(), contact.as_str(), None));
    }

    /// Our request was stored by the server after the contact's own had come: that one is answered now.
    pub(super) fn grant_mutual_request(&mut self, contact: &BareJid) -> Result<(), Ended> {
        let waits = self.engine.store.borrow().contact(self.account, contact)?.is_some_and(|contact| contact.requests);
        if waits && self.was_asked_by_us(contact)? {
            self.grant(contact);
            return self.request_changed(contact.clone(), None, false);
        }
        Ok(())
    }

    /// Whose request was granted while we were away, where the server does that by itself (RFC 6121 section 3.4). They are
    /// told once more: Prosody (0.12, 13.0) does not tell a contact of its own, which would wait for ever. A server that told
    /// them passes nothing on.
    pub(super) fn granted_meanwhile(&self, items: &[RosterItem]) -> Result<Vec<BareJid>, Ended> {
        let sees_us = |item: &RosterItem| item.subscription.is_seen();
        let store = self.engine.store.borrow();
        let mut granted = Vec::new();
        for item in items.iter().filter(|item| self.features.pre_approval && sees_us(item)) {
            let before = store.contact(self.account, &item.jid)?.and_then(|contact| contact.roster);
            if before.is_some_and(|before| !sees_us(&before)) {
                granted.push(item.jid.clone());
            }
        }
        Ok(granted)
    }

    fn was_asked_by_us(&self, contact: &BareJid) -> Result<bool, Ended> {
        let known = self.engine.store.borrow().contact(self.account, contact)?.and_then(|contact| contact.roster);
        Ok(known.is_some_and(|item| item.ask || item.subscription.sees()))
    }

    fn request_changed(&mut self, jid: BareJid, nick: Option<String>, pending: bool) -> Result<(), Ended> {
        let (account, from) = (self.own.to_string(), jid.to_string());
        let name = nick.clone();
        self.commit(vec![Change::SubscriptionRequest { jid, nick, pending }])?;
        if pending {
            self.engine.emit(Event::SubscriptionRequest { account, from, nick: name });
        }
        Ok(())
    }

    /// A contact's presence names its vCard's photo (XEP-0153). Fetched once, unless it is known.
    fn look_at_photo(&mut self, contact: &BareJid, presence: &Presence) {
        let Some(Photo::Hash(hash)) = presence.photo.clone() else { return };
        if self.has_avatar(contact, &hash) || !self.asked.first(format!("photo {contact} {hash}")) {
            return;
        }
        let purpose = Purpose::VcardPhoto { of: contact.clone(), hash };
        self.request(Some(contact.clone().into()), false, vcard::request(), purpose);
    }

    fn has_avatar(&self, contact: &BareJid, hash: &str) -> bool {
        let store = self.engine.store.borrow();
        let known = store.contact(self.account, contact).ok().flatten().and_then(|contact| contact.avatar);
        known.as_deref() == Some(hash) && store.avatar(hash).is_ok_and(|image| image.is_some())
    }

    /// Somebody's node has news (XEP-0163).
    pub(super) fn node_event(&mut self, from: BareJid, event: &pubsub::Event) -> Result<(), Ended> {
        if let Some(version) = Version::ALL.into_iter().find(|version| devices_node(*version) == event.node) {
            return self.devices_event(from, version, event);
        }
        match event.node.as_str() {
            ns::AVATAR_METADATA => self.avatar_announced(from, event),
            ns::NICK => {
                let name = event.newest().and_then(nick::parse);
                self.commit(vec![Change::Nickname { jid: from, nick: name }])?;
                Ok(())
            }
            ns::DISPLAYED_SYNC if from == self.own => {
                let items = event.items.iter().filter_map(Displayed::parse);
                self.read_elsewhere(items.collect())
            }
            _ => Ok(()),
        }
    }

    fn avatar_announced(&mut self, of: BareJid, event: &pubsub::Event) -> Result<(), Ended> {
        let infos = event.newest().and_then(avatar::metadata);
        let Some(info) = infos.as_deref().and_then(avatar::best).cloned() else {
            self.commit(vec![Change::AvatarOf { jid: of, hash: None }])?;
            return Ok(());
        };
        if self.engine.store.borrow().avatar(&info.hash)?.is_some() {
            self.commit(vec![Change::AvatarOf { jid: of, hash: Some(info.hash) }])?;
        } else if self.asked.first(format!("avatar {of} {}", info.hash)) {
            let payload = pubsub::item(ns::AVATAR_DATA, &info.hash);
            let to = self.service_of(&of);
            let purpose = Purpose::AvatarData { of, hash: info.hash, media_type: info.media_type };
            self.request(to, false, payload, purpose);
        }
        Ok(())
    }

    pub(super) fn avatar_answer(
        &mut self,
        answer: Iq,
        of: BareJid,
        hash: String,
        media_type: String,
    ) -> Result<(), Ended> {
        let items = answer.payload.as_ref().and_then(Items::parse);
        let bytes = items.iter().flat_map(|items| &items.items).filter_map(|item| item.payload.as_ref());
        let bytes = bytes.filter_map(avatar::data).next();
        self.avatar_arrived(of, &hash, bytes.map(|bytes| avatar::image(Some(&media_type), bytes)))
    }

    pub(super) fn vcard_answer(&mut self, answer: Iq, of: BareJid, hash: String) -> Result<(), Ended> {
        let photo = answer.payload.as_ref().and_then(vcard::photo);
        self.avatar_arrived(of, &hash, photo)
    }

    /// An image is believed only if it has the hash that was announced.
    fn avatar_arrived(&mut self, of: BareJid, hash: &str, image: Option<Avatar>) -> Result<(), Ended> {
        let Some(image) = image.filter(|image| image.hash == hash) else { return Ok(()) };
        let hash = Some(hash.to_owned());
        self.commit(vec![Change::AvatarImage(image), Change::AvatarOf { jid: of, hash }])?;
        Ok(())
    }

    /// What our other devices have read (XEP-0490).
    pub(super) fn read_states_answer(&mut self, answer: Iq) -> Result<(), Ended> {
        let items = answer.payload.as_ref().and_then(Items::parse);
        let states = items.iter().flat_map(|items| &items.items).filter_map(Displayed::parse);
        self.read_elsewhere(states.collect())
    }

    fn read_elsewhere(&mut self, states: Vec<Displayed>) -> Result<(), Ended> {
        let ours = states.into_iter().filter(|state| displayed_sync::is_by(state, &self.own));
        let change = |state: Displayed| Change::ReadElsewhere { chat: state.chat, archive_id: state.stanza_id.id };
        let changes: Vec<Change> = ours.map(change).collect();
        if !changes.is_empty() {
            self.commit(changes)?;
        }
        Ok(())
    }

    /// Tells our other devices how far chats were read here.
    pub(super) fn publish_read_states(&mut self) -> Result<(), Ended> {
        let unpublished = self.engine.store.borrow().unpublished_reads(self.account)?;
        for (chat, peer, archive_id) in unpublished {
            if self.asked.first(format!("read {peer} {archive_id}")) {
                self.publish_read(chat, &peer, archive_id, MaxItems::Max);
            }
        }
        Ok(())
    }

    fn publish_read(&mut self, chat: ChatId, peer: &BareJid, archive_id: String, max: MaxItems) {
        let payload = displayed_sync::publish(peer, &archive_id, &self.own, max);
        let limited = max != MaxItems::Max;
        self.request(None, true, payload, Purpose::PublishRead { chat, archive_id, limited });
    }

    pub(super) fn publish_read_answer(
        &mut self,
        answer: Iq,
        chat: ChatId,
        archive_id: String,
        limited: bool,
    ) -> Result<(), Ended> {
        if answer.kind == IqKind::Result {
            self.commit(vec![Change::ReadPublished { chat, archive_id }])?;
        } else if !limited {
            // Some servers do not know `max_items=max`: as many as they allow to be named.
            let peer = self.engine.store.borrow().chat_row(chat)?.peer;
            if let Ok(peer) = BareJid::new(&peer) {
                self.publish_read(chat, &peer, archive_id, MaxItems::Number(FEWER_CHATS));
            }
        }
        Ok(())
    }
}

fn device(presence: &Presence) -> Device {
    let availability = match presence.show {
        None | Some(Show::Chat) => Availability::Online,
        Some(Show::Away | Show::ExtendedAway) => Availability::Away,
        Some(Show::DoNotDisturb) => Availability::Busy,
    };
    Device { availability, status: presence.status.clone(), priority: presence.priority }
}
