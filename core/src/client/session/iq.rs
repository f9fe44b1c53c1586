//! What others ask of us, and what the server tells us by pushes.

use jid::{BareJid, Jid};

use super::purpose::Purpose;
use super::{Ended, Session};
use crate::model::changes::Change;
use crate::model::contact::RosterItem;
use crate::xep::blocking::Push;
use crate::xep::caps::{Caps, Caps2};
use crate::xep::disco::{self, Info};
use crate::xep::features::{self, CAPS_NODE};
use crate::xep::iq::{self, Iq};
use crate::xep::presence::{self, Announcement};
use crate::xep::roster::{self, Entry, Roster};
use crate::xep::{Element, blocking, ns, ping, version};

/// What this client is, in the words of XEP-0030's registry.
const DEVICE: &str = "phone";

/// The presence that says what this client can do.
pub(super) fn own_presence() -> String {
    let features = features::ours(DEVICE);
    let mut extensions: Vec<_> = Caps::of(&features, CAPS_NODE).iter().map(Caps::tag).collect();
    extensions.push(Caps2::of(&features).tag());
    presence::available(Announcement { extensions, ..Announcement::default() })
}

impl Session {
    /// Somebody asks us.
    pub(super) fn answer_question(&mut self, question: Iq) {
        let to = question.from.as_ref().map(|from| from.as_str());
        let answer = match question.payload {
            Some(payload) if ping::is_request(&payload) => iq::result(&question.id, to, None),
            Some(payload) if payload.is("query", ns::DISCO_INFO) => {
                let node = payload.attr("node");
                iq::result(
                    &question.id,
                    to,
                    Some(Info { node: node.map(str::to_owned), ..features::ours(DEVICE) }.tag()),
                )
            }
            Some(payload) if payload.is("query", ns::DISCO_ITEMS) => {
                iq::result(&question.id, to, Some(disco::no_items(payload.attr("node"))))
            }
            Some(payload) if version::is_request(&payload) => {
                iq::result(&question.id, to, Some(version::answer("Larimar", env!("CARGO_PKG_VERSION"))))
            }
            _ => iq::error(&question.id, to, "cancel", "service-unavailable"),
        };
        self.send_text(answer);
    }

    /// The server tells us of a change. From anybody but our own account it is a forgery, and refused as unknown.
    pub(super) fn pushed(&mut self, push: Iq) -> Result<(), Ended> {
        let from_us = push.from.as_ref().is_none_or(|from| from.resource().is_none() && from.to_bare() == self.own);
        let payload = push.payload.filter(|_| from_us);
        let changes = match payload {
            Some(payload) => match Roster::parse(&payload) {
                Some(roster) => roster_changes(roster),
                None => blocking_changes(&payload),
            },
            None => None,
        };
        let to = push.from.as_ref().map(|from| from.as_str());
        match changes {
            Some(changes) => {
                let changed: Vec<BareJid> = changes.iter().filter_map(roster_contact).collect();
                let lessened = self.is_lessened(&changes)?;
                self.commit(changes)?;
                self.send_text(iq::result(&push.id, to, None));
                if lessened {
                    // ejabberd may hand on pushes in another order than that in which it changed the roster.
                    self.ask_first(None, false, roster::request(None), Purpose::Roster);
                }
                changed.iter().try_for_each(|contact| self.grant_mutual_request(contact))?;
            }
            None => self.send_text(iq::error(&push.id, to, "cancel", "service-unavailable")),
        }
        Ok(())
    }

    /// Whether a push takes away what an earlier one gave: somebody sees somebody no more.
    fn is_lessened(&self, changes: &[Change]) -> Result<bool, Ended> {
        let store = self.engine.store.borrow();
        for change in changes {
            let Change::RosterItem { jid, item: Some(item), .. } = change else { continue };
            let before = store.contact(self.account, jid)?.and_then(|contact| contact.roster);
            let is_less = |before: RosterItem| {
                let (before, now) = (before.subscription, item.subscription);
                (before.sees() && !now.sees()) || (before.is_seen() && !now.is_seen())
            };
            if before.is_some_and(is_less) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn roster_answer(&mut self, answer: Iq) -> Result<(), Ended> {
        // An empty result says that nothing changed since the version we have.
        let Some(roster) = answer.payload.as_ref().and_then(Roster::parse) else { return Ok(()) };
        let items = roster.entries.into_iter().filter_map(|entry| match entry {
            Entry::Item(item) => Some(item),
            Entry::Removed(_) => None,
        });
        let items: Vec<RosterItem> = items.collect();
        let granted = self.granted_meanwhile(&items)?;
        self.commit(vec![Change::Roster { version: roster.version, items }])?;
        granted.iter().for_each(|contact| self.grant(contact));
        Ok(())
    }

    /// What the account or its server can do.
    pub(super) fn features_answer(&mut self, answer: &Iq) {
        let info = answer.payload.as_ref().and_then(Info::parse);
        if let (Some(info), Some(handle)) = (info, self.engine.handle(self.account)) {
            handle.features.borrow_mut().extend(info.features);
        }
    }

    pub(super) fn block_list_answer(&mut self, answer: Iq) -> Result<(), Ended> {
        if let Some(list) = answer.payload.as_ref().and_then(blocking::list) {
            self.commit(vec![Change::BlockList(people(list))])?;
        }
        Ok(())
    }
}

fn roster_changes(roster: Roster) -> Option<Vec<Change>> {
    let version = roster.version;
    let change = |entry| match entry {
        Entry::Item(item) => Change::RosterItem { version: version.clone(), jid: item.jid.clone(), item: Some(item) },
        Entry::Removed(jid) => Change::RosterItem { version: version.clone(), item: None, jid },
    };
    Some(roster.entries.into_iter().map(change).collect())
}

/// Whose entry in the roster changed.
fn roster_contact(change: &Change) -> Option<BareJid> {
    match change {
        Change::RosterItem { jid, item: Some(_), .. } => Some(jid.clone()),
        _ => None,
    }
}

fn blocking_changes(payload: &Element) -> Option<Vec<Change>> {
    let change = match Push::parse(payload)? {
        Push::Blocked(jids) => Change::Blocked { jids: people(jids), blocked: true },
        Push::Unblocked(jids) => Change::Blocked { jids: people(jids), blocked: false },
        Push::UnblockedAll => Change::BlockList(Vec::new()),
    };
    Some(vec![change])
}

/// Whole people: a block of one device of somebody, or of a server, is not shown as a blocked contact.
fn people(jids: Vec<Jid>) -> Vec<BareJid> {
    jids.into_iter().filter(|jid| jid.resource().is_none() && jid.node().is_some()).map(|jid| jid.to_bare()).collect()
}
