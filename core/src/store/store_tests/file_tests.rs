//! Files: stored with their message, uploaded before it leaves, fetched, and gone with it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::attachment::{Attachment, FileProblem, Seen, Source, Wanted};
use crate::model::changes::FileChange;
use crate::model::file::{Expected, FileKey, FileUrl};
use crate::model::ids::FileId;
use crate::model::message::FailureReason;
use crate::model::omemo::Sealed;

fn source(key: bool) -> Source {
    let key = key.then(|| FileKey::generate(&mut |buffer| buffer.fill(7)));
    let encrypted = Expected { size: Some(19), sha256: Some([3; 32]), sha512: Some([4; 64]) };
    Source { url: FileUrl::parse("https://a.example/f.jpg").unwrap(), key, encrypted }
}

/// A file with everything that can be said of one.
fn remote() -> Attachment {
    Attachment {
        name: Some("f.jpg".into()),
        media_type: Some("image/jpeg".into()),
        expected: Expected { size: Some(3), sha256: Some([1; 32]), sha512: Some([2; 64]) },
        width: Some(4),
        height: Some(5),
        duration: Some(6),
        description: Some("d".into()),
        blurhash: Some("L0".into()),
        preview: Some(vec![1, 2]),
        source: Some(source(true)),
        path: None,
    }
}

/// One of this device's, at this name in the folder.
fn local(path: &str) -> Attachment {
    Attachment { source: None, path: Some(path.into()), ..remote() }
}

fn with_file(id: &str, body: &str, file: Attachment) -> Arrived {
    from_bob(id, Content::Text { body: body.into(), reply: None, files: vec![file] })
}

fn sends(caption: &str, file: Attachment) -> Payload {
    Payload::Text { body: caption.into(), reply: None, quoted: None, files: vec![file] }
}

fn changed(file: FileId, change: FileChange) -> Vec<Change> {
    vec![Change::File { file, change }]
}

fn here(path: &str) -> FileChange {
    FileChange::Here { path: path.into(), seen: Seen { size: 3, ..Seen::default() } }
}

fn queued(device: &Device) -> Vec<String> {
    let items = device.store.outbox(device.account, 100).unwrap();
    let shown = |payload: &Payload| match payload {
        Payload::Text { body, files, .. } => format!("{body}{}", "+".repeat(files.len())),
        _ => "?".to_owned(),
    };
    items.iter().map(|item| shown(&item.payload)).collect()
}

#[test]
fn a_file_is_read_as_it_was_stored() {
    let mut alice = device();
    let applied = alice.arrive(with_file("b1", "", remote()));
    let row = alice.rows().remove(0);
    assert_eq!((row.files[0].file.clone(), row.files[0].wanted), (remote(), Wanted::No));
    assert_eq!((applied.files, row.body.as_str()), (vec![row.files[0].id], ""));
    let plain = Attachment { source: Some(source(false)), ..Attachment::default() };
    alice.arrive(with_file("b2", "look", plain.clone()));
    assert_eq!(alice.row("look").files[0].file.source, plain.source);
    let last = alice.store.chat_row(alice.chat()).unwrap().last.unwrap();
    assert_eq!((last.preview.as_str(), last.file.as_deref()), ("look", Some("")));
    alice.check();
}

#[test]
fn the_list_shows_the_name_of_a_file_without_a_text() {
    let mut alice = device();
    alice.arrive(with_file("b1", "", remote()));
    let last = |alice: &Device| alice.store.chat_row(alice.chat()).unwrap().last.unwrap();
    assert_eq!((last(&alice).preview.as_str(), last(&alice).file.as_deref()), ("f.jpg", Some("image/jpeg")));
    alice.arrive(text("b2", "hello"));
    assert_eq!((last(&alice).preview.as_str(), last(&alice).file), ("hello", None));
}

#[test]
fn the_same_message_is_one_row_and_other_files_are_others() {
    let mut alice = device();
    alice.arrive(with_file("b1", "", remote()));
    assert!(alice.arrive(archived(with_file("b1", "", remote()), Way::Archive, "m1", NOON)).files.is_empty());
    let mut other = remote();
    other.source.as_mut().unwrap().url = FileUrl::parse("https://a.example/g.jpg").unwrap();
    alice.arrive(with_file("b1", "", other));
    assert_eq!(alice.rows().len(), 2, "an id that is used again, for another file");
}

#[test]
fn history_is_not_fetched_by_itself() {
    let mut alice = device();
    let applied = alice.arrive(archived(with_file("b1", "", remote()), Way::ArchiveOlder, "m1", NOON));
    assert!(applied.files.is_empty() && alice.rows()[0].files.len() == 1);
}

