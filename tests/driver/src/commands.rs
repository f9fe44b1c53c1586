//! What each command does: one call of the front door each.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use larimar::client::{ArchivePreferences, ChatEncryption, ChatSettings, Client, Error, OpenOptions, PushTarget};
use larimar::platform::FileKeystore;
use serde_json::{Value, json};

use crate::backups::Backups;
use crate::fields::{
    self, Refusal, count, number, on, optional_flag, optional_number, optional_text, setup, text, texts,
};
use crate::output::Output;
use crate::{registration, rows};

/// The open store, if there is one.
pub struct Session {
    client: RefCell<Option<Arc<Client>>>,
    output: Arc<Output>,
    backups: Backups,
}

type Answer = Result<Value, Refusal>;

impl Session {
    /// Nothing is open yet.
    pub fn new(output: Arc<Output>) -> Session {
        Session { client: RefCell::new(None), output, backups: Backups::default() }
    }

    /// Takes the client away, to be closed.
    pub fn take(&self) -> Option<Arc<Client>> {
        self.client.borrow_mut().take()
    }

    /// Runs one request.
    pub async fn run(&self, request: &Value) -> Answer {
        let command = text(request, "cmd")?;
        match command.as_str() {
            "open" => self.open(request),
            "set-aside" => {
                Client::set_aside(&text(request, "dir")?).map(|moved| json!({"moved_to": moved})).map_err(refused)
            }
            "read-uri" => {
                Client::read_uri(&text(request, "uri")?).map(|scanned| rows::scanned(&scanned)).map_err(refused)
            }
            "restore" => self.backups.restore(&self.output, request).await,
            "cancel-backup" => {
                self.backups.cancel();
                Ok(json!({}))
            }
            "quit" => Ok(json!({})),
            _ => {
                let client = self.client.borrow().clone();
                let client = client.ok_or_else(|| json!({"kind": "NotOpen", "text": "no store is open"}))?;
                if command == "export" {
                    return self.backups.export(&client, request).await;
                }
                match run(&client, &command, request).await {
                    Some(answer) => answer,
                    None => Err(json!({"kind": "UnknownCommand", "command": command})),
                }
            }
        }
    }

    fn open(&self, request: &Value) -> Answer {
        let folder = text(request, "dir")?;
        if self.client.borrow().is_some() {
            return Err(fields::error(&Error::StoreInUse));
        }
        let keystore = Arc::new(FileKeystore::new(Path::new(&folder).join("secrets")));
        let mut options = OpenOptions { message_events: true, ..OpenOptions::new(folder) };
        options.encryption = fields::encryption(request)?.unwrap_or(options.encryption);
        if let Some(bytes) = optional_number(request, "fetch_files_up_to")? {
            options.fetch_files_up_to = bytes.unsigned_abs();
        }
        options.keep_files_up_to = optional_number(request, "keep_files_up_to")?.map(i64::unsigned_abs);
        let client = Client::open(options, keystore, Arc::clone(&self.output) as _).map_err(refused)?;
        *self.client.borrow_mut() = Some(Arc::new(client));
        Ok(json!({}))
    }
}

fn refused(error: Error) -> Refusal {
    fields::error(&error)
}

fn done(result: Result<(), Error>) -> Answer {
    result.map(|()| json!({})).map_err(refused)
}

/// None for a command that does not exist.
async fn run(client: &Client, command: &str, request: &Value) -> Option<Answer> {
    let answer = match command {
        "accounts"
        | "add-account"
        | "register"
        | "set-password"
        | "change-password"
        | "remove-account"
        | "enable-account"
        | "cut"
        | "sync"
        | "archive-preferences" => accounts(client, command, request).await,
        "registration-form" | "answer-form" => registration::run(client, command, request).await,
        "send-file" | "save-file" | "fetch-file" | "cancel-file" => files(client, command, request).await,
        "send" | "correct" | "retract" | "react" | "retry" | "typing" | "mark-read" | "draft" | "set-chat"
        | "remove-chat" => messages(client, command, request).await,
        "chats" | "timeline" | "search" | "roster" | "stats" => questions(client, command, request).await,
        "add-contact" | "remove-contact" | "answer-request" | "block" | "unblock" | "set-nick" | "set-avatar" => {
            contacts(client, command, request).await
        }
        "profile" | "set-profile" => profile(client, command, request).await,
        "devices" | "trust" => devices(client, command, request).await,
        "account-uri" | "verify-uri" => uris(client, command, request).await,
        "active" => done(client.set_active(true).await),
        "inactive" => done(client.set_active(false).await),
        "push" => push(client, request).await,
        "network-changed" => done(client.network_changed().await),
        _ => return None,
    };
    Some(answer)
}

