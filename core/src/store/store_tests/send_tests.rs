//! Sending: stored first, then on its way, then with the server, the contact's device, and the contact.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::message::{FailureReason, ReplyTo};
use crate::model::outbox::OutboxState;
use crate::sorted::Set;

fn deliveries(device: &Device) -> Vec<Delivery> {
    device.rows().into_iter().map(|row| row.delivery).collect()
}

fn queued(device: &Device) -> Vec<String> {
    device.store.outbox(device.account, 100).unwrap().into_iter().map(|item| item.stanza_id).collect()
}

#[test]
fn a_text_is_shown_at_once_and_leaves_the_outbox_when_the_server_has_it() {
    let mut alice = device();
    let row = alice.send("a1", "hello");
    let message = alice.store.message(row).unwrap();
    assert_eq!((message.delivery, message.place, message.outgoing), (Delivery::Queued, Place::Floating, true));
    assert_eq!(message.from, "alice@example.org");
    let item = alice.write(1);
    assert_eq!(queued(&alice), Vec::<String>::new());
    assert_eq!(alice.store.message(row).unwrap().delivery, Delivery::Queued);
    let applied = alice.apply(vec![Change::Acknowledged { number: 1 }]);
    assert_eq!(applied.messages, [row]);
    let message = alice.store.message(row).unwrap();
    assert_eq!((message.delivery, message.place), (Delivery::Sent, Place::Provisional));
    assert!(alice.apply(vec![Change::Acknowledged { number: 1 }]).is_empty());
    assert!(alice.apply(vec![Change::InFlight { item, number: 2, encryption: Encryption::None }]).is_empty());
    alice.check();
}

#[test]
fn sending_the_same_stanza_twice_stores_it_once() {
    let mut alice = device();
    alice.send("a1", "hello");
    let again = Payload::Text { body: "hello".into(), reply: None, quoted: None, files: Vec::new() };
    assert!(alice.send_payload("a1", again).duplicate);
    assert_eq!(alice.bodies(), ["hello"]);
    assert_eq!(queued(&alice), ["a1"]);
}

#[test]
fn without_stream_management_writing_is_enough() {
    let mut alice = device();
    alice.send("a1", "hello");
    alice.write(0);
    alice.apply(vec![Change::Acknowledged { number: 0 }]);
    assert_eq!(deliveries(&alice), [Delivery::Sent]);
}

#[test]
fn the_outbox_has_what_the_stanza_will_say() {
    let mut alice = device();
    alice.arrive(text("b1", "how are you?"));
    let reply = Some(ReplyTo { id: "b1".into(), author: Some("bob@example.org".into()) });
    let payload = Payload::Text { body: "well".into(), reply, quoted: Some("how are you?".into()), files: Vec::new() };
    alice.send_payload("a1", payload.clone());
    let item = alice.store.outbox(alice.account, 10).unwrap().remove(0);
    assert!(item.payload == payload);
    assert_eq!((item.to, item.state), (bob(), OutboxState::Queued));
    assert_eq!(item.message, Some(alice.row("well").id));
    let reply = alice.row("well").reply.unwrap();
    assert_eq!(reply.preview.as_deref(), Some("how are you?"));
    assert_eq!((reply.message, reply.outgoing), (Some(alice.row("how are you?").id), false));
}

#[test]
fn after_a_resumption_what_did_not_arrive_is_queued_again_in_order() {
    let mut alice = device();
    for (number, id) in [(1, "a1"), (2, "a2"), (3, "a3")] {
        alice.send(id, id);
        alice.write(number);
    }
    alice.send("a4", "a4");
    alice.apply(vec![Change::Resumed { number: 1 }]);
    assert_eq!(queued(&alice), ["a4"], "the archive is asked for the others first");
    alice.apply(vec![Change::RequeueUnsure]);
    assert_eq!(queued(&alice), ["a2", "a3", "a4"]);
    assert_eq!(alice.bodies(), ["a1", "a2", "a3", "a4"]);
    // What the server had floats until the catch-up has told its place.
    assert_eq!(alice.row("a1").place, Place::Floating);
    alice.apply(vec![Change::Settle]);
    assert_eq!(alice.row("a1").place, Place::Provisional);
    assert_eq!(alice.row("a2").place, Place::Floating);
    alice.check();
}

