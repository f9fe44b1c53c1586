use proptest::prelude::*;

use super::*;

fn read(version: Version, xml: &str) -> Option<Bundle> {
    read_bundle(version, &xml.parse::<Element>().unwrap())
}

fn bundle() -> Bundle {
    Bundle {
        identity: b"identity".to_vec(),
        signed_prekey: (7, b"signed".to_vec()),
        signature: b"signature".to_vec(),
        prekeys: vec![(1, b"one".to_vec()), (2, b"two".to_vec())],
    }
}

#[test]
fn a_bundle_has_the_elements_of_its_version() {
    let xml = bundle_tag(Version::Legacy, &bundle()).to_string();
    assert_eq!(
        xml,
        "<bundle xmlns='eu.siacs.conversations.axolotl'><signedPreKeyPublic signedPreKeyId='7'>c2lnbmVk</signedPreKeyPublic>\
         <signedPreKeySignature>c2lnbmF0dXJl</signedPreKeySignature><identityKey>aWRlbnRpdHk=</identityKey>\
         <prekeys><preKeyPublic preKeyId='1'>b25l</preKeyPublic><preKeyPublic preKeyId='2'>dHdv</preKeyPublic></prekeys>\
         </bundle>"
    );
    assert_eq!(read(Version::Legacy, &xml), Some(bundle()));
    assert_eq!(read(Version::Omemo2, &xml), None);
    let xml = bundle_tag(Version::Omemo2, &bundle()).to_string();
    assert_eq!(
        xml,
        "<bundle xmlns='urn:xmpp:omemo:2'><spk id='7'>c2lnbmVk</spk><spks>c2lnbmF0dXJl</spks><ik>aWRlbnRpdHk=</ik>\
         <prekeys><pk id='1'>b25l</pk><pk id='2'>dHdv</pk></prekeys></bundle>"
    );
    assert_eq!(read(Version::Omemo2, &xml), Some(bundle()));
    assert_eq!(read(Version::Legacy, &xml), None);
}

#[test]
fn each_version_has_its_node_and_its_item() {
    assert_eq!(bundle_node(Version::Legacy, 31415), "eu.siacs.conversations.axolotl.bundles:31415");
    assert_eq!(
        (bundle_item_id(Version::Legacy, 31415), published_item_id(Version::Legacy, 31415)),
        (None, "current".into())
    );
    assert_eq!(bundle_node(Version::Omemo2, 31415), "urn:xmpp:omemo:2:bundles");
    assert_eq!(bundle_item_id(Version::Omemo2, 31415).as_deref(), Some("31415"));
    assert_eq!(published_item_id(Version::Omemo2, 31415), "31415");
}

#[test]
fn a_bundle_needs_all_but_its_one_time_prekeys() {
    let xml = bundle_tag(Version::Omemo2, &bundle()).to_string();
    for part in
        ["<spk id='7'>c2lnbmVk</spk>", " id='7'", "c2lnbmVk", "<spks>c2lnbmF0dXJl</spks>", "<ik>aWRlbnRpdHk=</ik>"]
    {
        let without = xml.replace(part, "");
        assert_ne!(without, xml);
        assert_eq!(read(Version::Omemo2, &without), None, "{part}");
    }
    let without = xml.replace("<prekeys><pk id='1'>b25l</pk><pk id='2'>dHdv</pk></prekeys>", "");
    assert_eq!(read(Version::Omemo2, &without), Some(Bundle { prekeys: Vec::new(), ..bundle() }));
}

#[test]
fn a_broken_prekey_costs_no_other_and_they_are_bounded() {
    let with = |prekeys: &str| {
        let xml = bundle_tag(Version::Omemo2, &bundle()).to_string();
        read(Version::Omemo2, &xml.replace("<pk id='1'>b25l</pk>", prekeys)).unwrap().prekeys
    };
    assert_eq!(
        with("<pk id='1'>*</pk><pk>b25l</pk><pk id='4294967296'>b25l</pk><pk id='3'/><odd/>"),
        [(2, b"two".to_vec())]
    );
    assert_eq!(with(&"<pk id='1'>b25l</pk>".repeat(2 * MOST)).len(), MOST);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..70), 3),
        id in any::<u32>(),
        prekeys in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 1..40)), 0..20),
        version in prop::sample::select(&Version::ALL[..]),
    ) {
        let [identity, signed, signature]: [Vec<u8>; 3] = parts.try_into().unwrap();
        let bundle = Bundle { identity, signed_prekey: (id, signed), signature, prekeys };
        prop_assert_eq!(read(version, &bundle_tag(version, &bundle).to_string()), Some(bundle));
    }
}
