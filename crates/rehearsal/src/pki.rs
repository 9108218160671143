//! A throwaway public key infrastructure: one certificate authority for each organization, and one for the servers.
//!
//! The service identifies a caller by the SPIFFE ID in its certificate, and trusts an organization's authority only for
//! the organization's own trust domain. So a rehearsal needs as many authorities as organizations.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
};
use time::{Duration, OffsetDateTime};

/// The validity of authorities and certificates, in real time. The rehearsal's clock has no influence on TLS.
const VALIDITY: Duration = Duration::days(365);

/// One organization's certificate authority.
pub struct Authority {
    /// The directory of the authority's files, into which it also writes what it issues.
    dir: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    /// The authority's certificate, PEM.
    certificate: String,
}

/// A certificate with its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate.
    pub certificate: PathBuf,
    /// The private key, readable by its owner alone.
    pub private_key: PathBuf,
}

impl Authority {
    /// Makes an authority, and writes `ca.pem` and `ca.key` into `dir`.
    ///
    /// # Errors
    ///
    /// Fails if the files exist already.
    pub fn create(dir: &Path, common_name: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
        let mut params = params(common_name, Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = params.self_signed(&key)?.pem();
        write(&dir.join("ca.pem"), &certificate, 0o644)?;
        write(&dir.join("ca.key"), &key.serialize_pem(), 0o600)?;
        Ok(Self { dir: dir.to_owned(), issuer: Issuer::new(params, key), certificate })
    }

    /// Reads an authority that [`Authority::create`] has written into `dir`.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let read = |name| fs::read_to_string(dir.join(name)).with_context(|| format!("no {name} in {}", dir.display()));
        let certificate = read("ca.pem")?;
        let issuer = Issuer::from_ca_cert_pem(&certificate, KeyPair::from_pem(&read("ca.key")?)?)?;
        Ok(Self { dir: dir.to_owned(), issuer, certificate })
    }

    /// The authority's certificate in PEM: the trust anchor that its organization registers.
    pub fn anchor(&self) -> &str {
        &self.certificate
    }

    /// The files of the authority's own certificate and key.
    pub fn files(&self) -> Issued {
        self.issued("ca")
    }

    /// Makes a key and a client certificate with one URI, and writes them as `{file_stem}.pem` and `{file_stem}.key`.
    pub fn issue(&self, file_stem: &str, uri: &str) -> anyhow::Result<Issued> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = self.sign_client(&key, uri)?;
        self.store(file_stem, &certificate, &key)
    }

    /// Makes a client certificate (PEM) with this URI for an existing key. Tests use it to certify a key of another
    /// organization.
    pub fn certify(&self, key_file: &Path, uri: &str) -> anyhow::Result<String> {
        let key = fs::read_to_string(key_file).with_context(|| format!("cannot read {}", key_file.display()))?;
        self.sign_client(&KeyPair::from_pem(&key)?, uri)
    }

    /// Makes a server certificate for `localhost` and both loopback addresses.
    pub fn issue_server(&self, file_stem: &str) -> anyhow::Result<Issued> {
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        let mut params = params("accreditd", names)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = self.sign(params, &key)?;
        self.store(file_stem, &certificate, &key)
    }

    /// Signs a client certificate with one URI.
    fn sign_client(&self, key: &KeyPair, uri: &str) -> anyhow::Result<String> {
        let mut params = params(uri, Vec::new())?;
        params.subject_alt_names = vec![SanType::URI(uri.try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params, key)
    }

    /// Signs a certificate that is no authority.
    fn sign(&self, mut params: CertificateParams, key: &KeyPair) -> anyhow::Result<String> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        Ok(params.signed_by(key, &self.issuer)?.pem())
    }

    /// Writes a certificate and its key beside the authority's files.
    fn store(&self, file_stem: &str, certificate: &str, key: &KeyPair) -> anyhow::Result<Issued> {
        let files = self.issued(file_stem);
        write(&files.certificate, certificate, 0o644)?;
        write(&files.private_key, &key.serialize_pem(), 0o600)?;
        Ok(files)
    }

    /// The paths of a certificate that was issued and of its key.
    pub fn issued(&self, file_stem: &str) -> Issued {
        let file = |extension| self.dir.join(format!("{file_stem}.{extension}"));
        Issued { certificate: file("pem"), private_key: file("key") }
    }
}

/// The parameters that all certificates have in common.
fn params(common_name: &str, names: Vec<String>) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let now = OffsetDateTime::now_utc();
    // Valid from five minutes ago, so that a slow clock on another machine does not refuse the certificate.
    params.not_before = now - Duration::minutes(5);
    params.not_after = now + VALIDITY;
    Ok(params)
}

/// Writes a new file with this mode. The mode is set at creation, so a key is never readable by others.
fn write(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let open = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = open.with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// An overwritten authority would make every certificate that it issued invalid.
    #[test]
    fn keys_are_for_their_owner_alone_and_files_are_never_overwritten() {
        let dir = tempfile::tempdir().expect("a directory");
        let authority = Authority::create(dir.path(), "OSCE/ODIHR").expect("an authority");
        let uri = "spiffe://odihr.osce.example/secretary";
        let issued = authority.issue("secretary", uri).expect("a certificate");
        for key in [&issued.private_key, &authority.files().private_key] {
            assert_eq!(fs::metadata(key).expect("the key").permissions().mode() & 0o777, 0o600, "{}", key.display());
        }
        assert!(authority.issue("secretary", uri).is_err(), "the same files again");
        assert!(authority.certify(&issued.private_key, uri).expect("a certificate").contains("BEGIN CERTIFICATE"));
    }
}