#[test]
fn after_a_lost_session_the_archive_is_asked_before_anything_is_sent_again() {
    let mut alice = device();
    for (number, id) in [(1, "a1"), (2, "a2")] {
        alice.send(id, id);
        alice.write(number);
    }
    alice.apply(vec![Change::SessionLost]);
    assert!(alice.store.has_unsure(alice.account).unwrap());
    assert_eq!(queued(&alice), Vec::<String>::new());
    alice.catching_up = true;
    alice.apply(page(vec![archived(own(text("a1", "a1")), Way::Archive, "1", NOON)]));
    alice.apply(vec![Change::Settle, Change::RequeueUnsure]);
    assert_eq!(queued(&alice), ["a2"]);
    assert_eq!(deliveries(&alice), [Delivery::Sent, Delivery::Queued]);
    assert!(!alice.store.has_unsure(alice.account).unwrap());
    alice.check();
}

#[test]
fn what_waited_in_a_backup_is_not_sent_again_where_the_archive_cannot_tell() {
    let mut alice = device();
    for id in ["a1", "a2"] {
        alice.send(id, id);
    }
    let unread = vec![Change::ArchiveForgot, Change::Settle, Change::RequeueUnsure];
    alice.apply(unread.clone());
    assert_eq!(queued(&alice), ["a1", "a2"], "nothing was restored");
    alice.store.account_restored(alice.account, "another").unwrap();
    alice.catching_up = true;
    alice.apply(vec![Change::ArchiveForgot]);
    // One of them is found after all.
    alice.apply(page(vec![archived(own(text("a1", "a1")), Way::Archive, "1", NOON)]));
    alice.apply(vec![Change::Settle, Change::RequeueUnsure]);
    assert_eq!(queued(&alice), Vec::<String>::new());
    assert_eq!(deliveries(&alice), [Delivery::Sent, Delivery::Failed]);
    assert_eq!(alice.row("a2").error, Some(FailureReason::MaybeSent));
    // From here on it is an account like any other.
    alice.apply(vec![Change::Retry { message: alice.row("a2").id }]);
    assert_eq!(queued(&alice), ["a2"]);
    alice.write(1);
    alice.apply(vec![Change::SessionLost]);
    alice.apply(unread);
    assert_eq!(queued(&alice), ["a2"]);
    alice.check();
}

#[test]
fn a_text_of_ours_that_comes_back_unreadable_is_found_all_the_same() {
    let mut alice = device();
    let row = alice.send("a1", "secret");
    alice.write(1);
    alice.apply(vec![Change::SessionLost]);
    let unreadable = Arrived { content: Content::Nothing, ..own(text("a1", "")) };
    alice.apply(page(vec![archived(unreadable, Way::Archive, "1", NOON)]));
    assert!(!alice.store.has_unsure(alice.account).unwrap());
    let message = alice.store.message(row).unwrap();
    assert_eq!((message.delivery, message.place, message.body.as_str()), (Delivery::Sent, Place::Fixed, "secret"));
}

#[test]
fn receipts_and_markers_only_ever_raise_the_state() {
    let mut alice = device();
    for (number, id) in [(1, "a1"), (2, "a2")] {
        alice.send(id, id);
        alice.write(number);
    }
    alice.apply(vec![Change::Acknowledged { number: 2 }]);
    alice.arrive(from_bob("r1", Content::Receipt { target: "a1".into() }));
    assert_eq!(deliveries(&alice), [Delivery::Delivered, Delivery::Sent]);
    alice.arrive(from_bob("d1", Content::Displayed { target: "a2".into() }));
    assert_eq!(deliveries(&alice), [Delivery::Displayed, Delivery::Displayed]);
    assert!(alice.arrive(from_bob("r2", Content::Receipt { target: "a2".into() })).is_empty());
    // Neither the archive nor a late acknowledgement lowers it.
    alice.apply(page(vec![archived(own(text("a1", "a1")), Way::Archive, "1", NOON)]));
    assert_eq!(deliveries(&alice), [Delivery::Displayed, Delivery::Displayed]);
    alice.check();
}

