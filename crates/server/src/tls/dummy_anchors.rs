//! Dummy anchors: they make the refusal of a certificate take the same time, whether its trust
//! domain is registered or not.
//!
//! A chain is verified against the anchors of one organization, and most of that time goes into
//! signatures. A signature is checked only where a certificate names an anchor as its issuer. So
//! somebody who knows the name of an authority could learn from the time whether its
//! organization is registered.
//!
//! Therefore a chain that fails is verified a second time, against dummy anchors. These have
//! keys that nobody uses, and exactly the names of those issuers that are no anchor of the
//! organization. So each name of an issuer leads to one signature check, in the first run or in
//! the second.
//!
//! **What remains.** Some cases take tens or hundreds of microseconds longer: an anchor with a
//! larger key than its dummy, two anchors of one name, and an intermediate that the authority
//! really signed. Only somebody who has the name, or a certificate, of that authority can look
//! for this.

use std::sync::Arc;

use aws_lc_rs::rand;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::{AlgorithmIdentifier, CertificateDer, Der, TrustAnchor, UnixTime, alg_id};
use x509_parser::asn1_rs::Any;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::PROVIDER;

/// Bytes of the modulus of the RSA dummy: 2048 bits.
const RSA_BYTES: usize = 256;

/// Verifies chains against anchors that belong to nobody. The result is never used.
#[derive(Debug)]
pub(super) struct DummyAnchors {
    keys: Vec<DummyKey>,
    /// Stands in for the anchors of an unknown trust domain.
    unknown_domain: Arc<dyn ClientCertVerifier>,
}

/// A public key for certificates that are signed with one algorithm, or one family of algorithms.
#[derive(Debug)]
struct DummyKey {
    /// The object identifiers of the algorithms.
    algorithms: &'static [&'static str],
    /// The SubjectPublicKeyInfo without its outer header, as an anchor has it.
    info: Der<'static>,
}

impl DummyAnchors {
    /// Generates new keys, once for each process. The private keys are dropped.
    pub(super) fn new() -> Self {
        let ecdsa = |oid, algorithm, id| DummyKey { algorithms: oid, info: ecdsa(algorithm, id) };
        let keys = vec![
            ecdsa(&["1.2.840.10045.4.3.2"], &ECDSA_P256_SHA256_ASN1_SIGNING, alg_id::ECDSA_P256),
            ecdsa(&["1.2.840.10045.4.3.3"], &ECDSA_P384_SHA384_ASN1_SIGNING, alg_id::ECDSA_P384),
            ecdsa(&["1.2.840.10045.4.3.4"], &ECDSA_P521_SHA512_ASN1_SIGNING, alg_id::ECDSA_P521),
            DummyKey {
                algorithms: &[
                    "1.2.840.113549.1.1.10",
                    "1.2.840.113549.1.1.11",
                    "1.2.840.113549.1.1.12",
                    "1.2.840.113549.1.1.13",
                ],
                info: rsa(),
            },
            DummyKey { algorithms: &["1.3.101.112"], info: ed25519() },
        ];
        // No issuer has an empty name, so no signature is ever checked against this one.
        let unknown_domain = verifier(vec![anchor(Vec::new(), &keys[0])]);
        Self { keys, unknown_domain }
    }

    /// The verifier for a trust domain that nobody has. It refuses every chain.
    pub(super) fn unknown_domain(&self) -> &Arc<dyn ClientCertVerifier> {
        &self.unknown_domain
    }

    /// Does the work that the verification of a refused chain has left out.
    ///
    /// `anchors` are the names of the anchors that it was verified against.
    pub(super) fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        anchors: &[Der<'_>],
    ) {
        let mut dummies: Vec<TrustAnchor<'static>> = Vec::new();
        for certificate in std::iter::once(certificate).chain(intermediates) {
            if let Some(dummy) = self.issuer(certificate)
                && !anchors.contains(&dummy.subject)
                && !dummies.contains(&dummy)
            {
                dummies.push(dummy);
            }
        }
        let verifier = if dummies.is_empty() { self.unknown_domain.clone() } else { verifier(dummies) };
        // The chain is refused already. `black_box` keeps the compiler from leaving the work out.
        let _ = std::hint::black_box(verifier.verify_client_cert(certificate, intermediates, now));
    }

    /// An anchor with the name of the issuer of a certificate, and a key of the kind that its
    /// signature needs.
    fn issuer(&self, certificate: &[u8]) -> Option<TrustAnchor<'static>> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
        let key = self.keys.iter().find(|key| key.algorithms.contains(&algorithm.as_str()))?;
        // The name of an anchor has no outer header.
        let (_, name) = Any::from_der(certificate.issuer().as_raw()).ok()?;
        Some(anchor(name.data.to_vec(), key))
    }
}

/// Makes an anchor of a name and a key.
fn anchor(name: Vec<u8>, key: &DummyKey) -> TrustAnchor<'static> {
    TrustAnchor { subject: name.into(), subject_public_key_info: key.info.clone(), name_constraints: None }
}

/// Makes a verifier of some anchors, as for an organization.
fn verifier(anchors: Vec<TrustAnchor<'static>>) -> Arc<dyn ClientCertVerifier> {
    let roots = Arc::new(RootCertStore { roots: anchors });
    let built = WebPkiClientVerifier::builder_with_provider(roots, PROVIDER.clone()).build();
    built.expect("only a store without anchors is refused")
}

/// Generates an ECDSA key.
fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, id: AlgorithmIdentifier) -> Der<'static> {
    let key = EcdsaKeyPair::generate(algorithm).expect("the system's generator does not fail once it is seeded");
    public_key_info(id, key.public_key().as_ref())
}

/// Generates an Ed25519 key.
fn ed25519() -> Der<'static> {
    let key = Ed25519KeyPair::generate().expect("the system's generator does not fail once it is seeded");
    public_key_info(alg_id::ED25519, key.public_key().as_ref())
}

/// Makes an RSA key. Any odd number will do as the modulus: nothing is ever signed with it. So no
/// prime numbers are searched, which would take long.
fn rsa() -> Der<'static> {
    let mut modulus = [0; RSA_BYTES];
    rand::fill(&mut modulus).expect("the system's generator does not fail once it is seeded");
    modulus[0] |= 0x80;
    modulus[RSA_BYTES - 1] |= 1;
    let modulus = element(0x02, &[&[0], &modulus[..]].concat());
    let exponent = element(0x02, &[1, 0, 1]);
    public_key_info(alg_id::RSA_ENCRYPTION, &element(0x30, &[modulus, exponent].concat()))
}

/// The content of a SubjectPublicKeyInfo: the algorithm, and the key as a bit string.
fn public_key_info(id: AlgorithmIdentifier, key: &[u8]) -> Der<'static> {
    let key = element(0x03, &[&[0], key].concat());
    [element(0x30, &id), key].concat().into()
}

/// Encodes one element of DER, of up to 65,535 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("keys have some hundred bytes").to_be_bytes();
    let header = match (length, content.len()) {
        ([_, short], ..0x80) => vec![tag, short],
        ([_, one], ..0x100) => vec![tag, 0x81, one],
        ([high, low], _) => vec![tag, 0x82, high, low],
    };
    [header, content.to_vec()].concat()
}
