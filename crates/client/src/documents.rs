//! Documents, streamed both ways.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tonic::{Code, Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::document_service_client::DocumentServiceClient;

use crate::{Client, Error};

/// How long a document may be on its way, in either direction.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);
/// How many bytes a message has.
const CHUNK: usize = 256 << 10;
/// More than any document has.
const MOST_BYTES: i64 = 64 << 20;

/// A document that was read, whole and as it was kept.
#[derive(Clone, PartialEq)]
pub struct Downloaded {
    /// What it is.
    pub document: v1::Document,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Declares a file as an application does: its kind, SHA-256 and size.
#[must_use]
pub fn declare(kind: v1::DocumentKind, bytes: &[u8]) -> v1::Document {
    let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    v1::Document { kind: kind.into(), sha256: Sha256::digest(bytes).to_vec(), size_bytes, ..Default::default() }
}

impl Client {
    /// `DocumentServiceClient.upload_document`: sends the header and the bytes, again from the start if the connection
    /// breaks. The same file again is answered again.
    ///
    /// # Errors
    ///
    /// The server's refusal, or why it could not be asked.
    pub async fn upload_document(&self, header: v1::UploadHeader, bytes: Arc<[u8]>) -> Result<v1::Document, Error> {
        use v1::upload_document_request::Part;
        self.call_within(DEADLINE, (header, bytes), |channel, request| async move {
            let (metadata, extensions, (header, bytes)) = request.into_parts();
            let parts = std::iter::once(Part::Header(header)).chain(chunks(bytes).map(Part::Chunk));
            let parts = parts.map(|part| v1::UploadDocumentRequest { part: Some(part) });
            let parts = Request::from_parts(metadata, extensions, tokio_stream::iter(parts));
            DocumentServiceClient::new(channel).upload_document(parts).await
        })
        .await
    }

    /// `DocumentServiceClient.download_document`: the whole document, compared with what was kept. Every attempt is
    /// recorded as a reading.
    ///
    /// # Errors
    ///
    /// The server's refusal, why it could not be asked, or that other bytes came than were kept.
    pub async fn download_document(&self, request: v1::DownloadDocumentRequest) -> Result<Downloaded, Error> {
        use v1::download_document_response::Part;
        let name = request.name.clone();
        let read = self.call_within(DEADLINE, request, |channel, request| async move {
            let mut stream = DocumentServiceClient::new(channel).download_document(request).await?.into_inner();
            let Some(Part::Document(document)) = stream.message().await?.and_then(|message| message.part) else {
                return Err(malformed());
            };
            let chunk_of = |message: v1::DownloadDocumentResponse| match message.part {
                Some(Part::Chunk(chunk)) => Some(chunk),
                _ => None,
            };
            let bytes = receive(&mut stream, document.kept_size_bytes, chunk_of).await?;
            Ok(Response::new(Downloaded { document, bytes }))
        });
        let read = read.await?;
        compare(name, &read.bytes, &read.document.kept_sha256)?;
        Ok(read)
    }
}

/// A file in parts of a message's size.
pub(crate) fn chunks(bytes: Arc<[u8]>) -> impl Iterator<Item = Vec<u8>> + Send {
    (0..bytes.len()).step_by(CHUNK).map(move |start| bytes[start..bytes.len().min(start + CHUNK)].to_vec())
}

/// That the server did not do as the API says.
pub(crate) fn malformed() -> Status {
    Status::new(Code::DataLoss, "the server did not send a file as the API says")
}

/// The bytes that follow the first part, at most as many as were announced.
pub(crate) async fn receive<M>(
    stream: &mut Streaming<M>,
    size_bytes: i64,
    chunk_of: impl Fn(M) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, Status> {
    let size = usize::try_from(size_bytes.min(MOST_BYTES)).map_err(|_| malformed())?;
    let mut bytes = Vec::with_capacity(size);
    while let Some(message) = stream.message().await? {
        let chunk = chunk_of(message).ok_or_else(malformed)?;
        if bytes.len() + chunk.len() > size {
            return Err(malformed());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Refuses other bytes than were kept.
pub(crate) fn compare(what: String, bytes: &[u8], sha256: &[u8]) -> Result<(), Error> {
    if Sha256::digest(bytes)[..] == *sha256 {
        return Ok(());
    }
    let why = "the bytes that came are not those that were kept; read it again".to_owned();
    Err(Error::Local { what, why })
}
