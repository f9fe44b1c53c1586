//! Anything may arrive, in any order, with any ids, from servers and clients that follow no rules: nothing breaks, nothing
//! is counted wrongly, and the same step once more changes nothing.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;
use crate::model::message::{FailureReason, ReplyTo};
use crate::model::omemo::{Sealed, Sender};

const IDS: [&str; 5] = ["1", "2", "3", "a", "b"];
const WAYS: [Way; 5] = [Way::Live, Way::Carbon, Way::Offline, Way::Archive, Way::ArchiveOlder];

/// Random numbers, each used for one decision. They can be shown and shrunk, where a change cannot.
type Dice = [u8; 9];

fn id(die: u8) -> String {
    IDS[usize::from(die) % IDS.len()].to_owned()
}

fn some_id(die: u8) -> Option<String> {
    (!die.is_multiple_of(3)).then(|| id(die / 3))
}

fn content(die: u8, target: u8, words: u8) -> Content {
    let target = id(target);
    let body = ["ok", "yes 東京", "", "no 🎉"][usize::from(words) % 4].to_owned();
    let emojis = [&["👍", "🎉"][..], &["two\nlines", ""], &[], &["🎉"]][usize::from(words) % 4];
    match die % 16 {
        0..6 => {
            let reply = (words > 128).then_some(ReplyTo { id: target, author: None });
            Content::Text { body, reply, files: Vec::new() }
        }
        6 | 7 => Content::Correction { target, body },
        8 => Content::Retraction { target },
        9 => Content::Reactions { target, emojis: emojis.iter().map(|emoji| (*emoji).to_owned()).collect() },
        10 => Content::Receipt { target },
        11 => Content::Displayed { target },
        12 => Content::Error { target, reason: FailureReason::Refused },
        13 => Content::Sealed { reason: Sealed::KeysMissing },
        14 => Content::Again,
        _ => Content::Nothing,
    }
}

fn arrived([a, b, c, d, e, f, g, h, _]: Dice) -> Change {
    let archive = (!c.is_multiple_of(3)).then(|| format!("x{}", c / 3 % 12));
    let message = Arrived {
        chat: if e % 4 == 0 { jid("carol@example.org") } else { bob() },
        from: "somebody@example.org".into(),
        outgoing: e % 2 == 0,
        ids: Ids { stanza: some_id(a), origin: some_id(b), archive },
        way: WAYS[usize::from(d) % WAYS.len()],
        time: NOON + i64::from(d % 9) * SECOND,
        markable: true,
        encryption: if d % 2 == 0 { Encryption::None } else { Encryption::Omemo2 },
        sender: (d % 4 == 1).then(|| Sender { device: 7, fingerprint: "aa".into() }),
        content: content(f, g, h),
    };
    Change::Arrived { message: Box::new(message), receipt: some_id(h) }
}

fn command([a, b, c, ..]: Dice) -> Change {
    let number = i64::from(c % 8);
    let archive_id = format!("x{}", c % 12);
    let send = |payload| Change::Send { chat: bob(), stanza_id: id(c), payload };
    match a % 20 {
        0..3 => send(Payload::Text { body: "mine".into(), reply: None, quoted: None, files: Vec::new() }),
        3 => send(Payload::Correction { target: id(b), body: "mine, corrected".into() }),
        4 => send(Payload::Retraction { target: id(b) }),
        5 => send(Payload::Reactions { target: id(b), emojis: vec!["❤️".into()] }),
        6..8 => Change::InFlight { item: OutboxId(i64::from(b % 8)), number, encryption: Encryption::Omemo },
        8 => Change::Acknowledged { number },
        9 => Change::Resumed { number },
        10 => Change::SessionLost,
        11 => Change::RequeueUnsure,
        12 => Change::Settle,
        13 => Change::Failed { item: OutboxId(number), reason: FailureReason::TooLarge },
        14 => Change::Retry { message: MessageId(i64::from(b % 12)) },
        15 if b % 2 == 0 => Change::ArchiveNewest { id: archive_id, stamp: Some(NOON) },
        15 => Change::HoleFound { chat: None, newer: archive_id, newer_stamp: NOON, older_stamp: None },
        16 if b % 2 == 0 => Change::HoleFilled { hole: number, newer: None },
        16 => Change::ChatComplete { chat: bob() },
        17 => Change::Read { chat: ChatId(i64::from(b % 3)), message: MessageId(i64::from(c % 12)), marker: true },
        18 => Change::ReadElsewhere { chat: bob(), archive_id },
        _ => Change::RemoveChat { chat: ChatId(i64::from(b % 6)) },
    }
}

fn change(dice: &Dice) -> Change {
    if dice[8] % 5 < 3 { arrived(*dice) } else { command(*dice) }
}

/// All that is shown, in words. The order is left to `model_tests`: a server that gives one place to two messages has none.
fn shown(alice: &Device) -> Vec<String> {
    let mut shown = Vec::new();
    for chat in alice.store.chat_list(None, 10).unwrap() {
        shown.push(chat.peer.clone());
        for row in alice.store.timeline(chat.id, None, 1000).unwrap().rows {
            shown.push(format!("{:?} {} {:?} {:?}", row.id, row.body, row.delivery, row.reactions));
        }
    }
    shown.sort();
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(super::model_tests::cases()) })]

    #[test]
    fn whatever_arrives_the_store_stays_sound(
        steps in prop::collection::vec((prop::collection::vec(any::<Dice>(), 1..4), any::<bool>()), 1..40),
    ) {
        let mut alice = device();
        alice.store.db.execute_batch("PRAGMA synchronous = OFF").unwrap();
        for (dice, catching_up) in steps {
            let list: Vec<Change> = dice.iter().map(change).collect();
            alice.catching_up = catching_up;
            let first = alice.try_apply(list.clone());
            let asked_wrongly = matches!(
                first,
                Err(StoreError::NoSuchMessage | StoreError::NoSuchChat | StoreError::NotYours)
            );
            prop_assert!(first.is_ok() || asked_wrongly, "{first:?}");
            let removes = list.iter().any(|change| matches!(change, Change::RemoveChat { .. }));
            if list.len() == 1 && first.is_ok() && !removes {
                let before = shown(&alice);
                alice.apply(list);
                prop_assert_eq!(shown(&alice), before);
            }
        }
        alice.check();
    }
}
