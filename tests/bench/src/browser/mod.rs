//! The app as it is shipped, in Chromium: how large it is, and how fast beside the native core and on a slow processor. What is
//! done in the browser is in `kaios/tests/journeys/speed.mjs`.

mod world;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use larimar_testbed::Server;
use serde_json::Value;

use crate::report::{Pair, Table, against_floor, median, ms, verdict};
use crate::{Result, Size};
use world::{Browser, CHATS, KIND, SLOWER};

/// The goals: kilobytes of code, times as long as the native core, milliseconds until the chats are there, milliseconds a frame,
/// megabytes in use.
const CODE: f64 = 900.0;
const CATCH_UP: f64 = 3.0;
const OPENING: f64 = 1_000.0;
const FRAME: f64 = 50.0;
const HEAP: f64 = 60.0;

/// Measures with one server, in the browser and natively by turns.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let built = world::built()?;
    println!("{}: writing", KIND.name());
    let server = world::filled(size.archive)?;
    let web = world::serve(&server, &built)?;
    let browser = Browser::start(&web.url(), size)?;
    let caught_up = catch_up(&server, &browser, size)?;
    // From here on there is no network.
    server.stop();
    drop(web);
    browser.go_on()?;
    let about = format!(
        "What `cargo xtask kaios` builds, with {CHATS} chats and {} messages stored, on a feature phone's screen; opened without a network \
         in a browser that was just started. The page is {SLOWER} times slower; Chromium can slow no worker, so what the engine's thread \
         computed until then is counted {SLOWER} times where it is waited for. Scrolled is by 120 px a frame through a conversation of {} messages: to its \
         beginning, while older ones come, and to its end again; then to its beginning by a key that is held, message by message with every other \
         frame. By turns with it, a plain text is scrolled: that has slow frames from whatever else the machine does. Heaps are what is in use \
         after all of it, tidied up.",
        size.archive,
        size.archive / 2
    );
    let mut table = Table::new("The app in a browser", &about, &["what", "measured", "goal", ""]);
    let (all, opening) = code(&built)?;
    for (what, bytes) in [("code to open it in English, by gzip", opening), ("all code, by gzip", all)] {
        let size = bytes as f64 / 1e3;
        table.row(row(what, &format!("{size:.1} kB"), size, CODE, " kB"));
    }
    open(&mut table, &browser, size)?;
    scroll(&mut table, &browser)?;
    heap(&mut table, &browser)?;
    browser.end()?;
    Ok(vec![caught_up, table])
}

fn row(what: &str, measured: &str, value: f64, goal: f64, unit: &str) -> Vec<String> {
    vec![what.to_owned(), measured.to_owned(), format!("{goal:.0}{unit}"), verdict(value, goal, unit)]
}

/// A new device signs in: from giving the account to the engine until all messages are stored.
fn catch_up(server: &Server, browser: &Browser, size: Size) -> Result<Table> {
    let about = format!(
        "A new device of an account with {CHATS} chats and {} messages, from the moment when the engine is given the account until it has \
         stored them all: the app in Chromium, with WebSocket, WebAssembly and IndexedDB, beside the core in this process.",
        size.archive
    );
    let columns = ["server", "native", "Chromium", "ratio", "goal", ""];
    let mut table = Table::new("Catching up in a browser", &about, &columns);
    let mut pairs = Vec::new();
    for round in 1..=size.rounds {
        if round > 1 {
            browser.go_on()?;
        }
        let ours = time(&browser.told("stored", round)?["ms"]);
        let floor = world::native(server, size.archive)?;
        println!("{} and {}", ms(floor), ms(ours));
        pairs.push(Pair { floor, ours });
    }
    let mut cells = vec![KIND.name().to_owned()];
    cells.extend(against_floor(&pairs, CATCH_UP));
    table.row(cells);
    Ok(table)
}