async fn accounts(client: &Client, command: &str, request: &Value) -> Answer {
    match command {
        "accounts" => {
            let accounts = client.accounts().await.map_err(refused)?;
            let row = |row: &larimar::client::AccountRow| {
                json!({
                    "account": row.account, "enabled": row.enabled, "state": rows::account_state(row.state),
                    "error": row.error.as_ref().map(fields::error), "pushes": row.pushes,
                })
            };
            Ok(json!({"accounts": accounts.iter().map(row).collect::<Vec<_>>()}))
        }
        "add-account" => done(client.add_account(setup(request)?).await),
        "register" => done(client.register(setup(request)?).await),
        "set-password" => done(client.set_password(text(request, "account")?, text(request, "password")?).await),
        "change-password" => done(client.change_password(text(request, "account")?, text(request, "password")?).await),
        "remove-account" => {
            let on_server = optional_flag(request, "on_server")?.unwrap_or(false);
            done(client.remove_account(text(request, "account")?, on_server).await)
        }
        "enable-account" => done(client.enable_account(text(request, "account")?, on(request)?).await),
        "cut" => done(client.cut(text(request, "account")?).await),
        "archive-preferences" => archive_preferences(client, request).await,
        _ => done(client.sync(text(request, "account")?).await),
    }
}

/// Asks, or with `default` changes.
async fn archive_preferences(client: &Client, request: &Value) -> Answer {
    let account = text(request, "account")?;
    let preferences = match optional_text(request, "default")? {
        None => client.archive_preferences(account).await,
        Some(default) => {
            let (always, never) = (texts(request, "always")?, texts(request, "never")?);
            client.set_archive_preferences(account, ArchivePreferences { default, always, never }).await
        }
    };
    let shown = preferences.map_err(refused)?;
    Ok(json!({"default": shown.default, "always": shown.always, "never": shown.never}))
}

async fn messages(client: &Client, command: &str, request: &Value) -> Answer {
    let account = || text(request, "account");
    let chat = || text(request, "chat");
    let message = || number(request, "message");
    match command {
        "send" => {
            let (to, reply_to) = (text(request, "to")?, optional_number(request, "reply_to")?);
            choose_encryption(client, account()?, &to, request).await?;
            let id = client.send(account()?, to, text(request, "text")?, reply_to).await;
            id.map(|id| json!({"message": id})).map_err(refused)
        }
        "correct" => done(client.correct(message()?, text(request, "text")?).await),
        "retract" => done(client.retract(message()?).await),
        "react" => done(client.react(message()?, texts(request, "emojis")?).await),
        "retry" => done(client.retry(message()?).await),
        "typing" => done(client.typing(account()?, chat()?, on(request)?).await),
        "mark-read" => done(client.mark_read(account()?, chat()?).await),
        "draft" => done(client.set_draft(account()?, chat()?, text(request, "text")?).await),
        "remove-chat" => done(client.remove_chat(account()?, chat()?).await),
        _ => {
            let settings = ChatSettings {
                muted_until_ms: optional_number(request, "muted_until")?,
                archived: optional_flag(request, "archived")?,
                pinned: optional_flag(request, "pinned")?,
                encryption: fields::encryption(request)?,
            };
            done(client.set_chat(account()?, chat()?, settings).await)
        }
    }
}

/// How a chat is encrypted is said with what is sent. Automatic is how it is anyway; what a person chose stays.
async fn choose_encryption(client: &Client, account: String, to: &str, request: &Value) -> Result<(), Refusal> {
    let wanted = fields::encryption(request)?.filter(|wanted| *wanted != ChatEncryption::Automatic);
    let Some(encryption) = wanted else { return Ok(()) };
    let settings = ChatSettings { encryption: Some(encryption), ..ChatSettings::default() };
    client.set_chat(account, to.to_owned(), settings).await.map_err(refused)
}

async fn files(client: &Client, command: &str, request: &Value) -> Answer {
    let message = || number(request, "message");
    match command {
        "send-file" => {
            let (account, to) = (text(request, "account")?, text(request, "to")?);
            choose_encryption(client, account.clone(), &to, request).await?;
            let (path, caption) = (text(request, "path")?, optional_text(request, "caption")?);
            let as_it_is = optional_flag(request, "as_it_is")?.unwrap_or(false);
            let id = client.send_file(account, to, path, caption, as_it_is).await;
            id.map(|id| json!({"message": id})).map_err(refused)
        }
        "save-file" => {
            let saved = client.save_file(message()?, text(request, "path")?).await;
            saved.map(|(path, bytes)| json!({"path": path, "bytes": bytes})).map_err(refused)
        }
        "fetch-file" => done(client.fetch_files(message()?).await),
        _ => done(client.cancel_files(message()?).await),
    }
}

