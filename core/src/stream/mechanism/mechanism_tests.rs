use super::*;

fn offer(mechanisms: &[&str], bindings: Option<&[&str]>) -> Offer {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Offer { mechanisms: owned(mechanisms), bindings: bindings.map(owned) }
}

fn tls13() -> ChannelBinding {
    ChannelBinding { exporter: Some(vec![1; 32]), server_end_point: Some(vec![2; 32]) }
}

fn tls12() -> ChannelBinding {
    ChannelBinding { exporter: None, server_end_point: Some(vec![2; 32]) }
}

fn browser() -> ChannelBinding {
    ChannelBinding::default()
}

const LISTED: Option<&[&str]> = Some(&["tls-server-end-point", "tls-exporter"]);
const ALL: &[&str] = &["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];

#[test]
fn a_bound_login_is_preferred_and_the_exporter_before_the_certificate() {
    let bound = |kind| Ok(Mechanism::Scram(Hash::Sha256, Binding::Bound(kind)));
    assert_eq!(choose(&offer(ALL, LISTED), &tls13(), 0), bound(BindingType::Exporter));
    assert_eq!(choose(&offer(ALL, LISTED), &tls12(), 0), bound(BindingType::ServerEndPoint));
    assert_eq!(choose(&offer(ALL, LISTED), &browser(), 0), Ok(Mechanism::Scram(Hash::Sha256, Binding::Impossible)));
}

#[test]
fn the_flag_y_is_said_only_where_no_plus_was_offered() {
    let bare = offer(&["SCRAM-SHA-512", "SCRAM-SHA-1"], None);
    assert_eq!(choose(&bare, &tls13(), 0), Ok(Mechanism::Scram(Hash::Sha512, Binding::NotOffered)));
    for other in [None, Some(&["tls-unique"][..])] {
        let choice = choose(&offer(ALL, other), &tls13(), 0);
        assert_eq!(choice, Ok(Mechanism::Scram(Hash::Sha256, Binding::Impossible)), "{other:?}");
    }
}

#[test]
fn plain_is_taken_only_by_an_account_that_never_saw_better() {
    let plain = offer(&["PLAIN", "DIGEST-MD5"], None);
    assert_eq!(choose(&plain, &tls13(), 0), Ok(Mechanism::Plain));
    assert_eq!(choose(&plain, &tls13(), remember(0, &plain, &tls13())), Ok(Mechanism::Plain));
    for better in ["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"] {
        let best = remember(0, &offer(&[better], LISTED), &tls13());
        assert_eq!(choose(&plain, &tls13(), best), Err(NoChoice::Weaker));
        assert_eq!(choose(&plain, &browser(), best), Err(NoChoice::Weaker));
    }
}

#[test]
fn a_weaker_hash_than_before_is_refused() {
    let best = remember(0, &offer(&["SCRAM-SHA-256", "SCRAM-SHA-1"], None), &tls13());
    assert_eq!(choose(&offer(&["SCRAM-SHA-1"], None), &tls13(), best), Err(NoChoice::Weaker));
    assert_eq!(choose(&offer(&["X"], None), &tls13(), best), Err(NoChoice::Weaker));
    assert!(choose(&offer(&["SCRAM-SHA-512"], None), &tls13(), best).is_ok());
}

#[test]
fn binding_may_disappear_only_where_the_channel_cannot_be_bound() {
    let best = remember(0, &offer(ALL, LISTED), &tls13());
    let without = offer(&["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"], None);
    assert_eq!(choose(&without, &tls13(), best), Err(NoChoice::Weaker));
    assert_eq!(choose(&without, &browser(), best), Ok(Mechanism::Scram(Hash::Sha256, Binding::Impossible)));
    let other = offer(ALL, Some(&["tls-unique"]));
    assert_eq!(choose(&other, &tls13(), best), Err(NoChoice::Weaker));
    assert!(choose(&other, &tls13(), remember(0, &other, &tls13())).is_ok(), "it could never be bound");
}

#[test]
fn what_was_seen_only_grows() {
    let best = remember(0, &offer(ALL, LISTED), &tls13());
    assert_eq!(remember(best, &offer(&["PLAIN"], None), &tls13()), best);
    assert!(remember(best, &offer(&["SCRAM-SHA-512-PLUS"], LISTED), &tls13()) > best);
}

#[test]
fn nothing_known_is_no_choice() {
    assert_eq!(choose(&offer(&[], None), &tls13(), 0), Err(NoChoice::Unknown));
    assert_eq!(choose(&offer(&["X-OAUTH2", "EXTERNAL"], None), &tls13(), 0), Err(NoChoice::Unknown));
}

#[test]
fn stream_management_is_remembered_beside_the_ranks() {
    let best = remember(0, &offer(ALL, LISTED), &tls13());
    let with = remember_management(best, true);
    assert!(offers_management(with) && !offers_management(best));
    assert_eq!(remember_management(with, false), best);
    assert_eq!(choose(&offer(&["PLAIN"], None), &tls13(), with), Err(NoChoice::Weaker));
}
