//! How much memory the driver's process keeps while nothing happens.

use std::path::PathBuf;
use std::time::Duration;

use larimar_testbed::{Driver, Folder, Options, Server, ServerKind};
use serde_json::{Value, json};

use crate::report::{Table, verdict};
use crate::{Failure, Result, Size, filling};

const ACCOUNTS: [&str; 2] = ["alice@one.test", "carol@one.test"];
const PASSWORD: &str = "a secret of alice and carol";
const CHATS: u64 = 200;
const GOAL: f64 = 20.0;
/// How long it is left alone before it is looked at.
const IDLE: Duration = Duration::from_secs(5);

/// Measures with a tenth of the messages, and with all.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let about = "Resident memory of the driver's process, idle with 2 accounts online, after its chat list, a page of 20 chats and a search were shown.";
    let columns = ["server", "messages", "resident", "of which files mapped", "goal", ""];
    let mut table = Table::new("Memory", about, &columns);
    for messages in [size.memory / 10, size.memory] {
        let kind = ServerKind::Prosody13;
        let (resident, files) = measure(kind, messages)?;
        let megabytes = resident as f64 / 1e6;
        table.row(vec![
            kind.name().to_owned(),
            messages.to_string(),
            format!("{megabytes:.1} MB"),
            format!("{:.1} MB", files as f64 / 1e6),
            format!("{GOAL:.0} MB"),
            verdict(megabytes, GOAL, " MB"),
        ]);
    }
    Ok(vec![table])
}

fn measure(kind: ServerKind, messages: u64) -> Result<(u64, u64)> {
    println!("{} with {messages} messages", kind.name());
    let options = ACCOUNTS.iter().fold(Options::new("one.test"), |options, jid| options.account(jid, PASSWORD));
    let server = Server::start(kind, options)?;
    let folder = Folder::on_disk("bench")?;
    let first = open(&folder)?;
    for jid in ACCOUNTS {
        let ca = server.ca_path();
        let address = server.direct_tls_address().to_string();
        ask(
            &first,
            json!({"cmd": "add-account", "jid": jid, "password": PASSWORD, "server": address, "tls": "direct", "ca": ca}),
        )?;
        ask(&first, json!({"cmd": "sync", "account": jid}))?;
    }
    first.quit();
    for jid in ACCOUNTS {
        filling::fill(&folder.path().join("store"), jid, CHATS, messages / ACCOUNTS.len() as u64)?;
    }
    let driver = open(&folder)?;
    for jid in ACCOUNTS {
        ask(&driver, json!({"cmd": "sync", "account": jid}))?;
    }
    let chats = ask(&driver, json!({"cmd": "chats"}))?;
    for row in chats["chats"].as_array().into_iter().flatten().take(20) {
        ask(&driver, json!({"cmd": "timeline", "account": row["account"], "chat": row["chat"], "limit": 50}))?;
    }
    ask(&driver, json!({"cmd": "search", "query": "ma to", "limit": 50}))?;
    std::thread::sleep(IDLE);
    let of_process = (status(driver.pid(), "VmRSS:")?, status(driver.pid(), "RssFile:")?);
    // Not before: counting reads the whole store.
    let stored = ask(&driver, json!({"cmd": "stats"}))?["messages"].as_u64();
    if stored != Some(messages) {
        return Err(format!("{stored:?} messages are stored").into());
    }
    driver.quit();
    Ok(of_process)
}

fn open(folder: &Folder) -> Result<Driver> {
    let binary: PathBuf = std::env::current_exe()?.with_file_name("larimar-driver");
    if !binary.is_file() {
        return Err("larimar-driver is not built beside this program".into());
    }
    Ok(Driver::open(&binary, "bench", &folder.path().join("store"), "none"))
}

fn ask(driver: &Driver, request: Value) -> Result<Value> {
    driver.call(request).map_err(|refused| Failure::from(format!("the driver refused: {refused:?}")))
}

/// A line of the process's status, in bytes.
fn status(pid: u32, name: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no memory is told")?;
    let kilobytes: u64 = line.split_whitespace().next().ok_or("no memory is told")?.parse()?;
    Ok(kilobytes * 1024)
}
