use larimar::view::{DeliveryState, EncryptionState};

use super::*;

fn row(id: i64, text: &str) -> MessageRow {
    MessageRow {
        id,
        account: "alice@one.test".into(),
        chat: "bob@one.test".into(),
        from: "bob@one.test".into(),
        outgoing: false,
        text: text.into(),
        action: false,
        spans: Vec::new(),
        time_ms: 0,
        encryption: EncryptionState::None,
        trust: None,
        device: None,
        sealed: None,
        files: Vec::new(),
        delivery: DeliveryState::Sent,
        error: None,
        reply: None,
        edited: false,
        retracted: false,
        reactions: Vec::new(),
        gap_before: false,
    }
}

/// What is told of these rows: the ids of all, and the fresh ones.
fn tell(told: &mut Told, mut rows: Vec<MessageRow>) -> (Vec<i64>, Vec<(i64, String)>) {
    let ids = told.keep_fresh(&mut rows);
    (ids, rows.into_iter().map(|row| (row.id, row.text)).collect())
}

#[test]
fn a_row_is_told_when_it_comes_and_when_it_changes() {
    let mut told = Told::default();
    let text = |id: i64, text: &str| (id, text.to_owned());
    let first = tell(&mut told, vec![row(7, "older"), row(3, "newer")]);
    assert_eq!(first, (vec![7, 3], vec![text(7, "older"), text(3, "newer")]));
    let same = tell(&mut told, vec![row(7, "older"), row(3, "newer")]);
    assert_eq!(same, (vec![7, 3], vec![]));
    let more = tell(&mut told, vec![row(9, "oldest"), row(7, "corrected"), row(3, "newer")]);
    assert_eq!(more, (vec![9, 7, 3], vec![text(9, "oldest"), text(7, "corrected")]));
}

#[test]
fn a_row_that_was_gone_or_moved_is_told_again() {
    let mut told = Told::default();
    tell(&mut told, vec![row(1, "here"), row(2, "there")]);
    assert_eq!(tell(&mut told, vec![row(2, "there")]), (vec![2], vec![]));
    assert_eq!(tell(&mut told, vec![row(1, "here"), row(2, "there")]).1, [(1, "here".to_owned())]);
    let moved = tell(&mut told, vec![row(2, "there"), row(1, "here")]);
    assert_eq!(moved, (vec![2, 1], vec![(1, "here".to_owned())]));
}
