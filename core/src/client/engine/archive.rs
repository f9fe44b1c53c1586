//! What an account's archive on its server keeps (XEP-0441).

use super::{Engine, address};
use crate::client::{ArchivePreferences, Error};
use crate::model::ids::AccountId;
use crate::xep::Element;
use crate::xep::mam::{Keep, Preferences};

/// What happens with everybody who is in no list, and its word.
const KEEPS: [(Keep, &str); 3] = [(Keep::Always, "always"), (Keep::Never, "never"), (Keep::Roster, "roster")];

impl Engine {
    /// Asks what the archive keeps.
    pub async fn archive_preferences(&self, account: AccountId) -> Result<ArchivePreferences, Error> {
        let answer = self.request(account, None, false, Preferences::request()).await?;
        shown(answer.as_ref())
    }

    /// Changes what the archive keeps.
    pub async fn set_archive_preferences(
        &self,
        account: AccountId,
        preferences: &ArchivePreferences,
    ) -> Result<ArchivePreferences, Error> {
        let keep = KEEPS.iter().find(|(_, word)| *word == preferences.default);
        let (default, _) = keep.ok_or_else(|| Error::BadValue { field: "default".into() })?;
        let list = |jids: &[String]| jids.iter().map(|jid| address(jid)).collect::<Result<Vec<_>, Error>>();
        let wanted =
            Preferences { default: *default, always: list(&preferences.always)?, never: list(&preferences.never)? };
        let answer = self.request(account, None, true, wanted.tag()).await?;
        shown(answer.as_ref())
    }
}

fn shown(answer: Option<&Element>) -> Result<ArchivePreferences, Error> {
    let malformed = || Error::NotXmpp { detail: "the archive's preferences cannot be read".into() };
    let preferences = answer.and_then(Preferences::parse).ok_or_else(malformed)?;
    let word = KEEPS.iter().find(|(keep, _)| *keep == preferences.default).map_or("always", |(_, word)| word);
    let list = |jids: Vec<jid::BareJid>| jids.iter().map(ToString::to_string).collect();
    Ok(ArchivePreferences {
        default: (*word).to_owned(),
        always: list(preferences.always),
        never: list(preferences.never),
    })
}
