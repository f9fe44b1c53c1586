//! A server with the one true order, a device that is cut off, resumed, killed and caught up at random, and the promise
//! that in the end each chat of the device is what the archive says.

use proptest::prelude::*;

use super::world::World;

/// One thing that happens; the number chooses the chat, the size of a page, and the like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    ContactSends(u8),
    LaptopSends(u8),
    WeSend(u8),
    WeWrite,
    ServerTakes,
    ServerAcknowledges,
    WeReceive,
    Cut,
    Resume,
    NewSession,
    CatchUp(u8),
    ServerForgets(u8),
    ReadAgain(u8),
    FillHole(u8),
    ScrollBack(u8),
    ClockJumps(u8),
    Read(u8),
}

fn event() -> impl Strategy<Value = Event> {
    use Event::*;
    prop_oneof![
        4 => any::<u8>().prop_map(ContactSends),
        2 => any::<u8>().prop_map(LaptopSends),
        3 => any::<u8>().prop_map(WeSend),
        4 => Just(WeWrite),
        4 => Just(ServerTakes),
        3 => Just(ServerAcknowledges),
        6 => Just(WeReceive),
        1 => Just(Cut),
        2 => Just(Resume),
        1 => Just(NewSession),
        4 => any::<u8>().prop_map(CatchUp),
        1 => any::<u8>().prop_map(ServerForgets),
        1 => any::<u8>().prop_map(ReadAgain),
        1 => any::<u8>().prop_map(FillHole),
        1 => any::<u8>().prop_map(ScrollBack),
        1 => any::<u8>().prop_map(ClockJumps),
        1 => any::<u8>().prop_map(Read),
    ]
}

/// More cases where somebody asks for them.
pub(super) fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn in_the_end_each_chat_is_what_the_archive_says(
        history in 0_u8..12,
        first_page in 1_u8..6,
        live_ids: bool,
        coarse_stamps: bool,
        events in proptest::collection::vec(event(), 1..120),
    ) {
        let mut world = World::new(history, live_ids, coarse_stamps);
        world.first_sign_in(first_page);
        for event in events {
            world.happens(event);
        }
        world.come_to_rest();
        world.compare();
    }
}
