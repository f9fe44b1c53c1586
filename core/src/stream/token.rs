//! A token that signs in instead of the password (XEP-0484, with the mechanisms of draft-schmaus-kitten-sasl-ht): one
//! message, no challenge.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::mechanism::{BindingType, Hash};
use crate::transport::ChannelBinding;
use crate::xep::fast::Issued;
use crate::xep::sasl2::Inline;

/// A kind of token, strongest first: bound to the channel, or to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenMechanism {
    /// HT-SHA-256-EXPR.
    Exporter,
    /// HT-SHA-256-ENDP.
    ServerEndPoint,
    /// HT-SHA-256-NONE.
    Unbound,
}

impl TokenMechanism {
    const ALL: [TokenMechanism; 3] =
        [TokenMechanism::Exporter, TokenMechanism::ServerEndPoint, TokenMechanism::Unbound];

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            TokenMechanism::Exporter => "HT-SHA-256-EXPR",
            TokenMechanism::ServerEndPoint => "HT-SHA-256-ENDP",
            TokenMechanism::Unbound => "HT-SHA-256-NONE",
        }
    }

    /// The strongest of those offered that this channel can do.
    pub fn best(offered: &[String], channel: &ChannelBinding) -> Option<TokenMechanism> {
        let mut all = TokenMechanism::ALL.into_iter();
        all.find(|kind| kind.binding(channel).is_some() && offered.iter().any(|name| name == kind.name()))
    }

    /// What the channel has for it; empty where it is bound to nothing.
    fn binding(self, channel: &ChannelBinding) -> Option<&[u8]> {
        match self {
            TokenMechanism::Exporter => BindingType::Exporter.data(channel),
            TokenMechanism::ServerEndPoint => BindingType::ServerEndPoint.data(channel),
            TokenMechanism::Unbound => Some(&[]),
        }
    }
}

/// A token as it is kept, in the keystore: it signs in as the password does.
#[derive(Clone, PartialEq, Eq)]
pub struct FastToken {
    mechanism: TokenMechanism,
    secret: Zeroizing<String>,
    /// How often it was used.
    count: u32,
    /// Until when it may be used (XEP-0082), as the server wrote it; the server says when it is over.
    expiry: Option<String>,
    /// What the server could do together with a login when it issued the token: it need not be asked again.
    inline: Inline,
}

impl std::fmt::Debug for FastToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FastToken({:?}, used {} times)", self.mechanism, self.count)
    }
}

/// What is said with a token, and what must be answered.
pub struct Proof {
    /// The initial response.
    pub initial: Zeroizing<Vec<u8>>,
    expected: Vec<u8>,
}

impl Proof {
    /// Whether the server has proved that it knows the token too.
    pub fn is_answered_by(&self, data: Option<&[u8]>) -> bool {
        data.is_some_and(|data| bool::from(self.expected.ct_eq(data)))
    }
}

impl FastToken {
    /// A token that was just issued.
    pub fn issued(issued: Issued, mechanism: TokenMechanism, inline: Inline) -> FastToken {
        FastToken { mechanism, secret: issued.token, count: 0, expiry: issued.expiry, inline }
    }

    /// The mechanism that it was issued for, and no other.
    pub fn mechanism(&self) -> TokenMechanism {
        self.mechanism
    }

    /// What the server could do together with a login.
    pub fn inline(&self) -> Inline {
        self.inline
    }

    /// The next use: its number, which a server may refuse to see twice (XEP-0484 section 3.4).
    pub fn next_use(&mut self) -> u32 {
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// Proves the token over this channel, as `user`; None if the channel has not what the token is bound to.
    pub fn prove(&self, user: &str, channel: &ChannelBinding) -> Option<Proof> {
        let binding = self.mechanism.binding(channel)?;
        let hmac = |who: &[u8]| Hash::Sha256.hmac(self.secret.as_bytes(), &[who, binding].concat());
        let mut initial = Zeroizing::new(user.as_bytes().to_vec());
        initial.push(0);
        initial.extend_from_slice(&hmac(b"Initiator"));
        Some(Proof { initial, expected: hmac(b"Responder") })
    }

    /// For the keystore.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Inline { bind, resume, enable, carbons, client_state } = self.inline;
        let flags: String =
            [bind, resume, enable, carbons, client_state].map(|flag| if flag { '1' } else { '0' }).iter().collect();
        let text = Zeroizing::new(format!(
            "1\n{}\n{}\n{flags}\n{}\n{}",
            self.mechanism.name(),
            self.count,
            self.expiry.as_deref().unwrap_or_default(),
            *self.secret
        ));
        Zeroizing::new(text.as_bytes().to_vec())
    }

