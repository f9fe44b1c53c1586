//! Our OMEMO talks with somebody else's: the Python packages oldmemo and twomemo, in both versions, both directions, shuffled and
//! with losses, our side read back from bytes at every step; the libsignal family has `omemo_libsignal.rs`. Without them (`cargo xtask setup peers`) it is skipped, and says so.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

#[allow(dead_code, reason = "some of it is for the tests with libsignal")]
mod oracle;

use larimar::omemo::{
    Encrypted, OmemoError, Payload, Version, open_legacy_payload, open_payload, seal_legacy_payload, seal_payload,
};
use oracle::{Chance, Library, Oracle, Ours, hex, random_bytes, unhex};
use serde_json::{Value, json};

/// How many messages each of the two sends in one conversation.
const MESSAGES: usize = 500;

/// One conversation: messages of both wait on their way, arrive in any order, and one in forty is lost.
fn talk(version: Version, we_begin: bool, seed: u64) -> Option<usize> {
    let (mut theirs, bundle) = Oracle::start(Library::Python, version)?;
    let mut ours = Ours::new(bundle.identity(), seed);
    let mut chance = Chance(seed ^ 0x0a11);
    let length = if version == Version::Legacy { 32 } else { 48 };
    // For us, and for them: each message with what it says.
    let mut ways: [Vec<(Encrypted, Vec<u8>)>; 2] = [Vec::new(), Vec::new()];
    let first = random_bytes(&mut chance, length);
    if we_begin {
        ours.device.begin(&ours.identity, 7, &bundle, &mut |buffer| ours.chance.fill(buffer)).unwrap();
        let message = ours.encrypt(&first);
        assert!(message.key_exchange);
        ways[1].push((message, first));
    } else {
        let message = theirs.begin(&ours.prekeys.bundle(&ours.identity), &first);
        ways[0].push((message, first));
    }
    // Whether each of the two has a session to send in, and how much it has sent.
    let mut ready = [we_begin, !we_begin];
    let (mut sent, mut read) = ([0; 2], 0);
    while sent.iter().any(|sent| *sent < MESSAGES) || ways.iter().any(|way| !way.is_empty()) {
        let who = chance.below(2);
        // Long silences and long monologues, so that chains get long and messages wait over several of them.
        for _ in 0..chance.below(12) {
            if ready[who] && sent[who] < MESSAGES {
                let text = random_bytes(&mut chance, length);
                let message = if who == 0 { ours.encrypt(&text) } else { theirs.encrypt(&text) };
                ways[1 - who].push((message, text));
                sent[who] += 1;
            }
        }
        for _ in 0..chance.below(12) {
            if ways[who].is_empty() {
                break;
            }
            let at = chance.below(ways[who].len());
            let (message, text) = ways[who].swap_remove(at);
            if ready[who] && chance.below(40) == 0 {
                continue;
            }
            if who == 0 {
                assert_eq!(ours.decrypt(&message), Ok(text));
                assert_eq!(ours.decrypt(&message), Err(OmemoError::Duplicate));
            } else {
                assert_eq!(theirs.decrypt(&message).unwrap(), text);
            }
            ready[who] = true;
            read += 1;
        }
    }
    Some(read)
}

#[test]
fn both_understand_each_other_in_both_versions_whoever_begins() {
    for version in [Version::Legacy, Version::Omemo2] {
        for (seed, we_begin) in [(1, true), (2, false), (3, true), (4, false)] {
            let Some(read) = talk(version, we_begin, seed) else { return };
            println!("{version:?}, we begin: {we_begin}: {read} messages read");
            assert!(read > 2 * MESSAGES * 9 / 10);
        }
    }
}

#[test]
fn both_refuse_what_was_changed() {
    let libsignal = [(Library::C, Version::Legacy), (Library::Java, Version::Legacy)];
    for (library, version) in
        [Version::Legacy, Version::Omemo2].map(|it| (Library::Python, it)).into_iter().chain(libsignal)
    {
        let Some((mut theirs, bundle)) = Oracle::start(library, version) else { continue };
        let mut ours = Ours::new(bundle.identity(), 5);
        ours.device.begin(&ours.identity, 7, &bundle, &mut |buffer| ours.chance.fill(buffer)).unwrap();
        let first = ours.encrypt(&[1; 32]);
        assert_eq!(theirs.decrypt(&first).unwrap(), [1; 32]);
        let answer = theirs.encrypt(&[2; 32]);
        for at in 0..answer.bytes.len() {
            let mut changed = answer.clone();
            changed.bytes[at] ^= 1;
            assert!(ours.decrypt(&changed).is_err());
        }
        assert_eq!(ours.decrypt(&answer).unwrap(), [2; 32]);
        // No key exchange any more: its last bytes are not vouched for, and libsignal does not read them where it knows the session.
        let next = ours.encrypt(&[3; 32]);
        assert!(!next.key_exchange);
        let mut changed = next.clone();
        *changed.bytes.last_mut().unwrap() ^= 1;
        assert!(theirs.decrypt(&changed).is_err());
        assert_eq!(theirs.decrypt(&next).unwrap(), [3; 32]);
    }
}

