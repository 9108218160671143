//! Gives out the scan of a signed decree; `DecreeScanService`.

use std::pin::Pin;

use documents::FileKey;
use domain::decree::DecreeScan;
use domain::name::DecreeName;
use domain::policy::{Action, Permit, Scope, permit};
use domain::refusal::Refusal;
use store::{Command, CommandError, Tx};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use wire::v1::download_decree_scan_response::Part;
use wire::{convert, request, v1};

use super::attach_decree_scan::AttachDecreeScan;
use super::download_document::send;
use super::{Api, actor};
use crate::status::Failure;

type Parts = Pin<Box<dyn Stream<Item = Result<v1::DownloadDecreeScanResponse, Status>> + Send>>;

#[tonic::async_trait]
impl v1::decree_scan_service_server::DecreeScanService for Api {
    type DownloadDecreeScanStream = Parts;

    async fn attach_decree_scan(
        &self,
        request: Request<Streaming<v1::AttachDecreeScanRequest>>,
    ) -> Result<Response<v1::Decree>, Status> {
        self.take::<AttachDecreeScan>(request).await
    }

    async fn download_decree_scan(
        &self,
        request: Request<v1::DownloadDecreeScanRequest>,
    ) -> Result<Response<Parts>, Status> {
        let now = self.clock.now();
        let actor = actor(&request)?;
        let permit = permit(&actor, Action::DownloadDecreeScan).map_err(Failure::from)?;
        let decree = request::download_decree_scan(request.into_inner()).map_err(Failure::from)?;
        let found = self.store.read(Last { decree, permit }).await;
        let (scan, key) = found.map_err(|error| self.failed(error, &actor, Action::DownloadDecreeScan, now))?;
        let room = self.cabinet.room(&actor.principal.organization, scan.size_bytes).await;
        let room = room.map_err(|error| Failure::from(CommandError::from(error)))?;
        let opened = self.cabinet.get_at(scan.id, scan.place(), scan.sha256, FileKey::from_bytes(key)).await;
        let bytes = opened.map_err(|error| {
            tracing::error!(%error, "the scan of a decree cannot be read back");
            Failure::Broken("the scan of a decree that is kept cannot be read back")
        })?;
        let (parts, stream) = mpsc::channel(2);
        let part = |part| v1::DownloadDecreeScanResponse { part: Some(part) };
        let chunk = |bytes: &[u8]| v1::DownloadDecreeScanResponse { part: Some(Part::Chunk(bytes.to_vec())) };
        let first = part(Part::Scan(convert::decree::scan_to_message(&scan)));
        tokio::spawn(send(parts, first, chunk, bytes, room));
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
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
        let missing = |what: String| Refusal::not_found(what);
        let found = tx.lookup_decree(&self.permit, &self.decree).await?;
        let mut decree = found.ok_or_else(|| missing(self.decree.to_string()))?;
        let scan = decree.scans.pop().ok_or_else(|| missing(format!("scan of {}", self.decree)))?;
        let key = tx.decree_scan_key(&scan).await?;
        Ok((scan, key))
    }
}
