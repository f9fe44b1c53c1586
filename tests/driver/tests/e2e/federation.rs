//! Two people on two servers that trust each other: contacts, conversations, and a server that is away for a while.

use std::sync::OnceLock;

use larimar_testbed::{Federation, Options, ServerKind};
use serde_json::{Value, json};

use crate::world::{Device, World};

/// Writes a test for each pair of servers that can play a story.
macro_rules! between_servers {
    ($($story:ident: $($one:ident and $two:ident),+;)+) => {$(
        mod $story {
            #[allow(non_snake_case, reason = "the tests are named as the servers are")]
            mod between {
                $(mod $one {
                    #[test]
                    fn $two() {
                        use larimar_testbed::ServerKind;
                        super::super::super::$story(ServerKind::$one, ServerKind::$two);
                    }
                })+
            }
        }
    )+};
}

between_servers! {
    strangers_become_contacts_and_part_again: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24, Ejabberd24 and Prosody12;
    a_conversation_goes_both_ways: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24, Ejabberd24 and Prosody12;
    names_and_pictures_are_seen: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24;
    a_server_that_does_not_exist_is_said: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24;
    a_blocked_contact_is_not_heard: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24;
    a_server_that_is_away_is_said_and_a_retry_arrives_once: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24, Ejabberd24 and Prosody12;
    what_waits_for_a_server_arrives_later_and_once: Prosody12 and Ejabberd23, Prosody13 and Ejabberd24;
}

/// Two servers, and a name server that knows both.
struct Pair {
    here: World,
    there: World,
}

impl Pair {
    /// The pair that all stories of these kinds share; it ends with the test process.
    fn of(one: ServerKind, two: ServerKind) -> Pair {
        static PAIRS: [[OnceLock<Federation>; 4]; 4] = [const { [const { OnceLock::new() }; 4] }; 4];
        let place = |kind| ServerKind::ALL.iter().position(|all| *all == kind).unwrap();
        Pair::within(PAIRS[place(one)][place(two)].get_or_init(|| start(one, two)))
    }

    /// A pair for one story, which stops its servers; it ends with the test process too.
    fn own(one: ServerKind, two: ServerKind) -> Pair {
        Pair::within(Box::leak(Box::new(start(one, two))))
    }

    fn within(federation: &'static Federation) -> Pair {
        let [one, two] = &federation.servers[..] else { unreachable!("two were started") };
        Pair { here: World { server: one }, there: World { server: two } }
    }

    /// Alice here and Bob there, one device each, both online.
    fn strangers(&self) -> (Device, Device) {
        (self.here.person("alice").device("phone"), self.there.person("bob").device("phone"))
    }

    /// The same, as each other's contacts.
    fn friends(&self) -> (Device, Device) {
        let (alice, bob) = self.strangers();
        alice.befriend(&bob);
        (alice, bob)
    }

    /// Each side shows what its own server's archive has, in that order.
    #[track_caller]
    fn check_archives(&self, alice: &Device, bob: &Device) {
        alice.sync();
        bob.sync();
        assert_eq!(alice.texts(&bob.address), self.here.archived_texts(&alice.address));
        assert_eq!(bob.texts(&alice.address), self.there.archived_texts(&bob.address));
    }
}

fn start(one: ServerKind, two: ServerKind) -> Federation {
    let servers = vec![(one, Options::new("one.test")), (two, Options::new("two.test"))];
    Federation::start(servers).unwrap_or_else(|error| panic!("{} and {}: {error}", one.name(), two.name()))
}

fn is_online(line: &Value) -> bool {
    line["event"] == "account" && line["state"] == "online"
}

fn strangers_become_contacts_and_part_again(one: ServerKind, two: ServerKind) {
    let (alice, bob) = Pair::of(one, two).strangers();
    for (asks, answers) in [(&alice, &bob), (&bob, &alice)] {
        asks.driver.ok(json!({"cmd": "add-contact", "account": asks.address, "jid": answers.address}));
    }
    for (device, other) in [(&alice, &bob), (&bob, &alice)] {
        device.wait_until("both are contacts", |device| device.contact(&other.address)["subscription"] == "both");
        device.wait_until("the other is there", |device| device.contact(&other.address)["availability"] == "online");
        assert_eq!(device.contact(&other.address)["requests"], false);
    }
    let address = bob.address.clone();
    let asleep = bob.sleep();
    alice.wait_until("bob went away", |alice| alice.contact(&address)["availability"] == "offline");
    let bob = asleep.wake();
    alice.wait_until("bob is back", |alice| alice.contact(&address)["availability"] == "online");
    alice.driver.ok(json!({"cmd": "remove-contact", "account": alice.address, "jid": bob.address}));
    bob.wait_until("it is known", |bob| bob.contact(&alice.address)["subscription"] != "both");
}

