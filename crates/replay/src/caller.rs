//! Calls with bytes for messages, by whoever has a certificate.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use client::Profile;
use hyper_util::rt::TokioIo;
use prost::bytes::{Buf as _, BufMut as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// How long a message that is expected may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a stream is watched for messages that nobody expects.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// What came back.
pub struct Answer {
    pub messages: Vec<Vec<u8>>,
    /// How the call ended; none if the stream was left open.
    pub status: Option<Status>,
}

#[derive(Clone)]
pub struct Caller {
    channel: Channel,
}

impl Caller {
    /// A connection with a profile's certificate.
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

    /// Calls a method, and reads at least as many messages as are expected, if they come.
    pub async fn call(&self, path: &str, messages: Vec<Vec<u8>>, expected: usize) -> anyhow::Result<Answer> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(64 << 20);
        timeout(PATIENCE, grpc.ready()).await.context("the connection")??;
        let request = Request::new(tokio_stream::iter(messages));
        let mut answer = Answer { messages: Vec::new(), status: None };
        let mut stream = match grpc.streaming(request, path.parse()?, Bytes).await {
            Ok(stream) => stream.into_inner(),
            Err(status) => return Ok(Answer { status: Some(status), ..answer }),
        };
        loop {
            let patience = if answer.messages.len() < expected { PATIENCE } else { AFTERWARDS };
            match timeout(patience, stream.message()).await {
                Ok(Ok(Some(message))) => answer.messages.push(message),
                Ok(Ok(None)) => answer.status = Some(Status::ok("")),
                Ok(Err(status)) => answer.status = Some(status),
                Err(_) => return Ok(answer),
            }
            if answer.status.is_some() {
                return Ok(answer);
            }
        }
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