#[test]
fn a_receipt_counts_only_from_the_contact_and_for_a_message_of_ours() {
    let mut alice = device();
    alice.send("a1", "hello");
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }]);
    let mallory =
        Arrived { chat: jid("mallory@example.org"), ..from_bob("r1", Content::Receipt { target: "a1".into() }) };
    alice.arrive(mallory);
    alice.arrive(own(from_bob("r2", Content::Receipt { target: "a1".into() })));
    assert_eq!(deliveries(&alice), [Delivery::Sent]);
}

#[test]
fn a_receipt_for_an_id_that_two_messages_have_means_the_same_one_each_time() {
    let mut alice = device();
    alice.send("a1", "left, says the archive");
    alice.send("b1", "waits");
    let mut copy = own(text("a1", "left, says the archive"));
    copy.ids.origin = Some("b1".into());
    alice.catching_up = true;
    alice.arrive(Arrived { way: Way::Archive, ..copy });
    for receipt in ["r1", "r2"] {
        alice.arrive(from_bob(receipt, Content::Receipt { target: "b1".into() }));
        assert_eq!(deliveries(&alice), [Delivery::Delivered, Delivery::Queued]);
    }
}

#[test]
fn a_receipt_that_comes_before_its_message_waits_for_it() {
    let mut alice = device();
    alice.arrive(from_bob("d1", Content::Displayed { target: "l1".into() }));
    alice.arrive(from_bob("r1", Content::Receipt { target: "l2".into() }));
    alice.arrive(Arrived { way: Way::Carbon, ..own(text("l1", "from the laptop")) });
    alice.arrive(Arrived { way: Way::Carbon, ..own(text("l2", "and more")) });
    assert_eq!(deliveries(&alice), [Delivery::Displayed, Delivery::Delivered]);
    assert_eq!(alice.store.db.query_row("SELECT count(*) FROM waiting", [], |r| r.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_message_that_bounces_fails_and_a_retry_is_a_new_stanza() {
    let mut alice = device();
    let row = alice.send("a1", "hello");
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }]);
    let error = Content::Error { target: "a1".into(), reason: FailureReason::NoSuchAddress };
    let mallory = Arrived { chat: jid("mallory@example.org"), ..from_bob("a1", error.clone()) };
    alice.arrive(mallory);
    assert_eq!(deliveries(&alice), [Delivery::Sent]);
    alice.arrive(from_bob("a1", error));
    let message = alice.store.message(row).unwrap();
    assert_eq!((message.delivery, message.error), (Delivery::Failed, Some(FailureReason::NoSuchAddress)));
    alice.apply(vec![Change::Retry { message: row }]);
    let new = queued(&alice);
    assert!(new.len() == 1 && new[0] != "a1");
    assert!(alice.apply(vec![Change::Retry { message: row }]).is_empty());
    assert_eq!(queued(&alice), new);
    // The first attempt stands in the archive. It is not a second text, and not the second attempt.
    alice.apply(page(vec![archived(own(text("a1", "hello")), Way::Archive, "1", NOON)]));
    assert_eq!(queued(&alice), new);
    assert_eq!(alice.bodies(), ["hello"]);
    alice.apply(page(vec![archived(own(text(&new[0], "hello")), Way::Archive, "2", NOON)]));
    assert_eq!((queued(&alice).len(), deliveries(&alice)), (0, vec![Delivery::Sent]));
    alice.check();
}

#[test]
fn a_message_that_cannot_leave_fails_and_a_retry_is_the_same_stanza_at_the_end() {
    let mut alice = device();
    let row = alice.send("a1", "too large");
    let item = alice.store.outbox(alice.account, 1).unwrap()[0].id;
    alice.apply(vec![Change::Failed { item, reason: FailureReason::TooLarge }]);
    assert_eq!(alice.store.message(row).unwrap().error, Some(FailureReason::TooLarge));
    assert!(queued(&alice).is_empty());
    alice.arrive(text("b1", "are you there?"));
    assert_eq!(alice.bodies(), ["too large", "are you there?"]);
    alice.apply(vec![Change::Retry { message: row }]);
    assert_eq!(alice.bodies(), ["are you there?", "too large"]);
    assert_eq!(queued(&alice), ["a1"]);
    assert_eq!(
        alice.try_apply(vec![Change::Retry { message: alice.row("are you there?").id }]),
        Err(StoreError::NotYours)
    );
    assert_eq!(alice.try_apply(vec![Change::Retry { message: MessageId(99) }]), Err(StoreError::NoSuchMessage));
}

