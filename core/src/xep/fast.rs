//! Fast Authentication Streamlining Tokens (XEP-0484): the elements. The computation is in `stream::token`.

use zeroize::Zeroizing;

use super::Element;

/// The namespace.
pub const NS: &str = "urn:xmpp:fast:0";

/// A token as a server issues it. It signs in as a password does.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The secret.
    pub token: Zeroizing<String>,
    /// Until when it may be used (XEP-0082), as the server wrote it.
    pub expiry: Option<String>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issued(..)")
    }
}

impl Issued {
    /// Reads `<token/>`.
    pub fn read(element: &Element) -> Option<Issued> {
        let token = element.attr("token").filter(|token| !token.is_empty() && token.len() <= 4_000)?;
        let expiry = element.attr("expiry").filter(|expiry| expiry.len() <= 64).map(str::to_owned);
        Some(Issued { token: Zeroizing::new(token.to_owned()), expiry })
    }
}

/// Asks for a token for this mechanism (section 3.2).
pub fn request_token(mechanism: &str) -> String {
    format!("<request-token xmlns='{NS}' mechanism='{mechanism}'/>")
}

/// Says that a token is used, for the `count`th time (section 3.4).
pub fn fast(count: u32) -> String {
    format!("<fast xmlns='{NS}' count='{count}'/>")
}

/// The same, for the last time: once it has signed in, the token is of no use any more (section 3.6).
pub fn invalidate(count: u32) -> String {
    format!("<fast xmlns='{NS}' count='{count}' invalidate='true'/>")
}
