//! What a TLS connection can prove about itself, for SCRAM's -PLUS variants (RFC 5929, RFC 9266).

use rustls::{ClientConnection, ProtocolVersion};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier};
use x509_cert::der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber};

use crate::transport::ChannelBinding;

/// The label of `tls-exporter` (RFC 9266 section 4.2).
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Reads what a finished handshake offers.
pub(super) fn channel_binding(connection: &ClientConnection) -> ChannelBinding {
    // Before TLS 1.3 exporters are unique only with the extended master secret, which rustls does not tell.
    let exporter = (connection.protocol_version() == Some(ProtocolVersion::TLSv1_3))
        .then(|| connection.export_keying_material([0_u8; 32], EXPORTER_LABEL, None).ok())
        .flatten();
    let leaf = connection.peer_certificates().and_then(|chain| chain.first());
    ChannelBinding {
        exporter: exporter.map(|bytes| bytes.to_vec()),
        server_end_point: leaf.and_then(|leaf| server_end_point(leaf)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// The hash of a certificate by the hash function of its own signature, with MD5 and SHA-1 replaced by SHA-256 (RFC 5929
/// section 4.1). None where the signature has no single one (Ed25519): the binding is not defined then.
pub(super) fn server_end_point(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = Certificate::from_der(der).ok()?;
    let algorithm = &certificate.signature_algorithm;
    let parameters = algorithm.parameters.as_ref().and_then(|any| any.to_der().ok());
    Some(match hash(algorithm.oid, parameters.as_deref())? {
        Hash::Sha256 => Sha256::digest(der).to_vec(),
        Hash::Sha384 => Sha384::digest(der).to_vec(),
        Hash::Sha512 => Sha512::digest(der).to_vec(),
    })
}

/// The hash function of a signature algorithm (RFC 4055, RFC 5758, RFC 8017).
fn hash(algorithm: ObjectIdentifier, parameters: Option<&[u8]>) -> Option<Hash> {
    match algorithm.to_string().as_str() {
        // RSA with MD5, SHA-1 and SHA-256; ECDSA with SHA-1 and SHA-256; DSA with SHA-1 and SHA-256.
        "1.2.840.113549.1.1.4"
        | "1.2.840.113549.1.1.5"
        | "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.1"
        | "1.2.840.10045.4.3.2"
        | "1.2.840.10040.4.3"
        | "2.16.840.1.101.3.4.3.2" => Some(Hash::Sha256),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some(Hash::Sha384),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Some(Hash::Sha512),
        "1.2.840.113549.1.1.10" => pss_hash(parameters?),
        _ => None,
    }
}

/// The hash function that RSASSA-PSS names in its parameters; SHA-1 if it names none (RFC 4055 section 3.1).
fn pss_hash(parameters: &[u8]) -> Option<Hash> {
    let sequence = AnyRef::from_der(parameters).ok()?;
    let mut fields = SliceReader::new(sequence.value()).ok()?;
    let named = Tag::ContextSpecific { constructed: true, number: TagNumber::N0 };
    if fields.is_finished() || fields.peek_tag().ok()? != named {
        return Some(Hash::Sha256);
    }
    let field: AnyRef<'_> = fields.decode().ok()?;
    let algorithm = AnyRef::from_der(field.value()).ok()?;
    let mut parts = SliceReader::new(algorithm.value()).ok()?;
    let oid: ObjectIdentifier = parts.decode().ok()?;
    match oid.to_string().as_str() {
        "1.3.14.3.2.26" | "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
        "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
        "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod binding_tests {
    use rcgen::{CertificateParams, KeyPair, SignatureAlgorithm};

    use super::*;

    fn certificate(algorithm: &'static SignatureAlgorithm) -> Vec<u8> {
        let key = KeyPair::generate_for(algorithm).unwrap();
        CertificateParams::new(vec!["a.example".to_owned()]).unwrap().self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_hash_is_that_of_the_signature() {
        let p256 = certificate(&rcgen::PKCS_ECDSA_P256_SHA256);
        assert_eq!(server_end_point(&p256), Some(Sha256::digest(&p256).to_vec()));
        let p384 = certificate(&rcgen::PKCS_ECDSA_P384_SHA384);
        assert_eq!(server_end_point(&p384), Some(Sha384::digest(&p384).to_vec()));
    }

    #[test]
    fn a_signature_without_a_hash_of_its_own_offers_no_binding() {
        assert_eq!(server_end_point(&certificate(&rcgen::PKCS_ED25519)), None);
        assert_eq!(server_end_point(b"no certificate"), None);
    }

    #[test]
    fn weak_hashes_are_replaced() {
        let of = |oid: &str| hash(ObjectIdentifier::new(oid).unwrap(), None);
        assert_eq!(of("1.2.840.113549.1.1.4"), Some(Hash::Sha256));
        assert_eq!(of("1.2.840.113549.1.1.5"), Some(Hash::Sha256));
        assert_eq!(of("1.2.840.113549.1.1.12"), Some(Hash::Sha384));
        assert_eq!(of("1.2.840.113549.1.1.13"), Some(Hash::Sha512));
    }

    #[test]
    fn the_hash_of_pss_stands_in_its_parameters() {
        // SEQUENCE { [0] { SEQUENCE { OID sha512, NULL } } }, and the empty SEQUENCE that means SHA-1.
        let sha512 = [
            0x30, 0x11, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05,
            0x00,
        ];
        assert_eq!(pss_hash(&sha512), Some(Hash::Sha512));
        assert_eq!(pss_hash(&[0x30, 0x00]), Some(Hash::Sha256));
        assert_eq!(pss_hash(&[0x30]), None);
    }
}
