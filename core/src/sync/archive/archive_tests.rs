//! The order in which an archive is read, as a story of one device.

use super::*;
use crate::model::message::{Arrived, Content, Encryption, Ids};

/// Long after all that happens here.
const NOW: Micros = 1_000_000_000;

const LIMITS: Limits = Limits { page: 2, history: 4 };

fn item(id: &str, stamp: Micros) -> Item {
    let message = Arrived {
        chat: BareJid::new("bob@example.org").unwrap(),
        from: "bob@example.org/phone".into(),
        outgoing: false,
        ids: Ids { archive: Some(id.into()), ..Ids::default() },
        way: Way::Live,
        time: stamp,
        markable: false,
        encryption: Encryption::None,
        sender: None,
        content: Content::Nothing,
    };
    Item { id: id.into(), stamp, unread: false, message: Some(message), receipt: None }
}

fn end(first: &str, last: &str, complete: bool) -> PageEnd {
    PageEnd { complete, first: Some(first.into()), last: Some(last.into()) }
}

fn ways(changes: &[Change]) -> Vec<Way> {
    changes
        .iter()
        .filter_map(|c| match c {
            Change::Arrived { message, .. } => Some(message.way),
            _ => None,
        })
        .collect()
}

#[test]
fn a_new_device_takes_the_newest_page_and_remembers_the_hole_before_it() {
    let asked = begin(&ArchivePosition::default(), LIMITS);
    assert_eq!((asked.before.as_deref(), asked.after.as_deref(), asked.max), (Some(""), None, 2));
    let end = end("8", "9", false);
    assert_eq!(next(&asked, &end), None);
    let changes = page(&asked, &end, vec![item("8", 80), item("9", 90)], NOW);
    assert_eq!(ways(&changes), [Way::Archive, Way::Archive]);
    assert!(matches!(&changes[2], Change::HoleFound { newer, newer_stamp: 80, older_stamp: None, .. } if newer == "8"));
    assert!(matches!(&changes[3], Change::ArchiveNewest { id, stamp: Some(90) } if id == "9"));
}

#[test]
fn a_device_that_saw_an_empty_archive_reads_what_came_since_in_its_order() {
    let asked = begin(&ArchivePosition::default(), LIMITS);
    let nothing = PageEnd { complete: true, first: None, last: None };
    assert!(matches!(page(&asked, &nothing, vec![], NOW)[..], [Change::ArchiveEmpty]));
    let position = ArchivePosition { newest: None, newest_stamp: Some(0), holes: vec![] };
    let asked = begin(&position, LIMITS);
    assert_eq!((&asked.before, &asked.after, asked.start), (&None, &None, None), "the archive from its beginning");
    let end = end("1", "2", false);
    let changes = page(&asked, &end, vec![item("1", 10), item("2", 20)], NOW);
    assert_eq!(ways(&changes), [Way::Archive, Way::Archive]);
    assert!(!changes.iter().any(|change| matches!(change, Change::HoleFound { .. })));
    assert_eq!(next(&asked, &end).unwrap().after.as_deref(), Some("2"));
    assert!(page(&asked, &nothing, vec![], NOW).is_empty());
}

#[test]
fn the_hole_is_filled_backwards_until_the_limit() {
    let hole = Hole { id: 7, chat: None, newer: "8".into(), newer_stamp: 80, older_stamp: None };
    let position = ArchivePosition { newest: Some("9".into()), newest_stamp: Some(90), holes: vec![hole] };
    assert_eq!(next_hole(&position, 4, LIMITS), None);
    let asked = next_hole(&position, 2, LIMITS).unwrap();
    assert_eq!(asked.before.as_deref(), Some("8"));
    let following = next(&asked, &end("6", "7", false)).unwrap();
    assert_eq!(following.before.as_deref(), Some("6"));
    let changes = page(&asked, &end("6", "7", false), vec![item("6", 60), item("7", 70)], NOW);
    assert_eq!(ways(&changes), [Way::ArchiveOlder, Way::ArchiveOlder]);
    assert!(matches!(&changes[2], Change::HoleFilled { hole: 7, newer: Some((id, 60)) } if id == "6"));
    let changes = page(&following, &end("4", "5", true), vec![item("4", 40)], NOW);
    assert!(matches!(changes.last(), Some(Change::HoleFilled { hole: 7, newer: None })));
}

#[test]
fn a_hole_in_the_middle_is_filled_whatever_the_limit_says() {
    let hole = Hole { id: 1, chat: None, newer: "8".into(), newer_stamp: 80, older_stamp: Some(30) };
    let position = ArchivePosition { holes: vec![hole], ..ArchivePosition::default() };
    assert_eq!(next_hole(&position, 1000, LIMITS).and_then(|q| q.start), Some(30));
}

