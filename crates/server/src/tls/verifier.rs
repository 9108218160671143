//! Verifies the certificate of a client against the anchors of one organization, which its trust
//! domain decides.
//!
//! The limits on the chain come first. Without them one handshake could cost seconds of
//! processor time.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::verify_tls13_signature;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::dummy_anchors::DummyAnchors;
use super::rejection::{Reason, Rejection};
use super::{Anchors, PROVIDER, spiffe_identity};

/// How many intermediates a chain may have. The search for a path tries them in every order, so its
/// cost grows with the factorial of their number.
const MAX_INTERMEDIATES: usize = 3;
/// How many bytes one certificate may have. Usual ones have one or two thousand.
const MAX_CERTIFICATE_BYTES: usize = 16 << 10;
/// How many bytes all certificates of a client may have together.
const MAX_CHAIN_BYTES: usize = 32 << 10;

/// The verifier that rustls calls during each handshake.
#[derive(Debug)]
pub(super) struct Verifier {
    anchors: Arc<Anchors>,
    dummies: DummyAnchors,
}

impl Verifier {
    /// A verifier that uses these anchors, as they are at each handshake.
    pub(super) fn new(anchors: Arc<Anchors>) -> Self {
        Self { anchors, dummies: DummyAnchors::new() }
    }

    /// Verifies a chain. A refusal takes the same work whether the trust domain is known or not,
    /// see [`DummyAnchors`].
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Rejection> {
        // Before anything is parsed or looked up, so that it costs nothing and tells nothing.
        check_size(certificate, intermediates)?;
        let identity = spiffe_identity(certificate).map_err(|error| Rejection::new(Reason::NoSpiffeId, error))?;
        let domain = identity.trust_domain;
        // An unknown trust domain gets a verifier too, so that its refusal takes as long.
        let known = self.anchors.lookup(&domain);
        let verifier = known.as_ref().map_or(self.dummies.unknown_domain(), |known| &known.verifier);
        let verified = verifier.verify_client_cert(certificate, intermediates, now);
        let (known, verified) = match (known, verified) {
            (Some(known), Ok(verified)) => (known, verified),
            (known, verified) => {
                let names = known.as_ref().map_or(&[][..], |known| &known.anchor_names);
                self.dummies.verify(certificate, intermediates, now, names);
                return Err(match (known, verified) {
                    (Some(known), Err(error)) => {
                        Rejection::from_chain(&error).domain(&domain).organization(&known.organization)
                    }
                    _ => Rejection::new(Reason::UnknownTrustDomain, "no organization has it").domain(&domain),
                });
            }
        };
        // After the chain. So ORGANIZATION_SUSPENDED in the log means that the client belongs to
        // the organization, and only its own clients can notice.
        if known.suspended {
            let rejection = Rejection::new(Reason::OrganizationSuspended, "its certificates are not accepted");
            return Err(rejection.domain(&domain).organization(&known.organization));
        }
        Ok(verified)
    }
}

/// Checks the limits on the chain.
fn check_size(certificate: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Result<(), Rejection> {
    let too_large = |detail: String| Err(Rejection::new(Reason::ChainTooLarge, detail));
    if intermediates.len() > MAX_INTERMEDIATES {
        return too_large(format!("{} intermediates, at most {MAX_INTERMEDIATES} are read", intermediates.len()));
    }
    let sizes = || std::iter::once(certificate).chain(intermediates).map(|certificate| certificate.len());
    if let Some(size) = sizes().find(|size| *size > MAX_CERTIFICATE_BYTES) {
        return too_large(format!("a certificate of {size} bytes, at most {MAX_CERTIFICATE_BYTES} are read"));
    }
    let size: usize = sizes().sum();
    if size > MAX_CHAIN_BYTES {
        return too_large(format!("certificates of {size} bytes, at most {MAX_CHAIN_BYTES} are read"));
    }
    Ok(())
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    /// Empty. A list of authorities would tell strangers which organizations take part.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verify(certificate, intermediates, now).map_err(Rejection::into_rustls)
    }

    /// Never called: TLS 1.2 is not offered. It refuses all the same.
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not offered".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &PROVIDER.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER.signature_verification_algorithms.supported_schemes()
    }
}
