//! Secrets beside the pages of the database: where a machine has no keystore, as in a browser.

use std::sync::{Mutex, MutexGuard, PoisonError};

use larimar_pages::Pages;
use zeroize::Zeroizing;

use super::{Keystore, KeystoreError};
use crate::sorted::Map;

/// Keeps secrets in the commits of the database's file: a secret is there when what was committed after it is.
pub struct PagesKeystore {
    pages: Pages,
    secrets: Mutex<Map<String, Zeroizing<Vec<u8>>>>,
}

impl PagesKeystore {
    /// A keystore with the secrets that were read beside the pages.
    pub fn new(pages: &Pages, kept: impl IntoIterator<Item = (String, Vec<u8>)>) -> PagesKeystore {
        let secrets = kept.into_iter().map(|(name, secret)| (name, Zeroizing::new(secret))).collect();
        PagesKeystore { pages: pages.clone(), secrets: Mutex::new(secrets) }
    }

    fn secrets(&self) -> MutexGuard<'_, Map<String, Zeroizing<Vec<u8>>>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keystore for PagesKeystore {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeystoreError> {
        Ok(self.secrets().get(name).map(|secret| secret.to_vec()))
    }

    fn save(&self, name: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        self.secrets().insert(name.to_owned(), Zeroizing::new(secret.to_vec()));
        self.pages.keep(name, Some(secret.to_vec()));
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), KeystoreError> {
        if self.secrets().remove(name).is_some() {
            self.pages.keep(name, None);
        }
        Ok(())
    }
}
