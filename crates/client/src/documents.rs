//! Uploads and downloads documents as streams.
//!
//! The first message has the header, and the following ones have the bytes in order. A broken transfer starts again
//! from the beginning, because the API has no way to continue one.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tonic::{Code, Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::document_service_client::DocumentServiceClient;

use crate::{Client, Error};

/// The deadline for the transfer of a file, in either direction. It leaves time for a slow line.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);
/// The bytes of a file in one message.
const CHUNK_BYTES: usize = 256 << 10;
/// The most bytes of a download. It is above the service's own limit, and keeps a wrong answer from filling the memory.
const MAX_BYTES: i64 = 64 << 20;

/// A downloaded document, whose digest was checked. It holds personal data and has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Downloaded {
    /// The kind, the size and the digests of the document.
    pub document: v1::Document,
    /// The content of the document.
    pub bytes: Vec<u8>,
}

/// Declares a file for an application, by its kind, SHA-256 and size.
#[must_use]
pub fn declare(kind: v1::DocumentKind, bytes: &[u8]) -> v1::Document {
    let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    v1::Document { kind: kind.into(), sha256: Sha256::digest(bytes).to_vec(), size_bytes, ..Default::default() }
}

impl Client {
    /// `DocumentServiceClient.upload_document`: sends the header and the bytes. If the connection breaks, it sends them
    /// again from the start; the service stores the file once.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the call or cannot be reached.
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

    /// `DocumentServiceClient.download_document`: the whole document, checked against its digest.
    ///
    /// The service records every attempt as a reading of the document, retries included.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the call or cannot be reached, or if the bytes do not have the recorded digest.
    pub async fn download_document(&self, request: v1::DownloadDocumentRequest) -> Result<Downloaded, Error> {
        use v1::download_document_response::Part;
        let name = request.name.clone();
        let read = self.call_within(DEADLINE, request, |channel, request| async move {
            let mut stream = DocumentServiceClient::new(channel).download_document(request).await?.into_inner();
            // The header must come first. It says how many bytes to expect.
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
        check_digest(name, &read.bytes, &read.document.kept_sha256)?;
        Ok(read)
    }
}

/// The content of a file, in pieces of the size of a message.
pub(crate) fn chunks(bytes: Arc<[u8]>) -> impl Iterator<Item = Vec<u8>> + Send {
    (0..bytes.len()).step_by(CHUNK_BYTES).map(move |start| bytes[start..bytes.len().min(start + CHUNK_BYTES)].to_vec())
}

/// The status for an answer that the API does not allow, such as bytes before the header.
pub(crate) fn malformed() -> Status {
    Status::new(Code::DataLoss, "the server did not send a file as the API says")
}

/// Receives the bytes after the first message. More bytes than announced are an error.
pub(crate) async fn receive<M>(
    stream: &mut Streaming<M>,
    size_bytes: i64,
    chunk_of: impl Fn(M) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, Status> {
    let size = usize::try_from(size_bytes.min(MAX_BYTES)).map_err(|_| malformed())?;
    // The announced size is limited above, so a wrong one cannot reserve all memory.
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

/// Checks the digest of received bytes.
pub(crate) fn check_digest(what: String, bytes: &[u8], sha256: &[u8]) -> Result<(), Error> {
    if Sha256::digest(bytes)[..] == *sha256 {
        return Ok(());
    }
    let why = "the received bytes do not have the recorded digest; download it again".to_owned();
    Err(Error::Local { what, why })
}
