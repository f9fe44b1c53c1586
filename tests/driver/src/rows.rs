//! Rows and events as JSON.

use larimar::client::{ChatEncryption, Event, Profile, Scanned, UriAction};
use larimar::view::{
    AccountState, Availability, ChatRow, ContactRow, DeliveryState, DeviceRow, EncryptionState, FileRow, FileState,
    MessageRow, TrustState, Verification,
};
use serde_json::{Value, json};

use crate::fields;

/// A message row.
pub fn message(row: &MessageRow) -> Value {
    json!({
        "message": row.id,
        "account": row.account,
        "chat": row.chat,
        "from": row.from,
        "outgoing": row.outgoing,
        "text": if row.action { format!("/me {}", row.text) } else { row.text.clone() },
        "spans": row.spans.iter().map(|s| json!({"start": s.start, "end": s.end, "style": format!("{:?}", s.style)})).collect::<Vec<_>>(),
        "time": row.time_ms,
        "encryption": encryption(row.encryption),
        "trust": row.trust.map(trust),
        "device": row.device,
        "sealed": row.sealed,
        "state": delivery(row.delivery),
        "error": row.error,
        "reply_to": row.reply.as_ref().map(|reply| json!({
            "message": reply.message, "text": reply.preview, "outgoing": reply.outgoing,
        })),
        "edited": row.edited,
        "retracted": row.retracted,
        "reactions": row.reactions.iter().map(|r| json!({"emoji": r.emoji, "from": r.from})).collect::<Vec<_>>(),
        "gap_before": row.gap_before,
        "files": row.files.iter().map(file).collect::<Vec<_>>(),
    })
}

/// A file of a message. A small picture of it is told by its size.
fn file(row: &FileRow) -> Value {
    json!({
        "file": row.id,
        "name": row.name,
        "type": row.media_type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "duration": row.duration_ms,
        "description": row.description,
        "blurhash": row.blurhash,
        "preview": row.preview.as_ref().map(Vec::len),
        "state": match row.state {
            FileState::Remote => "remote",
            FileState::Coming => "coming",
            FileState::Here => "here",
            FileState::Failed => "failed",
        },
        "error": row.error,
        "path": row.path,
        "progress": row.moved,
    })
}

/// A row of the chat list.
pub fn chat(row: &ChatRow) -> Value {
    json!({
        "account": row.account,
        "chat": row.chat,
        "name": row.name,
        "preview": row.preview,
        "file": row.file,
        "outgoing": row.outgoing,
        "unread": row.unread,
        "time": row.time_ms,
        "encryption": encryption(row.encryption),
        "chosen": chosen(row.chosen),
        "state": delivery(row.delivery),
        "draft": row.draft,
        "muted": row.muted,
        "archived": row.archived,
        "pinned": row.pinned,
        "avatar": row.avatar,
    })
}

/// A device.
pub fn device(row: &DeviceRow) -> Value {
    json!({
        "id": row.id, "version": encryption(row.version), "fingerprint": row.fingerprint, "trust": trust(row.trust),
        "label": row.label, "last_seen": row.last_seen_ms, "listed": row.listed, "this": row.this,
    })
}

/// What a scanned text means.
pub fn scanned(row: &Scanned) -> Value {
    let mut object = json!({"address": row.address, "action": row.action.name(), "keys": row.keys});
    match &row.action {
        UriAction::Message { body } => object["body"] = json!(body),
        UriAction::Roster { name, preauth, registers } => {
            object["name"] = json!(name);
            object["preauth"] = json!(preauth);
            object["registers"] = json!(registers);
        }
        UriAction::Subscribe { preauth } | UriAction::Register { preauth } => object["preauth"] = json!(preauth),
        UriAction::Join { password } => object["password"] = json!(password),
        UriAction::Address | UriAction::Trust | UriAction::Other { .. } => {}
    }
    object
}

/// What became of what was scanned.
pub fn verification(row: &Verification) -> Value {
    let contradicted =
        row.contradicted.iter().map(|one| json!({"device": one.device, "scanned": one.scanned, "found": one.found}));
    json!({
        "jid": row.jid, "verified": row.verified, "waiting": row.waiting, "distrusted": row.distrusted,
        "contradicted": contradicted.collect::<Vec<_>>(),
    })
}

/// A contact.
pub fn contact(row: &ContactRow) -> Value {
    json!({
        "jid": row.jid,
        "name": row.name,
        "subscription": row.subscription,
        "asked": row.asked,
        "requests": row.requests,
        "blocked": row.blocked,
        "groups": row.groups,
        "availability": match row.availability {
            Availability::Offline => "offline",
            Availability::Online => "online",
            Availability::Away => "away",
            Availability::Busy => "busy",
        },
        "status": row.status,
        "avatar": row.avatar,
    })
}

/// What somebody says of themselves.
pub fn profile(profile: &Profile) -> Value {
    json!({
        "full_name": profile.full_name, "nickname": profile.nickname, "emails": profile.emails,
        "phones": profile.phones, "urls": profile.urls, "organisation": profile.organisation,
        "title": profile.title, "note": profile.note,
    })
}

/// How an account stands.
pub fn account_state(state: AccountState) -> &'static str {
    match state {
        AccountState::Connecting => "connecting",
        AccountState::Online => "online",
        AccountState::Offline => "offline",
        AccountState::Failed => "failed",
    }
}

/// Something that happened.
pub fn event(event: Event) -> Value {
    match event {
        Event::Account { account, state, error } => json!({
            "event": "account", "account": account, "state": account_state(state),
            "error": error.as_ref().map(fields::error),
        }),
        Event::Message(row) => named("message", message(&row)),
        Event::Chat(row) => named("chat", chat(&row)),
        Event::Typing { account, chat, from, on } => {
            json!({"event": "typing", "account": account, "chat": chat, "from": from, "on": on})
        }
        Event::Sync { account, done, page } => {
            json!({"event": "sync", "account": account, "done": done, "page": page})
        }
        Event::Transfer { account, message, file, moved, total } => json!({
            "event": "transfer", "account": account, "message": message, "file": file, "sent": moved, "total": total,
        }),
        Event::Notify { account, chat, message } => {
            json!({"event": "notify", "account": account, "chat": chat, "message": message})
        }
        Event::Backup { done, total } => json!({"event": "backup", "done": done, "total": total}),
        Event::SubscriptionRequest { account, from, nick } => {
            json!({"event": "subscription-request", "account": account, "from": from, "nick": nick})
        }
    }
}

fn named(name: &str, mut object: Value) -> Value {
    object["event"] = json!(name);
    object
}

fn delivery(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Sent => "sent",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Displayed => "displayed",
        DeliveryState::Failed => "failed",
    }
}

fn trust(trust: TrustState) -> &'static str {
    match trust {
        TrustState::Undecided => "undecided",
        TrustState::Blind => "blind",
        TrustState::Verified => "verified",
        TrustState::Distrusted => "distrusted",
    }
}

/// In the words of `set-chat`.
fn chosen(encryption: ChatEncryption) -> &'static str {
    match encryption {
        ChatEncryption::Automatic => "auto",
        ChatEncryption::Always => "omemo",
        ChatEncryption::Never => "none",
    }
}

fn encryption(state: EncryptionState) -> &'static str {
    match state {
        EncryptionState::None => "none",
        EncryptionState::Omemo => "omemo",
        EncryptionState::Omemo2 => "omemo2",
    }
}
