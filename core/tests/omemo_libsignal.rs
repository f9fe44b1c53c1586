//! Our OMEMO in legacy's version talks with the libsignal family, which most other clients carry: libsignal-protocol-c, and
//! signal-protocol-java. Without them (`cargo xtask setup libsignal`) it is skipped, and says so.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

#[allow(dead_code, reason = "some of it is for the tests with the Python packages")]
mod oracle;

use larimar::omemo::{Bundle, Version};
use oracle::talk::{Delay, Lost, Outcome, Party, Story, pair, play};
use oracle::{Library, Oracle, Ours};

/// How long a story is.
const EVENTS: usize = 600;

/// How many chains of the other side's the family keeps for one session. What comes later than that is lost to it.
const THEIR_CHAINS: usize = 5;

/// A story between two, played with so many seeds; one is ours where no library is named.
fn told(sides: [Option<Library>; 2], story: (Story, Delay), seeds: u64) -> Option<Outcome> {
    let mut all = Outcome::default();
    for seed in 1..=seeds {
        let outcome = play(pair(sides[0], sides[1], seed)?, story, seed, EVENTS);
        all.read += outcome.read;
        all.doubled += outcome.doubled;
        for (who, lost) in outcome.lost.into_iter().enumerate() {
            all.unknown[who] += outcome.unknown[who];
            all.lost[who].extend(lost);
        }
    }
    let Outcome { read, lost, doubled, unknown } = &all;
    let [one, two] = sides.map(|side| side.map_or_else(|| "ours".to_owned(), |library| format!("{library:?}")));
    let lost = lost.each_ref().map(Vec::len);
    println!("{story:?}, {one} with {two}: read {read}, lost {lost:?}, doubled {doubled}, not known again {unknown:?}");
    Some(all)
}

/// What the family loses, it loses by its own limit, whoever wrote it.
fn only_too_late(lost: &[Lost]) -> bool {
    lost.iter().all(|lost| lost.newer_chains >= THEIR_CHAINS)
}

fn nothing_is_lost(library: Library, seeds: u64) {
    for story in [Story::Chat, Story::Crossed, Story::Anew] {
        for delay in [Delay::Short, Delay::Any] {
            for sides in [[Some(library); 2], [None, Some(library)], [Some(library), None]] {
                let Some(outcome) = told(sides, (story, delay), seeds) else { return };
                assert!(outcome.read > 300 && outcome.doubled > 20, "{outcome:?}");
                for (who, lost) in outcome.lost.iter().enumerate() {
                    let ours = sides[who].is_none();
                    assert!(lost.is_empty() || (delay == Delay::Any && !ours && only_too_late(lost)), "{lost:?}");
                    assert!(outcome.unknown[who] == 0 || !ours, "a message that came again was not known");
                }
            }
        }
    }
}

#[test]
fn libsignal_protocol_c_and_ours_lose_nothing_to_each_other() {
    nothing_is_lost(Library::C, 4);
}

#[test]
fn signal_protocol_java_and_ours_lose_nothing_to_each_other() {
    nothing_is_lost(Library::Java, 1);
}

/// The same bundle without its one-time prekeys, which may have run out.
fn without_prekeys(bundle: &Bundle) -> Bundle {
    let (id, key) = bundle.signed_prekey();
    Bundle::from_wire(bundle.version(), &bundle.identity().to_wire(), (id, &key), bundle.signature(), []).unwrap()
}

#[test]
fn a_session_begins_without_a_one_time_prekey() {
    for library in [Library::C, Library::Java] {
        let Some((mut theirs, bundle)) = Oracle::start(library, Version::Legacy) else { continue };
        let mut ours = Ours::new(bundle.identity(), 1);
        let first = Party::begin(&mut ours, &without_prekeys(&bundle), &[1; 32]);
        assert_eq!(theirs.decrypt(&first).unwrap(), [1; 32]);
        let answer = theirs.encrypt(&[2; 32]);
        assert_eq!(ours.decrypt(&answer).unwrap(), [2; 32]);
        assert_eq!(theirs.bundle().prekeys().count(), 100);
        // And they begin anew in the same way.
        let again = theirs.begin(&without_prekeys(&ours.prekeys.bundle(&ours.identity)), &[3; 32]);
        assert_eq!(ours.decrypt(&again).unwrap(), [3; 32]);
        assert_eq!(ours.prekeys.bundle(&ours.identity).prekeys().count(), 100);
        let answer = ours.encrypt(&[4; 32]);
        assert_eq!(theirs.decrypt(&answer).unwrap(), [4; 32]);
    }
}
