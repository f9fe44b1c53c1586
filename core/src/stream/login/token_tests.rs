//! Dialogues with a token (XEP-0484): one round trip, rotation, refusal, and servers that do not know it.

use super::test_dialogue::*;
use super::*;
use crate::stream::script::Script;
use crate::stream::token::TokenMechanism;
use crate::xep::fast::Issued;
use crate::xep::sasl2::Inline;

/// user, NUL and HMAC(token, "Initiator" and the channel's data); computed with Python's hmac module, as the next one.
const INITIAL: &str = "dXNlcgB4VH2/W9lmP1ErzvJAdS+vyjVxyi6w2qc0dbnYfO3M0g==";
/// HMAC(token, "Responder" and the channel's data)
const ANSWER: &str = "uHenAEN2IMWGrCKRqpGPHErMURuastYQQsNgSjQ9YXo=";
const ALL: Inline = Inline { bind: true, resume: true, enable: true, carbons: true, client_state: true };
const BOUND: &str = "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='new-id' resume='1'/></bound>";
const FAILURE: &str =
    "<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>";

fn with_token() -> LoginRequest {
    let issued = Issued { token: Zeroizing::new("secret-token:fast-x".into()), expiry: None };
    LoginRequest { token: Some(FastToken::issued(issued, TokenMechanism::Exporter, ALL)), ..request() }
}

/// The opening and the login leave together.
fn sent(wishes: &str) -> Script {
    Script::new().binding(Some(EXPORTER), Some(b"end-point")).opens(JID).writes(&format!(
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'>\
         <initial-response>{INITIAL}</initial-response>{USER_AGENT}{wishes}\
         <fast xmlns='urn:xmpp:fast:0' count='1'/></authenticate>"
    ))
}

#[tokio::test]
async fn a_token_signs_in_in_one_round_trip() {
    let success = sasl2_success(ANSWER, "user@example.org/Larimar~x", BOUND);
    let login = run(sent(BIND2).opened().says(SASL2).says(&success).says(SESSION), &with_token()).await.unwrap();
    assert_eq!(login.bound.to_string(), "user@example.org/Larimar~x");
    assert!(login.management.is_some() && login.features.carbons_enabled && login.best_mechanism > 0);
    assert_eq!(format!("{:?}", login.token.unwrap()), "FastToken(Exporter, used 1 times)");
}

#[tokio::test]
async fn a_token_and_a_session_of_before_need_one_round_trip() {
    let success =
        sasl2_success(ANSWER, "user@example.org/phone", "<resumed xmlns='urn:xmpp:sm:3' h='1' previd='some-id'/>");
    let request = LoginRequest { token: with_token().token, password: None, ..resuming() };
    let script = sent(&format!("{RESUME}{BIND2}")).opened().says(SASL2).says(&success);
    assert_eq!(run(script, &request).await.unwrap().resumed, Some(1));
}

#[tokio::test]
async fn a_new_token_replaces_the_old_one() {
    let token = "<token xmlns='urn:xmpp:fast:0' expiry='2031-01-01T00:00:00Z' token='secret-token:fast-y'/>";
    let success = sasl2_success(ANSWER, "user@example.org/x", &format!("{BOUND}{token}"));
    let login = run(sent(BIND2).opened().says(SASL2).says(&success).says(SESSION), &with_token()).await.unwrap();
    let kept = login.token.unwrap();
    assert!(String::from_utf8_lossy(&kept.to_bytes()).ends_with("secret-token:fast-y"));
    assert_eq!(format!("{kept:?}"), "FastToken(Exporter, used 0 times)");
}

#[tokio::test]
async fn a_server_that_does_not_know_the_token_is_not_genuine() {
    let initial_again = "eFR9v1vZZj9RK87yQHUvr8o1ccousNqnNHW52HztzNI=";
    for data in [initial_again, "", "=", "AAAA"] {
        let success = sasl2_success(data, "user@example.org/x", BOUND);
        let error = run(sent(BIND2).opened().says(SASL2).says(&success), &with_token()).await.unwrap_err();
        assert!(matches!(error, LoginError::ServerNotGenuine), "{error}");
    }
    let silent = format!("<success xmlns='urn:xmpp:sasl:2'>{BOUND}</success>");
    let script = sent(BIND2).opened().says(SASL2).says(&silent);
    assert!(matches!(run(script, &with_token()).await, Err(LoginError::ServerNotGenuine)));
}

#[tokio::test]
async fn a_refused_token_is_forgotten_and_the_password_goes_on_the_same_stream() {
    let success = sasl2_success(BOUND_SIGNATURE, "user@example.org/x", BOUND);
    let refused = sent(BIND2).opened().says(SASL2).says(FAILURE);
    let script = sasl2_proof(refused, &format!("{BIND2}{REQUEST_TOKEN}")).says(&success).says(SESSION);
    let login = run(script, &with_token()).await.unwrap();
    assert_eq!(login.token, None, "the old one is to be forgotten, and there is no new one");
}

#[tokio::test]
async fn a_refused_token_without_a_password_asks_for_it() {
    let script = sent(BIND2).opened().says(SASL2).says(FAILURE);
    let request = LoginRequest { password: None, ..with_token() };
    assert!(matches!(run(script, &request).await, Err(LoginError::PasswordNeeded)));
}

#[tokio::test]
async fn a_refused_token_does_not_open_the_way_to_a_weaker_password() {
    let plain = SASL2.replace("SCRAM-SHA-256-PLUS", "PLAIN").replace("SCRAM-SHA-", "X-");
    let script = sent(BIND2).opened().says(&plain).says(FAILURE);
    let offer = crate::stream::mechanism::Offer { mechanisms: vec!["SCRAM-SHA-1".into()], bindings: None };
    let best_mechanism = crate::stream::mechanism::remember(0, &offer, &Default::default());
    let request = LoginRequest { best_mechanism, ..with_token() };
    assert!(matches!(run(script, &request).await, Err(LoginError::DowngradeRefused)));
}

#[tokio::test]
async fn a_server_without_tokens_is_left() {
    for features in [MECHANISMS.to_owned(), SASL2.replace("HT-SHA-256-EXPR", "HT-SHA-256-ENDP")] {
        let script = sent(BIND2).opened().says(&features);
        assert!(matches!(run(script, &with_token()).await, Err(LoginError::TokenUnusable)));
    }
}

#[tokio::test]
async fn a_token_that_this_channel_cannot_bind_is_not_sent() {
    let script = Script::new().opens(JID).opened().says("<stream:features/>");
    assert!(matches!(run(script, &with_token()).await, Err(LoginError::NoMechanism)));
}

#[tokio::test]
async fn a_token_is_taken_back_without_a_session() {
    let said = |answer: &str| {
        Script::new()
            .binding(Some(EXPORTER), Some(b"end-point"))
            .opens(JID)
            .writes(&format!(
                "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'>\
             <initial-response>{INITIAL}</initial-response>{USER_AGENT}\
             <fast xmlns='urn:xmpp:fast:0' count='1' invalidate='true'/></authenticate>"
            ))
            .opened()
            .says(SASL2)
            .says(answer)
    };
    let (request, token) = (request(), with_token().token.unwrap());
    let mut script = said(&sasl2_success(ANSWER, JID, "")).closes();
    invalidate_token(&mut script, &request.jid, &request.device, &token).await.unwrap();
    script.finish();
    let mut script = said(FAILURE);
    let refused = invalidate_token(&mut script, &request.jid, &request.device, &token).await;
    assert!(matches!(refused, Err(LoginError::TokenUnusable)));
    script.finish();
}
