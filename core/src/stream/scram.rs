//! SCRAM (RFC 5802, RFC 7677), computed and without a network: what to say first, what to answer, and whether the server
//! has proved that it knows the password too.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::platform::task;

use super::mechanism::{Binding, Hash, Offer};

/// Fewer would make a stolen proof cheap to guess from (RFC 7677 section 4).
const FEWEST_ITERATIONS: u32 = 4_096;
/// More would only keep this device busy.
const MOST_ITERATIONS: u32 = 1_000_000;
/// How many iterations are computed before other tasks may run: a few milliseconds. The core has one thread, and no second
/// one to be had in a browser, so the work is cut into slices instead of being sent elsewhere; it ends with its future.
const SLICE: u32 = 4_096;

/// Why a SCRAM exchange must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScramError {
    /// The message is not what RFC 5802 section 7 allows.
    #[error("a SCRAM message is malformed: {0}")]
    Malformed(&'static str),
    /// The server's nonce does not begin with ours: this answers somebody else's question.
    #[error("the server's nonce does not extend ours")]
    Nonce,
    /// The number of iterations is outside of what is computed.
    #[error("{0} iterations are asked for")]
    Iterations(u64),
    /// What the server offered is not what we were shown (XEP-0474).
    #[error("the server's offer was changed on its way")]
    Downgraded,
    /// The server cannot prove that it knows the password.
    #[error("the server's signature is wrong or missing")]
    Signature,
}

/// The password, salted and stretched (RFC 5802's SaltedPassword). It signs in as well as the password does.
#[derive(Clone)]
pub struct SaltedPassword {
    hash: Hash,
    salt: Vec<u8>,
    iterations: u32,
    key: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for SaltedPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SaltedPassword({:?}, {} iterations)", self.hash, self.iterations)
    }
}

/// What the server said first (RFC 5802 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    text: String,
    nonce: String,
    salt: Vec<u8>,
    iterations: u32,
}

/// One exchange, from the first message to the server's signature.
pub struct Exchange {
    hash: Hash,
    header: String,
    binding: Vec<u8>,
    nonce: String,
    bare: String,
}

/// The server's signature, as it must come.
pub struct Expected(Vec<u8>);

impl Exchange {
    /// Begins, as `user` (the local part of the address), with this nonce. `binding` is the channel's data for
    /// [`Binding::Bound`], and not looked at otherwise.
    pub fn new(hash: Hash, flag: Binding, binding: &[u8], user: &str, nonce: &str) -> Exchange {
        let header = match flag {
            Binding::Impossible => "n,,".to_owned(),
            Binding::NotOffered => "y,,".to_owned(),
            Binding::Bound(kind) => format!("p={},,", kind.name()),
        };
        let binding = if matches!(flag, Binding::Bound(_)) { binding.to_vec() } else { Vec::new() };
        let user = prepare(user).replace('=', "=3D").replace(',', "=2C");
        Exchange { hash, header, binding, nonce: nonce.to_owned(), bare: format!("n={user},r={nonce}") }
    }

    /// The client's first message.
    pub fn first(&self) -> String {
        format!("{}{}", self.header, self.bare)
    }

    /// Reads the server's first message. Where it carries XEP-0474's hash, the offer it was made of must be the one we saw.
    pub fn challenge(&self, text: &[u8], offer: &Offer) -> Result<Challenge, ScramError> {
        let text = std::str::from_utf8(text).map_err(|_| ScramError::Malformed("it is not UTF-8"))?;
        let mut parts = text.split(',');
        // `m` stands first and means an extension that must be understood: there is none (RFC 5802 section 5.1).
        let mut required = |name: &str| {
            let part = parts.next().and_then(|part| part.strip_prefix(name));
            part.ok_or(ScramError::Malformed("an attribute is missing or out of order"))
        };
        let nonce = required("r=")?;
        let salt = required("s=")?;
        let iterations = required("i=")?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(ScramError::Nonce);
        }
        let salt = BASE64.decode(salt).map_err(|_| ScramError::Malformed("the salt is not base64"))?;
        let iterations: u64 =
            iterations.parse().map_err(|_| ScramError::Malformed("the iteration count is not a number"))?;
        let held = u32::try_from(iterations).ok().filter(|n| (FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(n));
        let iterations = held.ok_or(ScramError::Iterations(iterations))?;
        if let Some(hash) = parts.find_map(|part| part.strip_prefix("h=")) {
            let ours = BASE64.encode(self.hash.digest(offer_text(offer).as_bytes()));
            if hash != ours {
                return Err(ScramError::Downgraded);
            }
        }
        Ok(Challenge { text: text.to_owned(), nonce: nonce.to_owned(), salt, iterations })
    }

