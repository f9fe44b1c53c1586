//! The conversation with a person at the terminal.

use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::echo::Echo;
use super::people::Person;
use super::{Stage, picture, screen, script};

const HELP: &str = "\
Type a message and press Enter. Echo answers; end with ! and it likes it.
  /fix TEXT     correct your last message        /undo       delete it
  /react EMOJI  react to echo's last message     /show       the conversation as it is now
  /file PATH    send a file (or our picture)     /second     wake your second device
  /quit         leave";

/// Talks until the person leaves.
pub fn converse(stage: &Stage, you: &Person, echo: &Echo) -> Result<(), String> {
    println!("\nYou are {}, talking to {}.\n{HELP}\n", you.address, echo.address());
    let leaving = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| tell(you, &leaving));
        let result = read(stage, you, &echo.address());
        leaving.store(true, Ordering::Relaxed);
        result
    })
}

/// Prints what happens while the person types.
fn tell(you: &Person, leaving: &AtomicBool) {
    let mut mark = you.driver.mark();
    let mut shown: Vec<(Value, String)> = Vec::new();
    while !leaving.load(Ordering::Relaxed) {
        let found = you.driver.find(mark, Duration::from_millis(200), |line| !line["event"].is_null());
        let Some((at, event)) = found else { continue };
        mark = at + 1;
        match event["event"].as_str() {
            Some("message") => {
                let line = screen::line(&event);
                match shown.iter_mut().find(|(message, _)| *message == event["message"]) {
                    Some((_, before)) if *before == line => continue,
                    Some((_, before)) => before.clone_from(&line),
                    None => shown.push((event["message"].clone(), line.clone())),
                }
                print_above(&line);
            }
            Some("typing") if event["on"] == true => print_above("       │ echo is typing …"),
            Some("account") => {
                print_above(&format!("       │ you are {}", event["state"].as_str().unwrap_or_default()))
            }
            _ => {}
        }
    }
}

/// Prints a line where the prompt is, and the prompt again.
fn print_above(line: &str) {
    print!("\r\x1b[2K{line}\n> ");
    // A terminal that has gone shows nothing.
    let _ = std::io::stdout().flush();
}

fn read(stage: &Stage, you: &Person, contact: &str) -> Result<(), String> {
    let mut devices = Vec::new();
    print_above("");
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let (command, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let done = match command {
            "" => Ok(()),
            "/quit" => break,
            "/show" => you.conversation(contact).map(|rows| screen::conversation(&rows)),
            "/fix" => change_last(
                you,
                contact,
                true,
                |row| json!({"cmd": "correct", "message": row["message"], "text": rest}),
            ),
            "/undo" => change_last(you, contact, true, |row| json!({"cmd": "retract", "message": row["message"]})),
            "/react" => change_last(
                you,
                contact,
                false,
                |row| json!({"cmd": "react", "message": row["message"], "emojis": [rest]}),
            ),
            "/file" => send_file(stage, you, contact, rest),
            "/second" => script::second_device(stage, you).and_then(|tablet| {
                println!("Your second device was away, and shows:");
                screen::conversation(&tablet.conversation(contact)?);
                devices.clear();
                devices.push(tablet);
                Ok(())
            }),
            command if command.starts_with('/') && command != "/me" => {
                println!("{HELP}");
                Ok(())
            }
            _ => you.send(contact, line.trim()).map(|_| ()),
        };
        if let Err(error) = done {
            println!("That did not work: {error}");
        }
        print!("> ");
        let _ = std::io::stdout().flush();
    }
    println!("Goodbye.");
    Ok(())
}

/// Sends a file; without a path the picture of the demo.
fn send_file(stage: &Stage, you: &Person, contact: &str, path: &str) -> Result<(), String> {
    let path = if path.is_empty() { picture::draw(stage.folder.path())? } else { path.into() };
    you.send_file(contact, &path).map(|_| ())
}

fn change_last(you: &Person, contact: &str, own: bool, request: impl FnOnce(&Value) -> Value) -> Result<(), String> {
    let rows = you.conversation(contact)?;
    let last = rows.iter().rev().find(|row| (row["outgoing"] == true) == own && row["retracted"] == false);
    let last = last.ok_or("there is no such message yet")?;
    you.call(request(last)).map(|_| ())
}
