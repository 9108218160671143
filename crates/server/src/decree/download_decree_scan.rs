//! Gives out the scan of a signed decree.

use domain::decree::DecreeScan;
use domain::policy::{Action, Permit, Scope};
use domain::refusal::Refusal;
use domain::vocabulary::name::DecreeName;
use store::{Command, CommandError, Tx};
use tonic::{Request, Response, Status};
use wire::v1::download_decree_scan_response::Part;
use wire::{convert, request, v1};

use crate::engine::download::{Kept, Parts, Reader, stream};
use crate::engine::{Api, Handler};
use crate::status::Failure;

pub(crate) struct DownloadDecreeScan;

impl DownloadDecreeScan {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        stream(request, max_message_bytes, move |request| {
            let api = api.clone();
            async move { api.give_decree_scan(request).await }
        })
    });
}

impl Api {
    async fn give_decree_scan(
        &self,
        request: Request<v1::DownloadDecreeScanRequest>,
    ) -> Result<Response<Parts<v1::DownloadDecreeScanResponse>>, Status> {
        let now = self.clock.now();
        let reader = Reader::of(Action::DownloadDecreeScan, &request)?;
        let permit = reader.admitted.permit.clone();
        let decree = request::download_decree_scan(request.into_inner()).map_err(Failure::from)?;
        let found = self.store.read(Last { decree, permit }).await;
        let (scan, key) =
            found.map_err(|error| self.failed(error, &reader.admitted.actor, Action::DownloadDecreeScan, now))?;
        let chunk = |bytes: &[u8]| v1::DownloadDecreeScanResponse { part: Some(Part::Chunk(bytes.to_vec())) };
        let first = v1::DownloadDecreeScanResponse { part: Some(Part::Scan(convert::decree::scan_to_message(&scan))) };
        let (place, DecreeScan { id, sha256, size_bytes, .. }) = (scan.place(), scan);
        self.give(&reader, Kept { id, place, sha256, size_bytes, key }, first, chunk).await
    }
}

/// The scan of a decree that counts, and what opens it.
struct Last {
    decree: DecreeName,
    permit: Permit,
}

impl Command for Last {
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
