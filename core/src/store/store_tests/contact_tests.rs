//! Contacts, chats in the list, accounts and their sessions.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::account::{ResumableSession, TlsChoice};
use crate::model::contact::{RosterItem, Subscription};

fn item(address: &str, name: Option<&str>, groups: &[&str]) -> RosterItem {
    RosterItem {
        jid: jid(address),
        name: name.map(str::to_owned),
        subscription: Subscription::Both,
        ask: false,
        approved: true,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

fn names(alice: &Device) -> Vec<String> {
    alice.store.contacts(alice.account).unwrap().iter().map(|contact| contact.shown_name()).collect()
}

#[test]
fn the_roster_is_replaced_as_a_whole_and_changed_by_pushes() {
    let mut alice = device();
    let items = vec![item("bob@example.org", Some("Bob"), &["friends", "work"]), item("carol@example.org", None, &[])];
    let applied = alice.apply(vec![Change::Roster { version: Some("v1".into()), items: items.clone() }]);
    assert!(applied.contacts);
    assert_eq!(alice.store.contact(alice.account, &bob()).unwrap().unwrap().roster.as_ref(), Some(&items[0]));
    assert_eq!(names(&alice), ["Bob", "carol"]);
    let push = Change::RosterItem { version: Some("v2".into()), item: None, jid: jid("carol@example.org") };
    alice.apply(vec![push]);
    assert_eq!(names(&alice), ["Bob"]);
    assert_eq!(alice.store.session_start(alice.account).unwrap().roster_version.as_deref(), Some("v2"));
    alice.apply(vec![Change::Roster { version: None, items: vec![item("dave@example.org", None, &["x"])] }]);
    assert_eq!(names(&alice), ["dave"]);
    assert!(alice.store.contact(alice.account, &bob()).unwrap().is_none());
}

#[test]
fn a_chat_is_named_as_its_contact_is() {
    let mut alice = device();
    alice.arrive(text("b1", "hi"));
    let name = |alice: &Device| alice.store.chat_row(alice.chat()).unwrap().name;
    assert_eq!(name(&alice), "bob");
    let applied = alice.apply(vec![Change::Nickname { jid: bob(), nick: Some("Bobby".into()) }]);
    assert_eq!((name(&alice), applied.chats), ("Bobby".into(), vec![alice.chat()]));
    let push = |item: Option<RosterItem>| Change::RosterItem { version: None, item, jid: bob() };
    alice.apply(vec![push(Some(item("bob@example.org", Some("Robert"), &[])))]);
    assert_eq!(name(&alice), "Robert");
    alice.apply(vec![push(Some(item("bob@example.org", Some("  "), &[])))]);
    let contact = alice.store.contact(alice.account, &bob()).unwrap().unwrap();
    assert_eq!(name(&alice), contact.shown_name());
    assert!(alice.apply(vec![Change::Nickname { jid: bob(), nick: Some("Bobby".into()) }]).is_empty());
}

#[test]
fn requests_and_blocks_come_and_go() {
    let mut alice = device();
    let request = |pending| Change::SubscriptionRequest { jid: bob(), nick: Some("Bob".into()), pending };
    alice.apply(vec![request(true)]);
    let contact = alice.store.contact(alice.account, &bob()).unwrap().unwrap();
    assert!(contact.requests && contact.roster.is_none());
    assert!(alice.apply(vec![request(true)]).is_empty());
    alice.apply(vec![request(false)]);
    assert!(alice.store.contacts(alice.account).unwrap().is_empty());
    let mallory = jid("mallory@example.org");
    alice.apply(vec![Change::BlockList(vec![bob(), mallory.clone()])]);
    assert!(alice.store.is_blocked(alice.account, &bob()).unwrap());
    alice.apply(vec![Change::BlockList(vec![mallory.clone()])]);
    assert!(!alice.store.is_blocked(alice.account, &bob()).unwrap());
    alice.apply(vec![Change::Blocked { jids: vec![mallory.clone()], blocked: false }]);
    assert!(!alice.store.is_blocked(alice.account, &mallory).unwrap());
    assert!(alice.store.contact(alice.account, &mallory).unwrap().is_none());
}

#[test]
fn the_list_has_pinned_chats_first_then_the_latest() {
    let mut alice = device();
    let write = |alice: &mut Device, who: &str, time| {
        let message = Arrived { chat: jid(who), time, ..text("m1", "hi") };
        alice.arrive(message).chats[0]
    };
    let bob = write(&mut alice, "bob@example.org", NOON);
    let carol = write(&mut alice, "carol@example.org", NOON + SECOND);
    let list = |alice: &Device| alice.store.chat_list(None, 10).unwrap().iter().map(|c| c.id).collect::<Vec<_>>();
    assert_eq!(list(&alice), [carol, bob]);
    let settings =
        |chat, archived, pinned| Change::ChatSettings { chat, muted_until: None, archived, pinned, encryption: None };
    assert_eq!(alice.apply(vec![settings(bob, None, Some(true))]).chats, [bob]);
    assert_eq!(list(&alice), [bob, carol]);
    assert!(alice.apply(vec![settings(bob, None, Some(true))]).is_empty());
    alice.apply(vec![settings(bob, None, Some(false)), Change::Draft { chat: bob, text: "to be contin".into() }]);
    assert_eq!(list(&alice), [bob, carol]);
    assert_eq!(alice.store.chat_row(bob).unwrap().draft.as_deref(), Some("to be contin"));
    alice.apply(vec![Change::Draft { chat: bob, text: String::new() }]);
    assert_eq!(list(&alice), [carol, bob]);
    alice.apply(vec![settings(bob, Some(true), None)]);
    assert!(alice.store.chat_row(bob).unwrap().archived);
    alice.arrive(text("b2", "back again"));
    assert!(!alice.store.chat_row(bob).unwrap().archived);
    let dave = alice.apply(vec![Change::OpenChat { peer: jid("dave@example.org") }]).chats[0];
    assert!(list(&alice).contains(&dave));
    assert_eq!(alice.try_apply(vec![settings(ChatId(99), None, None)]), Err(StoreError::NoSuchChat));
}

#[test]
fn a_removed_chat_leaves_nothing_and_can_begin_again() {
    let mut alice = device();
    alice.arrive(text("b1", "remarkable"));
    alice.send("a1", "waiting");
    let chat = alice.chat();
    assert_eq!(alice.apply(vec![Change::RemoveChat { chat }]).chats, [chat]);
    assert!(alice.apply(vec![Change::RemoveChat { chat }]).is_empty());
    assert!(alice.store.chat_list(None, 10).unwrap().is_empty());
    assert!(alice.store.outbox(alice.account, 10).unwrap().is_empty());
    assert!(alice.found("remarkable").is_empty());
    assert!(!alice.holds(b"remarkable"));
    alice.arrive(text("b2", "again"));
    assert!(alice.chat() != chat && alice.bodies() == ["again"]);
    alice.check();
}

#[test]
fn an_account_keeps_its_settings_and_its_session() {
    let mut alice = device();
    assert_eq!(alice.store.add_account(&new_account("alice@example.org")), Err(StoreError::AccountExists));
    let connection = ConnectionSettings {
        server: Some("localhost:5222".into()),
        tls: TlsChoice::StartTls,
        ca: Some("ca.pem".into()),
        pinned: Some([7; 32]),
        websocket: Some("wss://localhost/".into()),
        dns: Some("127.0.0.1:53".into()),
    };
    let session = ResumableSession {
        id: "s1".into(),
        inbound: u32::MAX,
        jid: "alice@example.org/r".into(),
        location: None,
        max_seconds: Some(300),
        saved: NOON,
    };
    let logged_in = |best_mechanism| Change::LoggedIn { best_mechanism, resource: "r".into() };
    alice.apply(vec![
        Change::Connection(connection.clone()),
        Change::Session(Some(session.clone())),
        logged_in(7),
        logged_in(3),
        Change::Enabled(false),
    ]);
    let start = alice.store.session_start(alice.account).unwrap();
    assert_eq!((start.account.connection, start.resume), (connection, Some(session)));
    assert_eq!((start.account.best_mechanism, start.account.enabled), (7, false));
    assert_eq!(start.account.resource.as_deref(), Some("r"));
    alice.apply(vec![Change::SessionLost]);
    assert!(alice.store.session_start(alice.account).unwrap().resume.is_none());
    alice.store.set_setting(alice.account, "features", Some("mam")).unwrap();
    assert_eq!(alice.store.setting(alice.account, "features").unwrap().as_deref(), Some("mam"));
    alice.store.remove_account(alice.account).unwrap();
    alice.store.remove_account(alice.account).unwrap();
    assert!(alice.store.accounts().unwrap().is_empty());
    assert_eq!(alice.try_apply(vec![]), Err(StoreError::NoSuchAccount));
    alice.check();
}

#[test]
fn a_removed_account_leaves_no_word_of_its_own_in_the_file() {
    let mut alice = device();
    alice.arrive(text("b1", "unforgettable"));
    alice.apply(vec![Change::Roster { version: None, items: vec![item("bob@example.org", Some("Bobsname"), &["g"])] }]);
    alice.store.remove_account(alice.account).unwrap();
    for word in [&b"unforgettable"[..], b"Bobsname", b"bob@example.org", b"alice@example.org"] {
        assert!(!alice.holds(word));
    }
}
