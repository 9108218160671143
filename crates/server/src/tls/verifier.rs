//! The client certificate verifier: one organization's anchors, chosen by the trust domain.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::verify_tls13_signature;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::refusal::{Reason, Refusal};
use super::{Anchors, PROVIDER, spiffe_identity};

#[derive(Debug)]
pub(super) struct Verifier {
    anchors: Arc<Anchors>,
}

impl Verifier {
    pub(super) fn new(anchors: Arc<Anchors>) -> Self {
        Self { anchors }
    }

    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Refusal> {
        let identity = spiffe_identity(certificate).map_err(|error| Refusal::new(Reason::NoSpiffeId, error))?;
        let domain = identity.trust_domain;
        let Some(known) = self.anchors.of(&domain) else {
            return Err(Refusal::new(Reason::UnknownTrustDomain, "no organization has it").domain(&domain));
        };
        // The chain first, so that ORGANIZATION_SUSPENDED in the log means the organization itself.
        let verified = known
            .verifier
            .verify_client_cert(certificate, intermediates, now)
            .map_err(|error| Refusal::of_chain(&error).domain(&domain).organization(&known.organization))?;
        if known.suspended {
            let refusal = Refusal::new(Reason::OrganizationSuspended, "its certificates are not accepted");
            return Err(refusal.domain(&domain).organization(&known.organization));
        }
        Ok(verified)
    }
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
