//! The client certificate verifier: one organization's anchors, chosen by the trust domain.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::verify_tls13_signature;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::decoy::Decoys;
use super::refusal::{Reason, Refusal};
use super::{Anchors, PROVIDER, spiffe_identity};

/// The most certificates that may stand between a client's own and an anchor. The search for a path tries them in every
/// order, so its cost grows with the factorial of their number.
const MAX_INTERMEDIATES: usize = 3;
/// The most bytes that one certificate may have; usual ones have one or two thousand.
const MAX_CERTIFICATE_BYTES: usize = 16 << 10;
/// The most bytes that all of a client's certificates may have.
const MAX_CHAIN_BYTES: usize = 32 << 10;

#[derive(Debug)]
pub(super) struct Verifier {
    anchors: Arc<Anchors>,
    decoys: Decoys,
}

impl Verifier {
    pub(super) fn new(anchors: Arc<Anchors>) -> Self {
        Self { anchors, decoys: Decoys::new() }
    }

    /// Refusing takes the same work whether the trust domain is known or not, see [`Decoys`].
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Refusal> {
        // Before anything is read or looked up, so that it costs nothing and tells nothing.
        check_size(certificate, intermediates)?;
        let identity = spiffe_identity(certificate).map_err(|error| Refusal::new(Reason::NoSpiffeId, error))?;
        let domain = identity.trust_domain;
        let known = self.anchors.of(&domain);
        let verifier = known.as_ref().map_or(self.decoys.stranger(), |known| &known.verifier);
        let verified = verifier.verify_client_cert(certificate, intermediates, now);
        let (known, verified) = match (known, verified) {
            (Some(known), Ok(verified)) => (known, verified),
            (known, verified) => {
                let names = known.as_ref().map_or(&[][..], |known| &known.anchor_names);
                self.decoys.verify(certificate, intermediates, now, names);
                return Err(match (known, verified) {
                    (Some(known), Err(error)) => {
                        Refusal::of_chain(&error).domain(&domain).organization(&known.organization)
                    }
                    _ => Refusal::new(Reason::UnknownTrustDomain, "no organization has it").domain(&domain),
                });
            }
        };
        // The chain first, so that ORGANIZATION_SUSPENDED in the log means the organization itself, and so that nobody
        // learns of it who has no certificate of that organization.
        if known.suspended {
            let refusal = Refusal::new(Reason::OrganizationSuspended, "its certificates are not accepted");
            return Err(refusal.domain(&domain).organization(&known.organization));
        }
        Ok(verified)
    }
}

fn check_size(certificate: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Result<(), Refusal> {
    let too_large = |detail: String| Err(Refusal::new(Reason::ChainTooLarge, detail));
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

    /// Empty: a list would tell strangers who takes part.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verify(certificate, intermediates, now).map_err(Refusal::into_rustls)
    }

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
