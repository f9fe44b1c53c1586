//! Holes: found, shown, filled, and never a reason for another order.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn at(n: i64, way: Way) -> Arrived {
    archived(text(&format!("b{n}"), &format!("b{n}")), way, &format!("x{n}"), NOON + n * SECOND)
}

fn newest_page(numbers: std::ops::Range<i64>, known: Option<i64>) -> Vec<Change> {
    let first = numbers.start;
    let mut list = page(numbers.map(|n| at(n, Way::Archive)).collect());
    let older_stamp = known.map(|n| NOON + n * SECOND);
    list.push(Change::HoleFound {
        chat: None,
        newer: format!("x{first}"),
        newer_stamp: NOON + first * SECOND,
        older_stamp,
    });
    list
}

fn older(numbers: std::ops::Range<i64>) -> Vec<Change> {
    numbers.map(|n| arrival(at(n, Way::ArchiveOlder))).collect()
}

fn holes(alice: &Device) -> Vec<crate::model::archive::Hole> {
    alice.store.archive_position(alice.account).unwrap().holes
}

/// Bodies, with a bar where something is missing.
fn drawn(alice: &Device) -> String {
    alice.rows().iter().map(|row| format!("{}{} ", if row.gap_before { "|" } else { "" }, &row.body[1..])).collect()
}

#[test]
fn a_new_device_has_a_hole_before_its_first_page_until_it_is_filled() {
    let mut alice = device();
    let list = newest_page(7..10, None);
    alice.apply(list.clone());
    alice.apply(list);
    assert_eq!((drawn(&alice).as_str(), holes(&alice).len()), ("|7 8 9 ", 1));
    assert!(!alice.page(None, 50).complete);
    let hole = holes(&alice)[0].id;
    let mut list = older(4..7);
    list.push(Change::HoleFilled { hole, newer: Some(("x4".into(), NOON + 4 * SECOND)) });
    alice.apply(list.clone());
    assert!(alice.apply(list).is_empty());
    assert_eq!(drawn(&alice), "|4 5 6 7 8 9 ");
    assert_eq!(holes(&alice)[0].newer, "x4");
    let mut list = older(1..4);
    list.push(Change::HoleFilled { hole, newer: None });
    alice.apply(list);
    assert_eq!(drawn(&alice), "1 2 3 4 5 6 7 8 9 ");
    assert!(alice.page(None, 50).complete && !alice.page(None, 9 - 1).complete);
    alice.check();
}

#[test]
fn a_hole_in_the_middle_is_shown_where_it_is() {
    let mut alice = device();
    alice.apply(page(vec![at(1, Way::Archive), at(2, Way::Archive)]));
    alice.catching_up = true;
    alice.apply(newest_page(8..10, Some(2)));
    assert_eq!(drawn(&alice), "1 2 |8 9 ");
    let eighth = alice.row("b8").id;
    assert!(alice.store.message(eighth).unwrap().gap_before);
    assert!(!alice.store.message(alice.row("b9").id).unwrap().gap_before);
    assert!(!alice.page(Some(eighth), 10).rows.iter().any(|row| row.gap_before));
    assert!(alice.page(None, 2).rows[0].gap_before);
    assert_eq!(alice.store.oldest_archive_id(alice.chat()).unwrap().as_deref(), Some("x8"));
    alice.apply(vec![Change::Settle]);
    alice.catching_up = false;
    alice.arrive(text("b10", "b10"));
    let hole = holes(&alice)[0].id;
    let mut list = older(3..8);
    list.push(Change::HoleFilled { hole, newer: None });
    let applied = alice.apply(list);
    assert!(applied.notify.is_empty());
    assert_eq!(drawn(&alice), "1 2 3 4 5 6 7 8 9 10 ");
    alice.check();
}

#[test]
fn what_was_missed_in_a_hole_is_unread() {
    let mut alice = device();
    alice.apply(page(vec![at(1, Way::Archive)]));
    let chat = alice.chat();
    let message = alice.row("b1").id;
    alice.apply(vec![Change::Read { chat, message, marker: false }]);
    alice.apply(newest_page(4..5, Some(1)));
    let hole = holes(&alice)[0].id;
    let mut list = older(2..4);
    list.push(Change::HoleFilled { hole, newer: None });
    alice.apply(list);
    assert_eq!(alice.unread(), 3);
    alice.check();
}

#[test]
fn pages_of_one_chat_fill_the_hole_there_and_reach_the_beginning() {
    let mut alice = device();
    alice.apply(newest_page(8..10, None));
    alice.apply(older(6..8));
    assert_eq!(drawn(&alice), "|6 7 8 9 ");
    assert_eq!(alice.store.oldest_archive_id(alice.chat()).unwrap().as_deref(), Some("x6"));
    let mut list = older(1..6);
    list.push(Change::ChatComplete { chat: bob() });
    alice.apply(list);
    assert_eq!(drawn(&alice), "1 2 3 4 5 6 7 8 9 ");
    assert!(alice.page(None, 50).complete);
    assert_eq!(holes(&alice).len(), 1, "other chats still have it");
    alice.check();
}

#[test]
fn there_is_always_room_between_two_rows() {
    let mut alice = device();
    // A clock that was far ahead leaves no stamp of its own to what follows.
    alice.now = NOON + 1_000_000_000 * SECOND;
    alice.arrive(text("b1", "b1"));
    alice.apply(page(vec![at(1, Way::Archive)]));
    alice.apply(newest_page(8..10, Some(1)));
    let chat = alice.chat();
    let message = alice.row("b8").id;
    alice.apply(vec![Change::Read { chat, message, marker: false }]);
    let hole = holes(&alice)[0].id;
    let mut list = older(2..8);
    list.push(Change::HoleFilled { hole, newer: None });
    alice.apply(list);
    assert_eq!(drawn(&alice), "1 2 3 4 5 6 7 8 9 ");
    assert_eq!(alice.unread(), 1);
    alice.check();
}
