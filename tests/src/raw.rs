//! Calls with bytes for messages, so that what no client of ours would send is sent.

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

/// Whoever has a certificate; clones share the connection.
#[derive(Clone)]
pub struct Caller {
    channel: Channel,
}

impl Caller {
    /// A connection with a profile's certificate.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or the service does not let it in.
    ///
    /// # Panics
    ///
    /// Never: the name of this machine is one.
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
                let name = ServerName::try_from("localhost").expect("a name");
                Ok::<_, std::io::Error>(TokioIo::new(tls.connect(name, tcp).await?))
            }
        });
        let endpoint = Endpoint::from_static("http://localhost").origin("https://localhost".parse()?);
        Ok(Self { channel: endpoint.connect_with_connector(connector).await? })
    }

    /// Calls a method, which gives what comes back as it comes, or the refusal; no answer takes longer than its patience.
    ///
    /// # Errors
    ///
    /// If the connection is gone.
    pub async fn call(
        &self,
        path: &str,
        messages: Vec<Vec<u8>>,
        patience: Duration,
    ) -> anyhow::Result<Result<Streaming<Vec<u8>>, Status>> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(64 << 20);
        grpc.ready().await.context("the connection")?;
        let mut request = Request::new(tokio_stream::iter(messages));
        request.set_timeout(patience);
        Ok(grpc.streaming(request, path.parse().context("a path")?, Bytes).await.map(tonic::Response::into_inner))
    }
}

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
