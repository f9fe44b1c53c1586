//! The namespaces of the protocols that are spoken here, by the documents that define them.

/// Namespaces in XML 1.0 section 3: the prefix `xml`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// RFC 6120: stanzas between a client and its server.
pub const CLIENT: &str = "jabber:client";
/// RFC 6120 section 8.3: the conditions of stanza errors.
pub const STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// RFC 6121 section 2: the roster.
pub const ROSTER: &str = "jabber:iq:roster";
/// RFC 6121 section 3.4: the stream feature for pre-approving subscriptions.
pub const PRE_APPROVAL: &str = "urn:xmpp:features:pre-approval";
/// XEP-0004.
pub const DATA_FORMS: &str = "jabber:x:data";
/// XEP-0030.
pub const DISCO_INFO: &str = "http://jabber.org/protocol/disco#info";
/// XEP-0030.
pub const DISCO_ITEMS: &str = "http://jabber.org/protocol/disco#items";
/// XEP-0045: marks what comes from a group chat.
pub const MUC_USER: &str = "http://jabber.org/protocol/muc#user";
/// XEP-0054.
pub const VCARD: &str = "vcard-temp";
/// XEP-0059.
pub const RSM: &str = "http://jabber.org/protocol/rsm";
/// XEP-0060.
pub const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
/// XEP-0060 section 7: notifications.
pub const PUBSUB_EVENT: &str = "http://jabber.org/protocol/pubsub#event";
/// XEP-0060 section 8: what a node's owner does.
pub const PUBSUB_OWNER: &str = "http://jabber.org/protocol/pubsub#owner";
/// XEP-0060 section 7.1.5: the form with a publication's preconditions.
pub const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// XEP-0060 section 8.2: the form with a node's settings.
pub const NODE_CONFIG: &str = "http://jabber.org/protocol/pubsub#node_config";
/// XEP-0060: error conditions.
pub const PUBSUB_ERRORS: &str = "http://jabber.org/protocol/pubsub#errors";
/// XEP-0066: an address beside a message.
pub const OOB: &str = "jabber:x:oob";
/// XEP-0084: an avatar's bytes; also the node.
pub const AVATAR_DATA: &str = "urn:xmpp:avatar:data";
/// XEP-0084: what an avatar is; also the node.
pub const AVATAR_METADATA: &str = "urn:xmpp:avatar:metadata";
/// XEP-0085.
pub const CHAT_STATES: &str = "http://jabber.org/protocol/chatstates";
/// XEP-0092.
pub const VERSION: &str = "jabber:iq:version";
/// XEP-0103: an address as an element.
pub const URL_DATA: &str = "http://jabber.org/protocol/url-data";
/// XEP-0115.
pub const CAPS: &str = "http://jabber.org/protocol/caps";
/// XEP-0153.
pub const VCARD_UPDATE: &str = "vcard-temp:x:update";
/// XEP-0172; also the node.
pub const NICK: &str = "http://jabber.org/protocol/nick";
/// XEP-0184.
pub const RECEIPTS: &str = "urn:xmpp:receipts";
/// XEP-0191.
pub const BLOCKING: &str = "urn:xmpp:blocking";
/// XEP-0199.
pub const PING: &str = "urn:xmpp:ping";
/// XEP-0203.
pub const DELAY: &str = "urn:xmpp:delay";
/// XEP-0264.
pub const THUMBNAILS: &str = "urn:xmpp:thumbs:1";
/// XEP-0280.
pub const CARBONS: &str = "urn:xmpp:carbons:2";
/// XEP-0292: a vCard as RFC 6351 writes it.
pub const VCARD_4: &str = "urn:ietf:params:xml:ns:vcard-4.0";
/// XEP-0292: the node of the vCard.
pub const VCARD_4_NODE: &str = "urn:xmpp:vcard4";
/// XEP-0297.
pub const FORWARD: &str = "urn:xmpp:forward:0";
/// XEP-0300: hashes with the names of their algorithms.
pub const HASHES: &str = "urn:xmpp:hashes:2";
/// XEP-0308.
pub const CORRECTION: &str = "urn:xmpp:message-correct:0";
/// XEP-0313.
pub const MAM: &str = "urn:xmpp:mam:2";
/// XEP-0313: pages that are given newest first, and more.
pub const MAM_EXTENDED: &str = "urn:xmpp:mam:2#extended";
/// XEP-0333.
pub const MARKERS: &str = "urn:xmpp:chat-markers:0";
/// XEP-0334.
pub const HINTS: &str = "urn:xmpp:hints";
/// XEP-0352.
pub const CSI: &str = "urn:xmpp:csi:0";
/// XEP-0357.
pub const PUSH: &str = "urn:xmpp:push:0";
/// XEP-0359.
pub const STANZA_IDS: &str = "urn:xmpp:sid:0";
/// XEP-0380.
pub const ENCRYPTION_NAME: &str = "urn:xmpp:eme:0";
/// XEP-0363; also the type of the form with its limits.
pub const UPLOAD: &str = "urn:xmpp:http:upload:0";
/// XEP-0384, the version that most clients use.
pub const OMEMO: &str = "eu.siacs.conversations.axolotl";
/// XEP-0384, the newer version.
pub const OMEMO_2: &str = "urn:xmpp:omemo:2";
/// XEP-0390.
pub const CAPS_2: &str = "urn:xmpp:caps";
/// XEP-0420.
pub const ENVELOPE: &str = "urn:xmpp:sce:1";
/// XEP-0424.
pub const RETRACTION: &str = "urn:xmpp:message-retract:1";
/// XEP-0428.
pub const FALLBACK: &str = "urn:xmpp:fallback:0";
/// XEP-0434.
pub const TRUST_MESSAGES: &str = "urn:xmpp:tm:1";
/// XEP-0444.
pub const REACTIONS: &str = "urn:xmpp:reactions:0";
/// XEP-0446.
pub const FILE_METADATA: &str = "urn:xmpp:file:metadata:0";
/// XEP-0447.
pub const FILE_SHARING: &str = "urn:xmpp:sfs:0";
/// XEP-0448.
pub const ENCRYPTED_FILES: &str = "urn:xmpp:esfs:0";
/// XEP-0450: what trust messages are for.
pub const AUTOMATIC_TRUST: &str = "urn:xmpp:atm:1";
/// XEP-0461.
pub const REPLY: &str = "urn:xmpp:reply:0";
/// XEP-0490; also the node.
pub const DISPLAYED_SYNC: &str = "urn:xmpp:mds:displayed:0";
