//! A certificate authority of our own, and the certificates that it signs.

use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::error::Result;

/// A certificate is valid from a day ago for this long. (ejabberd sets a timer to the end of it, and cannot wait for decades.)
const VALID: Duration = Duration::from_secs(300 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A certificate authority that lives as long as a test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its private key.
pub struct Identity {
    /// The certificate, in PEM.
    pub certificate: String,
    /// Its private key, in PEM.
    pub key: String,
    /// The certificate, in DER.
    pub certificate_der: Vec<u8>,
    /// Its private key, in PKCS #8.
    pub key_der: Vec<u8>,
}

impl Authority {
    /// A new authority.
    pub fn new() -> Result<Authority> {
        let mut params = CertificateParams::default();
        params.not_before = (SystemTime::now() - 20 * DAY).into();
        params.not_after = (SystemTime::now() + VALID).into();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Larimar's tests");
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority { issuer: Issuer::new(params, key), pem })
    }

    /// The authority's own certificate, in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these names (host names or IP addresses).
    pub fn issue(&self, names: &[String]) -> Result<Identity> {
        self.issue_for(names, SystemTime::now() - DAY, SystemTime::now() + VALID)
    }

    /// A certificate for these names that ran out yesterday.
    pub fn issue_expired(&self, names: &[String]) -> Result<Identity> {
        self.issue_for(names, SystemTime::now() - 10 * DAY, SystemTime::now() - DAY)
    }

    fn issue_for(&self, names: &[String], from: SystemTime, until: SystemTime) -> Result<Identity> {
        let mut params = CertificateParams::new(names)?;
        params.not_before = from.into();
        params.not_after = until.into();
        let first = names.first().map_or("localhost", String::as_str);
        params.distinguished_name.push(DnType::CommonName, first);
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            certificate_der: certificate.der().to_vec(),
            key_der: key.serialize_der(),
        })
    }
}
