//! The checks of UTS #46, and what they are told.

use std::borrow::Cow;

use crate::{Errors, ascii, unicode};

/// Which ASCII characters no domain has.
#[derive(Clone, Copy, Debug)]
pub struct AsciiDenyList;

impl AsciiDenyList {
    /// Those that no domain of an address may have; there is no other list here.
    pub const URL: AsciiDenyList = AsciiDenyList;
}

/// Where hyphens may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hyphens {
    /// Not at the beginning and the end of a label, and not third and fourth in it.
    Check,
}

/// How long domains and labels may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsLength {
    /// 253 bytes, and 1 to 63 for each label.
    Verify,
}

/// Checks domains.
#[derive(Debug, Default)]
pub struct Uts46;

impl Uts46 {
    /// One is as good as another.
    pub fn new() -> Uts46 {
        Uts46
    }

    /// How a domain is called on the wire.
    ///
    /// # Errors
    /// It is no domain, has hyphens where none may be, or is too long.
    pub fn to_ascii<'a>(
        &self,
        domain: &'a [u8],
        _: AsciiDenyList,
        _: Hyphens,
        _: DnsLength,
    ) -> Result<Cow<'a, str>, Errors> {
        let ascii = ascii(domain)?;
        let fits = ascii.len() <= 253 && ascii.split('.').all(|label| (1..=63).contains(&label.len()));
        let odd = |label: &str| {
            label.starts_with('-') || label.ends_with('-') || label.chars().skip(2).take(2).eq(['-', '-'])
        };
        if fits && !unicode(&ascii)?.split('.').any(odd) { Ok(Cow::Owned(ascii)) } else { Err(Errors) }
    }
}
