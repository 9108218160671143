//! Reads the identity in a certificate: exactly one URI `spiffe://<trust domain>/<principal>`.
//!
//! Only the canonical spelling is accepted. Otherwise one principal would have several names,
//! and two programs could read one certificate differently.

use aws_lc_rs::digest::{SHA256, digest};
use domain::vocabulary::id::{PrincipalCode, TrustDomain};
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// The identity that a certificate claims. It is proven only when the chain is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpiffeIdentity {
    /// The trust domain. The authority of its organization must have signed the certificate.
    pub trust_domain: TrustDomain,
    /// The code of the principal in that organization.
    pub principal: PrincipalCode,
    /// The whole URI, as it is in the certificate.
    pub uri: String,
}

/// Why a certificate names no principal.
///
/// It never quotes the certificate, which can hold personal data of strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The certificate, or its subject alternative names, cannot be parsed.
    #[error("the certificate is malformed")]
    Malformed,
    /// No subject alternative name is a URI.
    #[error("the certificate has no URI")]
    NoUri,
    /// There are several URIs. To choose one would be a guess.
    #[error("the certificate has several URIs")]
    SeveralUris,
    /// The URI has another scheme.
    #[error("the certificate's URI does not start with spiffe://")]
    NotSpiffe,
    /// The trust domain is not valid. User, port and query are not allowed in a SPIFFE id.
    #[error("the certificate's trust domain is not valid")]
    TrustDomain,
    /// The path is not exactly one code of a principal.
    #[error("the certificate's path is not a principal's code")]
    Principal,
}

/// Reads the identity from an end-entity certificate, which must have exactly one URI.
pub fn spiffe_identity(certificate: &CertificateDer<'_>) -> Result<SpiffeIdentity, IdentityError> {
    let parsed = parse(certificate)?;
    let names = parsed.subject_alternative_name().map_err(|_| IdentityError::Malformed)?;
    let names = names.map(|extension| extension.value.general_names.as_slice()).unwrap_or_default();
    let mut uris = names.iter().filter_map(uri);
    match (uris.next(), uris.next()) {
        (None, _) => Err(IdentityError::NoUri),
        (Some(uri), None) => read(uri?),
        (Some(_), Some(_)) => Err(IdentityError::SeveralUris),
    }
}

/// The certificate's serial number, in hexadecimal.
pub(super) fn serial(certificate: &CertificateDer<'_>) -> Result<String, IdentityError> {
    Ok(hex::encode(parse(certificate)?.raw_serial()))
}

/// The certificate's SHA-256.
pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let digest = digest(&SHA256, certificate);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Parses a certificate. Bytes behind it are an error.
fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Result<X509Certificate<'a>, IdentityError> {
    match X509Certificate::from_der(certificate) {
        Ok(([], parsed)) => Ok(parsed),
        _ => Err(IdentityError::Malformed),
    }
}

/// The URI in a name. A name that cannot be read counts as one: another program might read a second
/// URI there.
fn uri<'a>(name: &GeneralName<'a>) -> Option<Result<&'a str, IdentityError>> {
    match name {
        GeneralName::URI(uri) => Some(Ok(uri)),
        GeneralName::Invalid(..) => Some(Err(IdentityError::Malformed)),
        _ => None,
    }
}

/// Reads a URI in its canonical spelling.
fn read(uri: &str) -> Result<SpiffeIdentity, IdentityError> {
    let rest = uri.strip_prefix("spiffe://").ok_or(IdentityError::NotSpiffe)?;
    let (trust_domain, path) = rest.split_once('/').ok_or(IdentityError::Principal)?;
    Ok(SpiffeIdentity {
        trust_domain: trust_domain.parse().map_err(|_| IdentityError::TrustDomain)?,
        principal: path.parse().map_err(|_| IdentityError::Principal)?,
        uri: uri.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, CustomExtension, KeyPair, SanType};

    fn certificate(names: Vec<SanType>) -> CertificateDer<'static> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names;
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().clone()
    }

    fn of_uri(uri: &str) -> Result<SpiffeIdentity, IdentityError> {
        spiffe_identity(&certificate(vec![SanType::URI(uri.try_into().expect("ASCII"))]))
    }

    #[test]
    fn one_spiffe_uri_is_an_identity_whatever_else_is_there() {
        let uri = SanType::URI("spiffe://odihr.osce.example/secretary".try_into().expect("ASCII"));
        let dns = SanType::DnsName("spiffe.example".try_into().expect("ASCII"));
        let identity = spiffe_identity(&certificate(vec![dns, uri])).expect("an identity");
        assert_eq!(identity.trust_domain.as_str(), "odihr.osce.example");
        assert_eq!(identity.principal.as_str(), "secretary");
        assert_eq!(identity.uri, "spiffe://odihr.osce.example/secretary");
    }

    #[test]
    fn any_other_uri_is_refused() {
        use IdentityError::{NotSpiffe, Principal, TrustDomain};
        for (uri, error) in [
            ("https://cis.example/secretary", NotSpiffe),
            ("SPIFFE://cis.example/secretary", NotSpiffe),
            ("spiffe:/cis.example/secretary", NotSpiffe),
            ("", NotSpiffe),
            ("spiffe://", Principal),
            ("spiffe://cis.example", Principal),
            ("spiffe://cis.example/", Principal),
            ("spiffe://cis.example/a/b", Principal),
            ("spiffe://cis.example//a", Principal),
            ("spiffe://cis.example/a/", Principal),
            ("spiffe://cis.example/..", Principal),
            ("spiffe://cis.example/A", Principal),
            ("spiffe://cis.example/a?b=c", Principal),
            ("spiffe://cis.example/a#b", Principal),
            ("spiffe://cis.example/%61", Principal),
            ("spiffe:///a", TrustDomain),
            ("spiffe://CIS.example/a", TrustDomain),
            ("spiffe://user@cis.example/a", TrustDomain),
            ("spiffe://cis.example:443/a", TrustDomain),
            ("spiffe://cis.example?x/a", TrustDomain),
            ("spiffe://cis%2eexample/a", TrustDomain),
        ] {
            assert_eq!(of_uri(uri), Err(error), "{uri}");
        }
    }

    #[test]
    fn none_or_several_uris_are_refused() {
        assert_eq!(spiffe_identity(&certificate(vec![])), Err(IdentityError::NoUri));
        let uri = SanType::URI("spiffe://cis.example/a".try_into().expect("ASCII"));
        assert_eq!(spiffe_identity(&certificate(vec![uri.clone(), uri])), Err(IdentityError::SeveralUris));
    }

    #[test]
    fn malformed_names_are_refused() {
        // The good URI stands beside one that is not UTF-8.
        let good = b"spiffe://cis.example/a";
        let mut der = vec![0x30, (2 + good.len() + 3) as u8, 0x86, good.len() as u8];
        der.extend_from_slice(good);
        der.extend_from_slice(&[0x86, 1, 0xff]);
        let mut params = CertificateParams::default();
        params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 17], der));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").der().clone();
        let error = spiffe_identity(&certificate).expect_err("malformed");
        assert!(matches!(error, IdentityError::Malformed | IdentityError::SeveralUris), "{error}");
        assert_eq!(spiffe_identity(&CertificateDer::from(vec![0x30, 0])), Err(IdentityError::Malformed));
    }

    #[test]
    fn bytes_after_the_certificate_are_refused() {
        let mut der = certificate(vec![]).to_vec();
        der.push(0);
        assert_eq!(spiffe_identity(&CertificateDer::from(der)), Err(IdentityError::Malformed));
    }
}
