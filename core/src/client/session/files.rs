//! Places on the web for files that are to be sent (XEP-0363): who gives them, and how large a file may be.

use std::time::Duration;

use jid::{BareJid, Jid};

use super::omemo::Plan;
use super::purpose::Purpose;
use super::{Ended, Session};
use crate::client::Error;
use crate::client::engine::SIDE_BY_SIDE;
use crate::file::seal::{LARGEST, size_on_the_way};
use crate::model::attachment::{Attachment, FileOf};
use crate::model::changes::{Change, FileChange};
use crate::model::ids::FileId;
use crate::model::message::FailureReason;
use crate::model::outbox::{OutboxItem, Payload};
use crate::platform;
use crate::platform::time::Instant;
use crate::sorted::Set;
use crate::sync::files;
use crate::xep::disco::{self, Info};
use crate::xep::iq::{Iq, Kind};
use crate::xep::upload::{self, Addresses, Refusal, Service};

/// More entities of a server are not asked whether they take files.
const MOST_ENTITIES: usize = 20;
/// How long is waited before asking again where a server says "later" and not when, and at the most.
const LATER: Duration = Duration::from_secs(60);
const LATEST: Duration = Duration::from_secs(3600);

/// Who takes files.
#[derive(Default)]
enum Taker {
    /// Nobody has asked yet.
    #[default]
    Unknown,
    /// So many have still to answer, and the best of those that did.
    Asked(usize, Option<(Jid, Service)>),
    /// It is known: nobody, or this one.
    Known(Option<(Jid, Service)>),
}

/// A session's state of uploads.
#[derive(Default)]
pub(super) struct Uploads {
    taker: Taker,
    /// Files for which a slot was asked.
    slots: Set<FileId>,
    /// The service wants to hear nothing before this.
    later: Option<Instant>,
}

impl Uploads {
    /// When slots may be asked for again, if that is to come.
    pub fn deadline(&self) -> Option<Instant> {
        self.later
    }
}

impl Session {
    /// Asks for places for files that wait for one.
    pub(super) fn upload_files(&mut self) -> Result<(), Ended> {
        let busy = self.engine.transfers.uploads() + self.uploads.slots.len();
        if busy >= SIDE_BY_SIDE || self.uploads.later.is_some_and(|later| later > Instant::now()) {
            return Ok(());
        }
        self.uploads.later = None;
        let waiting = self.engine.store.borrow().files_to_upload(self.account, 20)?;
        let idle = |found: &FileOf| {
            !self.engine.transfers.is_running(found.file.id) && !self.uploads.slots.contains(&found.file.id)
        };
        let waiting: Vec<FileOf> = waiting.into_iter().filter(idle).take(SIDE_BY_SIDE - busy).collect();
        for found in waiting {
            if let Some(reason) = self.upload_file(&found)? {
                self.file_failed(found.file.id, reason)?;
            }
        }
        Ok(())
    }

    /// Asks for a place for a file; or why it cannot be sent.
    fn upload_file(&mut self, found: &FileOf) -> Result<Option<FailureReason>, Ended> {
        let peer = self.engine.store.borrow().chat_row(found.chat)?.peer;
        let Ok(peer) = BareJid::new(&peer) else { return Ok(Some(FailureReason::NoSuchAddress)) };
        let encrypt = match self.plan(found.chat, &peer)? {
            Plan::Wait => return Ok(None),
            Plan::Cannot(reason) => return Ok(Some(reason)),
            Plan::Clear => false,
            Plan::Encrypted(_) => true,
        };
        let file = &found.file.file;
        let (service, limits) = match &self.uploads.taker {
            Taker::Unknown => {
                self.ask_who_takes_files();
                return Ok(None);
            }
            Taker::Asked(..) => return Ok(None),
            Taker::Known(None) => return Ok(Some(FailureReason::NoFiles)),
            Taker::Known(Some((service, limits))) => (service.clone(), *limits),
        };
        let Some(size) = file.expected.size else { return Ok(Some(FailureReason::FileUnreadable)) };
        let size = size_on_the_way(size, encrypt);
        if !limits.takes(size) || (encrypt && size > LARGEST) {
            return Ok(Some(FailureReason::FileTooLarge));
        }
        let hidden = platform::uuid();
        let name = files::name_on_the_web(file, encrypt.then_some(hidden.as_str()));
        // Of what is encrypted the server learns nothing.
        let media_type = file.media_type.as_deref().filter(|_| !encrypt);
        let payload = upload::request(&name, size, media_type);
        self.uploads.slots.insert(found.file.id);
        self.request(Some(service), false, payload, Purpose::Slot { file: found.file.id, encrypt });
        Ok(None)
    }

    fn file_failed(&mut self, file: FileId, reason: FailureReason) -> Result<(), Ended> {
        self.commit(vec![Change::File { file, change: FileChange::Failed(reason) }])?;
        Ok(())
    }

