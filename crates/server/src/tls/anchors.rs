//! The trust anchors: which authorities may sign certificates of which trust domain.
//!
//! Every handshake reads them, so they are in memory as one snapshot. It is replaced as a whole
//! when the registry changes. No lock is held during a handshake.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::registry::organization::Organization;
use domain::vocabulary::id::{OrganizationCode, TrustDomain};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::pem::{PemObject, SectionKind};
use rustls_pki_types::{CertificateDer, Der};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::PROVIDER;

/// The registry cannot be used because of one organization in it.
#[derive(Debug, thiserror::Error)]
#[error("organization {organization}: {problem}")]
pub struct AnchorError {
    /// The organization.
    pub organization: OrganizationCode,
    /// What is wrong with it.
    pub problem: String,
}

/// The organization of one trust domain, with what handshakes need.
pub(super) struct DomainAnchors {
    pub(super) organization: OrganizationCode,
    /// Verifies chains against the anchors of this organization and no others.
    pub(super) verifier: Arc<dyn ClientCertVerifier>,
    /// The names of the anchors, as the issuer field of certificates has them.
    pub(super) anchor_names: Vec<Der<'static>>,
    pub(super) suspended: bool,
}

/// The trust anchors of all organizations, by trust domain.
pub struct Anchors {
    domains: ArcSwap<HashMap<TrustDomain, Arc<DomainAnchors>>>,
}

impl Anchors {
    /// No organization is known yet, so nobody can connect.
    pub fn new() -> Self {
        Self { domains: ArcSwap::default() }
    }

    /// Replaces the anchors by those of these organizations.
    ///
    /// Open connections stay. After a suspension the caller closes them with
    /// [`super::Acceptor::close`].
    ///
    /// # Errors
    ///
    /// [`AnchorError`] if an organization has no usable anchor, or two have one trust domain.
    /// Nothing changes then.
    pub fn replace(&self, organizations: &[Organization]) -> Result<(), AnchorError> {
        let mut domains = HashMap::with_capacity(organizations.len());
        for organization in organizations {
            let problem = |problem| AnchorError { organization: organization.code.clone(), problem };
            let roots = root_store(&organization.anchors).map_err(problem)?;
            let anchor_names = roots.roots.iter().map(|anchor| anchor.subject.clone()).collect();
            let entry = DomainAnchors {
                organization: organization.code.clone(),
                verifier: verifier(roots).map_err(problem)?,
                anchor_names,
                suspended: organization.suspended,
            };
            if domains.insert(organization.trust_domain.clone(), Arc::new(entry)).is_some() {
                return Err(problem(format!(
                    "another organization has the trust domain {}",
                    organization.trust_domain
                )));
            }
        }
        self.domains.store(Arc::new(domains));
        Ok(())
    }

    /// The organization of a trust domain.
    pub(super) fn lookup(&self, domain: &TrustDomain) -> Option<Arc<DomainAnchors>> {
        self.domains.load().get(domain).cloned()
    }
}

impl Default for Anchors {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.domains.load().keys()).finish()
    }
}

/// Checks that a text can be a trust anchor: exactly one certificate of an authority, in PEM.
///
/// # Errors
///
/// What is wrong with it, for the registrar who sent it.
pub fn check_anchor(pem: &str) -> Result<(), String> {
    root_store(&[pem.to_owned()]).map(|_| ())
}

/// Makes the verifier of one organization.
fn verifier(roots: RootCertStore) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), PROVIDER.clone());
    builder.build().map_err(|error| error.to_string())
}

/// Reads the anchors of one organization.
fn root_store(anchors: &[String]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for pem in anchors {
        let certificate = authority(pem)?;
        roots.add(certificate).map_err(|error| format!("not usable as an anchor: {error}"))?;
    }
    Ok(roots)
}

/// Reads one certificate of an authority. Several in one text would hide the second one from a
/// reader.
fn authority(pem: &str) -> Result<CertificateDer<'static>, String> {
    let sections: Result<Vec<(SectionKind, Vec<u8>)>, _> = PemObject::pem_slice_iter(pem.as_bytes()).collect();
    let mut sections = sections.map_err(|error| format!("not PEM: {error}"))?;
    let der = match (sections.pop(), sections.is_empty()) {
        (Some((SectionKind::Certificate, der)), true) => der,
        (Some((SectionKind::Certificate, _)), false) => return Err("more than one PEM section".to_owned()),
        (Some(_), _) => return Err("a PEM section that is not a certificate".to_owned()),
        (None, _) => return Err("no PEM certificate".to_owned()),
    };
    check_authority(&der)?;
    Ok(der.into())
}

/// Refuses a certificate that may not sign others. rustls would accept it as an anchor.
fn check_authority(der: &[u8]) -> Result<(), String> {
    let Ok(([], certificate)) = X509Certificate::from_der(der) else {
        return Err("not an X.509 certificate".to_owned());
    };
    let constraints = certificate.basic_constraints().map_err(|error| error.to_string())?;
    if !constraints.is_some_and(|constraints| constraints.value.ca) {
        return Err("not an authority's certificate: its basic constraints do not say CA".to_owned());
    }
    let usage = certificate.key_usage().map_err(|error| error.to_string())?;
    if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        return Err("not an authority's certificate: its key usage does not allow signing certificates".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::tests::pki::{Authority, organization};
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};

    fn self_signed(is_ca: IsCa, usages: &[KeyUsagePurpose]) -> String {
        let mut params = CertificateParams::default();
        params.is_ca = is_ca;
        params.key_usages = usages.to_vec();
        params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").pem()
    }

    #[test]
    fn an_anchor_is_one_certificate_of_an_authority() {
        let good = Authority::new("authority").pem();
        assert_eq!(check_anchor(&good), Ok(()));
        let ca = || IsCa::Ca(BasicConstraints::Unconstrained);
        assert_eq!(check_anchor(&self_signed(ca(), &[])), Ok(()));
        let key = KeyPair::generate().expect("a key").serialize_pem();
        let truncated = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        for (bad, named) in [
            (String::new(), "no PEM certificate"),
            ("cec.pem".to_owned(), "no PEM certificate"),
            (good.replace("END", "FIN"), "not PEM"),
            (truncated.to_owned(), "not an X.509 certificate"),
            (format!("{good}{good}"), "more than one"),
            (format!("{key}{good}"), "more than one"),
            (format!("{good}{key}"), "not a certificate"),
            (key.clone(), "not a certificate"),
            (self_signed(IsCa::NoCa, &[]), "basic constraints"),
            (self_signed(IsCa::ExplicitNoCa, &[]), "basic constraints"),
            (self_signed(ca(), &[KeyUsagePurpose::DigitalSignature]), "key usage"),
        ] {
            let error = check_anchor(&bad).expect_err(named);
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn a_registry_with_an_error_replaces_nothing() {
        let (anchors, authority) = (Anchors::new(), Authority::new("authority"));
        let cis = organization("cis", "cis.example", &authority);
        anchors.replace(std::slice::from_ref(&cis)).expect("valid");
        let mut empty = organization("sco", "sco.example", &authority);
        empty.anchors.clear();
        let mut broken = organization("sco", "sco.example", &authority);
        broken.anchors.push("not PEM".to_owned());
        for bad in [empty, broken, organization("sco", "cis.example", &authority)] {
            let error = anchors.replace(&[cis.clone(), bad]).expect_err("refused");
            assert!(error.to_string().starts_with("organization sco: "), "{error}");
            assert!(anchors.lookup(&cis.trust_domain).is_some());
            assert_eq!(anchors.domains.load().len(), 1);
        }
    }
}