#[test]
fn a_catch_up_goes_forward_page_after_page() {
    let position = ArchivePosition { newest: Some("3".into()), newest_stamp: Some(30), holes: vec![] };
    let asked = begin(&position, LIMITS);
    assert_eq!(asked.after.as_deref(), Some("3"));
    let following = next(&asked, &end("4", "5", false)).unwrap();
    assert_eq!(following.after.as_deref(), Some("5"));
    assert_eq!(next(&following, &end("6", "6", true)), None);
    let changes = page(&following, &end("6", "6", true), vec![item("6", 60)], NOW);
    assert!(matches!(changes.last(), Some(Change::ArchiveNewest { id, .. }) if id == "6"));
}

#[test]
fn a_forgotten_id_is_replaced_by_its_time_and_then_by_the_newest_page() {
    let position = ArchivePosition { newest: Some("3".into()), newest_stamp: Some(30), holes: vec![] };
    let since = lost(&begin(&position, LIMITS), &position, LIMITS).unwrap();
    assert_eq!((since.start, since.after.as_deref()), (Some(30), None));
    assert_eq!(lost(&since, &position, LIMITS), None);
    let nameless = ArchivePosition { newest_stamp: None, ..position };
    let newest = lost(&begin(&nameless, LIMITS), &nameless, LIMITS).unwrap();
    assert_eq!(newest.before.as_deref(), Some(""));
}

#[test]
fn a_server_that_repeats_a_page_or_sends_an_empty_one_is_not_asked_for_ever() {
    let position = ArchivePosition { newest: Some("3".into()), ..ArchivePosition::default() };
    let asked = begin(&position, LIMITS);
    assert_eq!(next(&asked, &end("3", "3", false)), None);
    assert_eq!(next(&asked, &PageEnd { complete: false, first: None, last: None }), None);
    assert!(page(&asked, &PageEnd::default(), vec![], NOW).is_empty());
}

#[test]
fn an_older_page_of_a_chat_tells_when_its_beginning_is_reached() {
    let peer = BareJid::new("bob@example.org").unwrap();
    let asked = older(peer.clone(), Some("5".into()), false, LIMITS);
    assert_eq!((asked.with.as_ref(), asked.before.as_deref()), (Some(&peer), Some("5")));
    assert_eq!(page(&asked, &end("3", "4", false), vec![item("3", 30), item("4", 40)], NOW).len(), 2);
    let changes = page(&asked, &end("1", "2", true), vec![item("1", 10), item("2", 20)], NOW);
    assert!(matches!(changes.last(), Some(Change::ChatComplete { chat }) if *chat == peer));
}

#[test]
fn a_flipped_page_changes_the_same_as_any_other() {
    let asked = older(BareJid::new("bob@example.org").unwrap(), Some("5".into()), true, LIMITS);
    let order = |mut items: Vec<Item>| {
        oldest_first(&asked, &mut items);
        let ids = page(&asked, &end("3", "4", false), items, NOW).into_iter().filter_map(|change| match change {
            Change::Arrived { message, .. } => message.ids.archive,
            _ => None,
        });
        ids.collect::<Vec<_>>()
    };
    assert_eq!(order(vec![item("4", 40), item("3", 30)]), ["3", "4"]);
    assert_eq!(order(vec![item("4", 30), item("3", 30)]), ["3", "4"], "two of the same moment");
    assert_eq!(order(vec![item("3", 30), item("4", 40)]), ["3", "4"], "a server that did not flip it");
    assert_eq!(order(vec![item("3", 30)]), ["3"]);
    let unread = |id: &str| Item { unread: true, message: None, ..item(id, NOW) };
    assert_eq!(order(vec![item("4", 40), unread("x"), item("3", 30)]), ["3", "4"]);
    assert_eq!(order(vec![unread("x"), item("3", 30), item("4", 40)]), ["3", "4"]);
}

#[test]
fn the_recent_end_of_an_archive_is_read_again() {
    let position = ArchivePosition { newest: Some("3".into()), newest_stamp: Some(30), holes: vec![] };
    let asked = begin(&position, LIMITS);
    let (old, new) = (NOW - RECENT, NOW - RECENT + 1);
    let kinds = |changes: &[Change]| {
        let kind = |change: &Change| match change {
            Change::Arrived { .. } => "arrived".to_owned(),
            Change::ArchiveNewest { id, .. } => format!("newest {id}"),
            Change::Recent => "recent".to_owned(),
            _ => "other".to_owned(),
        };
        changes.iter().map(kind).collect::<Vec<_>>().join(", ")
    };
    let items = || vec![item("4", old), item("5", new)];
    let changes = page(&asked, &end("4", "5", true), items(), NOW);
    assert_eq!(kinds(&changes), "arrived, newest 4, recent, arrived");
    let changes = page(&asked, &end("4", "5", false), items(), NOW);
    assert_eq!(kinds(&changes), "arrived, arrived, newest 5");
    let changes = page(&asked, &end("5", "5", true), vec![item("5", new)], NOW);
    assert_eq!(kinds(&changes), "recent, arrived");
}

/// What cannot be read, first met at this time.
fn unread(id: &str, met: Micros) -> Item {
    Unread::default().item(id.into(), met)
}

