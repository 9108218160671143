//! Calls whose messages are plain bytes, so that a test can send messages that no generated client would send.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use client::Profile;
use hyper_util::rt::TokioIo;
use prost::bytes::{Buf as _, BufMut as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder, Streaming};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// A client with a certificate and no checks of its own. Clones share the connection.
#[derive(Clone)]
pub struct Caller {
    channel: Channel,
}

impl Caller {
    /// Connects over mutual TLS with the certificate of a profile.
    ///
    /// # Errors
    ///
    /// If a file of the profile cannot be read, or the TLS handshake fails.
    ///
    /// # Panics
    ///
    /// Never: `localhost` is a valid server name.
    pub async fn connect(profile: &Profile) -> anyhow::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        for anchor in CertificateDer::pem_file_iter(&profile.server_ca)? {
            roots.add(anchor?)?;
        }
        let chain = CertificateDer::pem_file_iter(&profile.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&profile.private_key)?;
        let mut tls =
            rustls::ClientConfig::builder().with_root_certificates(roots).with_client_auth_cert(chain, key)?;
        tls.alpn_protocols = vec![b"h2".to_vec()];
        let (tls, address) = (TlsConnector::from(Arc::new(tls)), profile.address.clone());
        let connector = tower::service_fn(move |_| {
            let (tls, address) = (tls.clone(), address.clone());
            async move {
                let tcp = TcpStream::connect(&address).await?;
                tcp.set_nodelay(true)?;
                let name = ServerName::try_from("localhost").expect("localhost is a valid name");
                Ok::<_, std::io::Error>(TokioIo::new(tls.connect(name, tcp).await?))
            }
        });
        let endpoint = Endpoint::from_static("http://localhost").origin("https://localhost".parse()?);
        Ok(Self { channel: endpoint.connect_with_connector(connector).await? })
    }

    /// Calls a method and returns the stream of its replies, or the status of its refusal.
    ///
    /// `timeout` is the deadline that the request carries.
    ///
    /// # Errors
    ///
    /// If the connection is closed, or `path` is not a valid path.
    pub async fn call(
        &self,
        path: &str,
        messages: Vec<Vec<u8>>,
        timeout: Duration,
    ) -> anyhow::Result<Result<Streaming<Vec<u8>>, Status>> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(64 << 20);
        grpc.ready().await.context("the connection is closed")?;
        let mut request = Request::new(tokio_stream::iter(messages));
        request.set_timeout(timeout);
        Ok(grpc
            .streaming(request, path.parse().context("not a valid path")?, Bytes)
            .await
            .map(tonic::Response::into_inner))
    }
}

/// A codec that changes nothing: a message is its own bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; from.remaining()];
        from.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}
