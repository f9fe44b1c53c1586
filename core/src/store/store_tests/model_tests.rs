//! A server with the one true order, a device that is cut off, resumed, killed and caught up at random, and the promise
//! that in the end each chat of the device is what the archive says.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

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
        live(World::new(history, live_ids, coarse_stamps), first_page, &events);
    }
}

fn live(mut world: World, first_page: u8, events: &[Event]) {
    world.first_sign_in(first_page);
    for event in events {
        world.happens(*event);
    }
    world.come_to_rest();
    world.compare();
}

#[test]
fn what_a_person_scrolled_back_to_during_a_catch_up_does_not_stay_where_it_settled() {
    use Event::*;
    // Received while the archive was read, seen by a page of the chat, and settled behind newer ones of the next page.
    let mut events = vec![ContactSends(0); 7];
    events.extend([LaptopSends(1), ServerForgets(0), ScrollBack(0), LaptopSends(0), ContactSends(0)]);
    live(World::new(6, false, true), 1, &events);
}

#[test]
fn what_we_sent_and_scrolled_back_to_during_a_catch_up_stands_before_the_answer() {
    use Event::*;
    let mut events = vec![WeSend(1), WeWrite, ServerTakes, ScrollBack(1), ContactSends(1)];
    events.extend([ContactSends(0); 7]);
    events.push(ServerForgets(3));
    live(World::new(3, false, true), 1, &events);
}

#[test]
fn what_a_person_scrolled_back_to_stays_before_the_hole_that_is_filled_later() {
    use Event::*;
    let events = [1, 0, 0].map(ContactSends).into_iter();
    let events: Vec<Event> = events.chain([ServerForgets(1), CatchUp(0), ScrollBack(5), FillHole(0)]).collect();
    live(World::new(2, true, true), 1, &events);
}
