//! What is unread, what was read here and elsewhere, and who is told.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn three(alice: &mut Device) -> [MessageId; 3] {
    [1, 2, 3].map(|n| {
        let message = Arrived { markable: true, ..text(&format!("b{n}"), &format!("b{n}")) };
        let ids = Ids { archive: Some(format!("x{n}")), ..message.ids };
        alice.arrive(Arrived { ids, ..message }).messages[0]
    })
}

fn at(n: i64) -> Arrived {
    archived(text(&format!("b{n}"), &format!("b{n}")), Way::Archive, &format!("x{n}"), NOON + n)
}

fn markers(alice: &Device) -> Vec<Payload> {
    alice.store.outbox(alice.account, 10).unwrap().into_iter().map(|item| item.payload).collect()
}

#[test]
fn reading_counts_down_and_new_messages_are_notified() {
    let mut alice = device();
    let rows = three(&mut alice);
    assert_eq!((alice.unread(), alice.store.unread_total().unwrap()), (3, 3));
    let chat = alice.chat();
    alice.apply(vec![Change::Read { chat, message: rows[1], marker: false }]);
    assert_eq!(alice.unread(), 1);
    assert!(alice.apply(vec![Change::Read { chat, message: rows[0], marker: false }]).is_empty());
    let applied = alice.arrive(text("b4", "b4"));
    assert_eq!((applied.notify.len(), applied.chats.len(), alice.unread()), (1, 1, 2));
    assert!(alice.arrive(text("b4", "b4")).notify.is_empty());
    alice.check();
}

#[test]
fn the_contact_is_told_once_and_only_the_last() {
    let mut alice = device();
    let rows = three(&mut alice);
    let chat = alice.chat();
    let read = |message| vec![Change::Read { chat, message, marker: true }];
    alice.apply(read(rows[0]));
    alice.apply(read(rows[2]));
    alice.apply(read(rows[2]));
    alice.apply(read(rows[1]));
    assert!(markers(&alice) == [Payload::Displayed { target: "b3".into() }]);
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }]);
    alice.arrive(text("b4", "asks for nothing"));
    let last = alice.row("asks for nothing").id;
    assert!(!alice.apply(read(last)).outbox);
    assert!(markers(&alice).is_empty());
}

#[test]
fn what_was_read_here_is_published_until_the_others_can_know() {
    let mut alice = device();
    let rows = three(&mut alice);
    let chat = alice.chat();
    assert!(alice.store.unpublished_reads(alice.account).unwrap().is_empty());
    alice.apply(vec![Change::Read { chat, message: rows[1], marker: false }]);
    let reads = alice.store.unpublished_reads(alice.account).unwrap();
    assert_eq!(reads, [(chat, bob(), "x2".to_owned())]);
    alice.apply(vec![Change::ReadPublished { chat, archive_id: "x2".into() }]);
    assert!(alice.store.unpublished_reads(alice.account).unwrap().is_empty());
}

#[test]
fn another_device_read_further_and_what_it_read_may_come_later() {
    let mut alice = device();
    three(&mut alice);
    let elsewhere = |id: &str| vec![Change::ReadElsewhere { chat: bob(), archive_id: id.into() }];
    alice.apply(elsewhere("x2"));
    assert_eq!(alice.unread(), 1);
    alice.apply(elsewhere("x1"));
    assert_eq!(alice.unread(), 1, "an older place is no news");
    alice.apply(elsewhere("x4"));
    let applied = alice.apply(page([1, 2, 3, 4].map(at).into()));
    assert!(applied.notify.is_empty());
    assert_eq!(alice.unread(), 0);
    assert!(alice.store.unpublished_reads(alice.account).unwrap().is_empty());
    alice.arrive(own(from_bob("l1", Content::Displayed { target: "b5".into() })));
    assert!(alice.arrive(text("b5", "b5")).notify.is_empty());
    alice.check();
}

#[test]
fn writing_on_another_device_reads_what_stands_above() {
    let mut alice = device();
    three(&mut alice);
    alice.arrive(Arrived { way: Way::Carbon, ..own(text("l1", "seen")) });
    assert_eq!(alice.unread(), 0);
    alice.arrive(text("b4", "b4"));
    assert_eq!(alice.unread(), 1);
}

#[test]
fn what_we_write_offline_does_not_read_what_comes_later_from_before() {
    let mut alice = device();
    three(&mut alice);
    alice.send("a1", "written without a network");
    assert_eq!(alice.unread(), 0);
    alice.catching_up = true;
    let applied = alice.apply(page([1, 2, 3, 4].map(at).into()));
    assert_eq!((applied.notify.len(), alice.unread()), (1, 1));
    assert_eq!(alice.bodies(), ["b1", "b2", "b3", "b4", "written without a network"]);
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }, Change::Settle]);
    assert_eq!(alice.unread(), 1);
    alice.check();
}

#[test]
fn a_row_that_moves_takes_what_was_read_with_it() {
    let mut alice = device();
    alice.catching_up = true;
    let first = alice.arrive(text("b2", "b2")).messages[0];
    alice.arrive(text("b3", "b3"));
    let chat = alice.chat();
    alice.apply(vec![Change::Read { chat, message: first, marker: false }]);
    alice.apply(page(vec![at(1), at(2)]));
    alice.check();
    alice.apply(page(vec![at(3)]));
    assert_eq!((alice.bodies(), alice.unread()), (vec!["b1".into(), "b2".into(), "b3".into()], 1));
    alice.check();
}

#[test]
fn history_from_before_this_device_is_not_unread() {
    let mut alice = device();
    let at = |n: i64, way| archived(text(&format!("b{n}"), &format!("b{n}")), way, &format!("x{n}"), NOON + n);
    let mut list = page(vec![at(5, Way::Archive)]);
    list.push(Change::HoleFound { chat: None, newer: "x5".into(), newer_stamp: NOON + 5, older_stamp: None });
    alice.apply(list);
    alice.apply([3, 4].map(|n| arrival(at(n, Way::ArchiveOlder))).into());
    assert_eq!(alice.unread(), 1);
    alice.check();
}

#[test]
fn only_a_message_of_the_chat_can_be_read_up_to() {
    let mut alice = device();
    let rows = three(&mut alice);
    let chat = alice.chat();
    let read = |chat, message| vec![Change::Read { chat, message, marker: true }];
    assert_eq!(alice.try_apply(read(ChatId(77), rows[0])), Err(StoreError::NoSuchChat));
    assert_eq!(alice.try_apply(read(chat, MessageId(77))), Err(StoreError::NoSuchMessage));
    assert_eq!(alice.unread(), 3);
}
