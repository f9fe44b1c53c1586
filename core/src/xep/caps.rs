//! What a device can do, told by a hash in its presence: XEP-0115 (SHA-1, one string) and XEP-0390 (other hashes, an input
//! that cannot be read in two ways). A hash is believed only after it was computed from the answer that it stands for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::disco::Info;
use super::form_fields::Form;
use super::xml::{self, Tag};
use super::{Element, ns};

/// More hashes in one presence are not read.
const MOST: usize = 8;

/// Capabilities after XEP-0115.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The name of the hash's algorithm.
    pub hash: String,
    /// Names the software.
    pub node: String,
    /// The hash, in base64.
    pub ver: String,
}

impl Caps {
    /// Reads `<c/>`; None where something is missing, as in versions before 1.4.
    pub fn parse(element: &Element) -> Option<Caps> {
        if !element.is("c", ns::CAPS) {
            return None;
        }
        let [hash, node, ver] = ["hash", "node", "ver"].map(|name| xml::id(element, name));
        Some(Caps { hash: hash?, node: node?, ver: ver? })
    }

    /// Our own capabilities; `node` names the software. None for what XEP-0115 cannot hash safely.
    pub fn of(info: &Info, node: &str) -> Option<Caps> {
        let ver = digest("sha-1", &input(info)?)?;
        Some(Caps { hash: "sha-1".to_owned(), node: node.to_owned(), ver })
    }

    /// The element for our presence.
    pub fn tag(&self) -> Tag {
        Tag::new("c", ns::CAPS).attr("hash", &self.hash).attr("node", &self.node).attr("ver", &self.ver)
    }

    /// The node to ask the device about.
    pub fn disco_node(&self) -> String {
        format!("{}#{}", self.node, self.ver)
    }

    /// The name under which a verified answer is kept: it does not depend on the device, nor on the node.
    pub fn key(&self) -> String {
        format!("{} {}", self.hash, self.ver)
    }

    /// Whether this answer is what the hash stands for (section 5.4).
    pub fn verifies(&self, info: &Info) -> bool {
        input(info).and_then(|input| digest(&self.hash, &input)).is_some_and(|hash| hash == self.ver)
    }
}

/// The input of XEP-0115's hash (section 5.1). None for an answer that is ill-formed (section 5.4), or that has the sign
/// `<` in a value: it separates the values, so that another answer could have the same hash.
fn input(info: &Info) -> Option<Vec<u8>> {
    let mut identities: Vec<_> = info.identities.iter().collect();
    identities.sort();
    let mut features: Vec<_> = info.features.iter().collect();
    features.sort();
    let mut forms: Vec<(&str, &Form)> =
        info.forms.iter().filter_map(|form| Some((form.form_type.as_deref()?, form))).collect();
    forms.sort_by_key(|(form_type, _)| *form_type);
    let twice = identities.windows(2).any(|pair| pair[0] == pair[1])
        || features.windows(2).any(|pair| pair[0] == pair[1])
        || forms.windows(2).any(|pair| pair[0].0 == pair[1].0);
    if twice {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    for identity in identities {
        let [lang, name] = [&identity.lang, &identity.name].map(|text| text.as_deref().unwrap_or_default());
        parts.push(format!("{}/{}/{lang}/{name}", identity.category, identity.kind));
    }
    parts.extend(features.into_iter().cloned());
    for (form_type, form) in forms {
        parts.push(form_type.to_owned());
        let mut fields: Vec<_> = form.fields.iter().collect();
        fields.sort_by_key(|field| &field.var);
        for field in fields {
            let mut values = field.values.clone();
            values.sort();
            parts.push(field.var.clone());
            parts.extend(values);
        }
    }
    let safe = parts.iter().all(|part| !part.contains('<'));
    safe.then(|| parts.into_iter().flat_map(|part| (part + "<").into_bytes()).collect())
}

/// One hash after XEP-0300.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The name of its algorithm.
    pub algo: String,
    /// The hash, in base64.
    pub value: String,
}

