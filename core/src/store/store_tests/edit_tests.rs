//! Corrections, retractions and reactions.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::message::Reaction;

fn correction(id: &str, target: &str, body: &str) -> Arrived {
    from_bob(id, Content::Correction { target: target.into(), body: body.into() })
}

fn reactions(id: &str, target: &str, emojis: &[&str]) -> Arrived {
    let emojis = emojis.iter().map(|emoji| (*emoji).to_owned()).collect();
    from_bob(id, Content::Reactions { target: target.into(), emojis })
}

fn retraction(id: &str, target: &str) -> Arrived {
    from_bob(id, Content::Retraction { target: target.into() })
}

/// Emojis of a row, each with how many chose it.
fn shown(row: &Message) -> Vec<(&str, usize)> {
    row.reactions.iter().map(|Reaction { emoji, from }| (emoji.as_str(), from.len())).collect()
}

#[test]
fn the_last_correction_is_what_a_text_says_and_what_is_found() {
    let mut alice = device();
    alice.arrive(text("b1", "helo"));
    let row = alice.row("helo").id;
    let applied = alice.arrive(correction("b2", "b1", "hello"));
    assert_eq!(applied.messages, [row]);
    alice.arrive(correction("b3", "b1", "hello alice"));
    let message = alice.store.message(row).unwrap();
    assert_eq!((message.body.as_str(), message.edited), ("hello alice", true));
    assert_eq!(alice.found("alic"), ["hello alice"]);
    assert!(alice.found("helo").is_empty());
    assert_eq!(alice.store.chat_row(alice.chat()).unwrap().last.unwrap().preview, "hello alice");
    assert!(alice.arrive(correction("b2", "b1", "hello")).duplicate);
    assert!(alice.arrive(text("b1", "helo")).duplicate);
    assert_eq!(alice.bodies(), ["hello alice"]);
    alice.check();
}

#[test]
fn nobody_corrects_or_takes_back_what_another_wrote() {
    let mut alice = device();
    alice.send("a1", "mine");
    alice.arrive(text("b1", "bob's"));
    alice.arrive(correction("b2", "a1", "forged"));
    alice.arrive(retraction("b3", "a1"));
    alice.arrive(own(correction("l1", "b1", "forged")));
    let mallory = |message: Arrived| Arrived { chat: jid("mallory@example.org"), ..message };
    alice.arrive(mallory(correction("m1", "b1", "forged")));
    alice.arrive(mallory(retraction("m2", "b1")));
    alice.arrive(mallory(reactions("m3", "b1", &["💩"])));
    let rows = alice.rows();
    assert_eq!(alice.bodies(), ["bob's", "mine"]);
    assert!(rows.iter().all(|row| !row.edited && !row.retracted && row.reactions.is_empty()));
    let chats = alice.store.chat_list(None, 10).unwrap();
    assert_eq!(chats.len(), 1, "a chat in which nothing was said is not in the list");
}

#[test]
fn the_archive_decides_which_correction_is_the_last() {
    let mut alice = device();
    alice.arrive(text("b1", "one"));
    alice.catching_up = true;
    alice.arrive(correction("b4", "b1", "four"));
    let at = |message, n: i64| archived(message, Way::Archive, &format!("x{n}"), NOON + n * SECOND);
    alice.apply(page(vec![at(text("b1", "one"), 1), at(correction("b2", "b1", "two"), 2)]));
    alice.apply(page(vec![at(correction("b3", "b1", "three"), 3)]));
    assert_eq!(alice.bodies(), ["four"]);
    alice.apply(page(vec![at(correction("b4", "b1", "four"), 4), at(correction("b5", "b1", "five"), 5)]));
    assert_eq!(alice.bodies(), ["five"]);
    let again = page(vec![at(correction("b2", "b1", "two"), 2), at(correction("b3", "b1", "three"), 3)]);
    assert!(alice.apply(again).is_empty());
    assert_eq!(alice.bodies(), ["five"]);
    alice.check();
}

#[test]
fn changes_from_an_older_page_do_not_undo_newer_ones() {
    let mut alice = device();
    let at = |message, way, n: i64| archived(message, way, &format!("x{n}"), NOON + n * SECOND);
    let newer =
        vec![at(correction("b5", "b1", "last"), Way::Archive, 5), at(reactions("b6", "b1", &["🎉"]), Way::Archive, 6)];
    alice.apply(page(newer));
    let older = [
        at(text("b1", "first"), Way::ArchiveOlder, 1),
        at(correction("b2", "b1", "second"), Way::ArchiveOlder, 2),
        at(reactions("b3", "b1", &["👍", "❤️"]), Way::ArchiveOlder, 3),
    ];
    let applied = alice.apply(older.into_iter().map(arrival).collect());
    assert!(applied.notify.is_empty());
    let row = alice.row("last");
    assert!(row.edited);
    assert_eq!(shown(&row), [("🎉", 1)]);
    alice.check();
}

#[test]
fn a_change_that_comes_before_its_text_waits_for_it() {
    let mut alice = device();
    alice.arrive(correction("b2", "b1", "right"));
    alice.arrive(reactions("b3", "b1", &["👍"]));
    alice.arrive(retraction("b5", "b4"));
    alice.arrive(text("b1", "wrong"));
    alice.arrive(text("b4", "never said"));
    let rows = alice.rows();
    assert_eq!(shown(&rows[0]), [("👍", 1)]);
    assert_eq!((rows[0].body.as_str(), rows[1].body.as_str(), rows[1].retracted), ("right", "", true));
    assert!(alice.found("wrong").is_empty() && alice.found("never").is_empty());
    alice.check();
}

