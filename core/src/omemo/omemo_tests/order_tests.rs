//! Any order of arrival: whatever is sent, lost, doubled, crossed or begun anew, every message that arrives is read once.

use proptest::prelude::*;

use super::world::{BOTH, Chance, Side};
use crate::omemo::{Encrypted, OmemoError};

/// What may happen next. Numbers pick one of what is on its way.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// One of them sends so many messages.
    Send(bool, u8),
    Arrive(u16),
    Lose(u16),
    /// Arrives now, and again later.
    Double(u16),
    /// One of them begins a new session.
    Begin(bool),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (any::<bool>(), 1..5_u8).prop_map(|(who, count)| Event::Send(who, count)),
        8 => any::<u16>().prop_map(Event::Arrive),
        1 => any::<u16>().prop_map(Event::Lose),
        2 => any::<u16>().prop_map(Event::Double),
        1 => any::<bool>().prop_map(Event::Begin),
    ];
    prop::collection::vec(event, 1..120)
}

struct Sent {
    from_alice: bool,
    text: String,
    message: Encrypted,
    heard: bool,
}

struct World {
    sides: [Side; 2],
    on_their_way: Vec<Sent>,
    sent: usize,
    begun: usize,
}

impl World {
    fn begin(&mut self, alice: bool) {
        // Fewer than the sessions that are kept.
        if self.begun < 40 {
            self.begun += 1;
            let [one, two] = &mut self.sides;
            if alice { one.begin(two) } else { two.begin(one) }
        }
    }

    fn send(&mut self, alice: bool) {
        if !self.sides[usize::from(!alice)].device.has_session() {
            self.begin(alice);
        }
        let text = format!("message {}", self.sent);
        let message = self.sides[usize::from(!alice)].send(&text);
        self.on_their_way.push(Sent { from_alice: alice, text, message, heard: false });
        self.sent += 1;
    }

    fn arrive(&mut self, at: usize, keep: bool) {
        let mut sent = self.on_their_way.swap_remove(at);
        let receiver = &mut self.sides[usize::from(sent.from_alice)];
        if sent.heard {
            assert_eq!(receiver.receive(&sent.message), Err(OmemoError::Duplicate), "{}", sent.text);
        } else {
            receiver.hears(&sent.message, &sent.text);
        }
        sent.heard = true;
        if keep {
            self.on_their_way.push(sent);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_message_that_arrives_is_read_once(seed in any::<u64>(), events in events()) {
        for version in BOTH {
            let (alice, bob) = Side::pair(version, seed);
            let mut world = World { sides: [alice, bob], on_their_way: Vec::new(), sent: 0, begun: 0 };
            for event in &events {
                let count = world.on_their_way.len();
                match *event {
                    Event::Send(alice, many) => (0..many).for_each(|_| world.send(alice)),
                    Event::Begin(alice) => world.begin(alice),
                    _ if count == 0 => {}
                    Event::Arrive(at) => world.arrive(usize::from(at) % count, false),
                    Event::Double(at) => world.arrive(usize::from(at) % count, true),
                    Event::Lose(at) => drop(world.on_their_way.swap_remove(usize::from(at) % count)),
                }
            }
            let mut chance = Chance(seed);
            while !world.on_their_way.is_empty() {
                let at = chance.below(world.on_their_way.len());
                world.arrive(at, false);
            }
            // And after all that both still understand each other, in one session after the other's word.
            for turn in 0..6 {
                world.send(turn % 2 == 0);
                world.arrive(0, false);
            }
            let marks = world.sides.each_ref().map(|side| side.device.session().map(|session| session.mark));
            prop_assert_eq!(marks[0], marks[1]);
        }
    }

    #[test]
    fn no_bytes_bring_a_device_down(bytes in any::<Vec<u8>>(), key_exchange in any::<bool>()) {
        for version in BOTH {
            let (_, mut bob) = Side::pair(version, 40);
            let result = bob.receive(&Encrypted { bytes: bytes.clone(), key_exchange });
            prop_assert!(result.is_err());
        }
    }
}
