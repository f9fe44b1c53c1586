//! Stories that two devices play, whosever they are: what is sent arrives in any order, late, twice or never, while sessions are
//! begun. The same seed gives the same story, so that what ours loses can be held against what theirs lose among themselves.

use std::collections::BTreeSet;

use larimar::omemo::{Bundle, Encrypted, OmemoError, Version};

use super::{Chance, Library, Oracle, Ours, random_bytes};

/// Why a message was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Duplicate,
    Other(String),
}

/// A device in a story.
pub trait Party {
    fn bundle(&mut self) -> Bundle;
    fn begin(&mut self, bundle: &Bundle, plaintext: &[u8]) -> Encrypted;
    fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted;
    fn decrypt(&mut self, message: &Encrypted) -> Result<Vec<u8>, Refusal>;
}

impl Party for Ours {
    fn bundle(&mut self) -> Bundle {
        self.prekeys.bundle(&self.identity)
    }

    fn begin(&mut self, bundle: &Bundle, plaintext: &[u8]) -> Encrypted {
        self.device.begin(&self.identity, 7, bundle, &mut |buffer| self.chance.fill(buffer)).unwrap();
        self.reload();
        Ours::encrypt(self, plaintext)
    }

    fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted {
        Ours::encrypt(self, plaintext)
    }

    fn decrypt(&mut self, message: &Encrypted) -> Result<Vec<u8>, Refusal> {
        Ours::decrypt(self, message).map_err(|error| match error {
            OmemoError::Duplicate => Refusal::Duplicate,
            other => Refusal::Other(format!("{other:?}")),
        })
    }
}

impl Party for Oracle {
    fn bundle(&mut self) -> Bundle {
        Oracle::bundle(self)
    }

    fn begin(&mut self, bundle: &Bundle, plaintext: &[u8]) -> Encrypted {
        Oracle::begin(self, bundle, plaintext)
    }

    fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted {
        Oracle::encrypt(self, plaintext)
    }

    fn decrypt(&mut self, message: &Encrypted) -> Result<Vec<u8>, Refusal> {
        Oracle::decrypt(self, message).map_err(|error| match error["kind"].as_str() {
            Some(kind) if kind.starts_with("DuplicateMessage") => Refusal::Duplicate,
            _ => Refusal::Other(error.to_string()),
        })
    }
}

/// Two devices in legacy's version, ours where no library is named. None where a library is missing.
pub fn pair(one: Option<Library>, two: Option<Library>, seed: u64) -> Option<[Box<dyn Party>; 2]> {
    let start =
        |library: Option<Library>| library.map_or(Some(None), |it| Oracle::start(it, Version::Legacy).map(Some));
    let boxed = |oracle: Option<(Oracle, Bundle)>, other: Option<&Bundle>| match (oracle, other) {
        (Some((oracle, _)), _) => Box::new(oracle) as Box<dyn Party>,
        (None, Some(bundle)) => Box::new(Ours::new(bundle.identity(), seed)),
        (None, None) => panic!("what two of ours say to each other is tested in the crate"),
    };
    let (one, two) = (start(one)?, start(two)?);
    let bundles = [&one, &two].map(|it| it.as_ref().map(|(_, bundle)| bundle.clone()));
    Some([boxed(one, bundles[1].as_ref()), boxed(two, bundles[0].as_ref())])
}

/// What happens beside messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Nothing: the first of the two began.
    Chat,
    /// Both begin at the same time, again and again.
    Crossed,
    /// One of them begins a new session while messages are on their way.
    Anew,
}

/// How far a message may be overtaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// By a few others.
    Short,
    /// By any number of others, and of the sender's ratchet's steps.
    Any,
}

/// What arrived and could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub why: Refusal,
    /// How many newer chains of its sender's had begun to arrive.
    pub newer_chains: usize,
}

/// How a story went.
#[derive(Debug, Default)]
pub struct Outcome {
    pub read: usize,
    /// What each of the two could not read.
    pub lost: [Vec<Lost>; 2],
    /// How often a message came again, and how often that was not seen as such, though refused.
    pub doubled: usize,
    pub unknown: [usize; 2],
}

/// How often sessions are begun in a story, at most: fewer than all keep.
const MOST_BEGUN: usize = 16;

/// By how many messages one is overtaken at most where the delay is short, its doubles aside.
const FEW: usize = 6;

struct OnItsWay {
    to: usize,
    message: Encrypted,
    text: Vec<u8>,
    heard: bool,
    /// When it was sent, and in which chain.
    number: usize,
    chain: Vec<u8>,
}

/// The sender's ratchet key, which tells its chains apart. In a key exchange it is further behind.
fn ratchet_key(message: &Encrypted) -> Vec<u8> {
    const BEFORE: [u8; 4] = [0x33, 0x0a, 33, 5];
    let at = message.bytes.windows(4).position(|window| window == BEFORE).unwrap();
    message.bytes[at + 4..][..32].to_vec()
}

