//! How fast OMEMO's ratchet is, beside libsignal-protocol-c on the same machine in the same minute. The library runs in a process of
//! its own (`tests/peers/omemo_libsignal`), which takes its own times: it is under the GPL and linked into nothing of ours.

use std::time::{Duration, Instant};

use larimar::omemo::{Bundle, Device, Encrypted, Identity, Prekeys, Version};
use larimar::platform;
use larimar_testbed::LineProgram;
use serde_json::json;

use crate::report::{Pair, Table, against, us};
use crate::{Result, Size};

/// How the program is built and started: what the core's tests say.
#[allow(clippy::unwrap_used, reason = "it belongs to tests")]
#[path = "../../../core/tests/oracle/program.rs"]
mod program;

const GOAL: f64 = 0.3;
/// What is encrypted: a key, and what verifies a message.
const TEXT: [u8; 32] = [1; 32];

/// One thing that is measured: what the program calls it, what people do, how often in a round.
const WORK: [(&str, &str, u32); 5] = [
    ("encrypt", "encrypt", 10_000),
    ("decrypt", "decrypt, in order", 10_000),
    ("step", "decrypt, with a ratchet step", 400),
    ("turn", "decrypt with a step, and encrypt the answer", 400),
    ("set-up", "set-up: bundle to first message read", 100),
];

/// Measures.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let folder = std::env::current_exe()?.with_file_name("oracles");
    let command = program::Library::C.command(&folder);
    let theirs = LineProgram::start("libsignal", command.ok_or("libsignal-protocol-c is not installed")?)?;
    let about = "One message of 32 bytes for one device, in the version that libsignal speaks (legacy), beside libsignal-protocol-c 2.3.3 with \
         its ciphers by OpenSSL. Each step reads the session from bytes and writes it to bytes, as both do in a messenger; set-up \
         reads the prekeys as well, checks the bundle's signature, and encrypts and decrypts the first message. \
         libsignal makes its next ratchet key when it decrypts, Larimar when it answers: a turn has both.";
    let columns = ["what", "libsignal-protocol-c", "Larimar", "ratio", "goal", ""];
    let mut table = Table::new("The ratchet of OMEMO", about, &columns);
    for (name, what, count) in WORK {
        println!("{what}");
        let mut pairs = Vec::new();
        for _ in 0..size.rounds {
            let told = theirs.call("measure", json!({ "what": name, "count": count }))?;
            let floor = Duration::from_nanos(told["nanoseconds"].as_u64().ok_or("no time is told")?) / count;
            pairs.push(Pair { floor, ours: measure(name, count)? / count });
        }
        let mut cells = vec![what.to_owned()];
        cells.extend(against(&pairs, GOAL, us));
        table.row(cells);
    }
    Ok(vec![table])
}

/// A device as the store keeps it.
struct Side {
    identity: Identity,
    prekeys: Vec<u8>,
    record: Vec<u8>,
}

impl Side {
    fn new() -> (Side, Bundle) {
        let identity = Identity::generate(&mut platform::random);
        let prekeys = Prekeys::generate(Version::Legacy, &identity, 0, &mut platform::random);
        let bundle = prekeys.bundle(&identity);
        (Side { identity, prekeys: std::mem::take(&mut *prekeys.to_bytes()), record: Vec::new() }, bundle)
    }

    /// `prekeys` are the bundle's, as they come from the network.
    fn begin(&mut self, bundle: &Bundle, prekeys: &[(u32, Vec<u8>)]) -> Result {
        // This checks the signature.
        let keys = prekeys.iter().map(|(id, key)| (*id, &key[..]));
        let ((id, signed), identity) = (bundle.signed_prekey(), bundle.identity().to_wire());
        let bundle = Bundle::from_wire(Version::Legacy, &identity, (id, &signed), bundle.signature(), keys)?;
        let mut device = Device::new(bundle.identity());
        device.begin(&self.identity, 7, &bundle, &mut platform::random)?;
        self.record = std::mem::take(&mut *device.to_bytes());
        Ok(())
    }

    fn encrypt(&mut self) -> Result<Encrypted> {
        let mut device = Device::from_bytes(&self.record)?;
        let encrypted = device.encrypt(&TEXT, &mut platform::random)?;
        self.record = std::mem::take(&mut *device.to_bytes());
        Ok(encrypted)
    }

    /// `prekeys` are those in memory, which a message that begins nothing does not need.
    fn decrypt(&mut self, message: &Encrypted, prekeys: &Prekeys) -> Result {
        let mut device = Device::from_bytes(&self.record)?;
        let received = device.decrypt(&self.identity, prekeys, &message.bytes, message.key_exchange)?;
        self.record = std::mem::take(&mut *device.to_bytes());
        if received.plaintext[..] == TEXT { Ok(()) } else { Err("another text came out".into()) }
    }

    /// The message that begins a session.
    fn answer(&mut self, message: &Encrypted) -> Result {
        let mut prekeys = Prekeys::from_bytes(&self.prekeys)?;
        let mut device = Device::from_bytes(&self.record)?;
        let received = device.decrypt(&self.identity, &prekeys, &message.bytes, message.key_exchange)?;
        received.prekey.iter().for_each(|id| prekeys.mark_used(*id));
        (self.record, self.prekeys) =
            (std::mem::take(&mut *device.to_bytes()), std::mem::take(&mut *prekeys.to_bytes()));
        if received.plaintext[..] == TEXT { Ok(()) } else { Err("another text came out".into()) }
    }
}

/// How long so many take; what only prepares is not counted. The same as in `measure.c`.
fn measure(name: &str, count: u32) -> Result<Duration> {
    let (mut one, _) = Side::new();
    let (mut two, bundle) = Side::new();
    if name == "set-up" {
        let mut time = Duration::ZERO;
        for _ in 0..count {
            time += set_up(&mut one, &mut two, &bundle)?;
        }
        return Ok(time);
    }
    set_up(&mut one, &mut two, &bundle)?;
    let prekeys = [Prekeys::from_bytes(&one.prekeys)?, Prekeys::from_bytes(&two.prekeys)?];
    let answer = two.encrypt()?;
    one.decrypt(&answer, &prekeys[0])?;
    let (encrypting, decrypting, turn) = (name == "encrypt", name == "decrypt", name == "turn");
    if encrypting || decrypting {
        // The first of a chain is a step.
        let first = one.encrypt()?;
        two.decrypt(&first, &prekeys[1])?;
    }
    let mut time = Duration::ZERO;
    for at in 0..count {
        // Those who answer each other do a step each time.
        let back = !encrypting && !decrypting && at % 2 == 1;
        let (from, to, prekeys) =
            if back { (&mut two, &mut one, &prekeys[0]) } else { (&mut one, &mut two, &prekeys[1]) };
        let start = Instant::now();
        let message = from.encrypt()?;
        let middle = Instant::now();
        to.decrypt(&message, prekeys)?;
        let end = Instant::now();
        time += if encrypting || turn { middle - start } else { Duration::ZERO };
        time += if encrypting { Duration::ZERO } else { end - middle };
    }
    Ok(time)
}

/// From a bundle on the wire until the other side has read the first message.
fn set_up(one: &mut Side, two: &mut Side, bundle: &Bundle) -> Result<Duration> {
    two.record = std::mem::take(&mut *Device::new(one.identity.public(Version::Legacy)).to_bytes());
    let prekeys: Vec<_> = bundle.prekeys().collect();
    let start = Instant::now();
    one.begin(bundle, &prekeys)?;
    let first = one.encrypt()?;
    two.answer(&first)?;
    Ok(start.elapsed())
}
