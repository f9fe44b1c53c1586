//! Dialogues of RFC 6120's login and XEP-0198, word for word.

use super::test_dialogue::*;
use super::*;
use crate::stream::script::Script;

#[tokio::test]
async fn a_password_becomes_a_session_in_five_round_trips() {
    let script = proved()
        .opens(JID)
        .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>")
        .opened()
        .says(SESSION)
        .writes("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        .says("<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/phone</jid></bind></iq>")
        .says("<message from='example.org'><body>welcome</body></message>")
        .says("<enabled xmlns='urn:xmpp:sm:3' id='some-id' resume='true' max='600'/>");
    let login = run(script, &request()).await.unwrap();
    assert_eq!(login.bound.to_string(), "user@example.org/phone");
    let management = Management { id: Some("some-id".into()), location: None, max_seconds: Some(600) };
    assert_eq!(login.management, Some(management));
    assert!(login.features.csi && login.features.roster_versioning && !login.features.pre_approval);
    assert_eq!(login.features.max_stanza, Some(524_288));
    assert!(login.best_mechanism > 0 && login.salted.is_some());
    assert_eq!(login.early.len(), 1);
    assert!(!login.early[0].counted, "it came before stream management was enabled");
}

/// What was learnt at the first login spares the fifth.
#[tokio::test]
async fn a_server_that_is_known_needs_four_round_trips() {
    let ask =
        "<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>";
    let bound = "<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/phone</jid></bind></iq>";
    let enable = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>";
    let enabled = "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>";
    let first = proved().opens(JID).writes(ask).opened().says(SESSION).writes(enable).says(bound).says(enabled);
    let best_mechanism = run(first, &request()).await.unwrap().best_mechanism;
    let known = LoginRequest { best_mechanism, ..request() };
    let second = proved().opens(JID).writes(ask).writes(enable).opened().says(SESSION).says(bound).says(enabled);
    assert!(run(second, &known).await.unwrap().management.is_some());
    // A server that has lost it is asked once more in vain, and then not again.
    let without = SESSION.replace("<sm xmlns='urn:xmpp:sm:3'/>", "");
    let third = proved().opens(JID).writes(ask).writes(enable).opened().says(&without).says(bound);
    let login = run(third, &known).await.unwrap();
    assert_eq!((login.management, mechanism::offers_management(login.best_mechanism)), (None, false));
}

fn resumption() -> Script {
    proved().opens(JID).writes("<resume xmlns='urn:xmpp:sm:3' h='7' previd='some-id'/>").opened().says(SESSION)
}

#[tokio::test]
async fn a_session_goes_on() {
    let script = resumption().says("<resumed xmlns='urn:xmpp:sm:3' h='4294967295' previd='some-id'/>");
    let login = run(script, &resuming()).await.unwrap();
    assert_eq!((login.resumed, login.management), (Some(u32::MAX), None));
    assert_eq!(login.bound.to_string(), "user@example.org/phone");
}

#[tokio::test]
async fn a_lost_session_becomes_a_new_one_on_the_same_stream() {
    for (failed, h) in [(" h='3'", Some(3)), ("", None), (" h='-3'", None)] {
        let script = resumption()
            .says(&format!("<failed xmlns='urn:xmpp:sm:3'{failed}><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"))
            .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>\
                     <enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            .says("<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/x</jid></bind></iq>")
            .says("<failed xmlns='urn:xmpp:sm:3'/>");
        let login = run(script, &resuming()).await.unwrap();
        assert!(login.resume_failed && login.resumed.is_none() && login.management.is_none());
        assert_eq!(login.resume_failed_h, h);
    }
}

#[tokio::test]
async fn a_resumption_with_impossible_values_is_refused() {
    for answer in ["h='1' previd='other'", "h='4294967296' previd='some-id'", "previd='some-id'"] {
        let script = resumption().says(&format!("<resumed xmlns='urn:xmpp:sm:3' {answer}/>"));
        assert!(matches!(run(script, &resuming()).await, Err(LoginError::NotXmpp { .. })));
    }
}

/// Some servers send the signature as a challenge of its own (RFC 6120 section 6.3.10 allows either).
#[tokio::test]
async fn the_signature_may_come_as_a_challenge() {
    let script = answered()
        .says(&sasl("challenge", SIGNATURE))
        .writes("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        .says("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        .opens(JID)
        .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>")
        .opened()
        .says("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>\
               <session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></stream:features>")
        .writes("<iq type='set' id='id3'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>")
        .says("<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/phone</jid></bind></iq>");
    let login = run(script, &request()).await.unwrap();
    assert_eq!((login.management, login.features.stream_management), (None, false));
}

#[tokio::test]
async fn the_password_is_stretched_once() {
    let bound = "<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/phone</jid></bind></iq>";
    let script = || {
        proved()
            .opens(JID)
            .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
            .opened()
            .says("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>")
            .says(bound)
    };
    let mut request = LoginRequest { resource: None, ..request() };
    request.salted = run(script(), &request).await.unwrap().salted;
    // The salted password is enough: the other one is not looked at.
    request.password = Some(Zeroizing::new("not the password".into()));
    assert!(run(script(), &request).await.is_ok());
}

#[tokio::test]
async fn a_resource_that_is_taken_is_left_to_the_server() {
    let script = proved()
        .opens(JID)
        .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>")
        .opened()
        .says(SESSION)
        .writes("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        .says("<iq type='error' id='id2'><error type='modify'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
        .says("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
        .writes("<iq type='set' id='id3'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        .says("<iq type='result' id='id3'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/other</jid></bind></iq>")
        .says("<enabled xmlns='urn:xmpp:sm:3'/>");
    let login = run(script, &request()).await.unwrap();
    assert_eq!(login.bound.to_string(), "user@example.org/other");
    assert_eq!(login.management, Some(Management::default()));
}

#[tokio::test]
async fn a_session_of_another_account_is_not_resumed() {
    let mut request = resuming();
    request.resume.as_mut().unwrap().jid = "somebody@example.org/phone".into();
    let script = proved()
        .opens(JID)
        .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>")
        .breaks();
    assert!(matches!(run(script, &request).await, Err(LoginError::Transport(_))));
}

#[tokio::test]
async fn plain_is_said_to_a_server_that_never_had_better() {
    let plain = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
    // \0user\0pencil
    let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHVzZXIAcGVuY2ls</auth>";
    let script = Script::new().opens(JID).opened().says(plain).writes(auth).says(&sasl("failure", "<not-authorized/>"));
    assert!(matches!(run(script, &request()).await, Err(LoginError::WrongPassword)));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let refused = async |condition: &str| {
        let text = "<text xml:lang='en'>no</text>";
        run(answered().says(&sasl("failure", &format!("{text}<{condition}/>"))), &request()).await.unwrap_err()
    };
    assert!(matches!(refused("not-authorized").await, LoginError::WrongPassword));
    assert!(matches!(refused("account-disabled").await, LoginError::AccountDisabled));
    assert!(matches!(refused("credentials-expired").await, LoginError::PasswordExpired));
    assert!(matches!(refused("temporary-auth-failure").await, LoginError::TryLater));
    assert!(matches!(refused("aborted").await, LoginError::Refused { condition } if condition == "aborted"));
}