fn a_conversation_goes_both_ways(one: ServerKind, two: ServerKind) {
    let (alice, bob) = Pair::of(one, two).strangers();
    alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": bob.address}));
    bob.driver.wait("a request", |line| line["event"] == "subscription-request" && line["from"] == alice.address);
    bob.driver.ok(json!({"cmd": "answer-request", "account": bob.address, "jid": alice.address}));
    bob.driver.ok(json!({"cmd": "add-contact", "account": bob.address, "jid": alice.address}));
    for (from, to) in [(&alice, &bob), (&bob, &alice)] {
        from.wait_until("both are contacts", |from| from.contact(&to.address)["subscription"] == "both");
    }
    for (from, to) in [(&alice, &bob), (&bob, &alice)] {
        speak(from, to);
    }
    alice.sync();
    bob.sync();
    assert_eq!(alice.texts(&bob.address), bob.texts(&alice.address));
}

/// Everything that one can say and the other see.
fn speak(from: &Device, to: &Device) {
    let seen = |device: &Device, on: bool| {
        let mark = device.driver.mark();
        from.driver.ok(json!({"cmd": "typing", "account": from.address, "chat": to.address, "on": on}));
        device.driver.wait_after(mark, "typing", |line| line["event"] == "typing" && line["on"] == on);
    };
    seen(to, true);
    seen(to, false);
    let question = format!("helo from {}", from.address);
    let message = from.send(to, &question);
    let heard = to.wait_text(&question)["message"].clone();
    from.wait_state(&message, "delivered");
    to.driver.ok(json!({"cmd": "mark-read", "account": to.address, "chat": from.address}));
    from.wait_state(&message, "displayed");
    let corrected = format!("hello from {}", from.address);
    from.driver.ok(json!({"cmd": "correct", "message": message, "text": corrected}));
    to.wait_row(&heard, "a correction", |row| row["text"] == corrected && row["edited"] == true);
    to.driver.ok(json!({"cmd": "react", "message": heard, "emojis": ["🎉"]}));
    from.wait_row(&message, "a reaction", |row| row["reactions"][0]["from"] == json!([to.address]));
    let answer = json!({
        "cmd": "send", "account": to.address, "to": from.address, "text": "And to you", "reply_to": heard,
    });
    let answer = to.driver.ok(answer)["message"].clone();
    let mark = from.driver.mark();
    let shown = from.driver.wait("the answer", |line| line["text"] == "And to you" && line["from"] == to.address);
    assert_eq!((&shown["reply_to"]["text"], &shown["reply_to"]["outgoing"]), (&json!(corrected), &json!(true)));
    to.driver.ok(json!({"cmd": "retract", "message": answer}));
    from.driver
        .wait_after(mark, "it is taken back", |line| line["message"] == shown["message"] && line["retracted"] == true);
}

fn names_and_pictures_are_seen(one: ServerKind, two: ServerKind) {
    let (alice, bob) = Pair::of(one, two).friends();
    for (shows, sees, name) in [(&alice, &bob, "Alice of One"), (&bob, &alice, "Bob of Two")] {
        shows.driver.ok(json!({"cmd": "set-nick", "account": shows.address, "name": name}));
        sees.wait_until("the name", |sees| sees.contact(&shows.address)["name"] == name);
        let picture = shows.store().join("picture.png");
        std::fs::write(&picture, format!("the picture of {name}")).unwrap();
        let request = json!({"cmd": "set-avatar", "account": shows.address, "path": picture, "type": "image/png"});
        shows.driver.ok(request);
        sees.wait_until("the picture", |sees| sees.contact(&shows.address)["avatar"].is_string());
    }
}

