//! Catching up with the archive (XEP-0313) and fetching older pages of it.

use std::time::Duration;

use jid::BareJid;

use super::page::{Page, Pages};
use super::purpose::{ArchivePurpose, Purpose};
use super::stanza::condition;
use super::{Answer, Ended, Session};
use crate::client::Error;
use crate::client::listener::Event;
use crate::model::changes::Change;
use crate::platform;
use crate::platform::time::{self, Instant};
use crate::sync::archive::{self, Goal, Limits, PageEnd, Query, Unread};
use crate::transport::{Frame, LeftOut};
use crate::xep::iq::Iq;
use crate::xep::mam::{self, Fin};
use crate::xep::{ns, rsm};

/// For how long after a session began the archive may still get messages that belong to the connection before: what was on
/// its way to the server may be handled, and what was on its way to us handed over, after the archive was asked.
const LATE: Duration = Duration::from_secs(2);
/// The same after a resumption, whose counts tell nearly all. ejabberd 23.01 handles what it had read when it counted, and
/// 24.12 hands what reached the dead connection on after what came to the new one.
const LATE_RESUMED: Duration = Duration::from_secs(1);

/// How long a question may take to leave: a connection that takes nothing any more is no reason not to store a page.
const LEAVING: Duration = Duration::from_millis(50);

/// A page that is whole.
struct EndedPage {
    asked: ArchivePurpose,
    end: PageEnd,
    page: Page,
    /// The next page was asked for.
    more: bool,
}

/// A session's state of reading the archive.
#[derive(Default)]
pub(super) struct Archive {
    limits: Limits,
    pages: Pages,
    /// Its messages that cannot be read.
    unread: Unread,
    /// Pages that are whole and not stored yet.
    ended: Vec<EndedPage>,
    /// True from the first question of a catch-up until everything missed is stored.
    catching_up: bool,
    /// True if the order of what came live may differ from the archive's: the next catch-up starts before it.
    doubt: bool,
    /// Until when messages of an earlier connection may come into the archive; None if there was none.
    late: Option<Instant>,
    /// The account has no archive.
    refused: bool,
    /// When the catch-up that runs, or the last one, began.
    began: Option<Instant>,
    /// When the archive is to be asked once more, for what came late.
    second_look: Option<Instant>,
    /// True while a hole is being filled.
    filling: bool,
    /// Pages stored in this session, messages fetched in it.
    stored: u32,
    fetched: u32,
    /// Who waits for the end of the catch-up, and who for another one after it.
    waiting: Vec<Answer<()>>,
    again: Vec<Answer<()>>,
}

impl Archive {
    /// At the beginning of a session. `after` is None if there was none before it, else whether that one was resumed;
    /// `late` is what it said.
    pub fn new(limits: Limits, waiting: Vec<Answer<()>>, after: Option<bool>, late: Option<Instant>) -> Archive {
        let now = Instant::now();
        let late = late.max(after.map(|resumed| now + if resumed { LATE_RESUMED } else { LATE }));
        Archive { limits, waiting, late, ..Archive::default() }
    }

    /// A process that was killed may have left something on its way.
    pub fn follows_a_lost_session(&mut self) {
        self.late = self.late.max(Some(Instant::now() + LATE));
    }

    /// Until when messages of an earlier connection may come into the archive.
    pub fn late(&self) -> Option<Instant> {
        self.late
    }

    pub fn catching_up(&self) -> bool {
        self.catching_up
    }

    pub fn in_doubt(&self) -> bool {
        self.doubt || self.may_lack_late_ones()
    }

    /// True until a catch-up has begun after which nothing comes late any more.
    fn may_lack_late_ones(&self) -> bool {
        let late = self.late.filter(|_| !self.refused);
        late.is_some_and(|late| self.began.is_none_or(|began| began < late))
    }

    pub fn set_doubt(&mut self) {
        self.doubt = true;
    }

    /// Keeps a frame that belongs to a page that was asked for; gives back any other.
    pub fn collect(&mut self, frame: Frame) -> Option<Frame> {
        self.pages.collect(frame)
    }

    /// An element that is left out may belong to a page, and has its place there.
    pub fn leave_out(&mut self, element: &LeftOut) {
        self.pages.leave_out(element);
    }

