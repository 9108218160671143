//! Decoys: what makes a refused certificate cost the same, whether its trust domain is registered or not.
//!
//! A chain is verified against the anchors of one organization, and most of that work is checking signatures. A
//! signature is checked only where a certificate names an anchor as its issuer. A stranger who knows how an authority is
//! called could therefore learn from the time whether its organization is registered. So a chain that fails is verified
//! a second time, against decoys: keys that nobody uses, under exactly those issuers' names that are no anchor's. Each
//! issuer's name then leads to one signature check, in the first run or in the second.
//!
//! What stays: an anchor with a larger key than its decoy, two anchors of one name, and an intermediate that an
//! organization's authority really signed cost some tens or hundreds of microseconds more. Only somebody who has the
//! name, or a certificate, of that authority can look for this.

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

/// How many bytes the modulus of the RSA decoy has.
const RSA_BYTES: usize = 256;

/// Verifies chains against anchors that are nobody's. What it finds never lets anybody in.
#[derive(Debug)]
pub(super) struct Decoys {
    keys: Vec<DecoyKey>,
    stranger: Arc<dyn ClientCertVerifier>,
}

/// A public key for the certificates that are signed with one algorithm or family of algorithms.
#[derive(Debug)]
struct DecoyKey {
    /// The algorithms' object identifiers.
    algorithms: &'static [&'static str],
    /// What an anchor has of it: a SubjectPublicKeyInfo without its outer header.
    info: Der<'static>,
}

impl Decoys {
    /// New keys; whoever made them has forgotten the private ones.
    pub(super) fn new() -> Self {
        let ecdsa = |oid, algorithm, id| DecoyKey { algorithms: oid, info: ecdsa(algorithm, id) };
        let keys = vec![
            ecdsa(&["1.2.840.10045.4.3.2"], &ECDSA_P256_SHA256_ASN1_SIGNING, alg_id::ECDSA_P256),
            ecdsa(&["1.2.840.10045.4.3.3"], &ECDSA_P384_SHA384_ASN1_SIGNING, alg_id::ECDSA_P384),
            ecdsa(&["1.2.840.10045.4.3.4"], &ECDSA_P521_SHA512_ASN1_SIGNING, alg_id::ECDSA_P521),
            DecoyKey {
                algorithms: &[
                    "1.2.840.113549.1.1.10",
                    "1.2.840.113549.1.1.11",
                    "1.2.840.113549.1.1.12",
                    "1.2.840.113549.1.1.13",
                ],
                info: rsa(),
            },
            DecoyKey { algorithms: &["1.3.101.112"], info: ed25519() },
        ];
        // An empty name is no issuer's: nothing is ever checked against this one.
        let stranger = verifier(vec![anchor(Vec::new(), &keys[0])]);
        Self { keys, stranger }
    }

    /// Stands in for the anchors of a trust domain that nobody has.
    pub(super) fn stranger(&self) -> &Arc<dyn ClientCertVerifier> {
        &self.stranger
    }

    /// Does for a chain that has failed the work that its verification has left out: `anchors` are the names that were
    /// compared with its issuers.
    pub(super) fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        anchors: &[Der<'_>],
    ) {
        let mut decoys: Vec<TrustAnchor<'static>> = Vec::new();
        for certificate in std::iter::once(certificate).chain(intermediates) {
            if let Some(decoy) = self.issuer(certificate)
                && !anchors.contains(&decoy.subject)
                && !decoys.contains(&decoy)
            {
                decoys.push(decoy);
            }
        }
        let verifier = if decoys.is_empty() { self.stranger.clone() } else { verifier(decoys) };
        // Nothing depends on it: the chain has been refused.
        let _ = std::hint::black_box(verifier.verify_client_cert(certificate, intermediates, now));
    }

    /// An anchor under the name of a certificate's issuer, with a key of the kind that its signature is made with.
    fn issuer(&self, certificate: &[u8]) -> Option<TrustAnchor<'static>> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
        let key = self.keys.iter().find(|key| key.algorithms.contains(&algorithm.as_str()))?;
        // An anchor's name stands without its outer header.
        let (_, name) = Any::from_der(certificate.issuer().as_raw()).ok()?;
        Some(anchor(name.data.to_vec(), key))
    }
}

fn anchor(name: Vec<u8>, key: &DecoyKey) -> TrustAnchor<'static> {
    TrustAnchor { subject: name.into(), subject_public_key_info: key.info.clone(), name_constraints: None }
}

fn verifier(anchors: Vec<TrustAnchor<'static>>) -> Arc<dyn ClientCertVerifier> {
    let roots = Arc::new(RootCertStore { roots: anchors });
    let built = WebPkiClientVerifier::builder_with_provider(roots, PROVIDER.clone()).build();
    built.expect("only a store without anchors is refused")
}

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, id: AlgorithmIdentifier) -> Der<'static> {
    let key = EcdsaKeyPair::generate(algorithm).expect("the system's generator does not fail once it is seeded");
    public_key_info(id, key.public_key().as_ref())
}

fn ed25519() -> Der<'static> {
    let key = Ed25519KeyPair::generate().expect("the system's generator does not fail once it is seeded");
    public_key_info(alg_id::ED25519, key.public_key().as_ref())
}

/// Any odd number serves as a modulus: nothing will ever be signed with it, and so no prime numbers are looked for.
fn rsa() -> Der<'static> {
    let mut modulus = [0; RSA_BYTES];
    rand::fill(&mut modulus).expect("the system's generator does not fail once it is seeded");
    modulus[0] |= 0x80;
    modulus[RSA_BYTES - 1] |= 1;
    let modulus = element(0x02, &[&[0], &modulus[..]].concat());
    let exponent = element(0x02, &[1, 0, 1]);
    public_key_info(alg_id::RSA_ENCRYPTION, &element(0x30, &[modulus, exponent].concat()))
}

/// The content of a SubjectPublicKeyInfo: an algorithm, and the key as a string of whole bytes.
fn public_key_info(id: AlgorithmIdentifier, key: &[u8]) -> Der<'static> {
    let key = element(0x03, &[&[0], key].concat());
    [element(0x30, &id), key].concat().into()
}

/// One element of DER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("keys have some hundred bytes").to_be_bytes();
    let header = match (length, content.len()) {
        ([_, short], ..0x80) => vec![tag, short],
        ([_, one], ..0x100) => vec![tag, 0x81, one],
        ([high, low], _) => vec![tag, 0x82, high, low],
    };
    [header, content.to_vec()].concat()
}
