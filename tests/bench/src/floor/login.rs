//! Signing in with as few round trips as the server allows, up to the roster: with the strongest SCRAM that is offered, and
//! everything that depends on no answer sent ahead.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use memchr::memmem;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use super::{Door, Wire, last_between};

const ROSTER: &str = "<iq type='get' id='roster'><query xmlns='jabber:iq:roster' ver=''/></iq>";
const ENABLE: &str = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>";

/// A FAST token (XEP-0484) that is bound to nothing.
pub struct Token {
    secret: String,
    count: u32,
}

/// What is needed to resume a session (XEP-0198).
pub struct Resumption(String);

/// Signs in with the password and fetches the roster.
pub fn cold(door: &Door) -> io::Result<Wire> {
    let mut wire = Wire::connect(door)?;
    if door.sasl2 {
        sasl2(&mut wire, door, &bind())?;
        wire.write(ROSTER)?;
    } else {
        sasl(&mut wire, door)?;
        open(&mut wire, door, "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")?;
        wire.until("</stream:features>")?;
        wire.until("</iq>")?;
        wire.write(&format!("{ENABLE}{ROSTER}"))?;
    }
    roster(&mut wire)?;
    Ok(wire)
}

/// Gets a token for the logins that follow.
pub fn token(door: &Door) -> io::Result<Token> {
    let mut wire = Wire::connect(door)?;
    let more = "<bind xmlns='urn:xmpp:bind:0'/><request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>";
    let success = sasl2(&mut wire, door, more)?;
    let secret = ["token='", "token=\""].iter().find_map(|name| {
        let quote = if name.ends_with('"') { "\"" } else { "'" };
        last_between(&success, name, quote)
    });
    let secret = secret.ok_or_else(|| io::Error::other("the server issued no token"))?.to_owned();
    Ok(Token { secret, count: 0 })
}

/// Signs in with a token and fetches the roster.
pub fn with_token(door: &Door, token: &mut Token) -> io::Result<Wire> {
    let mut wire = Wire::connect(door)?;
    let authenticate = token.authenticate(door, &bind());
    open(&mut wire, door, &authenticate)?;
    wire.until("</stream:features>")?;
    wire.until("</success>")?;
    wire.write(ROSTER)?;
    roster(&mut wire)?;
    Ok(wire)
}

/// Signs in, and leaves without a goodbye.
pub fn resumable(door: &Door) -> io::Result<Resumption> {
    let mut wire = Wire::connect(door)?;
    let answer = if door.sasl2 {
        sasl2(&mut wire, door, &bind())?
    } else {
        sasl(&mut wire, door)?;
        open(&mut wire, door, "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")?;
        wire.until("</iq>")?;
        wire.write(ENABLE)?;
        wire.until("<enabled")?;
        wire.until(">")?
    };
    wire.cut()?;
    let id = last_between(&answer, " id='", "'").or_else(|| last_between(&answer, " id=\"", "\""));
    Ok(Resumption(id.ok_or_else(|| io::Error::other("the session cannot be resumed"))?.to_owned()))
}

/// Resumes a session, with a token where the server has them.
pub fn resume(door: &Door, session: &Resumption, token: Option<&mut Token>) -> io::Result<Wire> {
    let mut wire = Wire::connect(door)?;
    let element = format!("<resume xmlns='urn:xmpp:sm:3' h='0' previd='{}'/>", session.0);
    match token {
        Some(token) => {
            let authenticate = token.authenticate(door, &element);
            open(&mut wire, door, &authenticate)?;
            wire.until("</stream:features>")?;
        }
        None => {
            sasl(&mut wire, door)?;
            open(&mut wire, door, &element)?;
        }
    }
    wire.until("<resumed ")?;
    Ok(wire)
}

/// Bind2's request for a resource, with stream management: without it messages would be lost, and a server has work with it.
fn bind() -> String {
    format!("<bind xmlns='urn:xmpp:bind:0'><tag>floor</tag>{ENABLE}</bind>")
}

/// SASL2 wants to know the installation, as a UUID of version 4.
fn agent(door: &Door) -> String {
    format!(
        "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf877{:02}'><software>floor</software></user-agent>",
        door.device
    )
}

fn roster(wire: &mut Wire) -> io::Result<()> {
    wire.until("jabber:iq:roster")?;
    wire.until("</iq>").map(drop)
}

/// Opens the stream (again), with what can be sent ahead.
fn open(wire: &mut Wire, door: &Door, ahead: &str) -> io::Result<()> {
    wire.write(&format!(
        "<?xml version='1.0'?><stream:stream to='{}' from='{}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>{ahead}",
        door.domain(),
        door.account
    ))
}