#[test]
fn what_cannot_be_read_is_passed_by_a_catch_up() {
    let position = ArchivePosition { newest: Some("3".into()), newest_stamp: Some(30), holes: vec![] };
    let asked = begin(&position, LIMITS);
    let newest = |end: &PageEnd, items: Vec<Item>| {
        page(&asked, end, items, NOW).into_iter().find_map(|change| match change {
            Change::ArchiveNewest { id, stamp } => Some((id, stamp)),
            _ => None,
        })
    };
    // In a page that others follow, by itself or behind others.
    assert_eq!(newest(&end("4", "4", false), vec![unread("4", NOW)]), Some(("4".into(), None)));
    assert_eq!(newest(&end("4", "5", false), vec![item("4", 40), unread("5", NOW)]), Some(("5".into(), None)));
    // At the archive's end, before what is old: it is older still.
    let items = vec![unread("4", NOW), item("5", 50)];
    assert_eq!(newest(&end("4", "5", true), items), Some(("5".into(), Some(50))));
    // As the last: only once it was there for a while.
    let items = |met| vec![item("4", 40), unread("5", met)];
    assert_eq!(newest(&end("4", "5", true), items(NOW)), Some(("4".into(), Some(40))));
    assert_eq!(newest(&end("4", "5", true), items(NOW - RECENT)), Some(("5".into(), None)));
}

#[test]
fn the_time_when_something_unreadable_was_first_met_is_remembered() {
    let mut unread = Unread::default();
    assert_eq!((unread.item("1".into(), 10).stamp, unread.item("1".into(), 20).stamp), (10, 10));
    for number in 0..100_000 {
        unread.item(number.to_string(), 30);
    }
}

#[test]
fn a_page_has_its_edges_whatever_of_it_can_be_read() {
    let complete = |mut items: Vec<Item>, end: &PageEnd| {
        Unread::default().complete(&mut items, end, NOW);
        items.iter().map(|item| format!("{}{}", item.id, if item.unread { "?" } else { "" })).collect::<Vec<_>>()
    };
    assert_eq!(complete(vec![], &end("4", "6", false)), ["4?", "6?"]);
    assert_eq!(complete(vec![], &end("4", "4", false)), ["4?"]);
    assert_eq!(complete(vec![item("5", 50)], &end("4", "6", false)), ["4?", "5", "6?"]);
    assert_eq!(complete(vec![item("4", 40), item("6", 60)], &end("4", "6", false)), ["4", "6"]);
    assert!(complete(vec![], &PageEnd { complete: true, first: None, last: None }).is_empty());
}

#[test]
fn a_hole_of_which_nothing_can_be_read_shrinks_and_is_not_taken_for_filled() {
    let hole = Hole { id: 7, chat: None, newer: "8".into(), newer_stamp: 80, older_stamp: None };
    let position = ArchivePosition { newest: Some("9".into()), newest_stamp: Some(90), holes: vec![hole] };
    let asked = next_hole(&position, 0, LIMITS).unwrap();
    let items = vec![unread("6", NOW), unread("7", NOW)];
    let changes = page(&asked, &end("6", "7", false), items, NOW);
    assert!(matches!(&changes[..], [Change::HoleFilled { hole: 7, newer: Some((id, 80)) }] if id == "6"));
}

#[test]
fn the_newest_page_has_an_edge_that_cannot_be_read() {
    let asked = begin(&ArchivePosition::default(), LIMITS);
    let changes = page(&asked, &end("7", "9", false), vec![unread("7", NOW), item("8", 80), unread("9", NOW)], NOW);
    assert!(matches!(&changes[1], Change::HoleFound { newer, newer_stamp: 80, .. } if newer == "7"));
    assert!(matches!(&changes[2], Change::ArchiveNewest { id, stamp: None } if id == "9"));
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_halves() {
    let asked =
        older(BareJid::new("bob@example.org").unwrap(), Some("5".into()), false, Limits { page: 5, history: 0 });
    let half = smaller(&asked).unwrap();
    assert_eq!(half, Query { max: 2, ..asked });
    assert_eq!(smaller(&half).map(|query| query.max), Some(1));
    assert_eq!(smaller(&smaller(&half).unwrap()), None);
}

#[test]
fn a_page_of_a_chat_without_anything_is_followed_by_the_one_before_it() {
    let peer = BareJid::new("bob@example.org").unwrap();
    let asked = older(peer.clone(), Some("5".into()), false, LIMITS);
    let older_still = older(peer, Some("3".into()), false, LIMITS);
    assert_eq!(further(&asked, &end("3", "4", false)), Some(older_still));
    assert_eq!(further(&asked, &end("3", "4", true)), None);
    assert_eq!(further(&asked, &end("5", "5", false)), None, "a server that repeats itself is not asked for ever");
}

#[test]
fn of_two_items_with_one_id_the_first_counts() {
    let asked = begin(&ArchivePosition::default(), LIMITS);
    let changes = page(&asked, &end("8", "9", true), vec![item("8", 80), item("8", 85), item("9", 90)], NOW);
    let times = changes.iter().filter_map(|change| match change {
        Change::Arrived { message, .. } => Some(message.time),
        _ => None,
    });
    assert_eq!(times.collect::<Vec<_>>(), [80, 90]);
}
