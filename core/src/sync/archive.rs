//! Reading the archive (XEP-0313): which page to ask for next, and what a page that came changes.
//!
//! A catch-up goes forward from the last id that is known to be complete. A device that knows nothing yet takes the newest
//! page first, so that its chat list shows at once, and then fills the hole before it backwards. Each [`Query`] that
//! follows from a page is known from the page's end alone, so that it can be sent before the page is parsed.

mod item;

use jid::BareJid;

use crate::model::Micros;
use crate::model::archive::{ArchivePosition, Hole};
use crate::model::changes::Change;
use crate::model::message::Way;

pub use item::{Item, Unread};

/// What a page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Everything after this archive id.
    After(String),
    /// Everything since this time: the server has forgotten the id.
    Since(Micros),
    /// The newest page, by a device that knows nothing (or whose place is lost: then the stamp it knew).
    Newest {
        /// The newest stamp that was known before.
        known: Option<Micros>,
    },
    /// What is missing in a hole of the whole account, from its newer edge backwards.
    Hole(Hole),
    /// Older messages of one chat, before this archive id (None: its newest ones).
    Chat {
        /// With whom.
        peer: BareJid,
        /// The archive id.
        before: Option<String>,
    },
}

/// One page to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What for.
    pub goal: Goal,
    /// Only messages with this address.
    pub with: Option<BareJid>,
    /// RSM: after this id.
    pub after: Option<String>,
    /// RSM: before this id; empty asks for the last page.
    pub before: Option<String>,
    /// Not before this time.
    pub start: Option<Micros>,
    /// How many.
    pub max: u32,
    /// The page comes newest first (`<flip-page/>`, where `urn:xmpp:mam:2#extended` is offered).
    pub flip: bool,
}

/// The end of a page, as far as the next step depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// There is nothing further in the direction of the query.
    pub complete: bool,
    /// The page's first id.
    pub first: Option<String>,
    /// The page's last id.
    pub last: Option<String>,
}

impl PageEnd {
    /// A page without ids ends a query, whatever it says of being complete.
    fn is_last(&self) -> bool {
        self.complete || self.first.is_none() || self.last.is_none()
    }
}

/// How large pages are, and how much a new device fetches by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages a page; servers cap it (ejabberd at 250).
    pub page: u32,
    /// Messages that a device without history fetches by itself; the rest comes as people scroll.
    pub history: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { page: 250, history: 10_000 }
    }
}

/// The stamp of a place before everything.
const BEGINNING: Micros = 0;

/// Where a catch-up begins.
pub fn begin(position: &ArchivePosition, limits: Limits) -> Query {
    let goal = match (&position.newest, position.newest_stamp) {
        (Some(id), _) => Goal::After(id.clone()),
        // Nothing was in it when this device looked: everything in it came since, and is read in its order, so that no key of
        // encryption is skipped.
        (None, Some(BEGINNING)) => Goal::Since(BEGINNING),
        (None, known) => Goal::Newest { known },
    };
    query(goal, limits)
}

/// The hole of the whole account that is to be filled next, if `fetched` messages are not enough yet. Holes in the middle
/// are always filled; the one that reaches to the beginning only as far as the limit goes.
pub fn next_hole(position: &ArchivePosition, fetched: u32, limits: Limits) -> Option<Query> {
    let hole = position.holes.iter().filter(|hole| hole.chat.is_none()).max_by_key(|hole| hole.newer_stamp)?;
    (hole.older_stamp.is_some() || fetched < limits.history).then(|| query(Goal::Hole(hole.clone()), limits))
}

/// Asks for older messages of a chat than the one with this archive id; newest first where the server can (`flip`), as they
/// are looked at. A page is stored as a whole: what is stored is the same either way.
pub fn older(peer: BareJid, before: Option<String>, flip: bool, limits: Limits) -> Query {
    Query { flip, ..query(Goal::Chat { peer, before }, limits) }
}

/// What to ask instead, when the server does not know the id of this query any more (`item-not-found`).
pub fn lost(query_failed: &Query, position: &ArchivePosition, limits: Limits) -> Option<Query> {
    match &query_failed.goal {
        Goal::After(_) => Some(match position.newest_stamp {
            Some(stamp) => query(Goal::Since(stamp), limits),
            None => query(Goal::Newest { known: None }, limits),
        }),
        _ => None,
    }
}

fn query(goal: Goal, limits: Limits) -> Query {
    let mut query = Query { goal, with: None, after: None, before: None, start: None, max: limits.page, flip: false };
    match &query.goal {
        Goal::After(id) => query.after = Some(id.clone()),
        Goal::Since(stamp) => query.start = Some(*stamp).filter(|stamp| *stamp != BEGINNING),
        Goal::Newest { .. } => query.before = Some(String::new()),
        Goal::Hole(hole) => {
            query.before = Some(hole.newer.clone());
            query.start = hole.older_stamp;
        }
        Goal::Chat { peer, before } => {
            query.with = Some(peer.clone());
            query.before = Some(before.clone().unwrap_or_default());
        }
    }
    query
}

