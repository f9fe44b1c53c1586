//! Dialogues of in-band registration, word for word.

use super::*;
use crate::stream::script::Script;
use crate::transport::{Incoming, TransportError};

const OFFERED: &str = "<stream:features><register xmlns='http://jabber.org/features/iq-register'/></stream:features>";
const ASKED: &str = "<iq type='get' id='id1' to='example.org'><query xmlns='jabber:iq:register'/></iq>";

fn domain() -> BareJid {
    BareJid::new("example.org").unwrap()
}

fn random() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        format!("id{n}")
    }
}

fn answers(all: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    all.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect()
}

async fn fetched(mut script: Script, token: Option<&str>) -> Result<RegistrationForm, RegisterError> {
    let result = form(&mut script, &domain(), token, &mut random()).await;
    script.finish();
    result
}

fn asked() -> Script {
    Script::new().opens("").opened().says(OFFERED).writes(ASKED)
}

#[tokio::test]
async fn the_fields_of_old_are_asked_and_given_back() {
    let mut script = asked()
        .says(
            "<iq type='result' id='id1'><query xmlns='jabber:iq:register'><instructions> Choose. </instructions>\
             <username/><password/><key>k</key><x xmlns='jabber:x:oob'><url>https://example.org/new</url></x></query></iq>",
        )
        .writes(
            "<iq type='set' id='id2' to='example.org'><query xmlns='jabber:iq:register'><username>bill</username>\
             <password>a&lt;b&amp;</password><key>k</key></query></iq>",
        )
        .says("<iq type='result' id='id2'/>");
    let mut random = random();
    let form = form(&mut script, &domain(), None, &mut random).await.unwrap();
    assert_eq!((form.instructions.as_str(), form.url.as_deref()), ("Choose.", Some("https://example.org/new")));
    assert!(form.form.field("username").unwrap().required && !form.has_media());
    let filled = answers(&[("username", "bill"), ("password", "a<b&"), ("key", "other")]);
    assert!(submit(&mut script, &domain(), &form, &filled, &mut random).await.unwrap().is_none());
    script.finish();
}

/// As ejabberd has it: one picture comes with the form, another is fetched, a third is not to be had.
const CAPTCHA: &str = "<iq type='result' id='id1' from='example.org'><query xmlns='jabber:iq:register'>\
    <instructions>not for those who read forms</instructions>\
    <x xmlns='jabber:x:data' type='form'><title>New</title><instructions>Read the picture</instructions>\
    <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
    <field type='hidden' var='challenge'><value>31415</value></field>\
    <field type='text-single' var='username' label='User'><required/></field>\
    <field type='text-private' var='password' label='Password'><required/></field>\
    <field type='text-single' var='ocr' label='Enter the text you see'><media xmlns='urn:xmpp:media-element'>\
    <uri type='text/plain'>cid:sha1+aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d@bob.xmpp.org</uri>\
    <uri type='image/png'>cid:fetched@bob.xmpp.org</uri><uri type='image/png'>cid:lost@bob.xmpp.org</uri>\
    <uri type='image/png'>https://example.org/captcha</uri></media><required/></field></x>\
    <data xmlns='urn:xmpp:bob' cid='sha1+aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d@bob.xmpp.org' type='text/plain'>aGVsbG8=</data>\
    </query></iq>";

