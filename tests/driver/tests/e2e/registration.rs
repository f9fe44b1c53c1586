//! Accounts that need more than a name and a password: an invitation, or a picture that is read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use larimar_testbed::{Folder, Options, Server, ServerKind};
use serde_json::{Value, json};

use crate::world::{Device, PASSWORD, Person, World};

/// A server that registers people in its own way, ended with the process as the others are.
fn server(kind: ServerKind, options: Options) -> World {
    World { server: Box::leak(Box::new(Server::start(kind, options).unwrap())) }
}

/// A device without an account.
fn empty(address: &str) -> Device {
    Device::open(Folder::new("phone").unwrap(), address, "phone")
}

/// Asks for the form; the name comes with the answers.
fn form_request(world: World, token: Option<&str>) -> Value {
    let domain = world.server.domain().to_owned();
    let mut request = Person { world, address: domain.clone() }.setup();
    request["cmd"] = json!("registration-form");
    (request["domain"], request["token"]) = (json!(domain), json!(token));
    (request["jid"], request["password"]) = (Value::Null, Value::Null);
    request
}

/// Answers a form; hidden fields are given back by the core.
fn answer(form: &Value, answers: Value) -> Value {
    json!({"cmd": "answer-form", "form": form["form"], "answers": answers})
}

fn names(form: &Value) -> Vec<&str> {
    form["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect()
}

/// The account signs in and is heard.
fn check(world: World, phone: &Device) {
    phone.wait_online();
    let bob = world.person("bob").device("phone");
    phone.send(&bob, "I am new here");
    bob.wait_text("I am new here");
}

fn an_invitation_lets_one_person_in(kind: ServerKind) {
    let world = server(kind, Options::new("one.test").invitations());
    let phone = empty("newcomer@one.test");
    let form = phone.driver.ok(form_request(world, None));
    let uninvited = phone.driver.call(answer(&form, json!({"username": "newcomer", "password": PASSWORD})));
    let refused = uninvited.unwrap_err();
    assert_eq!(refused.kind, "AnswersRefused", "{refused:?}");
    assert!(refused.error["reason"].as_str().unwrap().contains("invitation"), "{refused:?}");
    let refused = phone.driver.call(form_request(world, Some("a-guess"))).unwrap_err();
    assert_eq!(refused.kind, "InvitationRefused", "{refused:?}");
    let token = world.server.invite("one.test").unwrap();
    let form = phone.driver.ok(form_request(world, Some(&token)));
    assert!(["username", "password"].iter().all(|name| names(&form).contains(name)), "{form}");
    let done = phone.driver.ok(answer(&form, json!({"username": "newcomer", "password": PASSWORD})));
    assert_eq!(done["form"], Value::Null);
    check(world, &phone);
    let second = empty("second@one.test").driver.call(form_request(world, Some(&token))).unwrap_err();
    assert_eq!(second.kind, "InvitationRefused", "a token is used once: {second:?}");
}

#[test]
fn an_invitation_lets_one_person_in_on_prosody12() {
    an_invitation_lets_one_person_in(ServerKind::Prosody12);
}

#[test]
fn an_invitation_lets_one_person_in_on_prosody13() {
    an_invitation_lets_one_person_in(ServerKind::Prosody13);
}

/// What the testbed's picture says: it stands behind the end of the PNG.
fn read_picture(form: &Value) -> String {
    let fields = form["fields"].as_array().unwrap();
    let media: Vec<&Value> = fields.iter().flat_map(|field| field["media"].as_array().unwrap()).collect();
    let here = media.iter().find(|media| media["type"] == "image/png" && media["base64"].is_string());
    let bytes =
        BASE64.decode(here.unwrap_or_else(|| panic!("no picture: {form}"))["base64"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    let end = bytes.windows(4).position(|bytes| bytes == b"IEND").unwrap() + 8;
    String::from_utf8(bytes[end..].to_vec()).unwrap()
}

fn a_picture_is_read_by_a_person(kind: ServerKind) {
    let world = server(kind, Options::new("one.test").captcha());
    let phone = empty("newcomer@one.test");
    let mut simple = Person { world, address: phone.address.clone() }.setup();
    simple["cmd"] = json!("register");
    assert_eq!(phone.driver.call(simple).unwrap_err().kind, "FormNeeded");
    let answers = |ocr: &str| json!({"username": "newcomer", "password": PASSWORD, "ocr": ocr});
    let form = phone.driver.ok(form_request(world, None));
    assert!(names(&form).contains(&"ocr"), "{form}");
    let wrong = phone.driver.call(answer(&form, answers("no number"))).unwrap_err();
    assert_eq!(wrong.kind, "AnswersRefused", "{wrong:?}");
    let again = phone.driver.call(answer(&form, answers("no number"))).unwrap_err();
    assert_eq!(again.error["field"], "form", "a picture is for one answer");
    let form = phone.driver.ok(form_request(world, None));
    let done = phone.driver.ok(answer(&form, answers(&read_picture(&form))));
    assert_eq!(done["form"], Value::Null);
    check(world, &phone);
}

#[test]
fn a_picture_is_read_by_a_person_on_ejabberd23() {
    a_picture_is_read_by_a_person(ServerKind::Ejabberd23);
}

#[test]
fn a_picture_is_read_by_a_person_on_ejabberd24() {
    a_picture_is_read_by_a_person(ServerKind::Ejabberd24);
}
