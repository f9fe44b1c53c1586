//! The items of a page of the archive, and the places of those that cannot be read.

use jid::BareJid;

use super::PageEnd;
use crate::model::Micros;
use crate::model::changes::Change;
use crate::model::message::Arrived;
use crate::sorted::{Map, Set};
use crate::sync::incoming;
use crate::sync::omemo::Opener;
use crate::xep::Element;
use crate::xep::message::Message;

/// How many messages that cannot be read are remembered.
const MOST_UNREAD: usize = 1_000;

/// One item of a page.
pub struct Item {
    /// Its archive id.
    pub id: String,
    /// Its stamp; of an item that cannot be read, a time by which it was certainly there.
    pub stamp: Micros,
    /// True if it cannot be read.
    pub unread: bool,
    /// What it does to the store.
    pub message: Option<Arrived>,
    /// The receipt that is owed for it.
    pub receipt: Option<String>,
}

impl Item {
    /// Reads a result, which came at `now` and was matched by the random id of our question. None if it is no result, has no
    /// archive id, or came in the name of anybody but our own account.
    pub fn read(element: &Element, own: &BareJid, now: Micros, opener: &mut dyn Opener) -> Option<Item> {
        let message = Message::parse(element)?;
        let from_us = message.from.is_none_or(|from| from.resource().is_none() && from.to_bare() == *own);
        let mut result = message.archived.filter(|_| from_us)?;
        let stamp = result.delay.as_ref().map_or(now, |delay| delay.stamp);
        let read = result
            .message
            .as_mut()
            .map(|message| incoming::archived(message, &result.id, result.delay.as_ref(), own, now, opener));
        let (message, receipt) = read.map_or((None, None), |read| (read.arrived, read.receipt));
        Some(Item { id: result.id, stamp, unread: false, message, receipt })
    }

    /// Everything up to this item is here.
    pub(super) fn edge(&self) -> Change {
        Change::ArchiveNewest { id: self.id.clone(), stamp: (!self.unread).then_some(self.stamp) }
    }
}

/// The messages of an archive that cannot be read, with the time at which each was first met: without its stamp, that alone
/// can tell that it is no longer recent.
#[derive(Default)]
pub struct Unread(Map<String, Micros>);

impl Unread {
    /// The place of such a message.
    pub fn item(&mut self, id: String, now: Micros) -> Item {
        if self.0.len() >= MOST_UNREAD {
            self.0.clear();
        }
        let stamp = *self.0.entry(id.clone()).or_insert(now);
        Item { id, stamp, unread: true, message: None, receipt: None }
    }

    /// Puts in the places at a page's edges that the page's end tells of, if they are not there: what could not be read may
    /// not even have told its id.
    pub fn complete(&mut self, items: &mut Vec<Item>, end: &PageEnd, now: Micros) {
        if let Some(first) = end.first.as_ref().filter(|first| items.first().is_none_or(|item| item.id != **first)) {
            items.insert(0, self.item(first.clone(), now));
        }
        if let Some(last) = end.last.as_ref().filter(|last| items.last().is_none_or(|item| item.id != **last)) {
            items.push(self.item(last.clone(), now));
        }
    }
}

/// An archive has each id once: of two items with one id the first counts, so that what a page does to the store does not
/// depend on how often it is read.
pub(super) fn each_once(items: &mut Vec<Item>) {
    let mut seen = Set::new();
    items.retain(|item| seen.insert(item.id.clone()));
}

/// What cannot be read stands before what follows it, and is not newer than that or than `newest`.
pub(super) fn bound_stamps(items: &mut [Item], newest: Micros) {
    let mut bound = newest;
    for item in items.iter_mut().rev() {
        if item.unread {
            item.stamp = item.stamp.min(bound);
        } else {
            bound = bound.min(item.stamp);
        }
    }
}
