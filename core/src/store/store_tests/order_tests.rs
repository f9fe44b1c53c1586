//! The order of a chat: as far as this device can see, and then as the archive says.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn live(alice: &mut Device, id: &str) {
    alice.arrive(text(id, id));
}

fn from_archive(alice: &mut Device, ids: &[&str]) -> Applied {
    let messages = ids.iter().map(|id| item(id)).collect();
    alice.apply(page(messages))
}

/// `a…` are ours, others bob's; the archive id and the stamp are the number in the name.
fn item(id: &str) -> Arrived {
    let number: i64 = id[1..].parse().unwrap();
    let message = archived(text(id, id), Way::Archive, &format!("x{number}"), NOON - 3600 * SECOND + number * SECOND);
    if id.starts_with('a') { own(message) } else { message }
}

#[test]
fn what_comes_live_stands_where_it_came_whatever_the_clock_says() {
    let mut alice = device();
    from_archive(&mut alice, &["b1", "b2"]);
    alice.now = 5;
    live(&mut alice, "b3");
    alice.now = NOON + 1000 * SECOND;
    live(&mut alice, "b4");
    alice.now = 17;
    live(&mut alice, "b5");
    assert_eq!(alice.bodies(), ["b1", "b2", "b3", "b4", "b5"]);
    assert_eq!(alice.row("b1").place, Place::Fixed);
    assert_eq!(alice.row("b5").place, Place::Provisional);
}

#[test]
fn a_clock_that_was_ahead_does_not_disturb_the_archive() {
    let mut alice = device();
    from_archive(&mut alice, &["b1"]);
    alice.now = NOON + 1_000_000_000 * SECOND;
    live(&mut alice, "b3");
    alice.now = NOON;
    from_archive(&mut alice, &["b2", "b3"]);
    from_archive(&mut alice, &["b4", "a5"]);
    assert_eq!(alice.bodies(), ["b1", "b2", "b3", "b4", "a5"]);
    alice.check();
}

#[test]
fn what_comes_live_during_a_catch_up_floats_until_it_has_ended() {
    let mut alice = device();
    from_archive(&mut alice, &["b1"]);
    alice.catching_up = true;
    live(&mut alice, "b4");
    assert_eq!(alice.row("b4").place, Place::Floating);
    from_archive(&mut alice, &["b2"]);
    live(&mut alice, "b5");
    from_archive(&mut alice, &["b3", "b4"]);
    assert_eq!(alice.bodies(), ["b1", "b2", "b3", "b4", "b5"]);
    assert_eq!(alice.row("b4").place, Place::Fixed);
    alice.apply(vec![Change::Settle]);
    assert_eq!(alice.row("b5").place, Place::Provisional);
    alice.catching_up = false;
    live(&mut alice, "b6");
    assert_eq!(alice.bodies(), ["b1", "b2", "b3", "b4", "b5", "b6"]);
    alice.check();
}

#[test]
fn the_archive_puts_what_was_missed_between_what_came_live() {
    let mut alice = device();
    from_archive(&mut alice, &["b1"]);
    live(&mut alice, "b3");
    live(&mut alice, "b5");
    // Page by page: what a page does not reach yet can still move.
    alice.catching_up = true;
    from_archive(&mut alice, &["a2"]);
    from_archive(&mut alice, &["b3"]);
    from_archive(&mut alice, &["a4"]);
    from_archive(&mut alice, &["b5"]);
    assert_eq!(alice.bodies(), ["b1", "a2", "b3", "a4", "b5"]);
    alice.check();
}

#[test]
fn a_page_that_is_read_again_changes_nothing() {
    let mut alice = device();
    from_archive(&mut alice, &["b1", "a2", "b3"]);
    live(&mut alice, "b4");
    from_archive(&mut alice, &["b4", "b5"]);
    let before: Vec<(MessageId, Micros)> = alice.rows().iter().map(|row| (row.id, row.position)).collect();
    for again in [&["b1", "a2", "b3"][..], &["a2", "b3", "b4"], &["b5"], &["b1", "a2", "b3", "b4", "b5"]] {
        let applied = from_archive(&mut alice, again);
        assert!(applied.is_empty() && applied.duplicate && applied.notify.is_empty());
    }
    assert_eq!(alice.rows().iter().map(|row| (row.id, row.position)).collect::<Vec<_>>(), before);
}

