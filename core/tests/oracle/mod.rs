//! A device of ours and one of somebody else's, for the tests that let them talk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use larimar::omemo::{Bundle, Device, Encrypted, Identity, IdentityKey, OmemoError, Prekeys, Version};
use serde_json::{Value, json};

/// The same chance as inside the crate.
#[path = "../../src/omemo/omemo_tests/chance.rs"]
mod chance;
pub use chance::Chance;

mod program;
pub mod talk;
pub use program::Library;

/// So many bytes of it.
pub fn random_bytes(chance: &mut Chance, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    chance.fill(&mut bytes);
    bytes
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

/// A device of theirs, in a process of its own.
pub struct Oracle {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: Version,
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Oracle {
    /// Starts one and answers with its bundle; None, and a word, where its library is missing.
    pub fn start(library: Library, version: Version) -> Option<(Oracle, Bundle)> {
        let mut command = library.command(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut oracle = Oracle { process, input, output, version };
        let name = if version == Version::Legacy { "legacy" } else { "omemo2" };
        let bundle = oracle.read_bundle("create", json!({ "version": name }));
        assert_eq!(bundle.prekeys().count(), 100);
        Some((oracle, bundle))
    }

    /// What it publishes now.
    pub fn bundle(&mut self) -> Bundle {
        self.read_bundle("bundle", json!({}))
    }

    fn read_bundle(&mut self, command: &str, request: Value) -> Bundle {
        let told = self.ask(command, request).unwrap();
        let key = |value: &Value| (value[0].as_u64().unwrap() as u32, unhex(&value[1]));
        let (signed_id, signed) = key(&told["signed_prekey"]);
        let prekeys: Vec<_> = told["prekeys"].as_array().unwrap().iter().map(key).collect();
        let prekeys = prekeys.iter().map(|(id, key)| (*id, &key[..]));
        let (identity, signature) = (unhex(&told["identity"]), unhex(&told["signature"]));
        Bundle::from_wire(self.version, &identity, (signed_id, &signed), &signature, prekeys).unwrap()
    }

    pub fn ask(&mut self, command: &str, mut request: Value) -> Result<Value, Value> {
        request["id"] = json!(1);
        request["cmd"] = json!(command);
        writeln!(self.input, "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        if answer["error"].is_null() { Ok(answer["ok"].take()) } else { Err(answer["error"].take()) }
    }

    pub fn begin(&mut self, bundle: &Bundle, plaintext: &[u8]) -> Encrypted {
        let wire = |(id, key): (u32, Vec<u8>)| json!([id, hex(&key)]);
        let bundle = json!({
            "identity": hex(&bundle.identity().to_wire()),
            "signed_prekey": wire(bundle.signed_prekey()),
            "signature": hex(bundle.signature()),
            "prekeys": bundle.prekeys().map(wire).collect::<Vec<_>>(),
        });
        written(&self.ask("begin", json!({ "bundle": bundle, "plaintext": hex(plaintext) })).unwrap())
    }

    pub fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted {
        written(&self.ask("encrypt", json!({ "plaintext": hex(plaintext) })).unwrap())
    }

    pub fn decrypt(&mut self, message: &Encrypted) -> Result<Vec<u8>, Value> {
        let request = json!({ "bytes": hex(&message.bytes), "key_exchange": message.key_exchange });
        Ok(unhex(&self.ask("decrypt", request)?["plaintext"]))
    }
}

fn written(answer: &Value) -> Encrypted {
    Encrypted { bytes: unhex(&answer["bytes"]), key_exchange: answer["key_exchange"].as_bool().unwrap() }
}

/// A device of ours.
pub struct Ours {
    pub identity: Identity,
    pub prekeys: Prekeys,
    pub device: Device,
    pub chance: Chance,
}

impl Ours {
    pub fn new(theirs: IdentityKey, seed: u64) -> Ours {
        let mut chance = Chance(seed);
        let identity = Identity::generate(&mut |buffer| chance.fill(buffer));
        let prekeys = Prekeys::generate(theirs.version(), &identity, 0, &mut |buffer| chance.fill(buffer));
        Ours { identity, prekeys, device: Device::new(theirs), chance }
    }

    pub fn reload(&mut self) {
        self.device = Device::from_bytes(&self.device.to_bytes()).unwrap();
        self.prekeys = Prekeys::from_bytes(&self.prekeys.to_bytes()).unwrap();
    }

    pub fn encrypt(&mut self, plaintext: &[u8]) -> Encrypted {
        let encrypted = self.device.encrypt(plaintext, &mut |buffer| self.chance.fill(buffer)).unwrap();
        self.reload();
        encrypted
    }

    pub fn decrypt(&mut self, message: &Encrypted) -> Result<Vec<u8>, OmemoError> {
        let bytes = &message.bytes;
        let received = self.device.decrypt(&self.identity, &self.prekeys, bytes, message.key_exchange)?;
        received.prekey.iter().for_each(|id| self.prekeys.mark_used(*id));
        self.reload();
        Ok(received.plaintext.to_vec())
    }
}
