//! The page's types are the engine's: `kaios/src/engine/protocol.ts` is what is written here. `LARIMAR_WRITE=1` writes it.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::path::Path;

use larimar::client::{
    AccountRow, AccountSetup, ArchivePreferences, ChatEncryption, ChatSettings, Error, Event, Profile, PushTarget,
    RegistrationChoice, RegistrationField, RegistrationForm, RegistrationMedia, Scanned, Stats, UriAction,
};
use larimar::file::picture::Drawn;
use larimar::model::contact::Avatar;
use larimar::view::styling::Style;
use larimar::view::{
    AccountState, AccountUri, Availability, ChatRow, ChatsSnapshot, ContactRow, ContactsSnapshot, Contradiction,
    DeliveryState, DeviceRow, DevicesSnapshot, EncryptionState, FileRow, FileState, MessageRow, ReactionRow, ReplyRow,
    SpanRow, TimelinePage, TimelineSnapshot, TrustState, Verification,
};
use larimar_wasm::request::Request;
use ts_rs::{Config, TS};

const HEAD: &str = "// What crosses between the page and the engine's worker. Made by bindings/wasm/tests/protocol.rs from the engine's types: change those.\n";

/// A declaration, laid out as a person would; what is said of its parts stands with the engine's types.
fn declare<T: TS>(text: &mut String, config: &Config) {
    let declared = T::decl(config);
    let (mut parts, mut is_comment) = (String::new(), false);
    for line in declared.lines() {
        is_comment |= line.starts_with("/**");
        if !is_comment {
            parts.push_str(line);
        }
        is_comment &= !line.starts_with(" */");
    }
    let mut laid = parts.replace('"', "'").replace("'kind'", "kind").replace(", }", " }");
    if laid.contains("= { ") && !laid.contains(" | {") {
        laid = laid.replace("= { ", "= {\n  ").replace(", ", ";\n  ").replace(" };", ";\n};");
    }
    if laid.contains(" | {") {
        // Names alone stand among the objects, each in a line of its own.
        laid = laid.replace("= '", "=\n  | '").replace(" | '", "\n  | '");
    }
    writeln!(text, "\nexport {}", laid.replace("= { ", "=\n  | { ").replace(" | {", "\n  | {").replace("\n \n", "\n"))
        .unwrap();
}

macro_rules! all {
    ($($kind:ty),+ $(,)?) => {{
        let mut text = HEAD.to_owned();
        let config = Config::default().with_large_int("number");
        $(declare::<$kind>(&mut text, &config);)+
        text
    }};
}

#[test]
fn the_page_has_the_engines_types() {
    let text = all![
        AccountState,
        AccountRow,
        AccountSetup,
        AccountUri,
        ArchivePreferences,
        Availability,
        Avatar,
        ChatEncryption,
        ChatRow,
        ChatSettings,
        ChatsSnapshot,
        ContactRow,
        ContactsSnapshot,
        Contradiction,
        DeliveryState,
        DeviceRow,
        DevicesSnapshot,
        Drawn,
        EncryptionState,
        Error,
        Event,
        FileRow,
        FileState,
        MessageRow,
        Profile,
        PushTarget,
        ReactionRow,
        RegistrationChoice,
        RegistrationField,
        RegistrationForm,
        RegistrationMedia,
        ReplyRow,
        Request,
        Scanned,
        SpanRow,
        Stats,
        Style,
        TimelinePage,
        TimelineSnapshot,
        TrustState,
        UriAction,
        Verification,
    ];
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kaios/src/engine/protocol.ts");
    if std::env::var_os("LARIMAR_WRITE").is_some() {
        std::fs::write(&place, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(place).unwrap(), text);
}