    fn ask_who_takes_files(&mut self) {
        self.uploads.taker = Taker::Asked(2, None);
        let server = self.server();
        self.request(Some(server.clone()), false, disco::items_request(None), Purpose::ServerItems);
        self.request(Some(server.clone()), false, disco::info_request(None), Purpose::TakesFiles(server));
    }

    /// What else there is at the server: each is asked whether it takes files.
    pub(super) fn items_answer(&mut self, answer: Option<&Iq>) -> Result<(), Ended> {
        let items = answer.and_then(|answer| answer.payload.as_ref()).and_then(disco::items).unwrap_or_default();
        let entities: Vec<Jid> = items.into_iter().filter(|item| item.node.is_none()).map(|item| item.jid).collect();
        for entity in entities.into_iter().take(MOST_ENTITIES) {
            if let Taker::Asked(left, _) = &mut self.uploads.taker {
                *left += 1;
            }
            self.request(Some(entity.clone()), false, disco::info_request(None), Purpose::TakesFiles(entity));
        }
        self.taker_answered(None)
    }

    /// Somebody at the server says whether it takes files.
    pub(super) fn takes_files_answer(&mut self, answer: Option<&Iq>, of: Jid) -> Result<(), Ended> {
        let info = answer.and_then(|answer| answer.payload.as_ref()).and_then(Info::parse);
        self.taker_answered(info.and_then(|info| Service::of(&info)).map(|service| (of, service)))
    }

    fn taker_answered(&mut self, taker: Option<(Jid, Service)>) -> Result<(), Ended> {
        let Taker::Asked(left, best) = &mut self.uploads.taker else { return Ok(()) };
        // Of several, the one that takes the largest files.
        let largest = |service: &Service| service.max_file_size.unwrap_or(u64::MAX);
        if let Some(taker) = taker
            && best.as_ref().is_none_or(|(_, service)| largest(service) < largest(&taker.1))
        {
            *best = Some(taker);
        }
        *left -= 1;
        if *left > 0 {
            return Ok(());
        }
        self.uploads.taker = Taker::Known(best.take());
        self.upload_files()
    }

    /// A file got a place, or none. None: the service did not answer.
    pub(super) fn slot_answer(&mut self, answer: Option<&Iq>, file: FileId, encrypt: bool) -> Result<(), Ended> {
        self.uploads.slots.remove(&file);
        let Some(answer) = answer else {
            self.uploads.later = Some(Instant::now() + LATER);
            return Ok(());
        };
        if answer.kind == Kind::Result {
            let account = self.engine.store.borrow().account(self.account).map_err(Error::from)?;
            let addresses = if account.is_served_here() { Addresses::HttpOnLoopback } else { Addresses::Https };
            let slot = answer.payload.as_ref().and_then(|payload| upload::slot(payload, addresses));
            let found = self.engine.store.borrow().file(file);
            match (slot, found) {
                (Some(slot), Ok(found)) => self.engine.upload(found, slot, encrypt),
                // The message was taken back meanwhile.
                (_, Err(_)) => {}
                (None, Ok(_)) => self.file_failed(file, FailureReason::FileRefused)?,
            }
            return self.upload_files();
        }
        let error = answer.error.as_ref();
        match error.and_then(|error| error.upload) {
            Some(Refusal::TooLarge { max_file_size }) => {
                if let (Taker::Known(Some((_, service))), Some(max)) = (&mut self.uploads.taker, max_file_size) {
                    service.max_file_size = Some(max);
                }
                self.file_failed(file, FailureReason::FileTooLarge)?;
            }
            Some(Refusal::Later { retry }) => self.ask_later(retry),
            None if error.is_some_and(|error| error.kind == "wait") => self.ask_later(None),
            None => self.file_failed(file, FailureReason::FileRefused)?,
        }
        self.upload_files()
    }

    fn ask_later(&mut self, retry: Option<i64>) {
        let wait = retry.map(|retry| Duration::from_micros(retry.saturating_sub(platform::now()).unsigned_abs()));
        self.uploads.later = Some(Instant::now() + wait.unwrap_or(LATER).min(LATEST));
    }

    /// Files whose place does not fit how their message leaves are put elsewhere first: nothing that lies in the open is told in
    /// an encrypted message, and no key in clear. True if there are such.
    pub(super) fn replace_files(
        &self,
        item: &OutboxItem,
        encrypted: bool,
        changes: &mut Vec<Change>,
    ) -> Result<bool, Ended> {
        let Payload::Text { files, .. } = &item.payload else { return Ok(false) };
        let fits = |file: &Attachment| file.source.as_ref().is_some_and(|source| source.key.is_some() == encrypted);
        let (Some(message), false) = (item.message, files.iter().all(fits)) else { return Ok(false) };
        for stored in self.engine.store.borrow().message(message)?.files {
            changes.push(Change::File { file: stored.id, change: FileChange::Unplaced });
        }
        Ok(true)
    }
}
