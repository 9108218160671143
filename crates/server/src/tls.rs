//! TLS: who is let in, and as whom.
//!
//! A caller is known by the one SPIFFE URI in its certificate, and the trust domain in that URI decides which
//! organization's anchors may vouch for it: no other organization's authority can. A connection says at its handshake
//! whose it is ([`Peer`]); what its principal may do is read from the registry on every request.

mod acceptor;
mod anchors;
mod connection;
mod decoy;
mod identity;
mod refusal;
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

const ALPN: &[u8] = b"h2";

/// One provider for handshakes and chains; its first key exchange is the hybrid post-quantum one.
static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()));

/// What every handshake uses: TLS 1.3 alone, and no resumption, so that no client gets past the verifier by coming back.
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

fn certificate(files: &TlsFiles) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let path = &files.certificate;
    let chain: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .with_context(|| format!("cannot read the server's certificate {}", path.display()))?;
    ensure!(!chain.is_empty(), "{} holds no certificate", path.display());
    let path = &files.private_key;
    let key = PrivateKeyDer::from_pem_file(path)
        .with_context(|| format!("cannot read the server's private key {}", path.display()))?;
    Ok((chain, key))
}