#[test]
fn a_receipt_that_another_device_has_given_is_not_given_again() {
    let mut alice = device();
    let asks = |id: &str| Change::Arrived {
        message: Box::new(Arrived { way: Way::Archive, ..text(id, "hi") }),
        receipt: Some(id.into()),
    };
    let given = |id: &str| own(from_bob(&format!("r-{id}"), Content::Receipt { target: id.into() }));
    alice.apply(vec![asks("b1"), asks("b2"), asks("b3")]);
    alice.arrive(Arrived { way: Way::Archive, ..given("b1") });
    // Nobody of ours: a contact's receipt for his own message means nothing.
    alice.arrive(from_bob("x", Content::Receipt { target: "b2".into() }));
    assert_eq!(queued(&alice).len(), 2);
    alice.write(1);
    assert_eq!(queued(&alice).len(), 1);
    assert!(alice.store.outbox_without(alice.account, &Set::new(), false, 10).unwrap().is_empty());
    alice.arrive(Arrived { way: Way::Carbon, ..given("b3") });
    // It comes once more, and from elsewhere: the receipt stays given.
    alice.apply(vec![asks("b1"), asks("b3")]);
    assert!(queued(&alice).is_empty());
    alice.check();
}

#[test]
fn a_receipt_is_owed_once_however_often_the_message_comes() {
    let mut alice = device();
    let asks =
        |way| Change::Arrived { message: Box::new(Arrived { way, ..text("b1", "hi") }), receipt: Some("b1".into()) };
    alice.apply(vec![asks(Way::Live)]);
    alice.apply(vec![asks(Way::Offline)]);
    let items = alice.store.outbox(alice.account, 10).unwrap();
    assert!(items.len() == 1 && items[0].payload == Payload::Receipt { target: "b1".into() });
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }]);
    assert!(alice.apply(vec![asks(Way::Live)]).duplicate);
    assert!(queued(&alice).is_empty());
    let older = Arrived { way: Way::ArchiveOlder, ..text("b0", "old") };
    alice.apply(vec![Change::Arrived { message: Box::new(older), receipt: Some("b0".into()) }]);
    assert!(queued(&alice).is_empty());
    let nothing = from_bob("b2", Content::Nothing);
    for _ in 0..2 {
        alice.apply(vec![Change::Arrived { message: Box::new(nothing.clone()), receipt: Some("b2".into()) }]);
    }
    assert_eq!(queued(&alice).len(), 1);
}

#[test]
fn a_message_that_waits_stays_behind_what_arrives_meanwhile() {
    let mut alice = device();
    alice.send("a1", "one");
    alice.send("a2", "two");
    alice.catching_up = true;
    alice.arrive(text("b1", "zero"));
    assert_eq!(alice.bodies(), ["zero", "one", "two"]);
    alice.write(1);
    assert_eq!(alice.bodies(), ["zero", "one", "two"]);
    alice.arrive(text("b2", "between"));
    assert_eq!(alice.bodies(), ["zero", "one", "between", "two"]);
    alice.check();
}

#[test]
fn nothing_can_be_sent_that_says_nothing_or_changes_what_is_not_ours() {
    let mut alice = device();
    alice.arrive(text("b1", "hi"));
    let bad = |payload| vec![Change::Send { chat: bob(), stanza_id: "a1".into(), payload }];
    let empty = Payload::Text { body: String::new(), reply: None, quoted: None, files: Vec::new() };
    assert_eq!(alice.try_apply(bad(empty)), Err(StoreError::BadValue { field: "text" }));
    let correction = |target: &str| Payload::Correction { target: target.into(), body: "x".into() };
    assert_eq!(alice.try_apply(bad(correction("b1"))), Err(StoreError::NotYours));
    assert_eq!(alice.try_apply(bad(correction("b2"))), Err(StoreError::NoSuchMessage));
    assert_eq!(alice.try_apply(bad(Payload::Retraction { target: "b1".into() })), Err(StoreError::NotYours));
    let react = Payload::Reactions { target: "b9".into(), emojis: vec!["👍".into()] };
    assert_eq!(alice.try_apply(bad(react)), Err(StoreError::NoSuchMessage));
    assert!(queued(&alice).is_empty());
}
