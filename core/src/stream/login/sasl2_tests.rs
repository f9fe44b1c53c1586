//! Dialogues of SASL2 with Bind 2 (XEP-0388, XEP-0386), resumption within (XEP-0198) and a token's first request.

use super::test_dialogue::*;
use super::*;

const BOUND: &str = "<bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'>\
    <start id='a' timestamp='2008-08-22T21:09:04Z'/><end id='z' timestamp='2020-04-20T14:34:21Z'/></metadata>\
    <enabled xmlns='urn:xmpp:sm:3' id='new-id' resume='1' max='300'/></bound>";
const TOKEN: &str = "<token xmlns='urn:xmpp:fast:0' expiry='2030-03-12T14:36:15Z' token='secret-token:fast-x'/>";

#[tokio::test]
async fn everything_is_agreed_on_in_three_round_trips() {
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org/Larimar~x", &format!("{BOUND}{TOKEN}"));
    let script = sasl2_proof(sasl2_offered(), &format!("{BIND2}{REQUEST_TOKEN}"))
        .says(&success)
        .says("<message from='bob@example.org'><body>hi</body></message>")
        .says("<r xmlns='urn:xmpp:sm:3'/>")
        .says(SESSION);
    let login = run(script, &request()).await.unwrap();
    assert_eq!(login.bound.to_string(), "user@example.org/Larimar~x");
    let management = Management { id: Some("new-id".into()), location: None, max_seconds: Some(300) };
    assert_eq!(login.management, Some(management));
    assert_eq!(login.archive, Some(ArchiveEnds { start: Some("a".into()), end: Some("z".into()) }));
    assert!(login.features.carbons_enabled && login.features.csi && login.features.roster_versioning);
    assert_eq!(login.early.iter().map(|early| early.counted).collect::<Vec<_>>(), [true, false]);
    assert_eq!(format!("{:?}", login.token.unwrap()), "FastToken(Exporter, used 0 times)");
}

#[tokio::test]
async fn a_session_begins_without_anybody_looking() {
    let bind = BIND2.replace("</bind>", "<inactive xmlns='urn:xmpp:csi:0'/></bind>");
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org/x", "<bound xmlns='urn:xmpp:bind:0'/>");
    let script = sasl2_proof(sasl2_offered(), &format!("{bind}{REQUEST_TOKEN}")).says(&success).says(SESSION);
    let login = run(script, &LoginRequest { inactive: true, ..request() }).await.unwrap();
    assert_eq!((login.management, login.token, login.archive), (None, None, None));
}

#[tokio::test]
async fn a_session_goes_on_with_the_login() {
    let resumed = "<resumed xmlns='urn:xmpp:sm:3' h='12' previd='some-id'/>";
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org/phone", resumed);
    let script = sasl2_proof(sasl2_offered(), &format!("{RESUME}{BIND2}{REQUEST_TOKEN}")).says(&success);
    let login = run(script, &resuming()).await.unwrap();
    assert_eq!((login.resumed, login.bound.to_string().as_str()), (Some(12), "user@example.org/phone"));
    assert!(login.features.csi && !login.resume_failed);
}

#[tokio::test]
async fn a_lost_session_becomes_a_new_one_with_the_same_login() {
    let failed =
        "<failed xmlns='urn:xmpp:sm:3' h='9'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org/x", &format!("{failed}{BOUND}"));
    let script = sasl2_proof(sasl2_offered(), &format!("{RESUME}{BIND2}{REQUEST_TOKEN}")).says(&success).says(SESSION);
    let login = run(script, &resuming()).await.unwrap();
    assert_eq!((login.resumed, login.resume_failed, login.resume_failed_h), (None, true, Some(9)));
    assert!(login.management.is_some());
}

#[tokio::test]
async fn what_the_server_cannot_do_with_the_login_is_done_after_it() {
    let offered = SASL2.replace("<sm xmlns='urn:xmpp:sm:3'/>", "");
    let script =
        || crate::stream::script::Script::new().binding(Some(EXPORTER), None).opens(JID).opened().says(&offered);
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org", "");
    // The session of before is resumed only afterwards, so no resource may be bound with the login.
    let resumed = sasl2_proof(script(), REQUEST_TOKEN)
        .says(&success)
        .says(SESSION)
        .writes(RESUME)
        .says("<resumed xmlns='urn:xmpp:sm:3' h='1' previd='some-id'/>");
    assert_eq!(run(resumed, &resuming()).await.unwrap().resumed, Some(1));
    // A resource that was not bound is asked for as RFC 6120 has it.
    let bound = sasl2_proof(script(), &format!("{BIND2}{REQUEST_TOKEN}"))
        .says(&success)
        .says(SESSION)
        .writes("<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>\
                 <enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        .says("<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@example.org/phone</jid></bind></iq>")
        .says("<enabled xmlns='urn:xmpp:sm:3' id='y' resume='true'/>");
    let login = run(bound, &request()).await.unwrap();
    assert!(login.management.is_some() && !login.features.carbons_enabled);
}

#[tokio::test]
async fn a_forged_signature_is_seen_whatever_comes_with_it() {
    for data in [SIGNATURE, "", "=", "not base64"] {
        let success = sasl2_success(data, "user@example.org/x", BOUND);
        let script = sasl2_proof(sasl2_offered(), &format!("{BIND2}{REQUEST_TOKEN}")).says(&success);
        let error = run(script, &request()).await.unwrap_err();
        assert!(matches!(error, LoginError::ServerNotGenuine | LoginError::NotXmpp { .. }), "{error}");
    }
    let script = sasl2_proof(sasl2_offered(), &format!("{BIND2}{REQUEST_TOKEN}"))
        .says(&format!("<success xmlns='urn:xmpp:sasl:2'>{BOUND}</success>"));
    assert!(matches!(run(script, &request()).await, Err(LoginError::ServerNotGenuine)));
}

#[tokio::test]
async fn impossible_answers_are_refused() {
    let answers = [
        ("somebody@example.org/x", BOUND),
        ("user@example.org", BOUND),
        ("user@example.org/phone", "<resumed xmlns='urn:xmpp:sm:3' h='12' previd='other'/>"),
        ("user@example.org/phone", "<enabled xmlns='urn:xmpp:sm:3'/>"),
    ];
    for (jid, rest) in answers {
        let success = sasl2_success(BOUND_SIGNATURE, jid, rest);
        let script = sasl2_proof(sasl2_offered(), &format!("{RESUME}{BIND2}{REQUEST_TOKEN}")).says(&success);
        assert!(matches!(run(script, &resuming()).await, Err(LoginError::NotXmpp { .. })), "{rest}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let refused = async |answer: &str| {
        let script = sasl2_proof(sasl2_offered(), &format!("{BIND2}{REQUEST_TOKEN}")).says(answer);
        run(script, &request()).await.unwrap_err()
    };
    let failure = |condition: &str| {
        format!(
            "<failure xmlns='urn:xmpp:sasl:2'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>no</text></failure>"
        )
    };
    assert!(matches!(refused(&failure("not-authorized")).await, LoginError::WrongPassword));
    assert!(matches!(refused(&failure("account-disabled")).await, LoginError::AccountDisabled));
    assert!(matches!(refused(&failure("credentials-expired")).await, LoginError::PasswordExpired));
    let more = "<continue xmlns='urn:xmpp:sasl:2'><additional-data>AAAA</additional-data><tasks><task>TOTP</task></tasks></continue>";
    assert!(matches!(refused(more).await, LoginError::MoreNeeded));
}
