//! What a page may ask for: the front door's calls, as objects.

use std::collections::BTreeMap;

use larimar::client::{AccountSetup, ArchivePreferences, ChatSettings, Profile, PushTarget};
use larimar::file::picture::Drawn;
use serde::Deserialize;
use ts_rs::TS;

/// A call of the front door: its name, or an object that has its fields under its name, which takes less code to read than a name
/// among the fields. `view` is a number that the page has chosen for a subscription.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "each is the front door's call of the same name, and so are its fields")]
pub enum Request {
    Close,
    SetActive {
        active: bool,
    },
    NetworkChanged,
    SetPush {
        target: Option<PushTarget>,
    },
    Stats,
    ReadUri {
        text: String,
    },
    Accounts,
    AddAccount {
        setup: AccountSetup,
    },
    SetPassword {
        account: String,
        password: String,
    },
    ChangePassword {
        account: String,
        password: String,
    },
    RemoveAccount {
        account: String,
        on_server: bool,
    },
    EnableAccount {
        account: String,
        on: bool,
    },
    SetConnection {
        account: String,
        setup: AccountSetup,
    },
    Sync {
        account: String,
    },
    ArchivePreferences {
        account: String,
    },
    SetArchivePreferences {
        account: String,
        preferences: ArchivePreferences,
    },
    RegistrationForm {
        setup: AccountSetup,
        token: Option<String>,
    },
    AnswerForm {
        form: u64,
        answers: BTreeMap<String, Vec<String>>,
    },
    AddContact {
        account: String,
        jid: String,
        name: Option<String>,
        groups: Vec<String>,
    },
    RemoveContact {
        account: String,
        jid: String,
    },
    AnswerRequest {
        account: String,
        jid: String,
        allow: bool,
    },
    Block {
        account: String,
        jid: String,
        on: bool,
    },
    SetNick {
        account: String,
        name: String,
    },
    SetAvatar {
        account: String,
        media_type: String,
        #[serde(with = "serde_bytes")]
        #[ts(type = "Uint8Array")]
        bytes: Vec<u8>,
    },
    Avatar {
        hash: String,
    },
    Profile {
        account: String,
        jid: String,
    },
    SetProfile {
        account: String,
        profile: Profile,
    },
    Devices {
        account: String,
        jid: String,
    },
    SetTrust {
        account: String,
        jid: String,
        fingerprint: String,
        trusted: bool,
    },
    AccountUri {
        account: String,
    },
    VerifyUri {
        account: String,
        uri: String,
    },
    Send {
        account: String,
        to: String,
        text: String,
        reply_to: Option<i64>,
    },
    /// The file goes beside the request.
    SendFile {
        account: String,
        to: String,
        name: String,
        caption: Option<String>,
        as_it_is: bool,
        picture: Option<Drawn>,
    },
    File {
        message: i64,
        file: i64,
    },
    FetchFiles {
        message: i64,
    },
    CancelFiles {
        message: i64,
    },
    Correct {
        message: i64,
        text: String,
    },
    Retract {
        message: i64,
    },
    React {
        message: i64,
        emojis: Vec<String>,
    },
    Retry {
        message: i64,
    },
    Typing {
        account: String,
        chat: String,
        on: bool,
    },
    MarkRead {
        account: String,
        chat: String,
    },
    SetDraft {
        account: String,
        chat: String,
        text: String,
    },
    SetChat {
        account: String,
        chat: String,
        settings: ChatSettings,
    },
    RemoveChat {
        account: String,
        chat: String,
    },
    Search {
        query: String,
        limit: u32,
    },
    SubscribeChats {
        view: u32,
        account: Option<String>,
    },
    SubscribeTimeline {
        view: u32,
        account: String,
        chat: String,
        window: u32,
    },
    SubscribeContacts {
        view: u32,
        account: String,
    },
    SubscribeDevices {
        view: u32,
        account: String,
        jid: String,
    },
    LoadOlder {
        view: u32,
        rows: u32,
    },
    Unsubscribe {
        view: u32,
    },
}
