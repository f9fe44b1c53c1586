//! The echo contact: a person of few ideas. It accepts requests, types, says back what it hears, corrects itself when it
//! was corrected, sends pictures back, and likes whatever ends in an exclamation mark.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use larimar_testbed::Folder;
use serde_json::{Value, json};

use super::people::Person;

/// The running contact.
pub struct Echo {
    address: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Lets the person answer from now on.
    pub fn start(person: Arc<Person>) -> Echo {
        let address = person.address.clone();
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let thread = std::thread::spawn(move || answer(&person, &stopping));
        Echo { address, stop, thread: Some(thread) }
    }

    /// Its address.
    pub fn address(&self) -> String {
        self.address.clone()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has printed why.
            let _ = thread.join();
        }
    }
}

/// What was answered: the message that was heard, its text then, and the answer's row.
struct Answered {
    heard: Value,
    text: String,
    answer: Value,
}

fn answer(person: &Person, stop: &AtomicBool) {
    let mut mark = 0;
    let mut answered: Vec<Answered> = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let Some((at, line)) = person.driver.find(mark, Duration::from_millis(200), |line| !line["event"].is_null())
        else {
            continue;
        };
        mark = at + 1;
        let done = match line["event"].as_str() {
            Some("subscription-request") => {
                let (account, jid) = (&line["account"], &line["from"]);
                person.call(json!({"cmd": "add-contact", "account": account, "jid": jid})).map(|_| ())
            }
            Some("message") if line["outgoing"] == false && line["retracted"] == false => {
                say_back(person, &line, &mut answered)
            }
            _ => Ok(()),
        };
        if let Err(error) = done {
            eprintln!("echo: {error}");
        }
    }
}

fn say_back(person: &Person, heard: &Value, answered: &mut Vec<Answered>) -> Result<(), String> {
    let (account, chat) = (&heard["account"], &heard["chat"]);
    let text = heard["text"].as_str().unwrap_or_default().to_owned();
    let file = &heard["files"][0];
    if file.is_object() {
        // It is told again when the file is here.
        if file["state"] != "here" || answered.iter().any(|known| known.heard == heard["message"]) {
            return Ok(());
        }
        person.call(json!({"cmd": "mark-read", "account": account, "chat": chat}))?;
        let folder = Folder::new("echo").map_err(|error| error.to_string())?;
        let saved = person.call(json!({"cmd": "save-file", "message": heard["message"], "path": folder.path()}))?;
        let path = saved["path"].as_str().unwrap_or_default();
        let answer = person.send_file(chat.as_str().unwrap_or_default(), Path::new(path))?;
        answered.push(Answered { heard: heard["message"].clone(), text, answer });
        return Ok(());
    }
    match answered.iter_mut().find(|known| known.heard == heard["message"]) {
        Some(known) if known.text == text => return Ok(()),
        Some(known) => {
            person.call(json!({"cmd": "correct", "message": known.answer, "text": format!("Echo: {text}")}))?;
            known.text = text;
        }
        None => {
            person.call(json!({"cmd": "mark-read", "account": account, "chat": chat}))?;
            person.call(json!({"cmd": "typing", "account": account, "chat": chat, "on": true}))?;
            let to = chat.as_str().unwrap_or_default();
            let answer = person.send(to, &format!("Echo: {text}"))?;
            answered.push(Answered { heard: heard["message"].clone(), text, answer });
        }
    }
    if heard["text"].as_str().is_some_and(|text| text.ends_with('!')) {
        person.call(json!({"cmd": "react", "message": heard["message"], "emojis": ["👍"]}))?;
    }
    Ok(())
}
