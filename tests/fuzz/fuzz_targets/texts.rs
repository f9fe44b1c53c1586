//! Texts that are scanned, clicked or sent as links: addresses of XMPP with keys and invitations, and links to encrypted files.
//! Each is answered, and what is written again from the answer reads the same.
#![no_main]

use larimar::file::aesgcm::AesGcmLink;
use larimar::xep::uri::{LONGEST, MOST_KEYS, XmppUri};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(uri) = XmppUri::parse(text) {
        assert!(uri.keys.len() <= MOST_KEYS);
        let written = uri.to_string();
        assert!(written.is_ascii() && !written.contains(|c: char| c.is_whitespace() || c.is_control()));
        // Escaping makes it longer.
        if written.len() <= LONGEST {
            assert_eq!(XmppUri::parse(&written), Ok(uri));
        }
    }
    if let Some(link) = AesGcmLink::parse(text) {
        assert!(link.url.is_https() && matches!(link.key.iv().len(), 12 | 16));
        assert!(AesGcmLink::parse(&link.text()).is_some_and(|again| again == link));
    }
});
