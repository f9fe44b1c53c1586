//! What leaves encrypted.

use jid::BareJid;

use super::Plan;
use crate::client::session::{Ended, Session};
use crate::model::message::Encryption;
use crate::model::omemo::Version;
use crate::model::outbox::OutboxItem;
use crate::platform;
use crate::sync::omemo::{Parts, Target, encryption};
use crate::sync::outgoing;
use crate::xep::envelope;
use crate::xep::omemo::Encrypted;
use crate::xep::xml::Tag;

impl Session {
    /// The stanza of an outbox item, encrypted for these devices, and the version that the contact's first one reads. What it
    /// changed is stored by the next step, which has to come before the stanza leaves.
    pub(in crate::client::session) fn encrypted_stanza(
        &mut self,
        item: &OutboxItem,
        targets: &[Target],
    ) -> Result<(String, Encryption), Ended> {
        let has = |version| targets.iter().any(|target| target.address.version == version);
        let body = outgoing::legacy_body(item);
        let envelope = has(Version::Omemo2).then(|| self.envelope(outgoing::content(item)));
        let elements = self.sealed(targets, Parts { body: body.as_deref(), envelope: envelope.as_deref() })?;
        // What the contact can read it in.
        let theirs = targets.iter().find(|target| target.address.jid == item.to);
        let kind = theirs.map_or(Encryption::Omemo2, |target| encryption(target.address.version));
        Ok((outgoing::encrypted(item, &elements, has(Version::Legacy)), kind))
    }

    /// The envelope around what is said, of a length that does not tell how long that is.
    fn envelope(&self, content: Vec<Tag>) -> String {
        let (now, mut random) = (platform::now(), [0; 1 + envelope::MOST_PADDING]);
        platform::random(&mut random);
        let [chance, letters @ ..] = random;
        let bare = envelope::write(content.clone(), &self.own, now, "").len();
        let length = envelope::padding(bare, chance).min(letters.len());
        envelope::write(content, &self.own, now, &envelope::random_text(&letters[..length]))
    }

    fn sealed(&mut self, targets: &[Target], parts: Parts<'_>) -> Result<Vec<Encrypted>, Ended> {
        let store = self.engine.store.borrow();
        Ok(self.omemo.vault.seal(&store, targets, parts, &mut platform::random)?)
    }

    /// Tells a contact that we type, or no longer do: encrypted, if all its devices can read that. Legacy OMEMO cannot carry it.
    pub(in crate::client::session) fn send_typing(&mut self, to: &BareJid, on: bool) -> Result<(), Ended> {
        let chat = self.engine.store.borrow().chat(self.account, to)?;
        let plan = chat.map_or(Ok(Plan::Clear), |chat| self.plan(chat, to))?;
        let mut targets = match plan {
            Plan::Clear => {
                self.send_text(outgoing::typing(to, on));
                return Ok(());
            }
            Plan::Encrypted(targets) => targets,
            Plan::Wait | Plan::Cannot(_) => return Ok(()),
        };
        targets.retain(|target| target.address.jid == *to);
        if targets.iter().any(|target| target.address.version == Version::Legacy) {
            self.send_text(outgoing::typing(to, on));
            return Ok(());
        }
        let envelope = self.envelope(vec![outgoing::typing_state(on)]);
        let elements = self.sealed(&targets, Parts { body: None, envelope: Some(&envelope) })?;
        self.commit_keys()?;
        self.send_text(outgoing::encrypted_typing(to, &elements));
        Ok(())
    }

    /// A message about keys alone, so that a device can use a session.
    pub(super) fn send_empty(&mut self, to: &BareJid, targets: &[Target]) -> Result<(), Ended> {
        let elements = self.sealed(targets, Parts::default())?;
        self.commit_keys()?;
        if !elements.is_empty() {
            self.send_text(outgoing::empty(to, &elements));
        }
        Ok(())
    }

    /// Stores what the keys have changed, if they have.
    pub(in crate::client::session) fn commit_keys(&mut self) -> Result<(), Ended> {
        let changes = self.omemo.vault.changes();
        if !changes.is_empty() {
            self.commit(changes)?;
        }
        Ok(())
    }
}