#[test]
fn a_message_leaves_when_its_file_is_uploaded_and_its_caption_behind_it() {
    let mut alice = device();
    alice.send_payload("a1", sends("caption", local("x")));
    alice.send("a2", "text");
    assert_eq!(alice.bodies(), ["", "caption", "text"]);
    assert_eq!(queued(&alice), ["text"], "a text does not wait for an upload");
    let waiting = alice.store.files_to_upload(alice.account, 10).unwrap();
    assert_eq!(waiting.len(), 1);
    let file = waiting[0].file.id;
    assert!(alice.apply(changed(file, FileChange::Placed(Box::new(source(true))))).outbox);
    assert_eq!(
        (queued(&alice), alice.store.files_to_upload(alice.account, 10).unwrap().len()),
        (vec!["+".into(), "text".into()], 0)
    );
    alice.write(1);
    assert_eq!(queued(&alice), ["text"], "it may still be lost");
    assert!(alice.apply(vec![Change::Acknowledged { number: 1 }]).outbox);
    assert_eq!(queued(&alice), ["caption", "text"]);
    // The place does not fit how the chat is encrypted now.
    alice.send_payload("a3", sends("", local("y")));
    let file = alice.store.files_to_upload(alice.account, 10).unwrap()[0].file.id;
    alice.apply(changed(file, FileChange::Placed(Box::new(source(false)))));
    assert!(alice.apply(changed(file, FileChange::Unplaced)).outbox);
    assert_eq!(alice.store.files_to_upload(alice.account, 10).unwrap().len(), 1);
    alice.check();
}

#[test]
fn a_file_that_cannot_be_uploaded_fails_its_message_and_a_retry_tries_again() {
    let mut alice = device();
    alice.send_payload("a1", sends("caption", local("x")));
    let found = alice.store.files_to_upload(alice.account, 10).unwrap().remove(0);
    alice.apply(changed(found.file.id, FileChange::Failed(FailureReason::FileTooLarge)));
    let row = alice.store.message(found.message).unwrap();
    assert_eq!((row.delivery, row.error), (Delivery::Failed, Some(FailureReason::FileTooLarge)));
    assert!(alice.store.files_to_upload(alice.account, 10).unwrap().is_empty());
    assert_eq!(queued(&alice), Vec::<String>::new(), "the caption waits for its file");
    alice.apply(vec![Change::Retry { message: found.message }]);
    assert_eq!(alice.store.files_to_upload(alice.account, 10).unwrap().len(), 1);
    // Taken back instead, the caption is a text like any other.
    alice.send_payload("r1", Payload::Retraction { target: "a1".into() });
    assert_eq!(queued(&alice), ["caption"]);
}

#[test]
fn what_somebody_waits_for_is_remembered() {
    let mut alice = device();
    alice.arrive(with_file("b1", "", remote()));
    let file = alice.rows()[0].files[0].id;
    let wanted = |alice: &Device| -> Vec<Wanted> {
        let found = alice.store.files_wanted(alice.account).unwrap();
        found.iter().map(|found| found.file.wanted).collect()
    };
    assert_eq!(wanted(&alice), []);
    alice.apply(changed(file, FileChange::Wanted { asked: true }));
    alice.apply(changed(file, FileChange::Wanted { asked: false }));
    assert_eq!(wanted(&alice), [Wanted::Asked], "what a person asked for stays asked for");
    alice.apply(changed(file, FileChange::Problem(FileProblem::Unreachable)));
    assert_eq!(wanted(&alice), [Wanted::Asked], "that may pass");
    assert_eq!(alice.rows()[0].files[0].problem, Some(FileProblem::Unreachable));
    alice.apply(changed(file, FileChange::Problem(FileProblem::Gone)));
    assert_eq!(wanted(&alice), []);
    alice.apply(changed(file, FileChange::Wanted { asked: false }));
    let applied = alice.apply(changed(file, here("x")));
    assert_eq!((wanted(&alice), applied.messages.len()), (vec![], 1));
    let row = alice.rows().remove(0);
    assert_eq!((row.files[0].file.path.as_deref(), row.files[0].problem), (Some("x"), None));
    alice.apply(changed(file, FileChange::Wanted { asked: true }));
    assert_eq!(wanted(&alice), [], "it is here");
}

