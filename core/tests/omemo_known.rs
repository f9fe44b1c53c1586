//! What oldmemo 2.1.0 and twomemo 2.1.0 once sent, and our records of that day: both must stay readable, in any order.
//! `omemo_oracle.rs` recorded them.

#![allow(clippy::unwrap_used, reason = "a test")]

use larimar::omemo::{Device, Identity, OmemoError, Prekeys, Version};
use serde_json::Value;

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

#[test]
fn what_others_sent_is_read_with_the_records_of_that_day() {
    let cases: Value = serde_json::from_str(include_str!("omemo_known.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 6);
    let mut prekeys = None;
    for case in cases {
        let version = if case["version"] == "legacy" { Version::Legacy } else { Version::Omemo2 };
        let identity = Identity::from_seed(unhex(&case["seed"]).try_into().unwrap());
        if case["prekeys"] != "" {
            prekeys = Some(Prekeys::from_bytes(&unhex(&case["prekeys"])).unwrap());
        }
        let prekeys = prekeys.as_ref().unwrap();
        let messages = case["messages"].as_array().unwrap();
        for backwards in [false, true] {
            let mut device = Device::from_bytes(&unhex(&case["device"])).unwrap();
            assert_eq!((device.version(), prekeys.version()), (version, version));
            let in_order: Vec<&Value> =
                if backwards { messages.iter().rev().collect() } else { messages.iter().collect() };
            for message in in_order {
                let (bytes, key_exchange) = (unhex(&message[0]), message[1].as_bool().unwrap());
                let received = device.decrypt(&identity, prekeys, &bytes, key_exchange).unwrap();
                assert_eq!(*received.plaintext, unhex(&message[2]));
                let again = device.decrypt(&identity, prekeys, &bytes, key_exchange);
                assert_eq!(again, Err(OmemoError::Duplicate));
            }
        }
    }
}
