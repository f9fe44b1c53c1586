//! People with slixmpp, who are contacts of a person's with Larimar.

use larimar_testbed::{Folder, SignIn, Slixmpp};
use serde_json::{Value, json};

use crate::world::{Device, PASSWORD, World};

/// Somebody with slixmpp: a device that encrypts, whose store stays over its restarts, and one that hears and encrypts nothing.
pub struct Other {
    pub address: String,
    sign_in: SignIn,
    options: Value,
    pub device: Slixmpp,
    pub spy: Slixmpp,
    _folder: Folder,
}

/// Another device of an account, with OMEMO in these versions.
pub fn another(world: World, account: &str, resource: &str, options: Value) -> Slixmpp {
    let sign_in = SignIn::to(world.server, &format!("{account}/{resource}"), PASSWORD);
    Slixmpp::sign_in_with(&sign_in, json!({ "omemo": options })).unwrap()
}

impl Other {
    /// A new contact of a person's, with OMEMO in these versions.
    pub fn meets(world: World, alice: &Device, versions: &[&str]) -> Other {
        Other::with(world, alice, json!({ "versions": versions }))
    }

    pub fn with(world: World, alice: &Device, mut options: Value) -> Other {
        let address = world.person("bob").address;
        let folder = Folder::new("slixmpp").unwrap();
        options["store"] = json!(folder.join("omemo"));
        let sign_in = SignIn::to(world.server, &format!("{address}/slixmpp"), PASSWORD);
        let device = Slixmpp::sign_in_with(&sign_in, json!({ "omemo": options })).unwrap();
        let other = Other { spy: spy(world, &address), address, sign_in, options, device, _folder: folder };
        alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": other.address}));
        alice.wait_until("both are contacts", |alice| alice.contact(&other.address)["subscription"] == "both");
        other
    }

    /// Its device goes away, with the spy, so that the server keeps what comes; `meanwhile` happens; it comes back with its store.
    pub fn away(self, world: World, meanwhile: impl FnOnce()) -> Other {
        let Other { address, sign_in, options, device, spy, _folder } = self;
        spy.sign_out().unwrap();
        device.sign_out().unwrap();
        meanwhile();
        let device = Slixmpp::sign_in_with(&sign_in, json!({ "omemo": options.clone() })).unwrap();
        Other { spy: self::spy(world, &address), address, sign_in, options, device, _folder }
    }

    /// As [`heard_no_word`], of its spy.
    #[track_caller]
    pub fn spy_heard_no_word(&self, words: &[&str], at_least: usize) {
        heard_no_word(&self.spy, words, at_least);
    }
}

/// Nothing that a spy has heard since it was last asked has one of these words; it has heard so many encrypted messages.
#[track_caller]
pub fn heard_no_word(spy: &Slixmpp, words: &[&str], at_least: usize) {
    let heard = spy.call("stanzas", json!({})).unwrap();
    let heard: Vec<&str> = heard["stanzas"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let encrypted = heard.iter().filter(|xml| xml.contains("<encrypted")).count();
    assert!(encrypted >= at_least, "{encrypted} encrypted messages of {at_least}: {heard:?}");
    for word in words {
        assert!(!heard.iter().any(|xml| xml.contains(word)), "{word:?} was heard: {heard:?}");
    }
}

/// A client of the account's that knows nothing of encryption.
fn spy(world: World, account: &str) -> Slixmpp {
    let sign_in = SignIn::to(world.server, &format!("{account}/spy"), PASSWORD);
    Slixmpp::sign_in_with(&sign_in, json!({"subscriptions": false, "receipts": false})).unwrap()
}

/// Waits for a row with this text that came in this version.
#[track_caller]
pub fn wait_sealed(device: &Device, text: &str, version: &str) -> Value {
    let row = device.wait_text(text);
    assert_eq!((&row["encryption"], &row["sealed"]), (&json!(version), &Value::Null), "{row}");
    row
}
