//! Dialogues of RFC 6120's login and XEP-0198, word for word.

use super::*;
use crate::stream::script::Script;

const JID: &str = "user@example.org";
const MECHANISMS: &str = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
    <mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
const SESSION: &str = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>\
    <csi xmlns='urn:xmpp:csi:0'/><ver xmlns='urn:xmpp:features:rosterver'/>\
    <limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>524288</max-bytes></limits></stream:features>";

fn request() -> LoginRequest {
    LoginRequest {
        jid: BareJid::new(JID).unwrap(),
        resource: Some("phone".into()),
        password: Some(Zeroizing::new("pencil".into())),
        salted: None,
        best_mechanism: 0,
        resume: None,
    }
}

/// The nonce of RFC 5802's example, then numbers.
fn random() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        if n == 1 { "fyko+d2lbbFgONRv9qkxdawL".to_owned() } else { format!("id{n}") }
    }
}

async fn run(mut script: Script, request: &LoginRequest) -> Result<Login, LoginError> {
    let result = login(&mut script, request, &mut random()).await;
    script.finish();
    result
}

/// RFC 5802's example, as far as the server's success.
fn proved() -> Script {
    Script::new()
        .opens(JID)
        .opened()
        .says(MECHANISMS)
        // n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL
        .writes("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM</auth>")
        .says("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==</challenge>")
        .writes("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ==</response>")
        .says("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9</success>")
}

#[tokio::test]
async fn a_password_becomes_a_session_in_four_round_trips() {
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

fn resuming() -> LoginRequest {
    let resume = ResumableSession {
        id: "some-id".into(),
        inbound: 7,
        jid: "user@example.org/phone".into(),
        location: None,
        max_seconds: None,
        saved: 0,
    };
    LoginRequest { resume: Some(resume), ..request() }
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
