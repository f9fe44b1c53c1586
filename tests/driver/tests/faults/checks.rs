//! What must hold in the end: archives, stores and timelines agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use larimar_testbed::{Driver, Folder, Server};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::keys;
use crate::person::Person;
use crate::report::say;
use crate::world::World;

/// How many rows a difference shows before and after it.
const AROUND: usize = 4;

/// All of it.
pub fn check(world: &mut World) {
    for person in &mut world.people {
        person.wait_sent();
    }
    // Twice: what one reads may make the other's server send it something.
    for _ in 0..2 {
        world.people.iter().for_each(Person::sync);
    }
    let [alice, bob] = &world.people;
    let mut problems = Problems::default();
    let written: BTreeMap<String, String> = world.people.iter().flat_map(texts_by_id).collect();
    for (who, person, peer) in [(0, alice, bob), (1, bob, alice)] {
        let timeline = timeline(person.driver(), &person.address, &peer.address);
        let archive = archive(world.server(who), person, &peer.address, &written, &mut problems);
        let what = format!("{}'s timeline", person.address);
        problems.complete(&what, &timeline, &world.people);
        problems.compare(&what, &timeline, &archive);
        let folder = Folder::new("new").unwrap();
        let device = person.other_device(&folder);
        let what = format!("{}'s other device", person.address);
        problems.compare(&what, &self::timeline(&device, &person.address, &peer.address), &archive);
        device.quit();
    }
    check_unread(world, &mut problems);
    for person in &mut world.people {
        person.quit();
        problems.check_store(person);
    }
    problems.tell(world.name());
}

/// After all was read, exactly what came since is unread.
fn check_unread(world: &mut World, problems: &mut Problems) {
    let addresses = [world.people[0].address.clone(), world.people[1].address.clone()];
    for who in 0..2 {
        let (person, peer) = (&world.people[who], &addresses[1 - who]);
        person.driver().ok(json!({"cmd": "mark-read", "account": person.address, "chat": peer}));
        problems.unread(person, peer, 0);
    }
    for count in 1..4 {
        world.people[0].write(&addresses[1]);
        world.people[0].wait_sent();
        world.people[1].sync();
        problems.unread(&world.people[1], &addresses[0], count);
    }
    world.people[0].sync();
    problems.unread(&world.people[0], &addresses[1], 0);
    world.people.iter().for_each(Person::sync);
}

/// All texts of a chat, oldest first.
fn timeline(driver: &Driver, account: &str, chat: &str) -> Vec<String> {
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let before = rows.first().map(|row| row["message"].clone());
        let request = json!({"cmd": "timeline", "account": account, "chat": chat, "limit": 1000, "before": before});
        let page = driver.ok(request);
        let mut older = page["rows"].as_array().cloned().unwrap_or_default();
        let ended = older.is_empty() || page["complete"] == true;
        older.append(&mut rows);
        rows = older;
        if ended {
            return rows.iter().map(shown).collect();
        }
    }
}

/// A row's text, or why it cannot be read.
fn shown(row: &Value) -> String {
    let word = |field: &str| row[field].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
    word("text").or_else(|| word("sealed")).unwrap_or_default()
}

