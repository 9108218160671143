//! Calls with bytes for messages, so that what no client of ours would send is sent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use client::Profile;
use hyper_util::rt::TokioIo;
use prost::bytes::{Buf as _, BufMut as _};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::message::Message;

/// No answer takes longer than this; the measure is what it cost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
pub struct Answer {
    /// How many bytes, without those of an error.
    pub bytes: usize,
    /// How many items its lists have.
    pub rows: usize,
}

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

    /// Calls a method; an error of the service is an answer too.
    pub async fn call(&self, path: &str, message: &Message, method: &MethodDescriptor) -> anyhow::Result<Answer> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(64 << 20);
        grpc.ready().await.context("the connection")?;
        let path = path.parse().context("a path")?;
        let mut request = Request::new(tokio_stream::iter(message.parts.clone()));
        request.set_timeout(PATIENCE);
        let call = async {
            let mut parts = grpc.streaming(request, path, Bytes).await?.into_inner();
            let (mut bytes, mut rows) = (0, 0);
            // A stream that stays open is not waited for: what follows is not this call's.
            while let Ok(Some(part)) =
                tokio::time::timeout(Duration::from_secs(1), parts.message()).await.unwrap_or(Ok(None))
            {
                bytes += part.len();
                let part = DynamicMessage::decode(method.output(), &part[..]);
                rows += part.map_or(0, |part| rows_of(&part));
            }
            Ok::<_, Status>(Answer { bytes, rows })
        };
        Ok(call.await.unwrap_or(Answer { bytes: 0, rows: 0 }))
    }
}

/// The items of a message's own lists.
fn rows_of(message: &DynamicMessage) -> usize {
    message.fields().filter_map(|(_, value)| value.as_list().map(<[_]>::len)).sum()
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