#[test]
fn a_message_that_the_archive_has_twice_does_not_wander() {
    let mut alice = device();
    let twice = archived(text("b1", "b1"), Way::Archive, "x9", item("b3").time);
    let list: Vec<Change> =
        std::iter::once(Change::Recent).chain([item("b1"), item("b2"), twice].map(arrival)).collect();
    alice.apply(list.clone());
    let before: Vec<(MessageId, Micros)> = alice.rows().iter().map(|row| (row.id, row.position)).collect();
    assert_eq!(alice.bodies(), ["b1", "b2"]);
    alice.apply(list);
    assert_eq!(alice.rows().iter().map(|row| (row.id, row.position)).collect::<Vec<_>>(), before);
}

#[test]
fn the_same_message_by_all_ways_is_one_row() {
    let mut alice = device();
    for way in [Way::Live, Way::Carbon, Way::Offline, Way::Live] {
        alice.arrive(Arrived { way, ..text("b1", "b1") });
    }
    from_archive(&mut alice, &["b1"]);
    alice.arrive(Arrived { ids: item("b1").ids, ..text("b1", "b1") });
    assert_eq!(alice.bodies(), ["b1"]);
    assert_eq!(alice.row("b1").ids.archive.as_deref(), Some("x1"));
}

#[test]
fn a_client_that_reuses_its_ids_loses_nothing() {
    let mut alice = device();
    alice.arrive(text("1", "first"));
    alice.arrive(text("1", "second"));
    let day = 24 * 3600 * SECOND;
    let with_time = |archive: &str, time| archived(text("2", "ok"), Way::Archive, archive, time);
    alice.apply(page(vec![with_time("x1", NOON), with_time("x2", NOON + 2 * day)]));
    assert_eq!(alice.bodies().iter().filter(|body| *body == "ok").count(), 2);
    assert!(alice.bodies().contains(&"first".to_owned()) && alice.bodies().contains(&"second".to_owned()));
    let laptop = |body: &str| Arrived { way: Way::Carbon, ..own(text("1", body)) };
    alice.arrive(laptop("mine"));
    alice.arrive(laptop("mine too"));
    assert_eq!(alice.rows().len(), 6);
}

#[test]
fn a_message_without_any_id_is_known_by_what_it_says_and_when() {
    let mut alice = device();
    let nameless = |time| Arrived { ids: Ids::default(), time, ..text("", "hm") };
    alice.arrive(nameless(NOON));
    let from_archive = Arrived {
        ids: Ids { archive: Some("x1".into()), ..Ids::default() },
        way: Way::Archive,
        ..nameless(NOON + SECOND)
    };
    alice.apply(page(vec![from_archive]));
    assert_eq!(alice.bodies(), ["hm"]);
    alice.arrive(nameless(NOON + 60 * SECOND));
    assert_eq!(alice.bodies(), ["hm", "hm"]);
}

#[test]
fn two_accounts_do_not_disturb_each_other() {
    let mut alice = device();
    let other = alice.store.add_account(&new_account("alice@example.net")).unwrap().id;
    from_archive(&mut alice, &["b1"]);
    let first = std::mem::replace(&mut alice.account, other);
    from_archive(&mut alice, &["b1"]);
    live(&mut alice, "b2");
    assert_eq!(alice.bodies(), ["b1", "b2"]);
    alice.account = first;
    assert_eq!(alice.bodies(), ["b1"]);
    assert_eq!(alice.store.chat_list(None, 10).unwrap().len(), 2);
    assert_eq!(alice.store.chat_list(Some(other), 10).unwrap().len(), 1);
    alice.store.remove_account(other).unwrap();
    assert_eq!(alice.store.chat_list(None, 10).unwrap().len(), 1);
    assert_eq!(alice.found("b2"), Vec::<String>::new());
    assert_eq!(alice.found("b1"), ["b1"]);
    alice.check();
}

#[test]
fn what_the_archive_got_late_stands_where_the_archive_has_it() {
    let mut alice = device();
    from_archive(&mut alice, &["b1"]);
    let recent = |ids: &[&str]| std::iter::once(Change::Recent).chain(ids.iter().map(|id| arrival(item(id)))).collect();
    alice.apply(recent(&["a3", "a5"]));
    assert_eq!(alice.row("a5").place, Place::Provisional);
    // They come live after what they were numbered before.
    for id in ["b2", "b4"] {
        live(&mut alice, id);
    }
    assert_eq!(alice.bodies(), ["b1", "a3", "a5", "b2", "b4"]);
    from_archive(&mut alice, &["b2", "a3", "b4", "a5"]);
    assert_eq!(alice.bodies(), ["b1", "b2", "a3", "b4", "a5"]);
    alice.check();
}
