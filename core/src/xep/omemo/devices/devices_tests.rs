use proptest::prelude::*;

use super::*;

fn read(version: Version, xml: &str) -> Option<Vec<Entry>> {
    read_devices(version, &xml.parse::<Element>().unwrap())
}

fn ids(version: Version, inner: &str) -> Vec<u32> {
    let (name, ns) = (list_name(version), version.namespace());
    let entries = read(version, &format!("<{name} xmlns='{ns}'>{inner}</{name}>")).unwrap();
    entries.iter().map(|entry| entry.id).collect()
}

fn labelled(label: &str) -> Entry {
    Entry { id: 1, label: Some(label.to_owned()), label_signature: Some(vec![1; 64]) }
}

#[test]
fn each_version_has_its_node_and_its_element() {
    let entries = [Entry { id: 12345, ..Entry::default() }, Entry { id: 4223, ..labelled("Larimar on 'Phone'") }];
    assert_eq!(devices_node(Version::Legacy), "eu.siacs.conversations.axolotl.devicelist");
    assert_eq!(
        devices_tag(Version::Legacy, &entries).to_string(),
        "<list xmlns='eu.siacs.conversations.axolotl'><device id='12345'/><device id='4223'/></list>"
    );
    let signature = encoded(&[1; 64]);
    assert_eq!(devices_node(Version::Omemo2), "urn:xmpp:omemo:2:devices");
    assert_eq!(
        devices_tag(Version::Omemo2, &entries).to_string(),
        format!(
            "<devices xmlns='urn:xmpp:omemo:2'><device id='12345'/>\
             <device id='4223' label='Larimar on &apos;Phone&apos;' labelsig='{signature}'/></devices>"
        )
    );
}

#[test]
fn a_list_of_nobody_is_empty_and_another_element_is_none() {
    assert_eq!(read(Version::Legacy, "<list xmlns='eu.siacs.conversations.axolotl'/>"), Some(Vec::new()));
    assert_eq!(read(Version::Omemo2, "<devices xmlns='urn:xmpp:omemo:2'/>"), Some(Vec::new()));
    assert_eq!(read(Version::Omemo2, "<list xmlns='eu.siacs.conversations.axolotl'/>"), None);
    assert_eq!(read(Version::Omemo2, "<devices xmlns='urn:xmpp:omemo:1'/>"), None);
    assert_eq!(read(Version::Legacy, "<devices xmlns='eu.siacs.conversations.axolotl'/>"), None);
}

#[test]
fn only_ids_that_can_be_are_read_and_each_once() {
    let inner = "<device id='5'/><device/><device id='0'/><device id='-1'/><device id='2147483648'/><device id='x'/>\
                 <device xmlns='other' id='6'/><odd id='7'/><device id=' 2147483647 '/><device id='5' label='x'/>";
    for version in Version::ALL {
        assert_eq!(ids(version, inner), [5, 2_147_483_647]);
    }
}

#[test]
fn a_list_is_bounded() {
    let many: String = (1..=2 * MOST).map(|id| format!("<device id='{id}'/>")).collect();
    assert_eq!(ids(Version::Legacy, &many).len(), MOST);
}

#[test]
fn a_label_counts_if_it_is_signed() {
    let label = Label { text: "Phone".to_owned(), signature: vec![1; 64] };
    assert_eq!(labelled("Phone").listed(), ListedDevice { id: 1, label: Some(label) });
    let unsigned = Entry { label_signature: None, ..labelled("Phone") };
    assert_eq!(unsigned.listed().label, None);
    let endless = Entry { label_signature: Some(vec![1; 65]), ..labelled("Phone") };
    assert_eq!(endless.listed().label, None);
    // It stays in the list that we publish again: it is not ours.
    assert_eq!(
        read(Version::Omemo2, &devices_tag(Version::Omemo2, std::slice::from_ref(&unsigned)).to_string()),
        Some(vec![unsigned])
    );
}

#[test]
fn a_label_is_shown_short_and_without_what_cannot_be_seen() {
    let shown = shown_label;
    assert_eq!(shown("  My\u{202e} phone\n2\u{7} ").as_deref(), Some("My phone 2"));
    assert_eq!(shown("\u{2066}\n"), None);
    assert_eq!(shown(&"ä".repeat(80)), Some("ä".repeat(53)));
    assert_eq!(shown(&format!("{} {}", "a".repeat(52), "b".repeat(52))), Some("a".repeat(52)));
    let long = devices_tag(Version::Omemo2, &[labelled(&"a".repeat(LONGEST + 1))]).to_string();
    assert_eq!(read(Version::Omemo2, &long).unwrap()[0].label, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(
        entries in prop::collection::btree_map(1..=0x7fff_ffffu32, (prop::option::of("\\PC{0,60}"), any::<bool>()), 0..20),
    ) {
        let signed = |signed: bool| signed.then(|| vec![7; 64]);
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|(id, (label, with))| Entry { id, label, label_signature: signed(with) })
            .collect();
        prop_assert_eq!(read(Version::Omemo2, &devices_tag(Version::Omemo2, &entries).to_string()), Some(entries.clone()));
        let bare: Vec<Entry> = entries.iter().map(|entry| Entry { id: entry.id, ..Entry::default() }).collect();
        prop_assert_eq!(read(Version::Legacy, &devices_tag(Version::Legacy, &entries).to_string()), Some(bare));
        for entry in &entries {
            let shown = entry.label.as_deref().and_then(shown_label);
            prop_assert!(shown.is_none_or(|label| (1..=LONGEST_LABEL).contains(&label.chars().count())));
        }
    }
}