#[tokio::test]
async fn a_form_comes_with_the_pictures_of_its_captcha() {
    let mut script = asked()
        .says(CAPTCHA)
        .writes("<iq type='get' id='id2' to='example.org'><data xmlns='urn:xmpp:bob' cid='fetched@bob.xmpp.org'/></iq>")
        .writes("<iq type='get' id='id3' to='example.org'><data xmlns='urn:xmpp:bob' cid='lost@bob.xmpp.org'/></iq>")
        .says("<iq type='result' id='id2'><data xmlns='urn:xmpp:bob' cid='fetched@bob.xmpp.org' type='image/png'>iVBORw==</data></iq>")
        .says("<iq type='error' id='id3'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
        .writes(
            "<iq type='set' id='id4' to='example.org'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE'><value>jabber:iq:register</value></field><field var='challenge'><value>31415</value></field>\
             <field var='username'><value>bill</value></field><field var='password'><value>Calliope</value></field>\
             <field var='ocr'><value>w1ong</value></field></x></query></iq>",
        )
        .says("<iq type='error' id='id4'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    let mut random = random();
    let form = form(&mut script, &domain(), None, &mut random).await.unwrap();
    assert_eq!(form.instructions, "Read the picture");
    let media = &form.form.field("ocr").unwrap().media;
    let data: Vec<_> = media.iter().map(|media| media.data.as_deref()).collect();
    assert_eq!(data, [Some(&b"hello"[..]), Some(&b"\x89PNG"[..]), None, None]);
    let filled = answers(&[("username", "bill"), ("password", "Calliope"), ("ocr", "w1ong")]);
    let error = submit(&mut script, &domain(), &form, &filled, &mut random).await.unwrap_err();
    assert!(matches!(error, RegisterError::NotAcceptable { .. }), "{error}");
    script.finish();
}

#[tokio::test]
async fn errors_say_what_can_be_done() {
    let plain = "<iq type='result' id='id1'><query xmlns='jabber:iq:register'><username/></query></iq>";
    let form = fetched(asked().says(plain), None).await.unwrap();
    let refused = async |kind: &str, condition: &str| {
        let mut script = Script::new()
            .writes("<iq type='set' id='id1' to='example.org'><query xmlns='jabber:iq:register'><username>bill</username></query></iq>")
            .says("<message/>")
            .says(&format!("<iq type='error' id='id1'><query xmlns='jabber:iq:register'/><error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'> By invitation. </text></error></iq>"));
        let error = submit(&mut script, &domain(), &form, &answers(&[("username", "bill")]), &mut random()).await;
        script.finish();
        error.unwrap_err()
    };
    assert!(matches!(refused("cancel", "conflict").await, RegisterError::NameTaken));
    let RegisterError::NotAcceptable { reason } = refused("modify", "not-acceptable").await else { panic!() };
    assert_eq!(reason.as_deref(), Some("By invitation."));
    assert!(matches!(refused("wait", "not-acceptable").await, RegisterError::TryLater));
    assert!(matches!(refused("wait", "resource-constraint").await, RegisterError::TryLater));
    assert!(matches!(refused("cancel", "not-allowed").await, RegisterError::Closed));
    assert!(matches!(refused("cancel", "gone").await, RegisterError::Refused { condition } if condition == "gone"));
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_says_so() {
    let none = Script::new().opens("").opened().says("<stream:features/>");
    assert!(matches!(fetched(none, None).await, Err(RegisterError::Closed)));
    let unavailable = "<iq type='error' id='id1'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
    assert!(matches!(fetched(asked().says(unavailable), None).await, Err(RegisterError::Closed)));
    let empty = "<iq type='result' id='id1'/>";
    assert!(matches!(fetched(asked().says(empty), None).await, Err(RegisterError::Stream(LoginError::NotXmpp { .. }))));
    let closed = asked().hands_up(Incoming::Close);
    let error = fetched(closed, None).await.unwrap_err();
    assert!(matches!(error, RegisterError::Stream(LoginError::Closed { step: Step::Registering })));
    let error = fetched(asked().breaks(), None).await.unwrap_err();
    assert!(matches!(error, RegisterError::Stream(LoginError::Transport(TransportError::Lost(_)))));
}

const WITH_TOKEN: &str = "<stream:features><register xmlns='urn:xmpp:ibr-token:0'/>\
    <register xmlns='http://jabber.org/features/iq-register'/></stream:features>";

#[tokio::test]
async fn a_token_is_shown_before_the_form_is_asked_for() {
    let shown = || {
        Script::new().opens("").opened().says(WITH_TOKEN).writes(
            "<iq type='set' id='id1' to='example.org'><preauth xmlns='urn:xmpp:pars:0' token='TOKEN&apos;'/></iq>",
        )
    };
    let script = shown()
        .says("<iq type='result' id='id1'/>")
        .writes("<iq type='get' id='id2' to='example.org'><query xmlns='jabber:iq:register'/></iq>")
        .says("<iq type='result' id='id2'><query xmlns='jabber:iq:register'><username>bill</username></query></iq>");
    let form = fetched(script, Some("TOKEN'")).await.unwrap();
    assert_eq!(form.form.field("username").unwrap().values, ["bill"]);
    let refused = "<iq type='error' id='id1'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
    assert!(matches!(fetched(shown().says(refused), Some("TOKEN'")).await, Err(RegisterError::TokenRefused)));
    // A server that takes none is not shown it.
    let plain = "<iq type='result' id='id1'><query xmlns='jabber:iq:register'><username/></query></iq>";
    assert!(fetched(asked().says(plain), Some("TOKEN'")).await.is_ok());
}

/// XEP-0389: a page to look at, then a form, then the account. The first flow has a challenge that is not known here.
#[tokio::test]
async fn a_row_of_challenges_ends_with_an_account() {
    let mut script = Script::new()
        .opens("")
        .opened()
        .says(
            "<stream:features><register xmlns='urn:xmpp:register:0'>\
             <flow id='0'><name>SMS</name><challenge type='urn:example:sms'/></flow>\
             <flow id='1'><name>Page</name><challenge type='jabber:x:oob'/><challenge type='jabber:x:data'/></flow>\
             </register></stream:features>",
        )
        .writes("<register xmlns='urn:xmpp:register:0'><flow id='1'/></register>")
        .says("<challenge xmlns='urn:xmpp:register:0' type='jabber:x:oob'><x xmlns='jabber:x:oob'><url>https://example.org/a</url></x></challenge>")
        .writes("<response xmlns='urn:xmpp:register:0'/>")
        .says("<challenge xmlns='urn:xmpp:register:0' type='jabber:x:data'><x xmlns='jabber:x:data' type='form'>\
               <field type='text-single' var='nick'><required/></field></x></challenge>")
        .writes("<response xmlns='urn:xmpp:register:0'><x xmlns='jabber:x:data' type='submit'><field var='nick'><value>j</value></field></x></response>")
        .says("<success xmlns='urn:xmpp:register:0'><jid>j@example.org</jid><username>j</username></success>");
    let mut random = random();
    let page = form(&mut script, &domain(), None, &mut random).await.unwrap();
    assert_eq!((page.url.as_deref(), page.form.fields.len()), (Some("https://example.org/a"), 0));
    let next = submit(&mut script, &domain(), &page, &answers(&[]), &mut random).await.unwrap().unwrap();
    assert!(submit(&mut script, &domain(), &next, &answers(&[("nick", "j")]), &mut random).await.unwrap().is_none());
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn silence_ends() {
    let error = fetched(asked(), None).await.unwrap_err();
    assert!(matches!(error, RegisterError::Stream(LoginError::TimedOut { step: Step::Registering })));
}

#[test]
fn a_password_is_changed_and_an_account_removed_over_a_session() {
    assert_eq!(
        register::change_password("bill", "new<pass").to_string(),
        "<query xmlns='jabber:iq:register'><username>bill</username><password>new&lt;pass</password></query>"
    );
    assert_eq!(register::remove_account().to_string(), "<query xmlns='jabber:iq:register'><remove/></query>");
}
