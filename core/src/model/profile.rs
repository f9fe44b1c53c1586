//! What people say of themselves beside a picture: a vCard, as far as people look at it.

/// A person's own description (XEP-0054, XEP-0292). What is not told is empty. Everything in it is the person's own word:
/// none of it is verified.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Profile {
    /// The whole name.
    pub full_name: Option<String>,
    /// What friends call them.
    pub nickname: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Pages on the web, `http:` or `https:` alone.
    pub urls: Vec<String>,
    /// Where they work.
    pub organisation: Option<String>,
    /// What they are there.
    pub title: Option<String>,
    /// Anything else; may have several lines.
    pub note: Option<String>,
}

impl Profile {
    /// True if nothing is told.
    pub fn is_empty(&self) -> bool {
        *self == Profile::default()
    }
}

impl std::fmt::Debug for Profile {
    /// Names and numbers of people are not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile")
    }
}
