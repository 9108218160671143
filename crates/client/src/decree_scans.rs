//! Uploads and downloads the scans of signed decrees, as streams.
//!
//! The messages are like those of documents, so the helpers of that module are used. Only the types differ.

use std::sync::Arc;

use tonic::{Request, Response};
use wire::v1;
use wire::v1::decree_scan_service_client::DecreeScanServiceClient;

use crate::documents::{DEADLINE, check_digest, chunks, malformed, receive};
use crate::{Client, Error};

impl Client {
    /// `DecreeScanServiceClient.attach_decree_scan`: sends the header and the bytes. If the connection breaks, it sends
    /// them again from the start.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the call or cannot be reached.
    pub async fn attach_decree_scan(
        &self,
        header: v1::DecreeScanHeader,
        bytes: Arc<[u8]>,
    ) -> Result<v1::Decree, Error> {
        use v1::attach_decree_scan_request::Part;
        self.call_within(DEADLINE, (header, bytes), |channel, request| async move {
            let (metadata, extensions, (header, bytes)) = request.into_parts();
            let parts = std::iter::once(Part::Header(header)).chain(chunks(bytes).map(Part::Chunk));
            let parts = parts.map(|part| v1::AttachDecreeScanRequest { part: Some(part) });
            let parts = Request::from_parts(metadata, extensions, tokio_stream::iter(parts));
            DecreeScanServiceClient::new(channel).attach_decree_scan(parts).await
        })
        .await
    }

    /// `DecreeScanServiceClient.download_decree_scan`: the whole scan, checked against its digest.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses the call or cannot be reached, or if the bytes do not have the recorded digest.
    pub async fn download_decree_scan(&self, request: v1::DownloadDecreeScanRequest) -> Result<Vec<u8>, Error> {
        use v1::download_decree_scan_response::Part;
        let name = request.name.clone();
        let read = self.call_within(DEADLINE, request, |channel, request| async move {
            let mut stream = DecreeScanServiceClient::new(channel).download_decree_scan(request).await?.into_inner();
            let Some(Part::Scan(scan)) = stream.message().await?.and_then(|message| message.part) else {
                return Err(malformed());
            };
            let chunk_of = |message: v1::DownloadDecreeScanResponse| match message.part {
                Some(Part::Chunk(chunk)) => Some(chunk),
                _ => None,
            };
            let bytes = receive(&mut stream, scan.size_bytes, chunk_of).await?;
            Ok(Response::new((scan, bytes)))
        });
        let (scan, bytes) = read.await?;
        check_digest(name, &bytes, &scan.sha256)?;
        Ok(bytes)
    }
}