    /// From the keystore; None if it is not what [`FastToken::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<FastToken> {
        let mut lines = std::str::from_utf8(bytes).ok()?.splitn(6, '\n');
        if lines.next()? != "1" {
            return None;
        }
        let name = lines.next()?;
        let mechanism = TokenMechanism::ALL.into_iter().find(|kind| kind.name() == name)?;
        let count = lines.next()?.parse().ok()?;
        let flags = lines.next()?;
        let flag = |at: usize| flags.as_bytes().get(at) == Some(&b'1');
        let inline =
            Inline { bind: flag(0), resume: flag(1), enable: flag(2), carbons: flag(3), client_state: flag(4) };
        let expiry = Some(lines.next()?).filter(|expiry| !expiry.is_empty()).map(str::to_owned);
        Some(FastToken { mechanism, secret: Zeroizing::new(lines.next()?.to_owned()), count, expiry, inline })
    }
}

#[cfg(test)]
mod token_tests {
    use super::*;

    fn token(mechanism: TokenMechanism) -> FastToken {
        let issued = Issued { token: Zeroizing::new("secret-token:fast-x".into()), expiry: Some("2030".into()) };
        FastToken::issued(issued, mechanism, Inline { bind: true, carbons: true, ..Inline::default() })
    }

    #[test]
    fn a_token_survives_the_keystore_and_hides_in_a_log() {
        let mut kept = token(TokenMechanism::Exporter);
        assert_eq!((kept.next_use(), kept.next_use()), (1, 2));
        assert_eq!(FastToken::from_bytes(&kept.to_bytes()), Some(kept.clone()));
        assert_eq!(format!("{kept:?}"), "FastToken(Exporter, used 2 times)");
        for damaged in ["", "2\n", "1\nHT-SHA-256-UNIQ\n0\n\n\nx", "1\nHT-SHA-256-NONE\n-1\n\n\nx"] {
            assert_eq!(FastToken::from_bytes(damaged.as_bytes()), None);
        }
    }

    #[test]
    fn the_strongest_kind_that_the_channel_can_do_is_asked_for() {
        let offered: Vec<String> = TokenMechanism::ALL.iter().map(|kind| kind.name().to_owned()).collect();
        let channel = |exporter: bool, end: bool| ChannelBinding {
            exporter: exporter.then(|| vec![1]),
            server_end_point: end.then(|| vec![2]),
        };
        assert_eq!(TokenMechanism::best(&offered, &channel(true, true)), Some(TokenMechanism::Exporter));
        assert_eq!(TokenMechanism::best(&offered, &channel(false, true)), Some(TokenMechanism::ServerEndPoint));
        assert_eq!(TokenMechanism::best(&offered, &channel(false, false)), Some(TokenMechanism::Unbound));
        assert_eq!(TokenMechanism::best(&["HT-SHA-256-UNIQ".to_owned()], &channel(true, true)), None);
        assert!(token(TokenMechanism::Exporter).prove("user", &channel(false, true)).is_none());
    }

    /// The values were computed with Python's hmac module.
    #[test]
    fn both_sides_prove_that_they_know_the_token() {
        let channel = ChannelBinding { exporter: Some(b"channel".to_vec()), server_end_point: None };
        let proof = token(TokenMechanism::Exporter).prove("user", &channel).unwrap();
        let (name, hash) = proof.initial.split_at(5);
        assert_eq!(name, b"user\0");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(hash), "99801b7fed0afd2d65b41b0cd307f7f1be93848a172f7b6f885bb5db662d3e6c");
        assert_eq!(hex(&proof.expected), "ab177ecb0636e7ca1490b3d5eee91fd4ed9a8897d578a74db0eb0c25b9aee42c");
        assert!(proof.is_answered_by(Some(&proof.expected.clone())));
        assert!(!proof.is_answered_by(Some(hash)) && !proof.is_answered_by(Some(&[])) && !proof.is_answered_by(None));
    }
}
