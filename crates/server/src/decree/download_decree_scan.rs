//! `DownloadDecreeScan`: gives out the scan of a signed decree.
//!
//! A decree is no personal document, so reads of it are not recorded.
//!
//! - **Rule:** the last scan that was attached counts.
//! - **Locks:** nothing. A scan is never replaced in place: a new one is a new row with a new
//!   id.

use domain::decree::DecreeScan;
use domain::policy::{Action, Permit, Scope};
use domain::refusal::Refusal;
use domain::vocabulary::name::DecreeName;
use store::{Command, CommandError, Tx};
use tonic::{Request, Response, Status};
use wire::v1::download_decree_scan_response::Part;
use wire::{convert, request, v1};

use crate::engine::download::{FileReader, MessageStream, StoredFile, stream};
use crate::engine::{Api, Handler};
use crate::status::Failure;

/// Streams the scan of one decree to its reader.
pub(crate) struct DownloadDecreeScan;

impl DownloadDecreeScan {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        stream(request, max_message_bytes, move |request| {
            let api = api.clone();
            async move { api.download_decree_scan(request).await }
        })
    });
}

impl Api {
    /// Looks up the scan and its key, then streams the file from the vault.
    async fn download_decree_scan(
        &self,
        request: Request<v1::DownloadDecreeScanRequest>,
    ) -> Result<Response<MessageStream<v1::DownloadDecreeScanResponse>>, Status> {
        let now = self.clock.now();
        let reader = FileReader::from_request(Action::DownloadDecreeScan, &request)?;
        let permit = reader.admitted.permit.clone();
        let decree = request::download_decree_scan(request.into_inner()).map_err(Failure::from)?;
        let found = self.store.read(ReadLastScan { decree, permit }).await;
        let (scan, key) = found
            .map_err(|error| self.failure_status(error, &reader.admitted.actor, Action::DownloadDecreeScan, now))?;
        let chunk = |bytes: &[u8]| v1::DownloadDecreeScanResponse { part: Some(Part::Chunk(bytes.to_vec())) };
        let first = v1::DownloadDecreeScanResponse { part: Some(Part::Scan(convert::decree::scan_to_message(&scan))) };
        let (seal_context, DecreeScan { id, sha256, size_bytes, .. }) = (scan.place(), scan);
        self.send_file(&reader, StoredFile { id, seal_context, sha256, size_bytes, key }, first, chunk).await
    }
}

/// Reads the last scan of a decree, and the key that opens it.
struct ReadLastScan {
    decree: DecreeName,
    permit: Permit,
}

impl Command for ReadLastScan {
    const NAME: &'static str = "read the scan of a decree";
    type Output = (DecreeScan, [u8; 32]);

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let found = tx.lookup_decree(&self.permit, &self.decree).await?;
        let mut decree = found.ok_or_else(|| Refusal::not_found(&self.decree))?;
        let scan = decree.scans.pop().ok_or_else(|| Refusal::not_found(format!("scan of {}", self.decree)))?;
        let key = tx.decree_scan_key(&scan).await?;
        Ok((scan, key))
    }
}
