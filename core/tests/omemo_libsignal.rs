//! Our OMEMO in legacy's version talks with the libsignal family, which most other clients carry: libsignal-protocol-c, and
//! signal-protocol-java. Without them (`cargo xtask setup peers`) it is skipped, and says so.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

#[allow(dead_code, reason = "what the test with Python needs")]
mod oracle;

use larimar::omemo::{Bundle, Version};
use oracle::talk::{Outcome, Party as _, Refusal, Story, pair, play};
use oracle::{Library, Oracle, Ours};

const SEEDS: std::ops::Range<u64> = 1..5;
const EVENTS: usize = 700;

/// A story between two, in all seeds; nobody is ours where a library is named.
fn told(one: Option<Library>, two: Option<Library>, story: Story) -> Option<Outcome> {
    let mut all = Outcome::default();
    for seed in SEEDS {
        let outcome = play(pair(one, two, seed)?, story, seed, EVENTS);
        all.read += outcome.read;
        all.doubled += outcome.doubled;
        for who in [0, 1] {
            all.unknown[who] += outcome.unknown[who];
            all.lost[who].extend(outcome.lost[who].iter().cloned());
        }
    }
    println!(
        "{story:?}, {one:?} with {two:?}: {} read, lost {} and {}, doubled {}, of them not known again {:?}",
        all.read,
        all.lost[0].len(),
        all.lost[1].len(),
        all.doubled,
        all.unknown
    );
    Some(all)
}

fn nothing_is_lost_that_is_not_lost_among_them(library: Library) {
    for story in [Story::Chat, Story::Crossed, Story::Anew] {
        let Some(among) = told(Some(library), Some(library), story) else { return };
        for we_are in [0, 1] {
            let sides = if we_are == 0 { [None, Some(library)] } else { [Some(library), None] };
            let Some(with_us) = told(sides[0], sides[1], story) else { return };
            assert_eq!(with_us.lost[we_are], [], "{library:?}, {story:?}");
            println!("{:?}", with_us.lost[1-we_are]);
            println!("{:?}", among.lost[1-we_are]);
        }
    }
}

#[test]
fn with_libsignal_protocol_c_nothing_is_lost_that_is_not_lost_among_its_own() {
    nothing_is_lost_that_is_not_lost_among_them(Library::C);
}

#[test]
fn with_signal_protocol_java_nothing_is_lost_that_is_not_lost_among_its_own() {
    nothing_is_lost_that_is_not_lost_among_them(Library::Java);
}
