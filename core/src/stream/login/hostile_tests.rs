//! Servers, or somebody before them, that do not play by the rules.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::test_dialogue::*;
use super::*;
use crate::stream::script::Script;
use crate::transport::{Incoming, LeftOut, StreamHeader, TransportError};

fn challenge(text: &str) -> String {
    sasl("challenge", &BASE64.encode(text))
}

async fn failed(script: Script) -> LoginError {
    run(script, &request()).await.unwrap_err()
}

#[tokio::test]
async fn a_forged_or_missing_signature_is_seen() {
    let forged = BASE64.encode("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    for success in [sasl("success", &forged), sasl("success", ""), sasl("success", "="), sasl("challenge", &forged)] {
        assert!(matches!(failed(answered().says(&success)).await, LoginError::ServerNotGenuine));
    }
}

#[tokio::test]
async fn success_before_the_challenge_proves_nothing() {
    for success in [sasl("success", SIGNATURE), sasl("success", "")] {
        assert!(matches!(failed(begun().says(&success)).await, LoginError::ServerNotGenuine));
    }
}

#[tokio::test]
async fn a_forged_nonce_is_seen() {
    let script = begun().says(&challenge("r=somebody-elses-nonce-3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"));
    assert!(matches!(failed(script).await, LoginError::ServerNotGenuine));
}

#[tokio::test]
async fn neither_one_iteration_nor_two_thousand_million_are_computed() {
    let with = |n: u64| begun().says(&challenge(&format!("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i={n}")));
    assert!(matches!(failed(with(1)).await, LoginError::ServerNotGenuine));
    assert!(matches!(failed(with(1 << 31)).await, LoginError::TooManyIterations { iterations: 2_147_483_648 }));
}

#[tokio::test]
async fn an_offer_that_was_changed_on_its_way_is_seen() {
    let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let script = begun().says(&challenge(&format!("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4096,h={hash}")));
    assert!(matches!(failed(script).await, LoginError::DowngradeRefused));
}

#[tokio::test]
async fn only_plain_after_better_gets_nothing() {
    let plain = MECHANISMS.replace("<mechanism>SCRAM-SHA-1</mechanism>", "");
    let offer = crate::stream::mechanism::Offer { mechanisms: vec!["SCRAM-SHA-1".into()], bindings: None };
    let best_mechanism = crate::stream::mechanism::remember(0, &offer, &Default::default());
    let request = LoginRequest { best_mechanism, ..request() };
    let script = Script::new().opens(JID).opened().says(&plain);
    assert!(matches!(run(script, &request).await, Err(LoginError::DowngradeRefused)));
}

#[tokio::test]
async fn no_mechanisms_is_no_way_in() {
    for features in [
        "<stream:features/>",
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>",
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>X-TOKEN</mechanism></mechanisms></stream:features>",
    ] {
        let script = Script::new().opens(JID).opened().says(features);
        assert!(matches!(failed(script).await, LoginError::NoMechanism));
    }
}