#[test]
fn what_its_sender_did_not_say_its_bytes_do() {
    let mut alice = device();
    alice.arrive(with_file("b1", "", remote()));
    let bare = Attachment { source: Some(source(false)), ..Attachment::default() };
    alice.arrive(with_file("b2", "", bare));
    let seen = Seen { size: 9, media_type: Some("image/png"), pixels: Some((7, 8)), duration: Some(1) };
    for row in alice.rows() {
        alice.apply(changed(row.files[0].id, FileChange::Here { path: "x".into(), seen: seen.clone() }));
    }
    let of = |row: &Message| {
        let file = &row.files[0].file;
        (file.media_type.clone().unwrap(), file.expected.size, file.width, file.height, file.duration)
    };
    let rows = alice.rows();
    assert_eq!(of(&rows[0]), ("image/jpeg".into(), Some(9), Some(4), Some(5), Some(6)));
    assert_eq!(of(&rows[1]), ("image/png".into(), Some(9), Some(7), Some(8), Some(1)));
}

#[test]
fn a_name_in_the_folder_is_free_when_the_last_message_with_it_is_gone() {
    let mut alice = device();
    for id in ["b1", "b2"] {
        let mut file = remote();
        file.source.as_mut().unwrap().url = FileUrl::parse(&format!("https://a.example/{id}")).unwrap();
        alice.arrive(with_file(id, "", file));
        let file = alice.rows().pop().unwrap().files[0].id;
        alice.apply(changed(file, here("x")));
    }
    alice.arrive(from_bob("r1", Content::Retraction { target: "b1".into() }));
    assert_eq!(alice.store.files_gone().unwrap(), Vec::<String>::new());
    assert!(alice.store.has_path("x").unwrap());
    let applied = alice.arrive(from_bob("r2", Content::Retraction { target: "b2".into() }));
    assert_eq!((applied.files_gone, alice.store.files_gone().unwrap()), (true, vec!["x".to_owned()]));
    // The same bytes come once more, before anybody has removed them.
    alice.arrive(with_file("b3", "", remote()));
    let file = alice.rows().pop().unwrap().files[0].id;
    alice.apply(changed(file, here("x")));
    assert_eq!(alice.store.files_gone().unwrap(), Vec::<String>::new());
    let applied = alice.apply(vec![Change::RemoveChat { chat: alice.chat() }]);
    assert!(applied.files_gone && !alice.store.has_path("x").unwrap());
    // What comes for a message that is gone is not kept either.
    assert!(alice.apply(changed(file, here("late"))).files_gone);
    assert_eq!(alice.store.files_gone().unwrap(), ["late", "x"]);
    alice.store.files_removed(&["late".into(), "x".into()]).unwrap();
    assert_eq!(alice.store.files_gone().unwrap(), Vec::<String>::new());
}

#[test]
fn files_go_with_their_account() {
    let mut alice = device();
    alice.send_payload("a1", sends("", local("x")));
    alice.store.remove_account(alice.account).unwrap();
    assert_eq!(alice.store.files_gone().unwrap(), ["x"]);
}

#[test]
fn a_message_that_could_not_be_read_turns_out_to_be_a_file() {
    let mut alice = device();
    alice.arrive(Arrived {
        encryption: Encryption::Omemo2,
        ..from_bob("b1", Content::Sealed { reason: Sealed::KeysMissing })
    });
    let applied = alice.arrive(Arrived { encryption: Encryption::Omemo2, ..with_file("b1", "", remote()) });
    let row = alice.rows().remove(0);
    assert_eq!((row.sealed, row.files.len(), applied.files), (None, 1, vec![row.files[0].id]));
    alice.check();
}

#[test]
fn the_oldest_files_go_where_there_is_a_limit() {
    let mut alice = device();
    for (id, name) in [("b1", "old"), ("b2", "same"), ("b3", "same"), ("b4", "new")] {
        let applied = alice.arrive(with_file(id, "", remote()));
        alice.apply(changed(applied.files[0], here(name)));
    }
    alice.apply(vec![Change::Send { chat: bob(), stanza_id: "a1".into(), payload: sends("", local("mine")) }]);
    let here = |alice: &Device| -> Vec<Option<String>> {
        alice.rows().iter().flat_map(|row| row.files.iter().map(|stored| stored.file.path.clone())).collect()
    };
    let some = |name: &str| Some(name.to_owned());
    assert!(alice.store.let_old_files_go(12).unwrap().is_empty(), "four contents of three bytes each");
    assert_eq!(alice.store.let_old_files_go(9).unwrap(), [alice.account]);
    assert_eq!(here(&alice), [None, some("same"), some("same"), some("new"), some("mine")]);
    assert_eq!(alice.store.files_gone().unwrap(), ["old"]);
    // It can be had again, and what was not uploaded yet stays.
    alice.store.let_old_files_go(0).unwrap();
    assert_eq!(here(&alice), [None, None, None, None, some("mine")]);
    assert!(alice.rows()[0].files[0].file.source.is_some());
    alice.check();
}
