use proptest::prelude::*;

use super::*;

fn read(xml: &str) -> Option<Encrypted> {
    Encrypted::parse(&xml.parse::<Element>().unwrap())
}

fn bare(address: &str) -> BareJid {
    BareJid::new(address).unwrap()
}

fn legacy(inner: &str) -> Encrypted {
    read(&format!("<encrypted xmlns='eu.siacs.conversations.axolotl'>{inner}</encrypted>")).unwrap()
}

fn omemo2(inner: &str) -> Encrypted {
    read(&format!("<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'>{inner}</header></encrypted>")).unwrap()
}

#[test]
fn a_legacy_message_is_read_as_it_is_written() {
    let encrypted = Encrypted {
        version: Version::Legacy,
        sid: 27183,
        keys: vec![
            Key { jid: None, rid: 31415, key_exchange: false, data: b"one".to_vec() },
            Key { jid: None, rid: 12321, key_exchange: true, data: b"other".to_vec() },
        ],
        iv: b"twelve bytes".to_vec(),
        payload: Some(b"secret".to_vec()),
    };
    let xml = encrypted.tag().to_string();
    assert_eq!(
        xml,
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='27183'><key rid='31415'>b25l</key>\
         <key prekey='true' rid='12321'>b3RoZXI=</key><iv>dHdlbHZlIGJ5dGVz</iv></header>\
         <payload>c2VjcmV0</payload></encrypted>"
    );
    assert_eq!(read(&xml), Some(encrypted));
}

#[test]
fn an_omemo_2_message_is_read_as_it_is_written_and_has_its_keys_by_their_owners() {
    let key = |jid: &str, rid, key_exchange| Key { jid: Some(bare(jid)), rid, key_exchange, data: b"one".to_vec() };
    let mut encrypted = Encrypted {
        version: Version::Omemo2,
        sid: 27183,
        keys: vec![
            key("juliet@capulet.example", 31415, false),
            key("romeo@montague.example", 1337, false),
            key("juliet@capulet.example", 12321, true),
        ],
        iv: Vec::new(),
        payload: Some(b"secret".to_vec()),
    };
    let xml = encrypted.tag().to_string();
    assert_eq!(
        xml,
        "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='27183'><keys jid='juliet@capulet.example'>\
         <key rid='31415'>b25l</key><key kex='true' rid='12321'>b25l</key></keys>\
         <keys jid='romeo@montague.example'><key rid='1337'>b25l</key></keys></header>\
         <payload>c2VjcmV0</payload></encrypted>"
    );
    encrypted.keys.swap(1, 2);
    assert_eq!(read(&xml), Some(encrypted));
}

#[test]
fn a_message_without_a_payload_only_carries_keys() {
    let empty = omemo2("<keys jid='anna@example.org'><key rid='5' kex='1'>AAAA</key></keys>");
    assert_eq!((empty.payload.as_ref(), empty.keys[0].key_exchange), (None, true));
    assert_eq!(read(&empty.tag().to_string()), Some(empty));
    // Its iv is written, though it opens nothing: other clients want one.
    let transport = legacy("<header sid='1'><key rid='5'>AAAA</key></header>");
    assert!(transport.payload.is_none() && transport.iv.is_empty());
    assert!(transport.tag().to_string().contains("<iv/>"));
}

#[test]
fn base64_may_be_broken_into_lines_and_lack_its_padding() {
    let read = legacy(
        "<header sid=' 1 '><key rid='5'>\n  b3\n\tRo\r\n ZXI </key><key rid='6'>b25lIQ==</key><key rid='7'>b25lIR</key>\
         <iv>dHdlbHZlIGJ5\n dGVz</iv></header><payload> c2Vj <!CDATA/>cmV0 </payload>"
            .replace("<!CDATA/>", "<![CDATA[\n]]>")
            .as_str(),
    );
    let data: Vec<&[u8]> = read.keys.iter().map(|key| key.data.as_slice()).collect();
    assert_eq!(data, [&b"other"[..], b"one!", b"one!"]);
    assert_eq!((read.iv.as_slice(), read.payload.as_deref()), (&b"twelve bytes"[..], Some(&b"secret"[..])));
}