/// The texts of a chat as the account's own server keeps them. Of a text that it has twice the first counts.
/// What is encrypted is known by its id.
fn archive(
    server: &Server,
    person: &Person,
    peer: &str,
    written: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Vec<String> {
    let mut texts = Vec::new();
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let archive = server.archive(&person.address).unwrap();
    if person.is_encrypted() {
        keys::problems(&archive).into_iter().for_each(|problem| problems.add(problem));
    }
    for archived in archive {
        let Some(body) = body(&archived.xml).filter(|_| archived.with == peer) else { continue };
        let known = id(&archived.xml).and_then(|id| written.get(id)).filter(|_| person.is_encrypted());
        let body = known.map_or(body, String::as_str);
        let seen = ids.entry(body.to_owned()).or_default();
        if seen.is_empty() {
            texts.push(body.to_owned());
        }
        seen.push(archived.id);
    }
    for (text, ids) in ids.iter().filter(|(_, ids)| ids.len() > 1) {
        problems.add(format!("{}'s archive has {text} {} times: {ids:?}", person.address, ids.len()));
    }
    texts
}

/// The texts of these tests need no unescaping.
fn body(xml: &str) -> Option<&str> {
    let (_, rest) = xml.split_once("<body")?;
    let (_, rest) = rest.split_once('>')?;
    Some(rest.split_once("</body>")?.0)
}

/// The id of a message.
fn id(xml: &str) -> Option<&str> {
    let head = &xml[xml.find("<message")?..];
    let head = &head[..head.find('>')?];
    let (_, rest) = [" id='", " id=\""].iter().find_map(|before| head.split_once(before))?;
    rest.split(['\'', '"']).next()
}

/// The texts that somebody wrote, by the ids of their stanzas.
fn texts_by_id(person: &Person) -> Vec<(String, String)> {
    let db = Connection::open_with_flags(person.store().join("larimar.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement =
        db.prepare("SELECT stanza_id, body FROM message WHERE outgoing AND local AND kind = 0").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[derive(Default)]
pub struct Problems {
    all: Vec<String>,
}

impl Problems {
    pub fn add(&mut self, problem: String) {
        self.all.push(problem);
    }

    /// Every text that was written is there, once.
    fn complete(&mut self, what: &str, timeline: &[String], people: &[Person; 2]) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        timeline.iter().for_each(|text| *counts.entry(text).or_default() += 1);
        for (text, count) in counts.iter().filter(|(_, count)| **count > 1) {
            self.add(format!("{what} shows {text} {count} times"));
        }
        let written = people.iter().flat_map(|person| person.written());
        for text in written.filter(|text| !counts.contains_key(text.as_str())) {
            self.add(format!("{what} lacks {text}"));
        }
        let known: BTreeSet<&str> = people
            .iter()
            .flat_map(|person| person.written().iter().chain(person.may_have_written()))
            .map(String::as_str)
            .collect();
        for text in counts.keys().filter(|text| !known.contains(**text)) {
            self.add(format!("{what} shows {text:?}, which nobody wrote"));
        }
    }

    /// The same texts in the same order.
    fn compare(&mut self, what: &str, timeline: &[String], archive: &[String]) {
        let Some(at) = (0..timeline.len().max(archive.len())).find(|at| timeline.get(*at) != archive.get(*at)) else {
            return;
        };
        let part = |all: &[String]| {
            let from = at.saturating_sub(AROUND).min(all.len());
            all[from..(at + 3 * AROUND).min(all.len())].join(" ")
        };
        let missed = archive.get(at).map_or("the end", String::as_str);
        let shown = timeline.iter().position(|text| text == missed);
        self.add(format!(
            "{what} ({} texts) is not the archive ({}) from text {at} on ({missed} is shown as text {shown:?}):\n  \
             shown:   {}\n  archive: {}",
            timeline.len(),
            archive.len(),
            part(timeline),
            part(archive)
        ));
    }

    fn unread(&mut self, person: &Person, peer: &str, wanted: u64) {
        let chats = person.driver().ok(json!({"cmd": "chats", "account": person.address}));
        let rows = chats["chats"].as_array().cloned().unwrap_or_default();
        let unread = rows.iter().find(|row| row["chat"] == peer).map_or(Value::Null, |row| row["unread"].clone());
        if unread != wanted {
            self.add(format!("{} has {unread} unread, not {wanted}", person.address));
        }
    }

    /// The file is whole, and nothing waits to be sent.
    fn check_store(&mut self, person: &Person) {
        let file = person.store().join("larimar.db");
        let ok = first(&file, "PRAGMA integrity_check");
        if ok != "ok" {
            self.add(format!("{}'s store: {ok}", person.address));
        }
        let waiting = first(&file, "SELECT group_concat(payload || ' in state ' || state, ', ') FROM outbox");
        if !waiting.is_empty() {
            self.add(format!("{}'s outbox still has payloads {waiting}", person.address));
        }
    }

    fn tell(&self, name: &str) {
        if !self.all.is_empty() {
            say(&format!("{name}: {} problems", self.all.len()));
            panic!("{name}:\n{}", self.all.join("\n"));
        }
    }
}

fn first(file: &Path, sql: &str) -> String {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    db.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
}
