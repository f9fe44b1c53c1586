//! Stanzas beyond the limits of the reader: counted, answered and passed over, in a session that stays.

use std::io;
use std::sync::Mutex;

use larimar_testbed::hostile::{Connection, Nasty, Server, attribute};
use larimar_testbed::{SignIn, Slixmpp};
use serde_json::json;

use crate::hostile::{ALICE, device, go_on, honest_login};
use crate::on_servers;
use crate::world::{PASSWORD, World};

on_servers! {
    what_honest_servers_pass_on_is_passed_over: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Content that is nested too deep.
fn deep() -> String {
    "<a>".repeat(10_000) + &"</a>".repeat(10_000)
}

/// What the client says it has handled, and what else it said before that.
fn handled(connection: &mut Connection) -> io::Result<(u32, Vec<String>)> {
    connection.send("<r xmlns='urn:xmpp:sm:3'/>")?;
    let mut others = Vec::new();
    loop {
        let stanza = connection.stanza()?;
        match attribute(&stanza, "h").filter(|_| stanza.starts_with("<a ")) {
            Some(h) => return Ok((h.parse().map_err(io::Error::other)?, others)),
            None => others.push(stanza),
        }
    }
}

fn check(holds: bool, what: &str) -> io::Result<()> {
    if holds { Ok(()) } else { Err(io::Error::other(what.to_owned())) }
}

#[test]
fn what_is_passed_over_counts_as_handled_and_a_request_is_refused() {
    let server = Server::direct_tls("one.test", |connection| {
        connection.login(&honest_login().features("<sm xmlns='urn:xmpp:sm:3'/>"))?;
        connection.serve_until(|stanza| stanza.starts_with("<enable"))?;
        connection.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>")?;
        connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
        let (before, _) = handled(connection)?;
        connection.send_nasty(Nasty::Deep)?;
        connection.send(&format!("<presence from='bob@one.test/x'>{}</presence>", deep()))?;
        connection.send(&format!("<iq from='bob@one.test/x' type='get' id='q1'>{}</iq>", deep()))?;
        // No stanza, so it does not count.
        connection.send(&format!("<other xmlns='urn:other'>{}</other>", deep()))?;
        let (after, said) = handled(connection)?;
        check(after == before + 3, "three stanzas count")?;
        let answer = said.iter().find(|stanza| attribute(stanza, "id").as_deref() == Some("q1"));
        let refused = |answer: &String| {
            attribute(answer, "type").as_deref() == Some("error")
                && attribute(answer, "to").as_deref() == Some("bob@one.test/x")
                && answer.contains("<policy-violation")
        };
        check(answer.is_some_and(refused), "the request is refused")?;
        go_on(connection)
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_text("all is well");
    assert_eq!(server.connections(), 1);
    drop(phone);
    assert_eq!(server.outcome().unwrap(), Ok(()));
}

#[test]
fn a_request_whose_answer_is_passed_over_fails_at_once() {
    let server = Server::direct_tls("one.test", |connection| {
        connection.login(&honest_login())?;
        let question = connection.serve_until(|stanza| stanza.contains("<prefs"))?;
        let id = attribute(&question, "id").unwrap_or_default();
        connection.send(&format!("<iq type='result' id='{id}'>{}</iq>", deep()))?;
        go_on(connection)
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_online();
    let refused = phone.driver.call(json!({"cmd": "archive-preferences", "account": ALICE})).unwrap_err();
    assert_eq!((refused.kind.as_str(), &refused.error["condition"]), ("Refused", &json!("policy-violation")));
    phone.wait_text("all is well");
    assert_eq!(server.connections(), 1);
}

/// A result of an archive query.
fn result(query: &str, id: &str, content: &str) -> String {
    format!(
        "<message><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id}'><forwarded xmlns='urn:xmpp:forward:0'>\
         <delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/><message xmlns='jabber:client' type='chat' \
         from='bob@one.test/phone' to='{ALICE}' id='{id}'>{content}</message></forwarded></result></message>"
    )
}

#[test]
fn a_catch_up_passes_what_cannot_be_read() {
    // The archive: three pages, each with something that no client can read; the second has nothing else.
    const PAGES: [&[(&str, bool)]; 3] = [&[("1", true), ("2", false)], &[("3", false)], &[("4", false), ("5", true)]];
    let asked = std::sync::Arc::new(Mutex::new(Vec::new()));
    let for_server = std::sync::Arc::clone(&asked);
    let server = Server::direct_tls("one.test", move |connection| {
        connection.login(&honest_login())?;
        loop {
            let question =
                connection.serve_until(|stanza| stanza.contains("<query") && stanza.contains("urn:xmpp:mam:2"));
            // The client leaves when the story is over.
            let Ok(question) = question else { return Ok(()) };
            let id = attribute(&question, "id").unwrap_or_default();
            let between = |start: &str, end: &str| Some(question.split_once(start)?.1.split_once(end)?.0.to_owned());
            let after = between("<after>", "</after>");
            for_server.lock().unwrap().push(after.clone());
            let page = match after.as_deref() {
                // Whoever knows nothing wants the newest: an empty archive, for now.
                None => None,
                Some("0") => Some(0),
                Some("2") => Some(1),
                Some("3") => Some(2),
                Some(_) => None,
            };
            let Some(page) = page else {
                connection
                    .send(&format!("<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>"))?;
                if after.is_none() && for_server.lock().unwrap().len() == 2 {
                    // The device is up to date: this is the place from which it reads on.
                    connection.send(&format!(
                        "<message from='bob@one.test/phone' type='chat' id='0'><body>zero</body>\
                         <stanza-id xmlns='urn:xmpp:sid:0' by='{ALICE}' id='0'/></message>"
                    ))?;
                }
                continue;
            };
            for (number, readable) in PAGES[page] {
                let content = if *readable { format!("<body>text {number}</body>") } else { deep() };
                connection.send(&result(&id, number, &content))?;
            }
            let (first, last) = (PAGES[page][0].0, PAGES[page][PAGES[page].len() - 1].0);
            let complete = page == 2;
            connection.send(&format!(
                "<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='{complete}'>\
                 <set xmlns='http://jabber.org/protocol/rsm'><first>{first}</first><last>{last}</last></set></fin></iq>"
            ))?;
        }
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_text("zero");
    phone.sync();
    phone.wait_text("text 1");
    phone.wait_text("text 5");
    assert_eq!(phone.texts("bob@one.test"), ["zero", "text 1", "text 5"]);
    phone.sync();
    let asked: Vec<String> = asked.lock().unwrap().iter().flatten().cloned().collect();
    assert_eq!(asked, ["0", "2", "3", "5"], "nothing is asked for twice");
    assert_eq!(server.connections(), 1);
}

fn what_honest_servers_pass_on_is_passed_over(world: World) {
    let alice = world.person("alice");
    let phone = alice.device("phone");
    let mallory = world.person("mallory");
    let mallory = Slixmpp::sign_in(&SignIn::to(world.server, &mallory.address, PASSWORD)).unwrap();
    let address = mallory.jid().split('/').next().unwrap().to_owned();
    let send = |content: &str| {
        let message = format!("<message xmlns='jabber:client' to='{}' type='chat'>{content}</message>", alice.address);
        mallory.call("raw", json!({"xml": message})).unwrap();
    };
    let nasty = || {
        let attributes: String = (0..300).map(|number| format!(" a{number}=''")).collect();
        send(&format!("<body>deep</body><x xmlns='urn:x'>{}{}</x>", "<a>".repeat(100), "</a>".repeat(100)));
        send(&format!("<body>wide</body><x xmlns='urn:x'{attributes}/>"));
    };
    nasty();
    send("<body>one</body>");
    phone.wait_text("one");
    let phone = phone.sleep();
    send("<body>two</body>");
    nasty();
    send("<body>three</body>");
    nasty();
    let phone = phone.wake();
    phone.wait_text("two");
    phone.wait_text("three");
    let tablet = alice.device("tablet");
    for device in [&phone, &tablet] {
        device.sync();
        assert_eq!(device.texts(&address), ["one", "two", "three"]);
        let online = device.driver.all(|line| line["event"] == "account" && line["state"] == "online");
        assert_eq!(online.len(), 1, "the session stays: {online:#?}");
    }
    let archived = world.archived_texts(&alice.address);
    assert_eq!(archived.iter().filter(|text| *text == "deep").count(), 3, "the server kept them: {archived:?}");
    mallory.sign_out().unwrap();
}
