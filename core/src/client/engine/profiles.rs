//! What people say of themselves: asked when somebody looks, and kept nowhere. It is seldom looked at, may be long, and is
//! the other's to change or take back.

use jid::{BareJid, Jid};

use super::contacts::PUBLISHED;
use super::{Engine, address};
use crate::client::Error;
use crate::model::ids::AccountId;
use crate::model::profile::Profile;
use crate::xep::pubsub::{self, Items};
use crate::xep::{Element, ns, vcard, vcard_profile, vcard4};

impl Engine {
    /// What somebody, or the account's own person, says of themselves: the newer kind of vCard if it says anything, else the
    /// older one. Nothing at all is an empty profile.
    pub async fn profile(&self, account: AccountId, jid: &str) -> Result<Profile, Error> {
        let of = address(jid)?;
        let (newer, older) = tokio::join!(self.newer_vcard(account, &of), self.older_vcard(account, &of));
        let newer = newer?.as_ref().and_then(vcard4::parse).filter(|profile| !profile.is_empty());
        let older = older?.as_ref().and_then(vcard_profile::parse);
        Ok(newer.or(older).unwrap_or_default())
    }

    /// Says this of ourselves, in both kinds of vCard; what else is in them stays. Enough if the server takes one.
    pub async fn set_profile(&self, account: AccountId, profile: &Profile) -> Result<(), Error> {
        let own = address(&self.address_of(account))?;
        let (newer, older) = tokio::join!(self.newer_vcard(account, &own), self.older_vcard(account, &own));
        let (newer, older) = (newer?, older?);
        // The older one first: some servers make the newer one of it.
        let older = self.request(account, None, true, vcard_profile::with_profile(older.as_ref(), profile)).await;
        let item = vcard4::with_profile(newer.as_ref(), profile);
        let item = pubsub::publish(ns::VCARD_4_NODE, Some("current"), item, Some(PUBLISHED));
        let newer = self.request(account, None, true, item).await;
        older.or(newer).map(|_| ())
    }

    async fn newer_vcard(&self, account: AccountId, of: &BareJid) -> Result<Option<Element>, Error> {
        let question = pubsub::newest_items(ns::VCARD_4_NODE, 1);
        let answer = told(self.request(account, self.to(account, of), false, question).await)?;
        let items = answer.as_ref().and_then(Items::parse);
        Ok(items.and_then(|items| items.items.into_iter().find_map(|item| item.payload)))
    }

    async fn older_vcard(&self, account: AccountId, of: &BareJid) -> Result<Option<Element>, Error> {
        told(self.request(account, self.to(account, of), false, vcard::request()).await)
    }

    /// Questions about ourselves go to nobody (XEP-0054 section 3.1).
    fn to(&self, account: AccountId, of: &BareJid) -> Option<Jid> {
        (self.address_of(account) != of.as_str()).then(|| of.clone().into())
    }
}

/// Whoever has no vCard, or shows it to others alone, has told nothing.
fn told(answer: Result<Option<Element>, Error>) -> Result<Option<Element>, Error> {
    match answer {
        Err(Error::Refused { .. }) => Ok(None),
        other => other,
    }
}