struct Play {
    delay: Delay,
    sent: usize,
    /// What has arrived: to whom, its number, its chain.
    arrived: Vec<(usize, usize, Vec<u8>)>,
    parties: [Box<dyn Party>; 2],
    chance: Chance,
    on_their_way: Vec<OnItsWay>,
    has_session: [bool; 2],
    begun: usize,
    outcome: Outcome,
}

impl Play {
    fn leaves(&mut self, from: usize, message: Encrypted, text: Vec<u8>) {
        let (number, chain) = (self.sent, ratchet_key(&message));
        self.on_their_way.push(OnItsWay { to: 1 - from, message, text, heard: false, number, chain });
        self.sent += 1;
        self.has_session[from] = true;
    }

    fn begin(&mut self, who: usize, bundle: &Bundle) {
        let text = random_bytes(&mut self.chance, 32);
        let message = self.parties[who].begin(bundle, &text);
        assert!(message.key_exchange);
        self.leaves(who, message, text);
        self.begun += 1;
    }

    fn send(&mut self, who: usize) {
        if self.has_session[who] {
            let text = random_bytes(&mut self.chance, 32);
            let message = self.parties[who].encrypt(&text);
            self.leaves(who, message, text);
        } else {
            let bundle = self.parties[1 - who].bundle();
            self.begin(who, &bundle);
        }
    }

    fn sessions_begin(&mut self, story: Story) {
        let who = self.chance.below(2);
        if self.begun >= MOST_BEGUN || story == Story::Chat {
            return;
        }
        let bundles = [self.parties[1].bundle(), self.parties[0].bundle()];
        self.begin(who, &bundles[who]);
        if story == Story::Crossed {
            self.begin(1 - who, &bundles[1 - who]);
        }
    }

    fn newer_chains(&self, it: &OnItsWay) -> usize {
        let newer =
            self.arrived.iter().filter(|(to, number, chain)| *to == it.to && *number > it.number && *chain != it.chain);
        newer.map(|(.., chain)| chain).collect::<BTreeSet<_>>().len()
    }

    /// One of what is on its way is lost, or arrives, and perhaps will again.
    fn something_arrives(&mut self, lost: bool, again: bool) {
        if self.on_their_way.is_empty() {
            return;
        }
        let limit = if self.delay == Delay::Any { usize::MAX } else { FEW };
        let mut it = self.on_their_way.remove(self.chance.below(self.on_their_way.len().min(limit)));
        if lost {
            return;
        }
        let result = self.parties[it.to].decrypt(&it.message);
        if it.heard {
            assert!(result.is_err(), "a message was read twice");
            self.outcome.doubled += 1;
            self.outcome.unknown[it.to] += usize::from(result != Err(Refusal::Duplicate));
        } else {
            match result {
                Ok(text) => {
                    assert!(text == it.text, "another text");
                    self.has_session[it.to] = true;
                    self.outcome.read += 1;
                }
                Err(why) => {
                    let newer_chains = self.newer_chains(&it);
                    self.outcome.lost[it.to].push(Lost { why, newer_chains });
                }
            }
            self.arrived.push((it.to, it.number, it.chain.clone()));
        }
        it.heard = true;
        if again {
            self.on_their_way.push(it);
        }
    }
}

/// Plays a story of so many events, and in the end all that is on its way arrives.
pub fn play(parties: [Box<dyn Party>; 2], (story, delay): (Story, Delay), seed: u64, events: usize) -> Outcome {
    let (chance, outcome) = (Chance(seed), Outcome::default());
    let (on_their_way, arrived) = (Vec::new(), Vec::new());
    let (sent, begun, has_session) = (0, 0, [false; 2]);
    let mut play = Play { delay, sent, arrived, parties, chance, on_their_way, has_session, begun, outcome };
    if story != Story::Crossed {
        play.send(0);
    }
    play.sessions_begin(story);
    for _ in 0..events {
        // Who never heard of a session begins none of its own in a chat.
        let who = play.chance.below(2);
        let who = if story == Story::Chat && !play.has_session[who] { 1 - who } else { who };
        match play.chance.below(30) {
            0..8 => (0..=play.chance.below(4)).for_each(|_| play.send(who)),
            8 => play.something_arrives(true, false),
            9..11 => play.something_arrives(false, true),
            11 if play.chance.below(4) == 0 => play.sessions_begin(story),
            _ => play.something_arrives(false, false),
        }
    }
    while !play.on_their_way.is_empty() {
        play.something_arrives(false, false);
    }
    // After all that both understand each other.
    for who in [0, 1, 0, 1] {
        let before = play.outcome.read;
        play.send(who);
        play.something_arrives(false, false);
        assert_eq!(play.outcome.read, before + 1, "the two do not understand each other any more");
    }
    play.outcome
}