    /// The session ends: who waits for the archive is told.
    pub fn refuse_waiting(&mut self) {
        for answer in self.waiting.drain(..).chain(self.again.drain(..)) {
            let _ = answer.send(Err(Error::Offline));
        }
    }
}

impl Session {
    /// Begins to catch up from the last place that is known to be complete.
    pub(super) fn begin_catch_up(&mut self) -> Result<(), Ended> {
        let position = self.engine.store.borrow().archive_position(self.account).map_err(Error::from)?;
        self.archive.catching_up = true;
        self.archive.began = Some(Instant::now());
        self.archive.second_look = None;
        self.archive.doubt = false;
        self.ask_archive(archive::begin(&position, self.archive.limits), None);
        Ok(())
    }

    /// When the archive is to be asked once more, if it is.
    pub(super) fn second_look(&self) -> Option<Instant> {
        self.archive.second_look.filter(|_| self.archive.pages.is_empty())
    }

    /// Catches up once more, for somebody who wants to be sure.
    pub(super) fn catch_up_again(&mut self, answer: Answer<()>) -> Result<(), Ended> {
        if self.archive.catching_up {
            self.archive.again.push(answer);
            return Ok(());
        }
        self.archive.waiting.push(answer);
        // The second look answers, if it is still to come.
        if self.archive.second_look.is_some() { Ok(()) } else { self.begin_catch_up() }
    }

    /// Asks for older messages of a chat.
    pub(super) fn fetch_older(&mut self, peer: BareJid, before: Option<String>, answer: Answer<()>) {
        let flip = self.engine.handle(self.account).is_some_and(|handle| handle.can(ns::MAM_EXTENDED));
        let query = archive::older(peer, before, flip, self.archive.limits);
        self.ask_archive(query, Some(answer));
    }

    fn ask_archive(&mut self, query: Query, answer: Option<Answer<()>>) {
        let id = platform::uuid();
        let payload = question(&id, &query).tag();
        self.archive.pages.open(id.clone());
        self.request_as(id, None, true, payload, Purpose::Archive(Box::new(ArchivePurpose { query, answer })));
    }

    /// The end of a page came, or the refusal of one.
    pub(super) fn archive_answer(&mut self, answer: Iq, asked: ArchivePurpose) -> Result<(), Ended> {
        let page = self.archive.pages.close(&answer.id);
        let Some(fin) = answer.payload.as_ref().and_then(Fin::parse) else {
            return self.archive_refused(&condition(&answer), asked);
        };
        let end = PageEnd { complete: fin.complete, first: fin.set.first, last: fin.set.last };
        if page.is_too_large()
            && let Some(smaller) = archive::smaller(&asked.query)
        {
            self.ask_archive(smaller, asked.answer);
            return Ok(());
        }
        let following = archive::next(&asked.query, &end);
        let more = following.is_some();
        if let Some(query) = following {
            self.ask_archive(query, None);
        }
        self.archive.ended.push(EndedPage { asked, end, page, more });
        Ok(())
    }

    /// Stores the pages that have ended. What was asked for meanwhile leaves before that, so that the server works on the next
    /// page while this one is parsed and stored.
    pub(super) async fn store_ended_pages(&mut self) -> Result<(), Ended> {
        for ended in std::mem::take(&mut self.archive.ended) {
            let left = time::timeout(LEAVING, self.transport.flush()).await;
            self.page_ended(ended)?;
            if let Ok(Err(error)) = left {
                return Err(Error::from(error).into());
            }
        }
        Ok(())
    }

    fn page_ended(&mut self, ended: EndedPage) -> Result<(), Ended> {
        let EndedPage { asked, end, page, more } = ended;
        let arrived = self.store_page(&asked.query, &end, page)?;
        match &asked.query.goal {
            Goal::Hole(_) => {
                self.archive.filling = more;
                self.fill_hole()
            }
            Goal::Chat { .. } => {
                if let Some(further) = archive::further(&asked.query, &end).filter(|_| !arrived) {
                    self.ask_archive(further, asked.answer);
                } else if let Some(answer) = asked.answer {
                    let _ = answer.send(Ok(()));
                }
                Ok(())
            }
            _ if more => Ok(()),
            _ => self.caught_up(),
        }
    }