    /// True if this salted password is the one that is asked for.
    pub fn accepts(&self, challenge: &Challenge, salted: &SaltedPassword) -> bool {
        salted.hash == self.hash && salted.salt == challenge.salt && salted.iterations == challenge.iterations
    }

    /// Salts and stretches the password, in slices between which other tasks run.
    pub async fn salt(&self, challenge: &Challenge, password: &str) -> SaltedPassword {
        let password = Zeroizing::new(prepare(password).into_owned());
        let (salt, iterations) = (&challenge.salt, challenge.iterations);
        let key = match self.hash {
            Hash::Sha1 => stretch::<Hmac<Sha1>>(&password, salt, iterations).await,
            Hash::Sha256 => stretch::<Hmac<Sha256>>(&password, salt, iterations).await,
            Hash::Sha512 => stretch::<Hmac<Sha512>>(&password, salt, iterations).await,
        };
        SaltedPassword { hash: self.hash, salt: salt.clone(), iterations, key: Zeroizing::new(key) }
    }

    /// The client's last message, and the signature that the server must answer it with.
    pub fn answer(&self, challenge: &Challenge, salted: &SaltedPassword) -> (String, Expected) {
        let mut channel = self.header.clone().into_bytes();
        channel.extend_from_slice(&self.binding);
        let mut answer = format!("c={},r={}", BASE64.encode(channel), challenge.nonce);
        let signed = format!("{},{},{answer}", self.bare, challenge.text);
        let client_key = Zeroizing::new(self.hash.hmac(&salted.key, b"Client Key"));
        let stored_key = Zeroizing::new(self.hash.digest(&client_key));
        let signature = self.hash.hmac(&stored_key, signed.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(key, signature)| key ^ signature).collect();
        let _ = write!(answer, ",p={}", BASE64.encode(proof));
        let server_key = Zeroizing::new(self.hash.hmac(&salted.key, b"Server Key"));
        (answer, Expected(self.hash.hmac(&server_key, signed.as_bytes())))
    }
}

impl Expected {
    /// Checks the server's last message. None is a server that said nothing, which proves nothing.
    pub fn verify(&self, text: Option<&[u8]>) -> Result<(), ScramError> {
        let text = text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        let signature = text.split(',').next().and_then(|part| part.strip_prefix("v="));
        let signature = signature.and_then(|signature| BASE64.decode(signature).ok()).unwrap_or_default();
        if bool::from(self.0.ct_eq(&signature)) { Ok(()) } else { Err(ScramError::Signature) }
    }
}

impl Hash {
    fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(data).to_vec(),
            Hash::Sha256 => Sha256::digest(data).to_vec(),
            Hash::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    /// HMAC (RFC 2104) with this hash.
    pub fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => mac::<Hmac<Sha1>>(key, data),
            Hash::Sha256 => mac::<Hmac<Sha256>>(key, data),
            Hash::Sha512 => mac::<Hmac<Sha512>>(key, data),
        }
    }
}

/// HMAC takes a key of any length, so that nothing can fail here.
#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn keyed<M: Mac + hmac::digest::KeyInit>(key: &[u8]) -> M {
    <M as Mac>::new_from_slice(key).expect("HMAC takes keys of every length")
}

fn mac<M: Mac + hmac::digest::KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
    keyed::<M>(key).chain_update(data).finalize().into_bytes().to_vec()
}

/// PBKDF2 (RFC 8018 section 5.2) of one block, which is all that SCRAM's Hi() needs.
async fn stretch<M: Mac + hmac::digest::KeyInit + Clone>(password: &str, salt: &[u8], iterations: u32) -> Vec<u8> {
    let keyed = keyed::<M>(password.as_bytes());
    let mut block = keyed.clone().chain_update(salt).chain_update([0, 0, 0, 1]).finalize().into_bytes();
    let mut key = block.clone();
    for round in 1..iterations {
        if round % SLICE == 0 {
            task::yield_now().await;
        }
        block = keyed.clone().chain_update(&block).finalize().into_bytes();
        key.iter_mut().zip(&block).for_each(|(key, block)| *key ^= block);
    }
    key.to_vec()
}

/// SASLprep (RFC 4013). A string that it forbids (an emoji is newer than its Unicode 3.2) goes as it is: the server says
/// whether it takes it.
fn prepare(text: &str) -> std::borrow::Cow<'_, str> {
    stringprep::saslprep(text).unwrap_or(std::borrow::Cow::Borrowed(text))
}

/// What XEP-0474 section 5.1 hashes: both lists, sorted by their bytes.
fn offer_text(offer: &Offer) -> String {
    let joined = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort_unstable();
        names.join("\x1e")
    };
    let mut text = joined(&offer.mechanisms);
    if let Some(bindings) = &offer.bindings {
        text.push('\x1f');
        text.push_str(&joined(bindings));
    }
    text
}

#[cfg(test)]
mod scram_tests;
