//! The conversation without a person: every step is checked, and the first that fails is the demo's error.

use serde_json::{Value, json};

use super::echo::Echo;
use super::people::Person;
use super::{Stage, picture, screen};

/// Plays and checks the conversation.
pub fn play(stage: &Stage, you: &Person, echo: &Echo) -> Result<(), String> {
    let contact = echo.address();
    step("two accounts signed in and see each other");

    let first = you.send(&contact, "Hello from Larimar!")?;
    for state in ["sent", "delivered", "displayed"] {
        you.expect_state(&first, state)?;
    }
    step("a message was sent, delivered and displayed");

    you.expect("echo types", |line| line["event"] == "typing" && line["on"] == true)?;
    you.expect("echo answers", |line| is_text(line, "Echo: Hello from Larimar!"))?;
    step("echo typed and answered");

    you.expect("echo reacts", |line| {
        line["event"] == "message" && line["message"] == first && line["reactions"][0]["emoji"] == "👍"
    })?;
    step("echo reacted with 👍");

    let second = you.send(&contact, "How are yuo?")?;
    you.expect("echo answers", |line| is_text(line, "Echo: How are yuo?"))?;
    you.call(json!({"cmd": "correct", "message": second, "text": "How are you?"}))?;
    you.expect("echo corrects itself", |line| is_text(line, "Echo: How are you?") && line["edited"] == true)?;
    step("a message was corrected, and echo corrected its answer");

    let answer = you.conversation(&contact)?.into_iter().rev().find(|row| row["outgoing"] == false);
    let answer = answer.ok_or("there is no answer to react to")?;
    you.call(json!({"cmd": "react", "message": answer["message"], "emojis": ["❤️"]}))?;
    you.call(json!({"cmd": "sync", "account": you.address}))?;

    let path = picture::draw(stage.folder.path())?;
    let sent = you.send_file(&contact, &path)?;
    you.expect_state(&sent, "displayed")?;
    step("a picture was sent, encrypted before it was uploaded");
    let back = you.expect("echo's picture is here", |line| {
        line["event"] == "message" && line["outgoing"] == false && line["files"][0]["state"] == "here"
    })?;
    let ours = you.conversation(&contact)?.into_iter().find(|row| row["message"] == sent).unwrap_or_default();
    if ours["files"][0]["path"] != back["files"][0]["path"] {
        return Err(format!("the picture that came back is another one: {ours} {back}"));
    }
    step("echo sent it back, and it is the same to the last byte");

    let tablet = second_device(stage, you)?;
    for outgoing in [true, false] {
        tablet.expect("the pictures are on the second device", |line| {
            line["event"] == "message" && line["outgoing"] == outgoing && line["files"][0]["state"] == "here"
        })?;
    }
    let (here, there) = (you.conversation(&contact)?, tablet.conversation(&contact)?);
    let (here, there) = (here.iter().map(essence).collect::<Vec<_>>(), there.iter().map(essence).collect::<Vec<_>>());
    if here != there || here.len() != 6 {
        return Err(format!("the devices differ:\n{here:#?}\n{there:#?}"));
    }
    step("a second device that was away has the same conversation from the archive");
    for rows in [&you.conversation(&contact)?, &tablet.conversation(&contact)?] {
        if let Some(row) = rows.iter().find(|row| row["encryption"] != "omemo2") {
            return Err(format!("a message was not encrypted: {row}"));
        }
    }
    step("every message was encrypted from device to device");

    println!();
    screen::conversation(&you.conversation(&contact)?);
    println!("\nEverything worked.");
    Ok(())
}

/// Wakes the second device of the same account, which catches up.
pub fn second_device(stage: &Stage, you: &Person) -> Result<Person, String> {
    Person::wake(&stage.binary, &stage.folder.path().join("tablet"), &you.address, "tablet")
}

fn is_text(line: &Value, text: &str) -> bool {
    line["event"] == "message" && line["outgoing"] == false && line["text"] == text
}

/// What must be the same on all devices.
fn essence(row: &Value) -> Value {
    let file = &row["files"][0];
    let file = json!([file["name"], file["path"]]);
    json!([row["outgoing"], row["text"], row["edited"], row["retracted"], row["reactions"], file])
}

fn step(what: &str) {
    println!("   ✓ {what}");
}