fn a_blocked_contact_is_not_heard(one: ServerKind, two: ServerKind) {
    let pair = Pair::of(one, two);
    let (alice, bob) = pair.friends();
    for (blocks, other, world) in [(&alice, &bob, pair.here), (&bob, &alice, pair.there)] {
        let witness = world.person("witness").device("phone");
        blocks.driver.ok(json!({"cmd": "block", "account": blocks.address, "jid": other.address}));
        blocks.wait_until("it is shown", |blocks| blocks.contact(&other.address)["blocked"] == true);
        other.send(blocks, "can you hear me?");
        // What comes after it on the same way has been heard: the first was not kept back.
        other.send(&witness, "can anybody?");
        witness.wait_text("can anybody?");
        blocks.driver.ok(json!({"cmd": "unblock", "account": blocks.address, "jid": other.address}));
        blocks.wait_until("no longer", |blocks| blocks.contact(&other.address)["blocked"] == false);
        other.send(blocks, "and now?");
        blocks.driver.wait("what came later", |line| line["text"] == "and now?" && line["from"] == other.address);
        blocks.sync();
        let heard = blocks.timeline(&other.address);
        let unheard = |row: &Value| row["text"] == "can you hear me?" && row["from"] == other.address;
        assert!(!heard.iter().any(unheard), "{heard:#?}");
    }
}

fn a_server_that_does_not_exist_is_said(one: ServerKind, two: ServerKind) {
    let (alice, bob) = Pair::of(one, two).strangers();
    for device in [&alice, &bob] {
        let message = device.send_to("somebody@nowhere.test", "is anybody there?");
        let row = device.wait_row(&message, "it fails", |row| row["state"] == "failed");
        assert_eq!(row["error"], "ServerUnreachable", "{row}");
    }
}

fn a_server_that_is_away_is_said_and_a_retry_arrives_once(one: ServerKind, two: ServerKind) {
    let pair = Pair::own(one, two);
    let (alice, bob) = pair.friends();
    alice.send(&bob, "while both are there");
    bob.wait_text("while both are there");
    let mark = bob.driver.mark();
    pair.there.server.stop();
    let lost = alice.send(&bob, "into the void");
    let row = alice.wait_row(&lost, "it fails", |row| row["state"] == "failed");
    assert_eq!(row["error"], "ServerUnreachable", "{row}");
    pair.there.server.restart().unwrap();
    bob.driver.ok(json!({"cmd": "network-changed"}));
    bob.driver.wait_after(mark, "bob is back", is_online);
    retry_until_it_arrives(&alice, &lost);
    bob.send(&alice, "heard");
    alice.wait_text("heard");
    bob.sync();
    let texts = ["while both are there", "into the void", "heard"];
    assert_eq!(bob.texts(&alice.address), texts);
    // Alice's archive has every attempt; what is read of it again is no second text.
    for _ in 0..2 {
        alice.sync();
        assert_eq!(alice.texts(&bob.address), texts);
    }
    assert_eq!(pair.there.archived_texts(&bob.address), texts);
}

/// A server that is back may still be unknown to be so: then the text fails once more.
fn retry_until_it_arrives(device: &Device, message: &Value) {
    loop {
        let mark = device.driver.mark();
        device.driver.ok(json!({"cmd": "retry", "message": message}));
        let row = device.driver.wait_after(mark, "it arrives or fails", |line| {
            line["message"] == *message && (line["state"] == "delivered" || line["state"] == "failed")
        });
        if row["state"] == "delivered" {
            return;
        }
    }
}

fn what_waits_for_a_server_arrives_later_and_once(one: ServerKind, two: ServerKind) {
    let pair = Pair::own(one, two);
    let (alice, bob) = pair.friends();
    alice.send(&bob, "first");
    bob.wait_text("first");
    pair.there.server.freeze();
    let waiting: Vec<Value> = (0..5).map(|number| alice.send(&bob, &format!("waiting {number}"))).collect();
    for message in &waiting {
        alice.wait_state(message, "sent");
    }
    pair.there.server.thaw();
    for message in &waiting {
        alice.wait_state(message, "delivered");
    }
    pair.check_archives(&alice, &bob);
    assert_eq!(bob.texts(&alice.address).len(), 6);
}
