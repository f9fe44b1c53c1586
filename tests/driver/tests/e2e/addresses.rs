//! Addresses of other alphabets: what means the same is one account and one chat; what is no address is refused before
//! anything is said.

use larimar_testbed::{Options, Server, ServerKind, hostile};
use serde_json::{Value, json};

use crate::hostile::{device, honest_login};
use crate::on_servers;
use crate::world::{PASSWORD, Person, World};

on_servers! {
    people_of_other_alphabets_talk: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_is_no_address_is_refused_unsaid: Prosody12, Ejabberd23;
}

fn people_of_other_alphabets_talk(world: World) {
    let jürgen = world.person("jürgen").device("phone");
    // The account as its server has it, and its owner writes it otherwise.
    let person = world.person("σίσυφοσ");
    let shouted = person.address.to_uppercase();
    assert_ne!(shouted, person.address);
    let mut setup = person.setup();
    setup["jid"] = json!(shouted);
    let sisyphos = person.device_with("phone", setup.clone());
    sisyphos.wait_online();
    assert_eq!(sisyphos.driver.ok(json!({"cmd": "accounts"}))["accounts"][0]["account"], person.address);
    assert_eq!(sisyphos.driver.call(setup).unwrap_err().kind, "AccountExists");

    jürgen.driver.ok(json!({"cmd": "add-contact", "account": jürgen.address, "jid": shouted}));
    sisyphos.driver.wait("a request", |line| line["event"] == "subscription-request" && line["from"] == jürgen.address);
    sisyphos.driver.ok(json!({"cmd": "add-contact", "account": shouted, "jid": jürgen.address.to_uppercase()}));
    for (one, other) in [(&jürgen, &sisyphos), (&sisyphos, &jürgen)] {
        one.wait_until("both are contacts", |one| one.contact(&other.address)["subscription"] == "both");
    }
    // Small and capital letters, fullwidth ones, a letter and its dots apart: one person.
    let (name, _) = jürgen.address.split_once('@').unwrap();
    let other_forms = [
        format!("{}@{}", name.to_uppercase(), "ONE.Test."),
        format!("{}@one.test", name.replace('ü', "u\u{308}")),
        format!("{}@one.test", name.replace('j', "ｊ")),
        format!(" {} ", jürgen.address),
    ];
    for (number, form) in other_forms.iter().enumerate() {
        sisyphos.send_to(form, &format!("to form {number}"));
        jürgen.wait_text(&format!("to form {number}"));
    }
    jürgen.send_to(&shouted, "this stone again");
    sisyphos.wait_text("this stone again");
    for device in [&jürgen, &sisyphos] {
        device.sync();
        let chats = device.driver.ok(json!({"cmd": "chats", "account": device.address}));
        assert_eq!(chats["chats"].as_array().unwrap().len(), 1, "{chats}");
    }
    assert_eq!(jürgen.texts(&shouted), sisyphos.texts(&other_forms[0]));
    assert_eq!(jürgen.texts(&shouted).len(), other_forms.len() + 1);
}

fn what_is_no_address_is_refused_unsaid(world: World) {
    let alice = world.person("alice").device("phone");
    alice.sync();
    let stanzas = || alice.driver.ok(json!({"cmd": "stats"}))["stanzas_out"].clone();
    let before = stanzas();
    let wrong = [
        "",
        "@",
        "one.test",
        "bob@",
        "b ob@one.test",
        "b\u{0}ob@one.test",
        "bo\nb@one.test",
        "<bob>@one.test",
        "bob&co@one.test",
        "אbב@one.test",
        "b\u{202e}ob@one.test",
        "😀@one.test",
        "bob@one..test",
        "bob@-one.test",
        "bob@one.test/phone",
        &format!("{}@one.test", "b".repeat(1024)),
        &format!("bob@{}.test", "b".repeat(64)),
    ]
    .map(str::to_owned);
    for address in wrong {
        for mut request in [
            json!({"cmd": "send", "text": "hello"}),
            json!({"cmd": "add-contact"}),
            json!({"cmd": "remove-contact"}),
            json!({"cmd": "block"}),
            json!({"cmd": "unblock"}),
            json!({"cmd": "answer-request"}),
            json!({"cmd": "typing"}),
            json!({"cmd": "draft", "text": "hello"}),
            json!({"cmd": "set-chat", "pinned": true}),
            json!({"cmd": "mark-read"}),
            json!({"cmd": "remove-chat"}),
            json!({"cmd": "timeline"}),
        ] {
            request["account"] = json!(alice.address);
            for field in ["to", "jid", "chat"] {
                request[field] = json!(address);
            }
            let refused = alice.driver.call(request.clone()).map_err(|refused| refused.kind);
            assert_eq!(refused, Err("BadAddress".to_owned()), "{request}");
        }
        let setup = json!({"cmd": "add-account", "jid": address, "password": PASSWORD});
        assert_eq!(alice.driver.call(setup).unwrap_err().kind, "BadAddress", "{address:?}");
    }
    assert_eq!(alice.driver.ok(json!({"cmd": "chats"}))["chats"], json!([]));
    assert_eq!(stanzas(), before);
}

/// A domain of other letters is written in two ways (RFC 5890), and is one.
#[test]
fn a_domain_is_the_same_in_both_its_forms() {
    let options = Options::new("bücher.test").certificate_names(&["xn--bcher-kva.test"]);
    for kind in [ServerKind::Prosody12, ServerKind::Prosody13] {
        // It lives as long as the stories do, as the others.
        let server: &'static Server = Box::leak(Box::new(Server::start(kind, options.clone()).unwrap()));
        let world = World { server };
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let coded = |address: &str| address.replace("bücher", "XN--bcher-kva");
        // Prosody's direct TLS knows its domains in Unicode alone, and TLS names them in ASCII.
        let device = |person: &Person, address: &str| {
            let mut setup = person.setup();
            setup["jid"] = json!(address);
            setup["server"] = json!(server.starttls_address().to_string());
            setup["tls"] = json!("starttls");
            let device = person.device_with("phone", setup);
            device.wait_online();
            device
        };
        let (alice, bob) = (device(&alice, &coded(&alice.address)), device(&bob, &bob.address));
        for (number, to) in [bob.address.clone(), coded(&bob.address)].iter().enumerate() {
            alice.send_to(to, &format!("to form {number}"));
            bob.wait_text(&format!("to form {number}"));
        }
        bob.send(&alice, "both are me");
        alice.wait_text("both are me");
        let chats = alice.driver.ok(json!({"cmd": "chats", "account": coded(&alice.address)}));
        assert_eq!(chats["chats"].as_array().unwrap().len(), 1, "{chats}");
        assert_eq!(chats["chats"][0]["chat"], bob.address);
    }
}

/// Servers let devices be named by characters that the profiles of RFC 6122 do not know.
#[test]
fn a_device_that_is_named_by_an_emoji_is_heard() {
    let server = hostile::Server::direct_tls("one.test", |connection| {
        connection.login(&honest_login())?;
        connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
        connection.send("<message from='bob@one.test/📱' id='1' type='chat'><body>from my 📱</body></message>")?;
        // It leaves when the story is over.
        let _ = connection.serve_until(|_| false);
        Ok(())
    })
    .unwrap();
    let alice = device(&server);
    let row: Value = alice.wait_text("from my 📱");
    assert_eq!(row["chat"], "bob@one.test");
}
