//! The archive: catching up, new devices, older pages, and reading it again.

use larimar_testbed::hostile::{Connection, Login, Server, attribute};
use larimar_testbed::{Folder, SignIn, Slixmpp};
use serde_json::json;

use crate::on_servers;
use crate::world::{Device, PASSWORD, World};

on_servers! {
    everything_missed_arrives_once: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_new_device_has_the_whole_conversation: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    reading_again_changes_nothing: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_removed_chat_comes_back_page_by_page: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_the_archive_keeps_can_be_chosen: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_changes_a_message_is_found_in_the_archive: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn everything_missed_arrives_once(world: World) {
    let (alice, bob) = world.friends();
    alice.send(&bob, "before");
    bob.wait_text("before");
    let asleep = bob.sleep();
    let expected: Vec<String> =
        std::iter::once("before".to_owned()).chain((0..600).map(|n| format!("missed {n}"))).collect();
    let to = asleep.address().to_owned();
    let messages: Vec<_> = (0..600).map(|n| alice.send_to(&to, &format!("missed {n}"))).collect();
    alice.wait_state(messages.last().unwrap(), "sent");
    let bob = asleep.wake();
    bob.sync();
    assert_eq!(bob.texts(&alice.address), expected);
    assert_eq!(bob.chat(&alice.address)["unread"], 601);
}

fn a_new_device_has_the_whole_conversation(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..120 {
        alice.send(&bob, &format!("number {number}"));
    }
    bob.wait_text("number 119");
    let tablet = crate::world::Person { world, address: bob.address.clone() }.device("tablet");
    let expected: Vec<String> = (0..120).map(|number| format!("number {number}")).collect();
    assert_eq!(tablet.texts(&alice.address), expected);
    let page = json!({"cmd": "timeline", "account": tablet.address, "chat": alice.address, "limit": 1000});
    assert_eq!(tablet.driver.ok(page)["complete"], true);
    let found = tablet.driver.ok(json!({"cmd": "search", "query": "number 77", "limit": 10}));
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
}

fn reading_again_changes_nothing(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..20 {
        let (from, to) = if number % 2 == 0 { (&alice, &bob) } else { (&bob, &alice) };
        from.send(to, &format!("number {number}"));
        to.wait_text(&format!("number {number}"));
    }
    let before = bob.timeline(&alice.address);
    for _ in 0..3 {
        bob.sync();
    }
    let ids = |rows: &[serde_json::Value]| rows.iter().map(|row| row["message"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&bob.timeline(&alice.address)), ids(&before));
}

fn a_removed_chat_comes_back_page_by_page(world: World) {
    let (alice, bob) = world.friends();
    // Prosody gives the pages newest first, ejabberd has no such offer: what is shown is the same.
    assert_eq!(offers_flipped_pages(world, &bob.address), world.server.kind().is_prosody());
    for number in 0..80 {
        alice.send(&bob, &format!("number {number}"));
    }
    bob.wait_text("number 79");
    bob.sync();
    bob.driver.ok(json!({"cmd": "remove-chat", "account": bob.address, "chat": alice.address}));
    assert_eq!(bob.chat(&alice.address), serde_json::Value::Null);
    let expected: Vec<String> = (0..80).map(|number| format!("number {number}")).collect();
    let mut rows: Vec<serde_json::Value> = Vec::new();
    loop {
        let before = rows.first().map(|row| row["message"].clone());
        let page = bob.driver.ok(json!({
            "cmd": "timeline", "account": bob.address, "chat": alice.address, "limit": 30, "before": before,
        }));
        let mut older = page["rows"].as_array().unwrap().clone();
        if older.is_empty() {
            assert_eq!(page["complete"], true);
            break;
        }
        older.append(&mut rows);
        rows = older;
    }
    let texts: Vec<&str> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(texts, expected);
    assert_eq!(bob.chat(&alice.address)["unread"], 0, "what was fetched of the past is not new");
}

fn offers_flipped_pages(world: World, account: &str) -> bool {
    let other = Slixmpp::sign_in(&SignIn::to(world.server, account, PASSWORD)).unwrap();
    let question = json!({"to": account, "xml": "<query xmlns='http://jabber.org/protocol/disco#info'/>"});
    let features = other.call("iq", question).unwrap()["xml"].to_string();
    other.sign_out().unwrap();
    features.contains("urn:xmpp:mam:2#extended")
}

/// A server of our own that gives one page of older messages, as they stand in `order`.
fn give_older(connection: &mut Connection, order: &[usize]) -> std::io::Result<()> {
    const TEXTS: [&str; 3] = ["one", "two", "three"];
    connection.login(&Login::new("alice@one.test", PASSWORD))?;
    let question = connection.serve_until(|stanza| stanza.contains("disco#info") && !stanza.contains(" to="))?;
    let id = attribute(&question, "id").unwrap();
    connection.send(&format!(
        "<iq type='result' id='{id}'><query xmlns='http://jabber.org/protocol/disco#info'>\
         <feature var='urn:xmpp:mam:2'/><feature var='urn:xmpp:mam:2#extended'/></query></iq>"
    ))?;
    connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
    connection.send(
        "<message from='bob@one.test/phone' type='chat' id='n'><body>newest</body>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='alice@one.test' id='a9'/></message>",
    )?;
    let asked = connection.serve_until(|stanza| stanza.contains("<flip-page"))?;
    let id = attribute(&asked, "id").unwrap();
    let query = asked.split("queryid='").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    for at in order {
        connection.send(&format!(
            "<message from='alice@one.test'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='a{at}'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:0{at}Z'/>\
             <message xmlns='jabber:client' from='bob@one.test/phone' type='chat' id='m{at}'><body>{}</body></message>\
             </forwarded></result></message>",
            TEXTS[*at]
        ))?;
    }
    connection.send(&format!(
        "<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='true'>\
         <set xmlns='http://jabber.org/protocol/rsm'><first>a0</first><last>a2</last></set></fin></iq>"
    ))?;
    // It leaves when the story is over.
    let _ = connection.serve_until(|_| false);
    Ok(())
}

#[test]
fn an_older_page_is_asked_for_newest_first_and_shown_in_order() {
    for order in [[2, 1, 0], [0, 1, 2]] {
        let server = Server::direct_tls("one.test", move |connection| give_older(connection, &order)).unwrap();
        let phone = Device::open(Folder::new("phone").unwrap(), "alice@one.test", "phone");
        phone.driver.ok(json!({
            "cmd": "add-account", "jid": phone.address, "password": PASSWORD, "server": server.address().to_string(),
            "tls": "direct", "ca": server.ca_path(),
        }));
        phone.wait_text("newest");
        assert_eq!(phone.texts("bob@one.test"), ["one", "two", "three", "newest"]);
    }
}

fn what_changes_a_message_is_found_in_the_archive(world: World) {
    let (alice, bob) = world.friends();
    let asleep = bob.sleep();
    let to = asleep.address().to_owned();
    let corrected = alice.send_to(&to, "frist");
    alice.wait_state(&corrected, "sent");
    alice.driver.ok(json!({"cmd": "correct", "message": corrected, "text": "first"}));
    let liked = alice.send_to(&to, "second");
    alice.driver.ok(json!({"cmd": "react", "message": liked, "emojis": ["🎉"]}));
    let retracted = alice.send_to(&to, "third");
    alice.wait_state(&retracted, "sent");
    alice.driver.ok(json!({"cmd": "retract", "message": retracted}));
    alice.sync();
    let bob = asleep.wake();
    bob.sync();
    let rows = bob.timeline(&alice.address);
    assert_eq!((&rows[0]["text"], &rows[0]["edited"]), (&json!("first"), &json!(true)));
    assert_eq!((&rows[1]["text"], &rows[1]["edited"]), (&json!("second"), &json!(false)));
    assert_eq!(rows[1]["reactions"], json!([{"emoji": "🎉", "from": [alice.address]}]));
    // Some servers take what was retracted out of their archive: then nothing is left to be shown.
    assert!(rows[2..].iter().all(|row| row["retracted"] == true && row["text"] == ""), "{rows:#?}");
}

fn what_the_archive_keeps_can_be_chosen(world: World) {
    let alice = world.person("alice").device("phone");
    let request = json!({"cmd": "archive-preferences", "account": alice.address});
    assert!(alice.driver.ok(request.clone())["default"].is_string());
    let mut change = request.clone();
    change["default"] = json!("roster");
    change["never"] = json!([format!("spam@{}", world.server.domain())]);
    alice.driver.ok(change.clone());
    let now = alice.driver.ok(request);
    assert_eq!((&now["default"], &now["never"]), (&json!("roster"), &change["never"]));
    change["default"] = json!("sometimes");
    assert_eq!(alice.driver.call(change).unwrap_err().error["field"], "default");
}
