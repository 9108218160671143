//! The scans of signed decrees, streamed both ways.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tonic::{Code, Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::decree_scan_service_client::DecreeScanServiceClient;
use wire::v1::{attach_decree_scan_request, download_decree_scan_response};

use crate::documents::{CHUNK, DEADLINE, MOST_BYTES};
use crate::{Client, Error};

impl Client {
    /// `DecreeScanServiceClient.attach_decree_scan`: sends the header and the bytes, again from the start if the connection
    /// breaks.
    ///
    /// # Errors
    ///
    /// The server's refusal, or why it could not be asked.
    pub async fn attach_decree_scan(
        &self,
        header: v1::DecreeScanHeader,
        bytes: Arc<[u8]>,
    ) -> Result<v1::Decree, Error> {
        self.call_within(DEADLINE, (header, bytes), |channel, request| async move {
            let (metadata, extensions, (header, bytes)) = request.into_parts();
            let parts = Request::from_parts(metadata, extensions, tokio_stream::iter(parts(header, bytes)));
            DecreeScanServiceClient::new(channel).attach_decree_scan(parts).await
        })
        .await
    }

    /// `DecreeScanServiceClient.download_decree_scan`: the whole scan, compared with what was attached.
    ///
    /// # Errors
    ///
    /// The server's refusal, why it could not be asked, or that other bytes came than were kept.
    pub async fn download_decree_scan(&self, request: v1::DownloadDecreeScanRequest) -> Result<Vec<u8>, Error> {
        let name = request.name.clone();
        let read = self.call_within(DEADLINE, request, |channel, request| async move {
            let stream = DecreeScanServiceClient::new(channel).download_decree_scan(request).await?.into_inner();
            receive(stream).await.map(Response::new)
        });
        let (scan, bytes) = read.await?;
        if Sha256::digest(&bytes)[..] != scan.sha256[..] {
            let why = "the bytes that came are not those that were attached; read it again".to_owned();
            return Err(Error::Local { what: name, why });
        }
        Ok(bytes)
    }
}

fn parts(header: v1::DecreeScanHeader, bytes: Arc<[u8]>) -> impl Iterator<Item = v1::AttachDecreeScanRequest> + Send {
    use attach_decree_scan_request::Part;
    let chunks = (0..bytes.len()).step_by(CHUNK).map(move |start| {
        let end = bytes.len().min(start + CHUNK);
        Part::Chunk(bytes[start..end].to_vec())
    });
    let parts = std::iter::once(Part::Header(header)).chain(chunks);
    parts.map(|part| v1::AttachDecreeScanRequest { part: Some(part) })
}

async fn receive(mut stream: Streaming<v1::DownloadDecreeScanResponse>) -> Result<(v1::DecreeScan, Vec<u8>), Status> {
    use download_decree_scan_response::Part;
    let malformed = || Status::new(Code::DataLoss, "the server did not send a scan as the API says");
    let Some(Part::Scan(scan)) = stream.message().await?.and_then(|message| message.part) else {
        return Err(malformed());
    };
    let size = usize::try_from(scan.size_bytes.min(MOST_BYTES)).map_err(|_| malformed())?;
    let mut bytes = Vec::with_capacity(size);
    while let Some(message) = stream.message().await? {
        let Some(Part::Chunk(chunk)) = message.part else { return Err(malformed()) };
        if bytes.len() + chunk.len() > size {
            return Err(malformed());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((scan, bytes))
}
