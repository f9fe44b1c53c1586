//! URIs as others write them, as we do, and as nobody should.

use proptest::prelude::*;

use super::*;

const ONE: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";
const TWO: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

fn read(text: &str) -> XmppUri {
    XmppUri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn device(id: u32, fingerprint: &str) -> UriKey {
    UriKey::Device { id, fingerprint: fingerprint.to_owned() }
}

fn action(text: &str) -> Action {
    read(text).action
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn what_conversations_and_dino_show_is_read_and_written() {
    let text = format!("xmpp:alice@example.org?omemo-sid-1234={ONE};omemo-sid-5={TWO}");
    let uri = read(&text);
    assert_eq!((uri.address.as_str(), &uri.action), ("alice@example.org", &Action::Address));
    assert_eq!(uri.keys, [device(1234, ONE), device(5, TWO)]);
    assert_eq!(uri.to_string(), text);
    let other =
        format!(" XMPP:Alice@Example.org?message;OMEMO-SID-1234=05{};omemo-sid-1234={ONE} ", ONE.to_uppercase());
    assert_eq!(read(&other).keys, [device(1234, ONE)]);
    assert_eq!(read(&format!("xmpp:alice@example.org?omemo-sid-1={ONE}&omemo-sid-2={TWO}")).keys.len(), 2);
}

#[test]
fn the_example_of_xep_0434_is_read_and_written() {
    let text = "xmpp:bob@example.com?trust-message;encryption=urn:xmpp:omemo:2;\
                trust=623548d3835c6d33ef5cb680f7944ef381cf712bf23a0119dabe5c4f252cd02f;\
                distrust=b423f5088de9a924d51b31581723d850c7cc67d0a4fe6b267c3d301ff56d2413;\
                distrust=d9f849b6b828309c5f2c8df4f38fd891887da5aaa24a22c50d52f69b4a80817e";
    let uri = read(text);
    assert_eq!(uri.action, Action::Trust);
    let trusted: Vec<bool> = uri.keys.iter().map(|key| matches!(key, UriKey::Key { trusted: true, .. })).collect();
    assert_eq!(trusted, [true, false, false]);
    assert!(matches!(uri.keys[0], UriKey::Key { key, .. } if key[..3] == [0x62, 0x35, 0x48]));
    assert_eq!(uri.to_string(), text);
    // What is said of keys of another kind, or by another query, is not about these.
    assert!(read(&text.replace("omemo:2", "openpgp:0")).keys.is_empty());
    assert!(read(&text.replace("trust-message", "message")).keys.is_empty());
    assert!(read(&text.replace("encryption", "x")).keys.is_empty());
    assert_eq!(read(&text.replace("urn:xmpp:omemo:2", "urn%3Axmpp%3Aomemo%3A2")), uri);
}

#[test]
fn what_people_are_invited_with_is_read() {
    assert_eq!(action("xmpp:romeo@montague.net"), Action::Address);
    assert_eq!(action("romeo@montague.net"), Action::Address);
    assert_eq!(
        action("xmpp:romeo@montague.net?message;subject=Hi;body=Here%27s%20a%20test%0Aof%20%C3%A9%3B"),
        Action::Message { body: some("Here's a test\nof é;") }
    );
    assert_eq!(action("xmpp:romeo@montague.net?message;body="), Action::Message { body: None });
    assert_eq!(
        action("xmpp:romeo@montague.net?roster;preauth=1tMFqYDdKhfe2pwp;name=R%20M;ibr=y"),
        Action::Roster { name: some("R M"), preauth: some("1tMFqYDdKhfe2pwp"), registers: true }
    );
    assert_eq!(action("xmpp:r@m.net?subscribe"), Action::Subscribe { preauth: None });
    let server = read("xmpp:montague.net?register;preauth=TOKEN");
    assert_eq!((server.address.node(), server.action), (None, Action::Register { preauth: some("TOKEN") }));
    assert_eq!(action("xmpp:coven@chat.m.net?join;password=x%3By"), Action::Join { password: some("x;y") });
    let other = |name: &str| Action::Other { name: name.to_owned() };
    assert_eq!(action("xmpp:r@m.net?command;node=x"), other("command"));
    assert_eq!(action("xmpp:r@m.net?%01message"), other("other"));
}

#[test]
fn addresses_stand_there_in_many_ways() {
    for (text, expected) in [
        (
            "xmpp:nasty%21%23%24%25%28%29%2A%2B%2C-.%3B%3D%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com",
            "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com",
        ),
        ("xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze", "jiři@čechy.example"),
        ("xmpp:jiři@xn--bcher-kva.example#part", "jiři@bücher.example"),
        ("xmpp://guest@example.com/support@example.com?message", "support@example.com"),
        ("xmpp://alice@example.org", "alice@example.org"),
        ("xmpp://alice@example.org/phone?message", "alice@example.org"),
        ("xmpp:example.org", "example.org"),
    ] {
        assert_eq!(read(text).address.as_str(), expected, "{text}");
    }
    let odd = read("xmpp:ji%C5%99i%3F%23@%C4%8Dechy.example");
    assert_eq!(read(&odd.to_string()), odd);
}

#[test]
fn what_is_shown_of_it_has_no_secret() {
    let uri = read("xmpp:coven@chat.example?join;password=hush;omemo-sid-1=x");
    assert_eq!(format!("{uri:?}"), "XmppUri(join, [])");
}

#[test]
fn what_is_none_says_so() {
    for text in ["", "hello", "https://example.org/i?xmpp:a@b.c", "example.org", "xmp", "é", "a b@example.org"] {
        assert_eq!(XmppUri::parse(text), Err(UriError::NotXmpp), "{text}");
    }
    for text in
        ["xmpp:", "xmpp:@", "xmpp:a@", "xmpp:%FF@example.org", "xmpp:a%20b@example.org", "xmpp:?message", "xmpp://"]
    {
        assert_eq!(XmppUri::parse(text), Err(UriError::BadAddress), "{text}");
    }
    assert_eq!(XmppUri::parse(&format!("xmpp:a@b.c?message;body={}", "x".repeat(LONGEST))), Err(UriError::TooLong));
}

#[test]
fn keys_that_are_none_are_left_out_and_there_are_not_too_many() {
    let odd = format!(
        "xmpp:a@b.c?omemo-sid-={ONE};omemo-sid-0={ONE};omemo-sid--1={ONE};omemo-sid-+1={ONE};omemo-sid-99999999999={ONE};\
         omemo-sid-1={};omemo-sid-2=x{ONE};omemo-sid-3;omemo-sid-4=06{ONE};omemo-sid-9={ONE}",
        &ONE[2..]
    );
    assert_eq!(read(&odd).keys, [device(9, ONE)]);
    let many: Vec<String> = (1..=MOST_KEYS + 5).map(|id| format!("trust={id:064x}")).collect();
    let many = format!("xmpp:a@b.c?trust-message;encryption=urn:xmpp:omemo:2;{}", many.join(";"));
    assert_eq!(read(&many).keys.len(), MOST_KEYS);
    assert_eq!(
        action(&format!("xmpp:a@b.c?register;preauth={}", "x".repeat(2000))),
        Action::Register { preauth: None }
    );
}

fn actions() -> impl Strategy<Value = Action> {
    let value = || proptest::option::of("[^\\s\\p{C}][^\\p{C}]{0,10}[^\\s\\p{C}]");
    prop_oneof![
        Just(Action::Address),
        proptest::option::of("\\PC{0,5}[^\\s]\\PC{0,5}").prop_map(|body| Action::Message { body }),
        (value(), value(), any::<bool>()).prop_map(|(name, preauth, registers)| Action::Roster {
            name,
            preauth,
            registers
        }),
        value().prop_map(|preauth| Action::Subscribe { preauth }),
        value().prop_map(|preauth| Action::Register { preauth }),
        value().prop_map(|password| Action::Join { password }),
        Just(Action::Trust),
        "[a-z]{9}".prop_map(|name| Action::Other { name }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(
        node in "[a-zé0-9!#$%;=?~.-]{1,12}",
        action in actions(),
        devices in proptest::collection::btree_map(1..u32::MAX, any::<[u8; 32]>(), 0..4),
        keys in proptest::collection::btree_map(any::<[u8; 32]>(), any::<bool>(), 0..4),
    ) {
        let address = BareJid::new(&format!("{node}@example.org")).unwrap();
        let devices = devices.into_iter().map(|(id, key)| UriKey::Device { id, fingerprint: to_hex(&key) });
        let keys = keys.into_iter().filter(|_| action == Action::Trust);
        let keys = devices.chain(keys.map(|(key, trusted)| UriKey::Key { key, trusted })).collect();
        let uri = XmppUri { address, action, keys };
        let text = uri.to_string();
        prop_assert!(text.is_ascii() && !text.contains(char::is_whitespace), "{}", text);
        prop_assert_eq!(XmppUri::parse(&text), Ok(uri));
    }

    #[test]
    fn whatever_stands_there_is_answered(text in "(xmpp:)?(//)?[a@.%/é]{0,8}\\??\\PC{0,12};?(omemo-sid-)?[0-9a-f%=;]{0,80}") {
        if let Ok(uri) = XmppUri::parse(&text) {
            prop_assert_eq!(XmppUri::parse(&uri.to_string()), Ok(uri));
        }
    }
}
