//! Other people's clients sign in on each server and reach each other.
#![allow(clippy::unwrap_used, reason = "a test")]

use larimar_testbed::{Federation, Options, Profanity, Server, ServerKind, SignIn, Slixmpp};
use serde_json::json;

#[test]
fn profanity_and_slixmpp_talk_on_each_server() {
    for kind in ServerKind::ALL {
        let options = Options::new("one.test").account("alice@one.test", "secret").account("bob@one.test", "bob");
        let server = Server::start(kind, options).unwrap();
        let bob = Slixmpp::sign_in(&SignIn::to(&server, "bob@one.test", "bob")).unwrap();
        let mut alice = Profanity::sign_in(&SignIn::to(&server, "alice@one.test", "secret").starttls(&server)).unwrap();
        alice.send("bob@one.test", "hello from a terminal").unwrap();
        let hello = bob.message_with("hello from a terminal").unwrap();
        assert!(hello["from"].as_str().unwrap().starts_with("alice@one.test/profanity"), "{hello}");
        bob.send("alice@one.test", "hello, terminal").unwrap();
        alice.wait_for("hello, terminal").unwrap();
    }
}

#[test]
fn two_devices_of_slixmpp_see_carbons_corrections_and_reactions() {
    let options = Options::new("one.test").account("alice@one.test", "secret").account("bob@one.test", "bob");
    let server = Server::start(ServerKind::Prosody12, options).unwrap();
    let alice = Slixmpp::sign_in(&SignIn::to(&server, "alice@one.test/one", "secret")).unwrap();
    let second = Slixmpp::sign_in(&SignIn::to(&server, "alice@one.test/two", "secret")).unwrap();
    let bob = Slixmpp::sign_in(&SignIn::to(&server, "bob@one.test", "bob")).unwrap();
    let message = alice.send("bob@one.test", "helo").unwrap();
    let carbon = second.message_with("helo").unwrap();
    assert_eq!((&carbon["carbon"], &carbon["id"]), (&json!("sent"), &json!(message)));
    alice.correct("bob@one.test", &message, "hello").unwrap();
    assert_eq!(bob.message_with("hello").unwrap()["replaces"], json!(message));
    bob.react("alice@one.test", &message, &["👍"]).unwrap();
    let reaction = alice.message("a reaction", |event| event["reacts_to"] == json!(message)).unwrap();
    assert_eq!(reaction["emojis"], json!(["👍"]));
    bob.displayed(alice.jid(), &message).unwrap();
    alice.message("a marker", |event| event["displayed"] == json!(message)).unwrap();
    bob.chat_state("alice@one.test", "composing").unwrap();
    alice.message("a state", |event| event["chat_state"] == "composing").unwrap();
    alice.retract("bob@one.test", &message).unwrap();
    bob.message("a retraction", |event| event["retracts"] == json!(message)).unwrap();
    alice.subscribe("bob@one.test").unwrap();
    alice
        .program()
        .event("bob's presence", |event| event["event"] == "presence" && event["from"] == json!(bob.jid()))
        .unwrap();
    alice.sign_out().unwrap();
}

#[test]
fn a_wrong_password_is_refused() {
    let server =
        Server::start(ServerKind::Prosody12, Options::new("one.test").account("alice@one.test", "secret")).unwrap();
    let wrong = Slixmpp::sign_in(&SignIn::to(&server, "alice@one.test", "wrong")).err().unwrap();
    assert!(wrong.to_string().contains("NotAuthorized"), "{wrong}");
}

#[test]
fn servers_of_different_makes_reach_each_other() {
    for (one, two) in [(ServerKind::Prosody12, ServerKind::Ejabberd23), (ServerKind::Prosody13, ServerKind::Ejabberd24)]
    {
        let federation = Federation::start(vec![
            (one, Options::new("one.test").account("alice@one.test", "secret")),
            (two, Options::new("two.test").account("bob@two.test", "bob")),
        ])
        .unwrap();
        let [first, second] = &federation.servers[..] else { unreachable!() };
        let alice = Slixmpp::sign_in(&SignIn::to(first, "alice@one.test", "secret")).unwrap();
        let bob = Slixmpp::sign_in(&SignIn::to(second, "bob@two.test", "bob")).unwrap();
        let logs = || format!("{}\n{}\n{}", first.log(), second.log(), federation.dns.log());
        alice.send("bob@two.test", "from afar").unwrap();
        bob.message_with("from afar").unwrap_or_else(|error| panic!("{error}\n{}", logs()));
        bob.send("alice@one.test", "and back").unwrap();
        alice.message_with("and back").unwrap_or_else(|error| panic!("{error}\n{}", logs()));
    }
}
