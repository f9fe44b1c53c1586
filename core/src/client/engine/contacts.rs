//! Contacts: the roster, requests, blocking, and what we publish of ourselves.

use std::rc::Rc;

use jid::{BareJid, Jid};
use tokio::sync::oneshot;

use super::{Engine, address};
use crate::client::Error;
use crate::client::session::{Command, Request};
use crate::model::changes::Change;
use crate::model::contact::{Avatar, Contact};
use crate::model::ids::AccountId;
use crate::platform;
use crate::view::{AccountState, Availability, ContactRow, ContactsSnapshot};
use crate::xep::presence::{self, Kind};
use crate::xep::pubsub::{self, Access, Options};
use crate::xep::xml::Tag;
use crate::xep::{Element, avatar, blocking, nick, ns, roster, vcard};

/// What we publish of ourselves is for everybody who asks; the newest version stays.
pub(super) const PUBLISHED: Options = Options { access: Access::Open, persist: true, max_items: None, send_last: true };

impl Engine {
    /// Asks the server, or a contact, and waits for the answer.
    pub async fn request(
        &self,
        account: AccountId,
        to: Option<Jid>,
        set: bool,
        payload: Tag,
    ) -> Result<Option<Element>, Error> {
        let (answer, answered) = oneshot::channel();
        self.tell(account, Command::Request(Request { to, set, payload, answer }));
        answered.await.map_err(|_| Error::Offline)?
    }

    /// Adds a contact to the roster, asks to see its presence, and lets it see ours (RFC 6121 section 3.4).
    pub async fn add_contact(
        &self,
        account: AccountId,
        jid: &str,
        name: Option<String>,
        groups: Vec<String>,
    ) -> Result<(), Error> {
        let contact = self.somebody_else(account, jid)?;
        if let Some(name) = &name {
            check_name("name", name)?;
        }
        if groups.iter().any(String::is_empty) {
            return Err(Error::BadValue { field: "groups".into() });
        }
        groups.iter().try_for_each(|group| check_name("groups", group))?;
        self.request(account, None, true, roster::set(&contact, name.as_deref(), &groups)).await?;
        // Their request is granted, also ahead where the server can do that (RFC 6121 section 3.4), so that it needs no
        // answer; elsewhere it is granted when it comes. Then we ask.
        let asks = self.asks_for_us(account, &contact)?;
        if asks || self.handle(account).is_some_and(|handle| handle.pre_approval.get()) {
            self.tell(account, Command::Send(subscription(Kind::Subscribed, &contact)));
        }
        self.tell(account, Command::Send(subscription(Kind::Subscribe, &contact)));
        Ok(())
    }

    /// Removes a contact from the roster; both sides see each other's presence no more.
    pub async fn remove_contact(&self, account: AccountId, jid: &str) -> Result<(), Error> {
        self.request(account, None, true, roster::remove(&address(jid)?)).await?;
        Ok(())
    }

    /// An address, but not our own: what that would mean differs between servers.
    fn somebody_else(&self, account: AccountId, jid: &str) -> Result<BareJid, Error> {
        let contact = address(jid)?;
        if contact.as_str() == self.address_of(account) {
            return Err(Error::BadValue { field: "jid".into() });
        }
        Ok(contact)
    }

    fn asks_for_us(&self, account: AccountId, contact: &BareJid) -> Result<bool, Error> {
        Ok(self.store.borrow().contact(account, contact)?.is_some_and(|known| known.requests))
    }

    /// Answers a contact's request to see our presence; a refusal also takes back what was allowed before.
    pub fn answer_request(self: &Rc<Self>, account: AccountId, jid: &str, allow: bool) -> Result<(), Error> {
        let contact = address(jid)?;
        if allow && !self.asks_for_us(account, &contact)? {
            return Err(Error::BadValue { field: "jid".into() });
        }
        let online = self.handle(account).is_some_and(|handle| handle.status.borrow().0 == AccountState::Online);
        if !online {
            // The answer is not stored: it would be lost.
            return Err(Error::Offline);
        }
        let kind = if allow { Kind::Subscribed } else { Kind::Unsubscribed };
        self.tell(account, Command::Send(subscription(kind, &contact)));
        let answered = Change::SubscriptionRequest { jid: contact, nick: None, pending: false };
        self.commit(account, vec![answered])?;
        Ok(())
    }

