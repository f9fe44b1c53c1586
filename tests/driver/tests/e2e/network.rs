//! Ways to a server, and servers that cannot be reached or trusted.

use std::net::TcpListener;

use larimar_testbed::{Dns, Options, Record, Server, ServerKind};
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, World};

on_servers! {
    starttls_works_as_direct_tls_does: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_websocket_works_as_well: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_server_is_found_by_its_domain: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    an_authority_that_is_not_trusted_is_refused_and_may_be_pinned: Prosody12, Ejabberd23;
}

/// Two devices of one person, the second on the way to be tested; each hears the other.
fn check(world: World, change: impl FnOnce(&mut Value)) {
    let (first, bob) = world.friends();
    let person = crate::world::Person { world, address: first.address.clone() };
    let mut setup = person.setup();
    change(&mut setup);
    let second = person.device_with("second", setup);
    second.wait_online();
    second.sync();
    second.send_to(&bob.address, "by another way");
    bob.wait_text("by another way");
    bob.send(&second, "and back");
    second.wait_text("and back");
}

fn starttls_works_as_direct_tls_does(world: World) {
    check(world, |setup| {
        setup["server"] = json!(world.server.starttls_address().to_string());
        setup["tls"] = json!("starttls");
    });
}

fn a_websocket_works_as_well(world: World) {
    check(world, |setup| {
        setup["server"] = Value::Null;
        setup["tls"] = Value::Null;
        setup["websocket"] = json!(world.server.websocket_url());
    });
}

fn a_server_is_found_by_its_domain(world: World) {
    let host = "xmpp.one.test";
    let service =
        |kind: &str, port, priority| Record::service(&format!("_{kind}._tcp.one.test"), host, port, priority, 5);
    // What comes first by priority is not there; each of the two others is enough.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for record in [
        service("xmpps-client", world.server.direct_tls_port(), 10),
        service("xmpp-client", world.server.starttls_port(), 10),
    ] {
        let address = Record::address(host, std::net::Ipv4Addr::LOCALHOST);
        let dns = Dns::start(&[service("xmpps-client", nobody, 1), record, address]).unwrap();
        check(world, |setup| {
            setup["server"] = Value::Null;
            setup["tls"] = Value::Null;
            setup["dns"] = json!(dns.address().to_string());
        });
    }
}

#[test]
fn a_domain_without_a_server_is_said() {
    let dns = Dns::start(&[]).unwrap();
    let phone = Device::open(larimar_testbed::Folder::new("phone").unwrap(), "alice@one.test", "phone");
    let dns = dns.address().to_string();
    phone.driver.ok(json!({"cmd": "add-account", "jid": "alice@one.test", "password": "x", "dns": dns}));
    let error = failure(&phone);
    assert_eq!((&error["kind"], &error["domain"]), (&json!("ServerNotFound"), &json!("one.test")));
}

fn failure(device: &Device) -> Value {
    let failed = |line: &Value| line["event"] == "account" && !line["error"].is_null();
    device.driver.wait("it fails", failed)["error"].clone()
}

fn an_authority_that_is_not_trusted_is_refused_and_may_be_pinned(world: World) {
    let alice = world.person("alice");
    let mut setup = alice.setup();
    setup["ca"] = Value::Null;
    let phone = alice.device_with("phone", setup.clone());
    let error = failure(&phone);
    assert_eq!(error["kind"], "CertificateInvalid");
    setup["pinned"] = error["fingerprint"].clone();
    let trusting = alice.device_with("trusting", setup);
    trusting.wait_online();
}

#[test]
fn a_certificate_for_another_name_or_another_time_is_refused() {
    for (options, reason) in [
        (Options::new("one.test").certificate_names(&["two.test"]), "another domain"),
        (Options::new("one.test").expired_certificate(), "expired"),
    ] {
        // Ended with the process, as the other servers are.
        let server: &'static Server = Box::leak(Box::new(Server::start(ServerKind::Prosody12, options).unwrap()));
        let phone = World { server }.person("alice");
        let setup = phone.setup();
        let phone = phone.device_with("phone", setup);
        let error = failure(&phone);
        assert_eq!(error["kind"], "CertificateInvalid");
        assert!(error["reason"].as_str().unwrap().contains(reason), "{error}");
    }
}

#[test]
fn a_server_that_is_not_there_says_in_which_step() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = larimar_testbed::Folder::new("phone").unwrap();
    let phone = Device::open(folder, "alice@one.test", "phone");
    phone.driver.ok(json!({
        "cmd": "add-account", "jid": "alice@one.test", "password": "x", "server": free.to_string(), "tls": "direct",
    }));
    let error = failure(&phone);
    assert_eq!(error["kind"], "ServerUnreachable");
    assert_eq!(error["step"], "connecting");
}