/// RFC 6120's login.
fn sasl(wire: &mut Wire, door: &Door) -> io::Result<()> {
    open(wire, door, "")?;
    let scram = Scram::new(door, &wire.until("</stream:features>")?);
    let (mechanism, first) = (scram.hash.mechanism(), BASE64.encode(&scram.first));
    wire.write(&format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='{mechanism}'>{first}</auth>"))?;
    let answer = scram.answer(&wire.until("</challenge>")?)?;
    wire.write(&format!("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{answer}</response>"))?;
    wire.until("</success>").map(drop)
}

/// XEP-0388's login, with what is asked for together with it; the success.
fn sasl2(wire: &mut Wire, door: &Door, more: &str) -> io::Result<Vec<u8>> {
    open(wire, door, "")?;
    let scram = Scram::new(door, &wire.until("</stream:features>")?);
    let (mechanism, first) = (scram.hash.mechanism(), BASE64.encode(&scram.first));
    wire.write(&format!(
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='{mechanism}'><initial-response>{first}</initial-response>\
         {}{more}</authenticate>",
        agent(door)
    ))?;
    let answer = scram.answer(&wire.until("</challenge>")?)?;
    wire.write(&format!("<response xmlns='urn:xmpp:sasl:2'>{answer}</response>"))?;
    wire.until("</success>")
}

impl Token {
    fn authenticate(&mut self, door: &Door, more: &str) -> String {
        self.count += 1;
        let proof = mac::<Hmac<Sha256>>(self.secret.as_bytes(), b"Initiator");
        let initial = BASE64.encode([door.user().as_bytes(), b"\0", &proof].concat());
        format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'><initial-response>{initial}\
             </initial-response>{}<fast xmlns='urn:xmpp:fast:0' count='{}'/>{more}</authenticate>",
            agent(door),
            self.count
        )
    }
}

/// The hash of a SCRAM mechanism.
#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    /// As Larimar chooses.
    fn strongest(features: &[u8]) -> Hash {
        let offered = |hash: &Hash| memmem::find(features, format!(">{}<", hash.mechanism()).as_bytes()).is_some();
        [Hash::Sha512, Hash::Sha256].into_iter().find(offered).unwrap_or(Hash::Sha1)
    }

    fn mechanism(self) -> &'static str {
        match self {
            Hash::Sha1 => "SCRAM-SHA-1",
            Hash::Sha256 => "SCRAM-SHA-256",
            Hash::Sha512 => "SCRAM-SHA-512",
        }
    }

    fn salted(self, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        match self {
            Hash::Sha1 => pbkdf2::pbkdf2_hmac_array::<Sha1, 20>(password, salt, iterations).to_vec(),
            Hash::Sha256 => pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password, salt, iterations).to_vec(),
            Hash::Sha512 => pbkdf2::pbkdf2_hmac_array::<Sha512, 64>(password, salt, iterations).to_vec(),
        }
    }

    fn mac(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => mac::<Hmac<Sha1>>(key, text),
            Hash::Sha256 => mac::<Hmac<Sha256>>(key, text),
            Hash::Sha512 => mac::<Hmac<Sha512>>(key, text),
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// One exchange of SCRAM (RFC 5802), without channel binding. The server's proof is not looked at.
struct Scram<'a> {
    door: &'a Door,
    hash: Hash,
    first: String,
}

impl Scram<'_> {
    fn new<'a>(door: &'a Door, features: &[u8]) -> Scram<'a> {
        let first = format!("n,,n={},r=a-nonce-of-the-floor", door.user());
        Scram { door, hash: Hash::strongest(features), first }
    }

    /// The final message, in base64, for a challenge.
    fn answer(&self, bytes: &[u8]) -> io::Result<String> {
        let wrong = || io::Error::other("the challenge cannot be read");
        let text = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix("</challenge>"));
        let text = text.and_then(|text| text.rsplit('>').next()).ok_or_else(wrong)?;
        let challenge = String::from_utf8(BASE64.decode(text).map_err(io::Error::other)?).map_err(io::Error::other)?;
        let field = |name: &str| challenge.split(',').find_map(|field| field.strip_prefix(name)).ok_or_else(wrong);
        let salt = BASE64.decode(field("s=")?).map_err(io::Error::other)?;
        let iterations = field("i=")?.parse().map_err(io::Error::other)?;
        let salted = self.hash.salted(self.door.password.as_bytes(), &salt, iterations);
        let key = self.hash.mac(&salted, b"Client Key");
        let last = format!("c=biws,r={}", field("r=")?);
        let signed = format!("{},{challenge},{last}", self.first.trim_start_matches("n,,"));
        let signature = self.hash.mac(&self.hash.digest(&key), signed.as_bytes());
        let proof: Vec<u8> = key.iter().zip(signature).map(|(one, other)| one ^ other).collect();
        Ok(BASE64.encode(format!("{last},p={}", BASE64.encode(proof))))
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length.
    let mut mac = <M as Mac>::new_from_slice(key).unwrap_or_else(|_| unreachable!());
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
