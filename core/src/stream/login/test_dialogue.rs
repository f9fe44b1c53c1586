//! What the tests of logins share: who signs in, and RFC 5802's example as a dialogue.

use super::*;
use crate::stream::script::Script;

/// Who signs in.
pub const JID: &str = "user@example.org";
/// What the server offers first.
pub const MECHANISMS: &str = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
    <mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
/// What the server offers when somebody is signed in.
pub const SESSION: &str = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>\
    <csi xmlns='urn:xmpp:csi:0'/><ver xmlns='urn:xmpp:features:rosterver'/>\
    <limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>524288</max-bytes></limits></stream:features>";
/// n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL
pub const FIRST: &str = "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM";
/// r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096
pub const CHALLENGE: &str =
    "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==";
/// c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=
pub const PROOF: &str =
    "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ==";
/// v=rmF9pqV8S7suAoZWja4dJRkFsKQ=
pub const SIGNATURE: &str = "dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9";

/// The password is RFC 5802's.
pub fn request() -> LoginRequest {
    LoginRequest {
        jid: BareJid::new(JID).unwrap(),
        resource: Some("phone".into()),
        password: Some(Zeroizing::new("pencil".into())),
        salted: None,
        token: None,
        device: "d4565fa7-4d72-4749-b3d3-740edbf87770".into(),
        best_mechanism: 0,
        resume: None,
        inactive: false,
    }
}

/// With a session of before.
pub fn resuming() -> LoginRequest {
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

/// The nonce of RFC 5802's example, then id2, id3 and so on.
pub fn random() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        if n == 1 { "fyko+d2lbbFgONRv9qkxdawL".to_owned() } else { format!("id{n}") }
    }
}

/// Plays a script to its end.
pub async fn run(mut script: Script, request: &LoginRequest) -> Result<Login, LoginError> {
    let result = login(&mut script, request, &mut random()).await;
    script.finish();
    result
}

/// An element of RFC 6120's SASL.
pub fn sasl(name: &str, data: &str) -> String {
    format!("<{name} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{data}</{name}>")
}

/// The stream is open, and the server has offered [`MECHANISMS`].
pub fn offered() -> Script {
    Script::new().opens(JID).opened().says(MECHANISMS)
}

/// The client has begun.
pub fn begun() -> Script {
    offered().writes(&format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>{FIRST}</auth>"))
}

/// The client has proved the password.
pub fn answered() -> Script {
    begun().says(&sasl("challenge", CHALLENGE)).writes(&sasl("response", PROOF))
}

/// And the server has said that it is right.
pub fn proved() -> Script {
    answered().says(&sasl("success", SIGNATURE))
}

/// What a server with all of SASL2 offers.
pub const SASL2: &str = "<stream:features><authentication xmlns='urn:xmpp:sasl:2'>\
    <mechanism>SCRAM-SHA-256-PLUS</mechanism><mechanism>SCRAM-SHA-256</mechanism>\
    <mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>SCRAM-SHA-1</mechanism>\
    <inline><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/>\
    <feature var='urn:xmpp:csi:0'/><feature var='urn:xmpp:sm:3'/></inline></bind><sm xmlns='urn:xmpp:sm:3'/>\
    <fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism><mechanism>HT-SHA-256-EXPR</mechanism></fast>\
    </inline></authentication>\
    <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-server-end-point'/>\
    <channel-binding type='tls-exporter'/></sasl-channel-binding></stream:features>";
/// The channel of these dialogues.
pub const EXPORTER: &[u8] = b"exporter-data";
/// Who signs in with SASL2: its user agent.
pub const USER_AGENT: &str =
    "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>Larimar</software></user-agent>";
/// What is asked for with the login.
pub const BIND2: &str = "<bind xmlns='urn:xmpp:bind:0'><tag>Larimar</tag><enable xmlns='urn:xmpp:carbons:2'/>\
    <enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>";
/// The session of before, as it is asked for.
pub const RESUME: &str = "<resume xmlns='urn:xmpp:sm:3' h='7' previd='some-id'/>";
/// Asks for a token.
pub const REQUEST_TOKEN: &str = "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>";

/// p=tls-exporter,,n=user,r=fyko+d2lbbFgONRv9qkxdawL
const BOUND_FIRST: &str = "cD10bHMtZXhwb3J0ZXIsLG49dXNlcixyPWZ5a28rZDJsYmJGZ09OUnY5cWt4ZGF3TA==";
/// r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,h=DiH10h/+iKy8nQZJ+5mswopQ3TcNKFyU22RB46m2ews=
const BOUND_CHALLENGE: &str = "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1XMjJaYUowU05ZN3NvRXNVRWpiNmdRPT0saT00MDk2LGg9RGlIMTBoLytpS3k4blFaSis1bXN3b3BRM1RjTktGeVUyMlJCNDZtMmV3cz0=";
/// c=(p=tls-exporter,,exporter-data),r=...,p=uR9P4+785sTNs9n659Q4En3GhTkzxFzDFAJDmrr2zY4=
const BOUND_PROOF: &str = "Yz1jRDEwYkhNdFpYaHdiM0owWlhJc0xHVjRjRzl5ZEdWeUxXUmhkR0U9LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9dVI5UDQrNzg1c1ROczluNjU5UTRFbjNHaFRrenhGekRGQUpEbXJyMnpZND0=";
/// v=Fe00Ck3OrFQUyCRoINifja7Ifu7eebIBHo6EjuF0E6A=
pub const BOUND_SIGNATURE: &str = "dj1GZTAwQ2szT3JGUVV5Q1JvSU5pZmphN0lmdTdlZWJJQkhvNkVqdUYwRTZBPQ==";

/// The dialogue from the client's first word to its proof, with these wishes.
pub fn sasl2_proof(script: Script, wishes: &str) -> Script {
    script
        .writes(&format!(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-256-PLUS'>\
             <initial-response>{BOUND_FIRST}</initial-response>{USER_AGENT}{wishes}</authenticate>"
        ))
        .says(&format!("<challenge xmlns='urn:xmpp:sasl:2'>{BOUND_CHALLENGE}</challenge>"))
        .writes(&format!("<response xmlns='urn:xmpp:sasl:2'>{BOUND_PROOF}</response>"))
}

/// The server's success with SASL2, with this data and what else came with it.
pub fn sasl2_success(data: &str, jid: &str, rest: &str) -> String {
    format!(
        "<success xmlns='urn:xmpp:sasl:2'><additional-data>{data}</additional-data>\
         <authorization-identifier>{jid}</authorization-identifier>{rest}</success>"
    )
}

/// A server with SASL2 on a channel that can be bound, up to its features.
pub fn sasl2_offered() -> Script {
    Script::new().binding(Some(EXPORTER), Some(b"end-point")).opens(JID).opened().says(SASL2)
}