#[tokio::test]
async fn challenges_without_end_end() {
    let script = answered()
        .says(&sasl("challenge", SIGNATURE))
        .writes("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        .says(&sasl("challenge", SIGNATURE));
    assert!(matches!(failed(script).await, LoginError::NotXmpp { .. }));
}

/// The request for a resource that leaves with the restarted stream.
const BIND: &str =
    "<iq type='set' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>";

#[tokio::test]
async fn what_was_not_asked_for_is_not_taken() {
    let scripts = [
        Script::new().opens(JID).opened().says("<message><body>x</body></message>"),
        Script::new().opens(JID).says(MECHANISMS),
        Script::new().opens(JID).hands_up(Incoming::Open(StreamHeader::default())),
        Script::new().opens(JID).opened().says("<a:features/>"),
        begun().says(MECHANISMS),
        begun().says(&sasl("challenge", "not base64!")),
        begun().opened(),
        proved().opens(JID).writes(BIND).opened().says("<stream:features/>"),
        proved()
            .opens(JID)
            .writes(BIND)
            .opened()
            .says(SESSION)
            .writes("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            .says(SESSION),
    ];
    for script in scripts {
        let error = failed(script).await;
        assert!(matches!(error, LoginError::NotXmpp { .. } | LoginError::Transport(_)), "{error}");
    }
}

#[tokio::test]
async fn another_address_is_not_taken() {
    for jid in ["somebody@example.org/phone", "user@example.org", "example.org/phone", "@/", ""] {
        let script = proved()
            .opens(JID)
            .writes(BIND)
            .opened()
            .says("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>")
            .says(&format!(
                "<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind></iq>"
            ));
        assert!(matches!(failed(script).await, LoginError::NotXmpp { .. }), "{jid}");
    }
}

#[tokio::test]
async fn a_stream_error_tells_its_condition_and_where_to_go() {
    let script = Script::new().opens(JID).opened().says(
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>other.example.org:5222</see-other-host></stream:error>",
    );
    let LoginError::StreamError { error, step: Step::Opening } = failed(script).await else { panic!() };
    assert_eq!(error.condition, "see-other-host");
    assert_eq!(error.see_other_host.as_deref(), Some("other.example.org:5222"));
    let conflict = "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    assert!(matches!(failed(answered().says(conflict)).await, LoginError::StreamError { step: Step::SigningIn, .. }));
}

#[tokio::test]
async fn a_stream_that_closes_says_in_which_step() {
    let closed = Script::new().opens(JID).opened().hands_up(Incoming::Close);
    assert!(matches!(failed(closed).await, LoginError::Closed { step: Step::Opening }));
    let closed = begun().hands_up(Incoming::Close);
    assert!(matches!(failed(closed).await, LoginError::Closed { step: Step::SigningIn }));
    assert!(matches!(failed(proved().opens(JID).writes(BIND).breaks()).await, LoginError::Transport(_)));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_in_every_step() {
    let before = tokio::time::Instant::now();
    let steps = [
        (Script::new().opens(JID), Step::Opening),
        (Script::new().opens(JID).opened(), Step::Opening),
        (begun(), Step::SigningIn),
        (answered(), Step::SigningIn),
        (proved().opens(JID).writes(BIND), Step::Restarting),
    ];
    let many = u32::try_from(steps.len()).unwrap();
    for (script, expected) in steps {
        let LoginError::TimedOut { step } = failed(script).await else { panic!("not late in {expected}") };
        assert_eq!(step, expected);
    }
    assert_eq!(before.elapsed().as_secs(), (DEADLINE * many).as_secs());
}

#[tokio::test]
async fn stanzas_without_end_before_the_login_is_over_end() {
    let mut script =
        proved().opens(JID).writes(BIND).opened().says(SESSION).writes("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    let large = format!("<message><body>{}</body></message>", "x".repeat(1 << 20));
    for _ in 0..4 {
        script = script.says(&large);
    }
    let error = failed(script).await;
    assert!(matches!(error, LoginError::Transport(TransportError::TooLarge { .. })), "{error}");
}

/// What is left of an element that is nested too deep.
fn left_out(beginning: &str) -> Incoming {
    let context = "<stream:stream xmlns='jabber:client'>".into();
    Incoming::LeftOut(LeftOut { beginning: beginning.to_owned(), context, reason: "depth" })
}

#[tokio::test]
async fn what_is_beyond_the_limits_ends_a_login_until_others_can_be_heard() {
    let signed_in = || {
        proved().opens(JID).writes(BIND).opened().says(SESSION).writes("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    };
    for script in [
        begun().hands_up(left_out("<message id='1'>")),
        answered().hands_up(left_out("<challenge>")),
        signed_in().hands_up(left_out("<other xmlns='urn:other'>")),
    ] {
        let error = failed(script).await;
        assert!(matches!(error, LoginError::Transport(TransportError::TooLarge { limit: "depth" })), "{error}");
    }
    let bound = "<iq type='result' id='id2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
                 <jid>user@example.org/phone</jid></bind></iq>";
    let script = signed_in().hands_up(left_out("<message id='1'>")).says(bound).says("<failed xmlns='urn:xmpp:sm:3'/>");
    let login = run(script, &request()).await.unwrap();
    assert!(matches!(&login.early[..], [Early { incoming: Incoming::LeftOut(_), counted: false }]));
}