/// The page that follows this one in the same direction, or None if the goal is reached. Newest pages and pages of one chat
/// have no following page: a hole or the person decides.
pub fn next(asked: &Query, end: &PageEnd) -> Option<Query> {
    if end.is_last() {
        return None;
    }
    let mut following = asked.clone();
    match &asked.goal {
        Goal::After(_) | Goal::Since(_) => {
            let last = end.last.clone()?;
            // A server that answers the same page again would be asked for ever.
            if asked.after.as_ref() == Some(&last) {
                return None;
            }
            following.goal = Goal::After(last.clone());
            following.after = Some(last);
            following.start = None;
        }
        Goal::Hole(hole) => {
            let first = end.first.clone()?;
            if hole.newer == first {
                return None;
            }
            following.before = Some(first.clone());
            following.goal = Goal::Hole(Hole { newer: first, ..hole.clone() });
        }
        Goal::Newest { .. } | Goal::Chat { .. } => return None,
    }
    Some(following)
}

/// The page of a chat that is still older than this one: asked for where this one had nothing for the person who scrolls.
pub fn further(asked: &Query, end: &PageEnd) -> Option<Query> {
    let first = end.first.clone().filter(|first| !end.is_last() && asked.before.as_ref() != Some(first))?;
    let Goal::Chat { peer, .. } = &asked.goal else { return None };
    let goal = Goal::Chat { peer: peer.clone(), before: Some(first.clone()) };
    Some(Query { goal, before: Some(first), ..asked.clone() })
}

/// The same page in smaller pieces, if there are any.
pub fn smaller(asked: &Query) -> Option<Query> {
    (asked.max > 1).then(|| Query { max: asked.max / 2, ..asked.clone() })
}

/// For how long an archive may still get messages before its newest ones: servers give them their ids in the processes of
/// their senders, and store them a moment later.
const RECENT: Micros = 10_000_000;

/// Puts the items of a page, in the order in which they came, into the archive's: oldest first.
pub fn oldest_first(asked: &Query, items: &mut [Item]) {
    let mut known = items.iter().filter(|item| !item.unread).map(|item| item.stamp);
    let first = known.next();
    // A server may not have flipped the page although that was asked for.
    let is_oldest_first = first < known.next_back();
    if asked.flip && !is_oldest_first {
        items.reverse();
    }
}

/// What a page that came at `now` changes. `items` stand in archive order, oldest first.
pub fn page(asked: &Query, end: &PageEnd, mut items: Vec<Item>, now: Micros) -> Vec<Change> {
    let newest = if let Goal::Hole(hole) = &asked.goal { hole.newer_stamp } else { now };
    item::each_once(&mut items);
    item::bound_stamps(&mut items, newest);
    if matches!(asked.goal, Goal::After(_) | Goal::Since(_)) {
        return forward(end, items, now);
    }
    let edges = items.first().map(|i| (i.id.clone(), i.stamp)).zip(items.last().map(Item::edge));
    let way = if matches!(asked.goal, Goal::Newest { .. }) { Way::Archive } else { Way::ArchiveOlder };
    let mut changes: Vec<Change> = items.into_iter().filter_map(|item| arrived(item, way)).collect();
    match (&asked.goal, edges) {
        (Goal::Newest { known }, Some((first, last))) => {
            if !end.complete {
                changes.push(Change::HoleFound {
                    chat: None,
                    newer: first.0,
                    newer_stamp: first.1,
                    older_stamp: known.filter(|known| *known < first.1),
                });
            }
            changes.push(last);
        }
        (Goal::Newest { known: None }, None) if end.is_last() => changes.push(Change::ArchiveEmpty),
        (Goal::Hole(hole), edges) => {
            let newer = edges.map(|(first, _)| first).filter(|_| !end.is_last());
            changes.push(Change::HoleFilled { hole: hole.id, newer });
        }
        (Goal::Chat { peer, .. }, _) if end.is_last() => changes.push(Change::ChatComplete { chat: peer.clone() }),
        _ => {}
    }
    changes
}

/// A page of a catch-up. The archive's end is read again by the next one as far as it is recent.
fn forward(end: &PageEnd, items: Vec<Item>, now: Micros) -> Vec<Change> {
    let certain =
        if end.is_last() { items.iter().take_while(|item| item.stamp <= now - RECENT).count() } else { items.len() };
    let mut changes = Vec::with_capacity(items.len() + 2);
    for (place, item) in items.into_iter().enumerate() {
        let edge = (place + 1 == certain).then(|| item.edge());
        if place == certain {
            changes.push(Change::Recent);
        }
        changes.extend(arrived(item, Way::Archive));
        changes.extend(edge);
    }
    changes
}

fn arrived(item: Item, way: Way) -> Option<Change> {
    let mut message = item.message?;
    message.way = way;
    Some(Change::Arrived { message: Box::new(message), receipt: item.receipt })
}

#[cfg(test)]
mod archive_tests;