#[test]
fn payloads_are_opened_by_both() {
    for version in [Version::Legacy, Version::Omemo2] {
        let Some((mut theirs, _)) = Oracle::start(Library::Python, version) else { return };
        let mut chance = Chance(6);
        for length in [1, 15, 16, 17, 5_000] {
            let text = random_bytes(&mut chance, length);
            let mut random = |buffer: &mut [u8]| chance.fill(buffer);
            let Payload { key, iv, ciphertext } = match version {
                Version::Legacy => seal_legacy_payload(&text, &mut random),
                Version::Omemo2 => seal_payload(&text, &mut random),
            };
            let sealed = json!({ "key": hex(&key), "iv": hex(&iv), "ciphertext": hex(&ciphertext) });
            assert_eq!(unhex(&theirs.ask("open", sealed).unwrap()["text"]), text);
            let sealed = theirs.ask("seal", json!({ "text": hex(&text) })).unwrap();
            let (key, iv, ciphertext) = (unhex(&sealed["key"]), unhex(&sealed["iv"]), unhex(&sealed["ciphertext"]));
            let opened = match version {
                Version::Legacy => open_legacy_payload(&key, &iv, &ciphertext),
                Version::Omemo2 => open_payload(&key, &ciphertext),
            };
            assert_eq!(*opened.unwrap(), text);
        }
    }
}

/// Records what `omemo_known.rs` reads: our secrets as they are stored, and what the others sent.
/// `cargo test -p larimar --test omemo_oracle -- --ignored`, when the record of another kind of message is wanted; records of
/// today must stay readable.
#[test]
#[ignore = "it writes a file of the repository"]
fn record_what_others_send() {
    let mut cases = Vec::new();
    for (version, name) in [(Version::Legacy, "legacy"), (Version::Omemo2, "omemo2")] {
        let Some((mut theirs, bundle)) = Oracle::start(Library::Python, version) else { return };
        let mut ours = Ours::new(bundle.identity(), 7);
        let message =
            |(message, text): (Encrypted, Vec<u8>)| json!([hex(&message.bytes), message.key_exchange, hex(&text)]);
        let mut record = |ours: &Ours, messages: Vec<(Encrypted, Vec<u8>)>| {
            // Each record of prekeys is long, and only who is begun with needs one: it stands once a version.
            let begins = messages.iter().any(|(message, _)| message.key_exchange);
            cases.push(json!({
                "version": name,
                "seed": hex(&*ours.identity.seed()),
                "prekeys": if begins { hex(&ours.prekeys.to_bytes()) } else { String::new() },
                "device": hex(&ours.device.to_bytes()),
                "messages": messages.into_iter().map(message).collect::<Vec<_>>(),
            }));
        };
        // They begin.
        let first = theirs.begin(&ours.prekeys.bundle(&ours.identity), b"first");
        let mut messages = vec![(first, b"first".to_vec())];
        messages.extend((0..5_u8).map(|n| (theirs.encrypt(&[n; 48]), vec![n; 48])));
        messages.reverse();
        record(&ours, messages.clone());
        // Their second chain, while the first has a gap.
        ours.decrypt(&messages[2].0).unwrap();
        let answer = ours.encrypt(b"answer");
        theirs.decrypt(&answer).unwrap();
        let mut second: Vec<_> = (5..8_u8).map(|n| (theirs.encrypt(&[n; 32]), vec![n; 32])).collect();
        second.extend(messages.drain(..2));
        record(&ours, second);
        // We begin anew.
        let Some((mut theirs, bundle)) = Oracle::start(Library::Python, version) else { return };
        let mut ours = Ours::new(bundle.identity(), 8);
        ours.device.begin(&ours.identity, 7, &bundle, &mut |buffer| ours.chance.fill(buffer)).unwrap();
        let hello = ours.encrypt(b"hello");
        theirs.decrypt(&hello).unwrap();
        record(&ours, (0..3_u8).map(|n| (theirs.encrypt(&[n; 32]), vec![n; 32])).collect());
    }
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/omemo_known.json");
    std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
}
