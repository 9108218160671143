//! The profile of a client: the addresses of the service, and the certificate of the caller.
//!
//! The caller has no password. The private key of its certificate is all that identifies it, so the file of the key
//! should be readable by its owner alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use serde::{Deserialize, Serialize};

use crate::Error;

/// What a [`Client`](crate::Client) needs to connect. All files are PEM.
///
/// Unknown keys are refused, so that a misspelt key does not go unnoticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The address of the service as `host:port`; several servers are separated by commas.
    ///
    /// Each server's certificate must be valid for its host. The client uses the first server until it fails, then the
    /// next.
    pub address: String,
    /// The authorities that the client trusts for the server's certificate.
    pub server_ca: PathBuf,
    /// The caller's certificate, followed by its intermediate certificates if there are any.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub private_key: PathBuf,
}

impl Profile {
    /// The same profile with relative paths resolved against `directory`, usually that of the file with the profile.
    #[must_use]
    pub fn relative_to(self, directory: &Path) -> Self {
        Self {
            address: self.address,
            server_ca: directory.join(self.server_ca),
            certificate: directory.join(self.certificate),
            private_key: directory.join(self.private_key),
        }
    }

    /// The address of each server, with the name for which its certificate must be valid.
    pub(crate) fn servers(&self) -> Result<Vec<(String, ServerName<'static>)>, Error> {
        // The message quotes the whole address, because it can list several servers.
        let malformed = |why: &str| Error::Local { what: format!("address {}", self.address), why: why.to_owned() };
        let server = |address: &str| {
            let (host, port) = address.rsplit_once(':').ok_or_else(|| malformed("it is not host:port"))?;
            port.parse::<u16>().map_err(|_| malformed("its port is not a number up to 65535"))?;
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let name = ServerName::try_from(host.to_owned());
            let name = name.map_err(|_| malformed("its host is neither a name nor an IP address"))?;
            Ok((address.to_owned(), name))
        };
        self.address.split(',').map(|address| server(address.trim())).collect()
    }

    /// Reads the files into a TLS configuration. Only TLS 1.3 is offered, as the service accepts nothing older.
    pub(crate) fn tls(&self) -> Result<ClientConfig, Error> {
        let mut roots = RootCertStore::empty();
        for authority in certificates(&self.server_ca)? {
            roots.add(authority).map_err(|error| local(&self.server_ca, error))?;
        }
        let key = PrivateKeyDer::from_pem_file(&self.private_key).map_err(|error| local(&self.private_key, error))?;

        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the provider's suites include those of TLS 1.3")
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(&self.certificate)?, key)
            .map_err(|error| local(&self.certificate, error))?;
        // gRPC needs HTTP/2. Without this offer, a server could choose HTTP/1.1.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

/// The certificates in a PEM file, of which there must be at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| local(path, error))?;
    if certificates.is_empty() {
        return Err(local(path, "the file holds no PEM certificate"));
    }
    Ok(certificates)
}

/// An error about a file of the profile.
fn local(path: &Path, why: impl ToString) -> Error {
    Error::Local { what: path.display().to_string(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(address: &str) -> Profile {
        let missing = PathBuf::from("missing.pem");
        Profile {
            address: address.to_owned(),
            server_ca: missing.clone(),
            certificate: missing.clone(),
            private_key: missing,
        }
    }

    /// A mistake in the address must be reported here. Later it would look like a server that cannot be reached.
    #[test]
    fn the_host_is_a_name_or_an_address() {
        for (address, host) in
            [("cec.example:7443", "cec.example"), ("127.0.0.1:7443", "127.0.0.1"), ("[::1]:7443", "::1")]
        {
            assert_eq!(profile(address).servers().expect(address)[0].1.to_str(), host);
        }
        for address in ["cec.example", "cec.example:", "cec.example:seven", ":7443", "a b:7443", "a:1,", ""] {
            assert!(matches!(profile(address).servers(), Err(Error::Local { .. })), "{address}");
        }
        let several = profile("a.example:1, b.example:2").servers().expect("two servers");
        let addresses: Vec<_> = several.iter().map(|(address, name)| (address.as_str(), name.to_str())).collect();
        assert_eq!(addresses, [("a.example:1", "a.example".into()), ("b.example:2", "b.example".into())]);
    }

    /// A profile names three files, so an error without the path would leave people guessing.
    #[test]
    fn a_missing_file_is_named() {
        let error = profile("localhost:1").tls().expect_err("there is no such file");
        assert!(error.to_string().contains("missing.pem"), "{error}");
    }

    #[test]
    fn relative_paths_are_relative_to_the_file_that_holds_them() {
        let mut given = profile("localhost:1");
        given.private_key = PathBuf::from("/keys/osce.key");
        let profile = given.relative_to(Path::new("/etc/accredit"));
        assert_eq!(profile.server_ca, Path::new("/etc/accredit/missing.pem"));
        assert_eq!(profile.private_key, Path::new("/keys/osce.key"));
    }

    /// A key such as `insecure` must not look as if it had an effect.
    #[test]
    fn unknown_keys_are_refused() {
        let text = "address='a:1'\nserver_ca='a'\ncertificate='b'\nprivate_key='c'\n";
        toml::from_str::<Profile>(text).expect("complete");
        assert!(toml::from_str::<Profile>(&format!("{text}insecure=true\n")).is_err());
    }
}