/// The app opens, and its first chat.
fn open(table: &mut Table, browser: &Browser, size: Size) -> Result {
    let (mut lists, mut talks, mut engines, mut wholes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 1..=size.rounds {
        let opened = browser.told("opened", round)?;
        let [list, talk, engine] = ["ms", "talk", "engine"].map(|part| time(&opened[part]));
        println!("{}, then {}, its engine computed {}", ms(list), ms(talk), ms(engine));
        lists.push(list);
        talks.push(talk);
        engines.push(engine);
        wholes.push(talk + engine * (SLOWER - 1));
    }
    let list = median(lists);
    table.row(row(
        "from the address to the chats, as they were last",
        &ms(list),
        list.as_secs_f64() * 1e3,
        OPENING,
        " ms",
    ));
    let measured = format!(
        "{} ({} with an engine as fast as here, which computes {})",
        ms(median(wholes)),
        ms(median(talks)),
        ms(median(engines))
    );
    table.row(vec![
        "to the words of the first, opened by a key at once".to_owned(),
        measured,
        String::new(),
        String::new(),
    ]);
    Ok(())
}

/// The long conversation, up and down; by turns with it a plain text, which has its slow frames from whatever else this machine does.
fn scroll(table: &mut Table, browser: &Browser) -> Result {
    let ways = ["frames to its beginning", "frames to its end", "frames to its beginning, a key held"];
    for (round, what) in (1..).zip(ways) {
        let told = browser.told("scrolled", round)?;
        let [ours, floor] = ["frames", "floor"].map(|part| Frames::of(&told[part]));
        let (ours, floor) = (ours?, floor?);
        let measured = format!("{ours} (a plain text: {floor})");
        let verdict = if ours.slow == 0 { "met".to_owned() } else { format!("missed by {}", ours.slow) };
        table.row(vec![what.to_owned(), measured, "0".to_owned(), verdict]);
    }
    Ok(())
}

/// How long frames took.
struct Frames {
    all: usize,
    slow: usize,
    middle: f64,
    longest: f64,
}

impl Frames {
    fn of(told: &Value) -> Result<Self> {
        let mut frames: Vec<f64> = told.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        frames.sort_by(f64::total_cmp);
        Ok(Self {
            all: frames.len(),
            // A screen's turns are whole: three of them are 50 ms, give or take what clocks do.
            slow: frames.iter().filter(|frame| **frame > FRAME + 0.5).count(),
            middle: frames.get(frames.len() / 2).copied().unwrap_or_default(),
            longest: frames.last().copied().ok_or("nothing was scrolled")?,
        })
    }
}

impl fmt::Display for Frames {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { all, slow, middle, longest } = self;
        write!(to, "{slow} of {all} over {FRAME:.0} ms; median {middle:.0} ms, longest {longest:.0} ms")
    }
}

/// What is in use in the end.
fn heap(table: &mut Table, browser: &Browser) -> Result {
    let told = browser.told("heaps", 1)?;
    let part = |name: &str| told[name].as_f64().unwrap_or_default() / 1e6;
    let (page, worker, memory) = (part("page"), part("worker"), part("memory"));
    let whole = page + worker + memory;
    let measured = format!("{whole:.1} MB ({page:.1} the page, {worker:.1} the worker, {memory:.1} WebAssembly)");
    table.row(row("heaps", &measured, whole, HEAP, " MB"));
    Ok(())
}

/// Bytes of all WebAssembly and JavaScript, each file as it is sent; and without the parts that are loaded when they are wanted:
/// the other languages, and the reader of codes.
fn code(folder: &Path) -> Result<(u64, u64)> {
    let (mut all, mut opening) = (0, 0);
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            let (inside, of_these) = code(&path)?;
            all += inside;
            opening += of_these;
        } else if path.to_str().is_some_and(|path| path.ends_with(".js.gz") || path.ends_with(".wasm.gz")) {
            let bytes = path.metadata()?.len();
            let begins = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("index-"));
            let later = folder.ends_with("assets") && !begins;
            all += bytes;
            opening += if later { 0 } else { bytes };
        }
    }
    Ok((all, opening))
}

fn time(milliseconds: &Value) -> Duration {
    Duration::from_secs_f64(milliseconds.as_f64().unwrap_or_default() / 1e3)
}
