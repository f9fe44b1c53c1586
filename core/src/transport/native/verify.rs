//! Whether a server's certificate is acceptable, and if not, exactly why (RFC 6125, RFC 7590).
//!
//! The name that is checked is the account's domain, never the host that DNS named: whoever forges DNS gains nothing. Only
//! dNSName (and iPAddress, for a domain that is one) count. SRVName and XmppAddr are not accepted: the name constraints
//! of an authority for dNSName do not bind them, so that a constrained authority could issue them for any domain.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};

use crate::transport::CertificateReason;

/// A certificate was refused: the reason with what a person needs to look at it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub(super) struct Refused {
    pub reason: CertificateReason,
    /// SHA-256 of the leaf, lower-case hexadecimal.
    pub fingerprint: String,
}

/// SHA-256 of a certificate, lower-case hexadecimal.
fn fingerprint(leaf: &CertificateDer<'_>) -> String {
    Sha256::digest(leaf).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whom to trust.
#[derive(Debug)]
enum Trust {
    /// Those who signed a chain of certificates, down from authorities.
    Chain(Arc<dyn ServerCertVerifier>),
    /// One certificate, by its SHA-256.
    Pinned([u8; 32]),
}

/// The verifier behind every TLS connection.
#[derive(Debug)]
pub(super) struct Verifier {
    trust: Trust,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// Trusts whom the machine trusts.
    pub(super) fn system(provider: &Arc<CryptoProvider>) -> Result<Verifier, Error> {
        let inner = rustls_platform_verifier::Verifier::new(provider.clone())?;
        Ok(Verifier::new(Trust::Chain(Arc::new(inner)), provider))
    }

    /// Trusts the authorities of a PEM file alone. Revocation lists that stand in the same file are heeded.
    ///
    /// None if there is no certificate in it.
    pub(super) fn authorities(pem: &[u8], provider: &Arc<CryptoProvider>) -> Option<Verifier> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.ok()?).ok()?;
        }
        let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(pem).collect();
        let mut builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let lists = lists.ok()?;
        if !lists.is_empty() {
            // A list speaks for its own issuer; certificates of others are not unknown for the worse.
            builder = builder.with_crls(lists).allow_unknown_revocation_status();
        }
        Some(Verifier::new(Trust::Chain(builder.build().ok()?), provider))
    }

    /// Trusts one certificate, whatever it says of itself.
    pub(super) fn pinned(sha256: [u8; 32], provider: &Arc<CryptoProvider>) -> Verifier {
        Verifier::new(Trust::Pinned(sha256), provider)
    }

    fn new(trust: Trust, provider: &Arc<CryptoProvider>) -> Verifier {
        Verifier { trust, algorithms: provider.signature_verification_algorithms }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = match &self.trust {
            Trust::Chain(chain) => chain
                .verify_server_cert(leaf, intermediates, name, ocsp, now)
                .map(|_| ())
                .map_err(|error| reason(&error)),
            Trust::Pinned(sha256) if Sha256::digest(leaf)[..] == sha256[..] => Ok(()),
            Trust::Pinned(_) => Err(CertificateReason::Changed),
        };
        match outcome {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(reason) => {
                let refused = Refused { reason, fingerprint: fingerprint(leaf) };
                Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused)))))
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// What the verifier of a chain found wrong.
fn reason(error: &Error) -> CertificateReason {
    let Error::InvalidCertificate(error) = error else {
        return CertificateReason::Invalid { detail: "it could not be checked".to_owned() };
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateReason::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateReason::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateReason::WrongName
        }
        CertificateError::UnknownIssuer => CertificateReason::UnknownIssuer,
        CertificateError::Revoked => CertificateReason::Revoked,
        other => CertificateReason::Invalid { detail: format!("it is not valid ({other})") },
    }
}

#[cfg(test)]
mod verify_tests;