#[test]
fn each_side_has_one_set_of_reactions() {
    let mut alice = device();
    alice.arrive(text("b1", "news"));
    alice.arrive(reactions("b2", "b1", &["👍", "🎉"]));
    let set = Payload::Reactions { target: "b1".into(), emojis: vec!["🎉".into()] };
    alice.send_payload("a1", set);
    assert_eq!(shown(&alice.row("news")), [("👍", 1), ("🎉", 2)]);
    alice.arrive(reactions("b3", "b1", &["❤️"]));
    assert_eq!(shown(&alice.row("news")), [("❤️", 1), ("🎉", 1)]);
    alice.arrive(reactions("b4", "b1", &[]));
    alice.arrive(own(reactions("l1", "b1", &["👀"])));
    assert_eq!(shown(&alice.row("news")), [("🎉", 1)], "what is on its way stands last");
    alice.write(1);
    alice.apply(vec![Change::Acknowledged { number: 1 }]);
    assert_eq!(shown(&alice.row("news")), [("🎉", 1)]);
    alice.check();
}

#[test]
fn what_was_taken_back_is_gone_from_the_file() {
    let mut alice = device();
    for number in 0..200 {
        alice.arrive(text(&format!("n{number}"), "noise in the index so that it has segments"));
    }
    alice.arrive(text("b1", "swordfishword"));
    alice.arrive(correction("b2", "b1", "swordfishword again"));
    let row = alice.row("swordfishword again").id;
    let applied = alice.arrive(retraction("b3", "b1"));
    assert_eq!(applied.messages, [row]);
    let message = alice.store.message(row).unwrap();
    assert!(message.retracted && message.body.is_empty() && !message.edited);
    assert!(alice.found("swordfishword").is_empty());
    assert!(alice.store.chat_row(alice.chat()).unwrap().last.unwrap().retracted);
    // Its first version may come once more, and a late correction as well.
    alice.apply(page(vec![archived(text("b1", "swordfishword"), Way::Archive, "x1", NOON)]));
    alice.arrive(correction("b4", "b1", "swordfishword for ever"));
    assert_eq!(alice.rows().len(), 201);
    alice.check();
    assert!(!alice.holds(b"swordfish"));
}

#[test]
fn a_correction_of_a_correction_is_one_of_the_text() {
    let mut alice = device();
    alice.arrive(text("b1", "one"));
    alice.arrive(correction("b2", "b1", "two"));
    alice.arrive(correction("b3", "b2", "three"));
    assert_eq!(alice.bodies(), ["three"]);
}

#[test]
fn our_corrections_follow_the_text_and_are_undone_when_they_fail() {
    let mut alice = device();
    alice.send("a1", "one");
    alice.send_payload("a2", Payload::Correction { target: "a1".into(), body: "two".into() });
    assert_eq!(alice.bodies(), ["two"]);
    let items = alice.store.outbox(alice.account, 10).unwrap();
    assert!(items[0].payload == Payload::Text { body: "one".into(), reply: None, quoted: None, files: Vec::new() });
    assert!(items[1].payload == Payload::Correction { target: "a1".into(), body: "two".into() });
    let reason = crate::model::message::FailureReason::Refused;
    alice.apply(vec![Change::Failed { item: items[1].id, reason }]);
    assert_eq!(alice.bodies(), ["one"]);
    assert!(!alice.row("one").edited);
    alice.apply(vec![Change::Failed { item: items[0].id, reason }]);
    alice.send_payload("a3", Payload::Correction { target: "a1".into(), body: "three".into() });
    alice.apply(vec![Change::Retry { message: alice.row("three").id }]);
    let items = alice.store.outbox(alice.account, 10).unwrap();
    assert!(
        items.len() == 1
            && items[0].payload == Payload::Text { body: "three".into(), reply: None, quoted: None, files: Vec::new() }
    );
    alice.check();
}

#[test]
fn what_is_taken_back_before_it_left_does_not_leave() {
    let mut alice = device();
    alice.send("a1", "oops");
    alice.send_payload("a2", Payload::Correction { target: "a1".into(), body: "still oops".into() });
    alice.send_payload("a3", Payload::Retraction { target: "a1".into() });
    assert!(alice.store.outbox(alice.account, 10).unwrap().is_empty());
    assert!(alice.rows()[0].retracted);
    // One that may have left is taken back at the contact as well, and is not sent again.
    alice.send("a4", "gone");
    alice.write(1);
    alice.send_payload("a5", Payload::Retraction { target: "a4".into() });
    alice.apply(vec![Change::Resumed { number: 0 }, Change::RequeueUnsure]);
    let items = alice.store.outbox(alice.account, 10).unwrap();
    assert!(items.len() == 1 && items[0].payload == Payload::Retraction { target: "a4".into() });
    alice.check();
}

#[test]
fn an_answer_shows_what_it_answers_as_that_is_now() {
    let mut alice = device();
    let answer = |id: &str, to: &str, author: Option<&str>| Arrived {
        content: Content::Text {
            body: id.into(),
            reply: Some(crate::model::message::ReplyTo { id: to.into(), author: author.map(str::to_owned) }),
            files: Vec::new(),
        },
        ..text(id, "")
    };
    alice.send("a1", "question");
    alice.arrive(answer("b1", "a1", None));
    alice.arrive(answer("b2", "lost", Some("alice@example.org/phone")));
    let reply = alice.row("b1").reply.unwrap();
    assert_eq!((reply.preview.as_deref(), reply.outgoing), (Some("question"), true));
    let reply = alice.row("b2").reply.unwrap();
    assert_eq!((reply.preview, reply.message, reply.outgoing), (None, None, true));
    alice.send_payload("a2", Payload::Correction { target: "a1".into(), body: "better question".into() });
    assert_eq!(alice.row("b1").reply.unwrap().preview.as_deref(), Some("better question"));
}
