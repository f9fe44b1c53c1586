//! A message arrives: it is new, or it is here already and may tell more.

use rusqlite::params;
use sha2::{Digest as _, Sha256};

use super::dedupe::{Known, Print};
use super::place::sensible;
use super::row::Row;
use super::step::{Reindex, Step};
use crate::model::attachment::Attachment;
use crate::model::ids::{ChatId, MessageId};
use crate::model::message::{Arrived, Content, Delivery, Encryption, Place, ReplyTo, Way};
use crate::model::omemo::Sealed;
use crate::store::codes::{Code as _, Kind, Sends, Waits};
use crate::store::{Result, StoreError};

/// The content of an arrival that has a row, in the columns of that row.
pub(super) struct Stored<'a> {
    pub(super) kind: Kind,
    pub(super) body: String,
    pub(super) target: Option<&'a str>,
    pub(super) reply: Option<&'a ReplyTo>,
    pub(super) sealed: Option<Sealed>,
    pub(super) files: &'a [Attachment],
}

impl<'a> Stored<'a> {
    /// Content that answers nothing and has no files.
    pub(super) fn of(kind: Kind, body: String, target: Option<&'a str>) -> Stored<'a> {
        Stored { kind, body, target, reply: None, sealed: None, files: &[] }
    }

    /// None: this content has no row.
    fn new(content: &'a Content) -> Option<Stored<'a>> {
        match content {
            Content::Text { body, reply, files } => {
                Some(Stored { reply: reply.as_ref(), files, ..Stored::of(Kind::Text, body.clone(), None) })
            }
            Content::Sealed { reason } => {
                Some(Stored { sealed: Some(*reason), ..Stored::of(Kind::Text, String::new(), None) })
            }
            Content::Correction { target, body } => Some(Stored::of(Kind::Correction, body.clone(), Some(target))),
            Content::Retraction { target } => Some(Stored::of(Kind::Retraction, String::new(), Some(target))),
            Content::Reactions { target, emojis } => {
                Some(Stored::of(Kind::Reactions, emoji_lines(emojis), Some(target)))
            }
            Content::Receipt { .. }
            | Content::Displayed { .. }
            | Content::Error { .. }
            | Content::Trust(_)
            | Content::Again
            | Content::Nothing => None,
        }
    }

    /// Recognises the content without keeping it.
    pub(super) fn print(&self) -> Print {
        let mut hash = Sha256::new();
        hash.update([u8::try_from(self.kind.code()).unwrap_or(0)]);
        hash.update(self.target.unwrap_or_default());
        hash.update([0]);
        hash.update(&self.body);
        for source in self.files.iter().filter_map(|file| file.source.as_ref()) {
            hash.update([0]);
            hash.update(source.url.as_str());
        }
        let bytes = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&bytes[..8]);
        Print { kind: self.kind, digest: i64::from_le_bytes(first), sealed: self.sealed.is_some() }
    }
}

/// A set of reactions as its row keeps it: one a line.
pub(super) fn emoji_lines(emojis: &[String]) -> String {
    let lines: Vec<&str> = emojis.iter().flat_map(|emoji| emoji.lines()).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

impl Step<'_> {
    /// One arrival.
    pub(super) fn arrived(&mut self, message: &Arrived, receipt: Option<&str>) -> Result<()> {
        let Some(stored) = Stored::new(&message.content) else { return self.arrived_without_row(message, receipt) };
        let chat = self.chat_of(&message.chat)?;
        let print = stored.print();
        let row = match self.find_known(chat, message, Some(&print))? {
            Known::Retired => {
                self.applied.duplicate = true;
                return Ok(());
            }
            Known::Row(row) if row.sealed.is_some() && stored.sealed.is_none() => {
                let row = self.unseal(*row, message, &stored, print.digest)?;
                self.again(row, message)?
            }
            Known::Row(row) => self.again(*row, message)?,
            Known::No => self.insert(chat, message, &stored, print.digest)?,
        };
        self.placed.insert(row.id);
        if let Some(target) =
            receipt.filter(|_| !message.outgoing && message.way != Way::ArchiveOlder && !row.receipted)
        {
            self.db.prepare_cached("UPDATE message SET receipted = 1 WHERE id = ?1")?.execute([row.id])?;
            self.enqueue_for(chat, Sends::Receipt, target)?;
        }
        Ok(())
    }

    fn arrived_without_row(&mut self, message: &Arrived, receipt: Option<&str>) -> Result<()> {
        // What we sent from here may come back without its words, as it was not encrypted for ourselves.
        let unreadable = message.content == Content::Again || (message.outgoing && message.content == Content::Nothing);
        if unreadable
            && let Some(chat) = self.chat_if_known(&message.chat)?
            && let Known::Row(row) = self.find_known(chat, message, None)?
        {
            let row = self.again(*row, message)?;
            self.placed.insert(row.id);
            return Ok(());
        }
        if message.outgoing {
            self.left_outbox(message)?;
        }
        match &message.content {
            Content::Receipt { target } if message.outgoing => self.receipted(&message.chat, target),
            Content::Receipt { target } => self.delivered(&message.chat, target),
            Content::Displayed { target } => self.displayed(&message.chat, target, message.outgoing),
            Content::Error { target, reason } if !message.outgoing => self.bounced(&message.chat, target, *reason),
            Content::Trust(told) => self.device_decided(message, told),
            Content::Again => Ok(()),
            _ => match receipt.filter(|_| !message.outgoing && message.way != Way::ArchiveOlder) {
                Some(target) => self.owe_receipt(&message.chat, target),
                None => Ok(()),
            },
        }
    }

    /// A receipt for what has no row: remembered, so that it is given once.
    fn owe_receipt(&mut self, peer: &jid::BareJid, target: &str) -> Result<()> {
        let chat = self.chat_of(peer)?;
        if self.wait(chat, target, Waits::Answered, 0)? {
            self.enqueue_for(chat, Sends::Receipt, target)?;
        }
        Ok(())
    }

    fn insert(&mut self, chat: ChatId, message: &Arrived, stored: &Stored, digest: i64) -> Result<Row> {
        let spot = self.spot(chat, message, None)?;
        let sender = self.sender_key(message)?;
        let time = sensible(message.time);
        let row = self.insert_row(&New {
            chat,
            outgoing: message.outgoing,
            local: false,
            stanza: message.ids.stanza.as_deref().or(message.ids.origin.as_deref()),
            origin: message.ids.origin.as_deref(),
            archive: message.ids.archive.as_deref(),
            digest,
            time,
            stamped: matches!(message.way, Way::Archive | Way::ArchiveOlder),
            position: spot.position,
            place: spot.place,
            after_hole: spot.after_hole,
            delivery: if message.outgoing { Delivery::Sent } else { Delivery::Delivered },
            encryption: message.encryption,
            sender,
            markable: message.markable && !message.outgoing && stored.kind == Kind::Text,
            stored,
        })?;
        self.archive_id_known(chat, row.archive.as_deref(), (row.position, row.id))?;
        if stored.kind != Kind::Text {
            self.bind_change(&row)?;
            return Ok(row);
        }
        self.new_text(&row, message, stored.files)?;
        Ok(row)
    }

    /// What follows from a new text: its files, what waited for it, what it says of how far the chat was read, and that it is new.
    fn new_text(&mut self, row: &Row, message: &Arrived, files: &[Attachment]) -> Result<()> {
        let older = message.way == Way::ArchiveOlder;
        self.bind_waiting_changes(row)?;
        if row.outgoing {
            // Written by a person on another device, who has seen what stands above.
            self.read_up_to(row.chat, (row.position, row.id))?;
        } else if older && self.is_history && self.chat(row.chat)?.read.is_none() {
            // History from before this device is nothing new.
            self.read_up_to(row.chat, (row.position, row.id))?;
        }
        self.apply_waiting(row)?;
        let files = self.insert_files(row.id, files)?;
        if !older {
            self.applied.files.extend(files);
            self.bring_back(row.chat)?;
            if !row.outgoing {
                self.fresh.push(MessageId(row.id));
            }
        }
        Ok(())
    }

    /// A row arrives once more: it may be found in the archive, or tell what was missing.
    pub(super) fn again(&mut self, mut row: Row, message: &Arrived) -> Result<Row> {
        let before = self.applied.messages.len();
        let was_floating = row.place == Place::Floating;
        let left = self.reached_server(&mut row)?;
        let spot = self.spot(row.chat, message, Some(&row))?;
        if left && was_floating && spot.place == Place::Floating {
            self.place_acknowledged(&mut row)?;
        } else {
            self.move_row(&mut row, spot.position, spot.place, spot.after_hole)?;
        }
        self.fill_in(&mut row, message)?;
        self.applied.duplicate |= self.applied.messages.len() == before;
        Ok(row)
    }

    /// A message that could not be read before can be read now. What it turns out to be may be no text; what was taken back
    /// stays so.
    fn unseal(&mut self, row: Row, message: &Arrived, stored: &Stored, digest: i64) -> Result<Row> {
        if row.retracted {
            return Ok(row);
        }
        let sql = "SELECT body, search_key FROM message WHERE id = ?1";
        let (shown, search_key): (String, i64) =
            self.db.prepare_cached(sql)?.query_row([row.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let key = self.sender_key(message)?;
        let text = stored.kind == Kind::Text;
        let sql = "UPDATE message SET kind = ?2, body = ?3, digest = ?4, target = ?5, reply_id = ?6, reply_author = ?7,
                   key = ?8, device = ?9, encryption = ?10, markable = ?11, sealed = NULL, original = NULL, edited = 0,
                   unread = unread AND ?12, search_key = iif(?12, search_key, NULL) WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![
            row.id,
            stored.kind.code(),
            stored.body,
            digest,
            stored.target,
            stored.reply.map(|reply| &reply.id),
            stored.reply.and_then(|reply| reply.author.as_ref()),
            key.map(|(key, _)| key),
            key.map(|(_, device)| device),
            message.encryption.code(),
            message.markable && text,
            text,
        ])?;
        let files = self.insert_files(row.id, stored.files)?;
        self.applied.files.extend(files);
        self.reindex(search_key, row.id, row.chat, Some(&shown));
        self.show(row.id, row.chat);
        if text {
            self.recompute(row.id)?;
        } else if let Some(entry) = self.reindex.get_mut(&search_key) {
            entry.body = Some(String::new());
        }
        let row = self.row(row.id)?.ok_or(StoreError::NoSuchMessage)?;
        if !text {
            let sql = "UPDATE message SET target_row = NULL WHERE target_row = ?1";
            if self.db.prepare_cached(sql)?.execute([row.id])? > 0 {
                self.chat(row.chat)?.has_waiting = Some(true);
            }
            self.bind_change(&row)?;
        }
        Ok(row)
    }

    /// Ids, the archive's time and the encryption, where they were not known.
    fn fill_in(&mut self, row: &mut Row, message: &Arrived) -> Result<()> {
        let ids = &message.ids;
        let archive = if row.archive.is_none() { ids.archive.clone() } else { None };
        let stanza = if row.stanza.is_none() { ids.stanza.clone().or_else(|| ids.origin.clone()) } else { None };
        let known = row.stanza.as_ref().or(stanza.as_ref());
        let origin = ids.origin.clone().filter(|id| row.origin.is_none() && known != Some(id));
        let stamped = matches!(message.way, Way::Archive | Way::ArchiveOlder);
        let time = if stamped && !row.stamped { sensible(message.time) } else { row.time };
        let encryption = if row.encryption == Encryption::None { message.encryption } else { row.encryption };
        let shown = time != row.time || encryption != row.encryption;
        if archive.is_none() && stanza.is_none() && origin.is_none() && !shown && stamped <= row.stamped {
            return Ok(());
        }
        self.db
            .prepare_cached(
                "UPDATE message SET archive_id = coalesce(archive_id, ?2), stanza_id = coalesce(stanza_id, ?3),
                 origin_id = coalesce(origin_id, ?4), time = ?5, stamped = max(stamped, ?6), encryption = ?7 WHERE id = ?1",
            )?
            .execute(params![row.id, archive, stanza, origin, time, stamped, encryption.code()])?;
        row.stanza = row.stanza.take().or(stanza);
        row.origin = row.origin.take().or(origin);
        self.archive_id_known(row.chat, archive.as_deref(), (row.position, row.id))?;
        if row.kind == Kind::Text {
            if shown {
                self.show(row.id, row.chat);
            }
            self.bind_waiting_changes(row)?;
        }
        row.archive = row.archive.take().or(archive);
        Ok(())
    }
}

/// A row to be written.
pub(super) struct New<'a> {
    pub(super) chat: ChatId,
    pub(super) outgoing: bool,
    pub(super) local: bool,
    pub(super) stanza: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
    pub(super) archive: Option<&'a str>,
    pub(super) digest: i64,
    pub(super) time: i64,
    pub(super) stamped: bool,
    pub(super) position: i64,
    pub(super) place: Place,
    pub(super) after_hole: i64,
    pub(super) delivery: Delivery,
    pub(super) encryption: Encryption,
    /// The key's row and the device that it came from.
    pub(super) sender: Option<(i64, u32)>,
    pub(super) markable: bool,
    pub(super) stored: &'a Stored<'a>,
}

impl Step<'_> {
    /// Writes a new row, with its mark of being unread and its words.
    pub(super) fn insert_row(&mut self, new: &New) -> Result<Row> {
        let id = self.next_row()?;
        let text = new.stored.kind == Kind::Text;
        let key = if text { Some(self.search_key(new.time, id)?) } else { None };
        let read = self.chat(new.chat)?.read;
        let unread = text && !new.outgoing && read.is_none_or(|read| (new.position, id) > read);
        let sql = "INSERT INTO message (account, chat, kind, outgoing, local, stanza_id, origin_id, archive_id, body, digest,
                   time, stamped, position, place, after_hole, delivery, encryption, markable, reply_id, reply_author, target,
                   id, search_key, unread, key, device, sealed)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                   ?22, ?23, ?24, ?25, ?26, ?27)";
        let origin = new.origin.filter(|id| Some(*id) != new.stanza);
        self.db.prepare_cached(sql)?.execute(params![
            self.account.0,
            new.chat.0,
            new.stored.kind.code(),
            new.outgoing,
            new.local,
            new.stanza,
            origin,
            new.archive,
            new.stored.body,
            new.digest,
            new.time,
            new.stamped,
            new.position,
            new.place.code(),
            new.after_hole,
            new.delivery.code(),
            new.encryption.code(),
            new.markable,
            new.stored.reply.map(|reply| &reply.id),
            new.stored.reply.and_then(|reply| reply.author.as_ref()),
            new.stored.target,
            id,
            key,
            unread,
            new.sender.map(|(key, _)| key),
            new.sender.map(|(_, device)| device),
            new.stored.sealed.map(Sealed::code),
        ])?;
        if let Some(key) = key {
            let body = Some(new.stored.body.clone());
            self.reindex.insert(key, Reindex { row: id, chat: new.chat, indexed: None, body });
            self.show(id, new.chat);
        }
        Ok(Row {
            id,
            chat: new.chat,
            kind: new.stored.kind,
            outgoing: new.outgoing,
            local: new.local,
            stanza: new.stanza.map(str::to_owned),
            origin: origin.map(str::to_owned),
            archive: new.archive.map(str::to_owned),
            digest: Some(new.digest),
            time: new.time,
            stamped: new.stamped,
            position: new.position,
            place: new.place,
            after_hole: new.after_hole,
            delivery: new.delivery,
            bounced: false,
            encryption: new.encryption,
            retracted: false,
            receipted: false,
            target: new.stored.target.map(str::to_owned),
            target_row: None,
            sealed: new.stored.sealed,
        })
    }
}