    /// Stores a page. True if there is a message in it that has a meaning here.
    fn store_page(&mut self, query: &Query, end: &PageEnd, page: Page) -> Result<bool, Ended> {
        let now = platform::now();
        let (own, mut unread) = (self.own.clone(), std::mem::take(&mut self.archive.unread));
        let items = self.opening(|opening| page.items(query, &mut unread, end, &own, now, opening));
        self.archive.unread = unread;
        let mut items = items?;
        for item in &mut items {
            let chat = item.message.as_ref().map(|message| &message.chat);
            item.receipt = item.receipt.take().filter(|_| chat.is_some_and(|chat| self.may_answer(chat)));
        }
        self.archive.fetched = self.archive.fetched.saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        self.archive.stored += 1;
        let arrived = items.iter().any(|item| item.message.is_some());
        let changes = archive::page(query, end, items, now);
        if changes.iter().any(|change| matches!(change, Change::Recent)) {
            self.archive.doubt = true;
        }
        self.commit(changes)?;
        let (done, page) = (false, self.archive.stored);
        self.engine.emit(Event::Sync { account: self.own.to_string(), done, page });
        Ok(arrived)
    }

    fn archive_refused(&mut self, condition: &str, asked: ArchivePurpose) -> Result<(), Ended> {
        if let Some(answer) = asked.answer {
            let _ = answer.send(Err(Error::Refused { condition: condition.to_owned() }));
        }
        match &asked.query.goal {
            Goal::Chat { .. } => Ok(()),
            Goal::Hole(_) => {
                self.archive.filling = false;
                Ok(())
            }
            _ if condition == "item-not-found" => {
                self.commit(vec![Change::ArchiveForgot])?;
                let position = self.engine.store.borrow().archive_position(self.account).map_err(Error::from)?;
                match archive::lost(&asked.query, &position, self.archive.limits) {
                    Some(query) => {
                        self.ask_archive(query, None);
                        Ok(())
                    }
                    None => self.caught_up(),
                }
            }
            // A server without an archive: what it sends live is all there is.
            _ => {
                self.archive.refused = true;
                self.commit(vec![Change::ArchiveForgot])?;
                self.caught_up()
            }
        }
    }

    /// The archive was read to its end. Once contacts see us too, everything is here, and unsure messages are known to be
    /// missing at the server.
    fn caught_up(&mut self) -> Result<(), Ended> {
        if !self.available {
            // What was archived since the last page was asked for came to nobody: until it has our presence, the server
            // sends us nothing. So the end of the archive is asked for once more, right behind the presence.
            self.become_available()?;
            return self.begin_catch_up();
        }
        let look_again = self.archive.may_lack_late_ones();
        if look_again {
            self.archive.second_look = self.archive.late;
            if self.engine.store.borrow().has_unsure(self.account)? {
                return Ok(());
            }
        }
        self.commit(vec![Change::Settle, Change::RequeueUnsure])?;
        self.archive.catching_up = false;
        self.settle_sessions()?;
        if self.counters.has_stored_waiting() {
            self.archive.doubt = true;
        }
        if look_again {
            return self.send_outbox();
        }
        let page = self.archive.stored;
        self.engine.emit(Event::Sync { account: self.own.to_string(), done: true, page });
        for answer in self.archive.waiting.drain(..) {
            // Who asked may have gone.
            let _ = answer.send(Ok(()));
        }
        self.send_outbox()?;
        self.ask_who_is_there()?;
        if !self.archive.again.is_empty() {
            self.archive.waiting = std::mem::take(&mut self.archive.again);
            return self.begin_catch_up();
        }
        self.fill_hole()
    }

    /// Fills what is missing in the middle, and for a new device so much of the past as it should have at hand.
    fn fill_hole(&mut self) -> Result<(), Ended> {
        if self.archive.filling || self.archive.catching_up {
            return Ok(());
        }
        let position = self.engine.store.borrow().archive_position(self.account).map_err(Error::from)?;
        if let Some(query) = archive::next_hole(&position, self.archive.fetched, self.archive.limits) {
            self.archive.filling = true;
            self.ask_archive(query, None);
        }
        Ok(())
    }
}

fn question(id: &str, query: &Query) -> mam::Query {
    mam::Query {
        queryid: id.to_owned(),
        with: query.with.clone(),
        start: query.start,
        end: None,
        page: rsm::Page { max: Some(query.max), after: query.after.clone(), before: query.before.clone() },
        flip: query.flip,
    }
}