/// Without a service, servers push nowhere any more.
async fn push(client: &Client, request: &Value) -> Answer {
    let target = match optional_text(request, "service")? {
        None => None,
        Some(service) => {
            Some(PushTarget { service, node: text(request, "node")?, secret: optional_text(request, "secret")? })
        }
    };
    done(client.set_push(target).await)
}

async fn questions(client: &Client, command: &str, request: &Value) -> Answer {
    match command {
        "chats" => {
            let chats = client.chats(optional_text(request, "account")?).await.map_err(refused)?;
            Ok(json!({"chats": chats.iter().map(rows::chat).collect::<Vec<_>>()}))
        }
        "timeline" => {
            let (account, chat) = (text(request, "account")?, text(request, "chat")?);
            let (before, limit) = (optional_number(request, "before")?, count(request, "limit", 50)?);
            let page = client.timeline(account, chat, before, limit).await.map_err(refused)?;
            let rows = page.rows.iter().map(rows::message).collect::<Vec<_>>();
            Ok(json!({"rows": rows, "complete": page.complete}))
        }
        "search" => {
            let found = client.search(text(request, "query")?, count(request, "limit", 50)?).await.map_err(refused)?;
            Ok(json!({"rows": found.iter().map(rows::message).collect::<Vec<_>>()}))
        }
        "roster" => {
            let contacts = client.contacts(text(request, "account")?).await.map_err(refused)?;
            Ok(json!({"contacts": contacts.rows.iter().map(rows::contact).collect::<Vec<_>>()}))
        }
        _ => {
            let stats = client.stats().await.map_err(refused)?;
            Ok(json!({
                "rss_bytes": rss_bytes(), "db_bytes": stats.db_bytes, "messages": stats.messages,
                "bytes_in": stats.bytes_in, "bytes_out": stats.bytes_out, "round_trips": stats.round_trips,
                "stanzas_in": stats.stanzas_in, "stanzas_out": stats.stanzas_out,
            }))
        }
    }
}

async fn contacts(client: &Client, command: &str, request: &Value) -> Answer {
    let account = text(request, "account")?;
    if command == "set-nick" {
        return done(client.set_nick(account, text(request, "name")?).await);
    }
    if command == "set-avatar" {
        let (path, media_type) = (text(request, "path")?, text(request, "type")?);
        let bytes = std::fs::read(path).map_err(|_| refused(Error::BadValue { field: "path".into() }))?;
        return done(client.set_avatar(account, media_type, bytes).await);
    }
    let jid = text(request, "jid")?;
    match command {
        "add-contact" => {
            let (name, groups) = (optional_text(request, "name")?, texts(request, "groups")?);
            done(client.add_contact(account, jid, name, groups).await)
        }
        "remove-contact" => done(client.remove_contact(account, jid).await),
        "answer-request" => {
            let allow = optional_flag(request, "allow")?.unwrap_or(true);
            done(client.answer_request(account, jid, allow).await)
        }
        "block" => done(client.block(account, jid, true).await),
        _ => done(client.block(account, jid, false).await),
    }
}

/// Devices and their keys.
async fn devices(client: &Client, command: &str, request: &Value) -> Answer {
    let (account, jid) = (text(request, "account")?, text(request, "jid")?);
    if command == "devices" {
        let snapshot = client.devices(account, jid).await.map_err(refused)?;
        return Ok(json!({"devices": snapshot.devices.iter().map(rows::device).collect::<Vec<_>>()}));
    }
    let trusted = match text(request, "decision")?.as_str() {
        "trusted" => true,
        "distrusted" => false,
        _ => return Err(refused(Error::BadValue { field: "decision".into() })),
    };
    done(client.set_trust(account, jid, text(request, "fingerprint")?, trusted).await)
}

/// What others scan of us, and what was scanned of others.
async fn uris(client: &Client, command: &str, request: &Value) -> Answer {
    let account = text(request, "account")?;
    if command == "account-uri" {
        let shown = client.account_uri(account).await.map_err(refused)?;
        return Ok(json!({"uri": shown.uri, "trust_message": shown.trust_message}));
    }
    let verification = client.verify_uri(account, text(request, "uri")?).await.map_err(refused)?;
    Ok(rows::verification(&verification))
}

/// What people say of themselves.
async fn profile(client: &Client, command: &str, request: &Value) -> Answer {
    let account = text(request, "account")?;
    if command == "set-profile" {
        return done(client.set_profile(account, fields::profile(request)?).await);
    }
    let profile = client.profile(account, text(request, "jid")?).await.map_err(refused)?;
    Ok(rows::profile(&profile))
}

/// Resident memory, from the kernel's account of this process; 0 where there is none.
fn rss_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