#[test]
fn a_broken_key_costs_no_other() {
    let read = legacy(
        "<header sid='1'><key rid='5'>*</key><key>AAAA</key><key rid='-1'>AAAA</key><key rid='4294967296'>AAAA</key>\
         <key rid='6'/><key xmlns='other' rid='7'>AAAA</key><odd/><key rid='4294967295' prekey='maybe'>AAAA</key></header>",
    );
    assert_eq!(read.keys, [Key { jid: None, rid: u32::MAX, key_exchange: false, data: vec![0; 3] }]);
    let key = "<key rid='5'>AAAA</key>";
    let read = omemo2(&format!(
        "<keys jid='@'>{key}</keys><keys>{key}</keys>{key}<keys jid='ANNA@example.org/phone'>{key}</keys>"
    ));
    assert_eq!(read.keys, [Key { jid: Some(bare("anna@example.org")), rid: 5, key_exchange: false, data: vec![0; 3] }]);
}

#[test]
fn a_payload_that_cannot_be_read_is_no_key_transport() {
    let header = "<header sid='1'><key rid='5'>AAAA</key><iv>?</iv></header>";
    let read = legacy(&format!("{header}<payload>not base64</payload>"));
    assert_eq!((read.payload, read.iv), (Some(Vec::new()), Vec::new()));
}

#[test]
fn what_names_no_sender_is_none() {
    for xml in [
        "<encrypted xmlns='urn:xmpp:omemo:2'/>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header/></encrypted>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='-5'/></encrypted>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='4294967296'/></encrypted>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header xmlns='eu.siacs.conversations.axolotl' sid='5'/></encrypted>",
        "<encrypted xmlns='urn:xmpp:omemo:1'><header sid='5'/></encrypted>",
        "<payload xmlns='urn:xmpp:omemo:2'><header sid='5'/></payload>",
    ] {
        assert_eq!(read(xml), None, "{xml}");
    }
}

#[test]
fn keys_are_bounded() {
    let many = "<key rid='5'>AAAA</key>".repeat(MOST_KEYS + 1);
    assert_eq!(legacy(&format!("<header sid='1'>{many}</header>")).keys.len(), MOST_KEYS);
    assert_eq!(
        omemo2(&format!("<keys jid='a@b.example'>{many}</keys><keys jid='c@d.example'>{many}</keys>")).keys.len(),
        MOST_KEYS
    );
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..80)
}

fn encrypted() -> impl Strategy<Value = Encrypted> {
    let key = |jid: Option<BareJid>| {
        (any::<u32>(), any::<bool>(), bytes()).prop_map(move |(rid, key_exchange, data)| Key {
            jid: jid.clone(),
            rid,
            key_exchange,
            data,
        })
    };
    let keys = move |jid| prop::collection::vec(key(jid), 0..5);
    let of_both = (keys(Some(bare("anna@example.org"))), keys(Some(bare("bob@example.net"))))
        .prop_map(|(first, second)| [first, second].concat());
    let payload = || prop::option::of(prop::collection::vec(any::<u8>(), 0..300));
    prop_oneof![
        (any::<u32>(), keys(None), bytes(), payload()).prop_map(|(sid, keys, iv, payload)| Encrypted {
            version: Version::Legacy,
            sid,
            keys,
            iv,
            payload
        }),
        (any::<u32>(), of_both, payload()).prop_map(|(sid, keys, payload)| Encrypted {
            version: Version::Omemo2,
            sid,
            keys,
            iv: Vec::new(),
            payload
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(encrypted in encrypted()) {
        prop_assert_eq!(read(&encrypted.tag().to_string()), Some(encrypted));
    }

    #[test]
    fn any_text_is_base64_or_nothing(text in "[A-Za-z0-9+/= \n]{0,40}|\\PC{0,20}") {
        let text = xml::escaped(&text);
        let read = legacy(&format!("<header sid='1'><key rid='5'>{text}</key></header><payload>{text}</payload>"));
        prop_assert!(read.payload.is_some() && read.keys.len() <= 1);
    }
}