    /// Blocks or unblocks an address (XEP-0191).
    pub async fn block(&self, account: AccountId, jid: &str, on: bool) -> Result<(), Error> {
        let contact = self.somebody_else(account, jid)?;
        let payload = if on { blocking::block(&[contact]) } else { blocking::unblock(&contact, &[]) };
        self.request(account, None, true, payload).await?;
        Ok(())
    }

    /// Publishes our nickname (XEP-0172); an empty one takes it back.
    pub async fn set_nick(&self, account: AccountId, name: &str) -> Result<(), Error> {
        check_name("name", name)?;
        let item = pubsub::publish(ns::NICK, Some("current"), nick::tag(name), Some(PUBLISHED));
        self.request(account, None, true, item).await?;
        Ok(())
    }

    /// Publishes our avatar: its bytes, then its description (XEP-0084), and for older clients in the vCard (XEP-0153)
    /// where the server does not do that by itself (XEP-0398).
    pub async fn set_avatar(&self, account: AccountId, image: Avatar) -> Result<(), Error> {
        if image.bytes.is_empty() || image.bytes.len() > avatar::LARGEST {
            return Err(Error::BadValue { field: "bytes".into() });
        }
        let data = avatar::data_tag(&image);
        let data = pubsub::publish(ns::AVATAR_DATA, Some(&image.hash), data, Some(PUBLISHED));
        self.request(account, None, true, data).await?;
        let metadata = avatar::metadata_tag(Some(&image));
        let metadata = pubsub::publish(ns::AVATAR_METADATA, Some(&image.hash), metadata, Some(PUBLISHED));
        self.request(account, None, true, metadata).await?;
        let converts = self.handle(account).is_some_and(|handle| handle.can("urn:xmpp:pep-vcard-conversion:0"));
        if !converts {
            let known = self.request(account, None, false, vcard::request()).await.ok().flatten();
            self.request(account, None, true, vcard::with_photo(known.as_ref(), Some(&image))).await?;
        }
        Ok(())
    }

    /// True if a contact may know what we do with its messages: it sees our presence, or we wrote to it ourselves.
    pub fn may_be_seen_by(&self, account: AccountId, contact: &BareJid) -> Result<bool, Error> {
        let store = self.store.borrow();
        if store.is_blocked(account, contact)? {
            return Ok(false);
        }
        let roster = store.contact(account, contact)?.and_then(|known| known.roster);
        let sees_us = roster.is_some_and(|item| item.subscription.is_seen());
        Ok(sees_us || store.has_written_to(account, contact)?)
    }

    /// An account's contacts, by name.
    pub fn contacts(&self, account: AccountId) -> Result<ContactsSnapshot, Error> {
        let contacts = self.store.borrow().contacts(account)?;
        let handle = self.handle(account);
        let row = |contact: Contact| {
            let jid = contact.jid.to_string();
            let device = handle.as_ref().and_then(|handle| handle.presences.borrow().of(&jid).cloned());
            ContactRow::new(contact, device.map_or((Availability::Offline, None), |d| (d.availability, d.status)))
        };
        let mut rows: Vec<ContactRow> = contacts.into_iter().map(row).collect();
        rows.sort_by_cached_key(|row| (lower(&row.name), row.jid.clone()));
        Ok(ContactsSnapshot { account: self.address_of(account), rows })
    }

    /// A connection is gone: nobody knows who is there.
    pub fn connection_lost(self: &Rc<Self>, account: AccountId) {
        if self.handle(account).is_some_and(|handle| handle.presences.borrow_mut().hide()) {
            self.presence_changed(account);
        }
    }
}

/// The longest name of a person or a group, in bytes: that of a part of an address (RFC 7622 section 3.1).
const LONGEST_NAME: usize = 1023;

/// A name goes into others' lists: a line, and not a long one.
fn check_name(field: &str, name: &str) -> Result<(), Error> {
    let usable = name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if usable { Ok(()) } else { Err(Error::BadValue { field: field.to_owned() }) }
}

fn subscription(kind: Kind, contact: &BareJid) -> String {
    presence::directed(kind, &platform::uuid(), contact.as_str(), None)
}

/// A name in lower case, letter by letter: `str::to_lowercase` looks at what stands beside them, in tables that a browser would load
/// for this alone.
fn lower(name: &str) -> String {
    let mut lower = String::with_capacity(name.len());
    for c in name.chars() {
        for c in c.to_lowercase() {
            lower.push(c);
        }
    }
    lower
}