/// Capabilities after XEP-0390: the same thing by one hash or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caps2 {
    /// The hashes.
    pub hashes: Vec<Hash>,
}

impl Caps2 {
    /// Reads `<c/>`; None without a hash.
    pub fn parse(element: &Element) -> Option<Caps2> {
        if !element.is("c", ns::CAPS_2) {
            return None;
        }
        let hashes = element.children().filter(|child| child.is("hash", ns::HASHES)).take(MOST);
        let hash = |hash: &Element| Some(Hash { algo: xml::id(hash, "algo")?, value: xml::line(hash, 256)? });
        let hashes: Vec<Hash> = hashes.filter_map(hash).collect();
        (!hashes.is_empty()).then_some(Caps2 { hashes })
    }

    /// Our own capabilities.
    pub fn of(info: &Info) -> Caps2 {
        let input = input2(info);
        let hash = |algo: &str| Some(Hash { algo: algo.to_owned(), value: digest(algo, &input)? });
        Caps2 { hashes: hash("sha-256").into_iter().collect() }
    }

    /// The element for our presence.
    pub fn tag(&self) -> Tag {
        let hash = |hash: &Hash| Tag::new("hash", ns::HASHES).attr("algo", &hash.algo).text(&hash.value);
        Tag::new("c", ns::CAPS_2).children(self.hashes.iter().map(hash))
    }

    /// The hash to go by: the first that can be verified here. SHA-1 cannot be trusted any more.
    pub fn usable(&self) -> Option<&Hash> {
        self.hashes.iter().find(|hash| matches!(hash.algo.as_str(), "sha-256" | "sha-512"))
    }
}

impl Hash {
    /// The node to ask the device about.
    pub fn disco_node(&self) -> String {
        format!("{}#{}.{}", ns::CAPS_2, self.algo, self.value)
    }

    /// The name under which a verified answer is kept.
    pub fn key(&self) -> String {
        format!("2 {} {}", self.algo, self.value)
    }

    /// Whether this answer is what the hash stands for.
    pub fn verifies(&self, info: &Info) -> bool {
        digest(&self.algo, &input2(info)).is_some_and(|hash| hash == self.value)
    }
}

/// The input of XEP-0390's hashes ("general hash input"): features, identities and forms, each sorted, with separators that XML
/// cannot carry.
fn input2(info: &Info) -> Vec<u8> {
    let sorted = |mut parts: Vec<String>| {
        parts.sort();
        parts.concat()
    };
    let features = sorted(info.features.iter().map(|feature| format!("{feature}\u{1f}")).collect());
    let identity = |identity: &super::disco::Identity| {
        let [lang, name] = [&identity.lang, &identity.name].map(|text| text.as_deref().unwrap_or_default());
        format!("{}\u{1f}{}\u{1f}{lang}\u{1f}{name}\u{1f}\u{1e}", identity.category, identity.kind)
    };
    let identities = sorted(info.identities.iter().map(identity).collect());
    let field = |var: &str, values: &[String]| {
        format!("{var}\u{1f}{}\u{1e}", sorted(values.iter().map(|value| format!("{value}\u{1f}")).collect()))
    };
    let form = |form: &Form| {
        let form_type = form.form_type.iter().map(|form_type| field("FORM_TYPE", std::slice::from_ref(form_type)));
        let fields = form.fields.iter().map(|each| field(&each.var, &each.values));
        sorted(form_type.chain(fields).collect()) + "\u{1d}"
    };
    let forms = sorted(info.forms.iter().map(form).collect());
    format!("{features}\u{1c}{identities}\u{1c}{forms}\u{1c}").into_bytes()
}

/// The hash of an input in base64; None for an algorithm that is not known here.
fn digest(algo: &str, input: &[u8]) -> Option<String> {
    Some(match algo {
        "sha-1" => BASE64.encode(Sha1::digest(input)),
        "sha-256" => BASE64.encode(Sha256::digest(input)),
        "sha-512" => BASE64.encode(Sha512::digest(input)),
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod caps_tests;
