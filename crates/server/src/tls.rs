//! TLS: who may connect, and as whom.
//!
//! A caller is known by the one SPIFFE URI in its certificate. The trust domain in that URI
//! decides which organization's anchors the certificate is verified against. No authority of
//! another organization can vouch for it.
//!
//! The handshake proves whose connection it is ([`Peer`]). What the principal may do is read
//! from the registry on every request, by `gate`.
//!
//! | Module | What it does | |---|---|
//! | `acceptor` | accepts connections, with limits and a timeout |
//! | `verifier` | verifies the certificate of a client |
//! | `anchors` | the trust anchors of all organizations |
//! | `dummy_anchors` | makes a refusal of an unknown trust domain take as long as that of a known one |
//! | `identity` | reads the SPIFFE URI |
//! | `rejection` | why a connection was refused, for the log |
//! | `connection` | the open connections, which can be closed |
//! | `trust_reloader` | follows the registry |

mod acceptor;
mod anchors;
mod connection;
mod dummy_anchors;
mod identity;
mod rejection;
mod trust_reloader;
mod verifier;

#[cfg(test)]
mod tests;

pub use acceptor::Acceptor;
pub use anchors::{AnchorError, Anchors, check_anchor};
pub use connection::{Connection, Peer, WriteState};
pub use identity::{IdentityError, SpiffeIdentity, spiffe_identity};
pub(crate) use trust_reloader::{ReadTrust, TrustReloader};

use std::sync::{Arc, LazyLock};

use anyhow::{Context, ensure};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::NoServerSessionStorage;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use verifier::Verifier;

use crate::config::TlsFiles;

/// HTTP/2, the only protocol.
const ALPN: &[u8] = b"h2";

/// The cryptography for handshakes and chains. It prefers the hybrid post-quantum key exchange.
static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()));

/// The configuration of every handshake: TLS 1.3 only, and no resumption.
///
/// A resumed session would not verify the certificate again. So a suspended organization could come
/// back with a ticket.
fn server_config(files: &TlsFiles, anchors: Arc<Anchors>) -> anyhow::Result<ServerConfig> {
    let (chain, key) = certificate(files)?;
    let mut config = ServerConfig::builder_with_provider(PROVIDER.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(Verifier::new(anchors)))
        .with_single_cert(chain, key)
        .with_context(|| format!("{} and {}", files.certificate.display(), files.private_key.display()))?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// Reads the server's certificate chain and private key.
fn certificate(files: &TlsFiles) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let path = &files.certificate;
    let chain: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .with_context(|| format!("cannot read the server's certificate {}", path.display()))?;
    ensure!(!chain.is_empty(), "{} has no certificate in PEM", path.display());
    let path = &files.private_key;
    let key = PrivateKeyDer::from_pem_file(path)
        .with_context(|| format!("cannot read the server's private key {}", path.display()))?;
    Ok((chain, key))
}
