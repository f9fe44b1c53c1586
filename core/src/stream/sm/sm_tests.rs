use super::*;

fn text(text: &str) -> Unacknowledged {
    Unacknowledged::Text(text.to_owned())
}

#[test]
fn acknowledgements_free_what_the_server_has_and_no_more() {
    let mut counters = Counters::new(true);
    assert_eq!(counters.count_sent(Unacknowledged::Stored), 1);
    assert_eq!(counters.count_sent(text("<a/>")), 2);
    assert_eq!(counters.acknowledge(1), Ok(1));
    assert!(!counters.has_stored_waiting());
    assert_eq!(counters.acknowledge(3), Err(TooHigh));
    assert_eq!(counters.take_lost(), ["<a/>"]);
    assert_eq!(counters.count_sent(text("<a/>")), 2, "what was lost is numbered again");
}

#[test]
fn a_request_is_not_written_again() {
    let mut counters = Counters::new(true);
    counters.count_sent(Unacknowledged::Request);
    counters.count_sent(text("<presence/>"));
    assert_eq!(counters.take_lost(), ["<presence/>"]);
}

#[test]
fn the_count_goes_round_at_two_to_the_thirty_two() {
    let mut counters = Counters::resumed(u32::MAX, u32::MAX);
    counters.count_received();
    assert_eq!(counters.received(), 0);
    assert_eq!(counters.count_sent(text("<a/>")), 1 << 32);
    assert_eq!(counters.acknowledge(0), Ok(1 << 32));
}

#[test]
fn an_acknowledgement_is_asked_for_once() {
    let mut counters = Counters::new(true);
    assert!(!counters.should_ask(), "nothing waits");
    counters.count_sent(Unacknowledged::Stored);
    assert!(counters.should_ask());
    assert!(!counters.should_ask());
    counters.acknowledge(0).unwrap();
    assert!(counters.should_ask(), "it still waits");
}

#[test]
fn what_was_not_stored_is_not_told() {
    let mut counters = Counters::new(true);
    counters.count_received();
    assert!(counters.is_unsaved());
    counters.mark_saved();
    assert!(!counters.is_unsaved());
}

#[test]
fn without_stream_management_nothing_is_counted() {
    let mut counters = Counters::new(false);
    assert_eq!(counters.count_sent(Unacknowledged::Stored), 0);
    assert!(!counters.should_ask() && !counters.has_stored_waiting());
}
