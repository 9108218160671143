//! Gives a document out, after it is recorded who reads it and why.

use domain::application::content;
use domain::document::{DocumentRead, KeptDocument, acts};
use domain::policy::{Action, Permit, Scope, View};
use domain::refusal::Refusal;
use domain::vocabulary::name::DocumentName;
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use store::{Command, CommandError, Tx};
use tonic::{Request, Response, Status};
use wire::v1::download_document_response::Part;
use wire::{convert, request, v1};

use crate::engine::Api;
use crate::engine::download::{Kept, Parts, Reader};
use crate::gate::Admitted;
use crate::status::Failure;

/// The documents of an application that a reader may read: its own delegation, or the registrar who enters it, all of
/// them; the commission what the application declares, or an amendment in either version; everybody else what the
/// application declares now.
pub(crate) async fn readable(
    tx: &mut Tx<'_>,
    permit: &Permit,
    of: &domain::vocabulary::name::ApplicationName,
) -> Result<Vec<KeptDocument>, CommandError> {
    let application = tx.application(permit, of).await?;
    let mut kept = tx.documents(&application.name).await?;
    if !matches!(permit.view(), View::Delegation | View::Registrar)
        // What was erased declares nothing any more; what there was of it can still be listed.
        && let content::Kept::Whole(filing) = tx.kept(&application).await?
    {
        let mut declared = filing.content.documents;
        if permit.view() != View::Ministry {
            for amendment in tx.amendments_of(&application.name).await? {
                let versions = tx.kept_of_amendment(&amendment).await?;
                declared.extend(
                    versions.iter().filter_map(content::Kept::whole).flat_map(|said| said.content.documents.clone()),
                );
            }
        }
        kept.retain(|kept| declared.contains(&kept.document));
    }
    Ok(kept)
}

/// Records that somebody reads a document, and gives what opens it.
struct Read {
    document: DocumentName,
    purpose: Personal<String>,
    admitted: Admitted,
    /// The request's digest.
    request: [u8; 32],
    now: Timestamp,
}

impl Command for Read {
    const NAME: &'static str = "read a document";
    type Output = (KeptDocument, [u8; 32]);

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let Self { document, purpose, admitted, request, now } = self;
        let (actor, permit) = (&admitted.actor, &admitted.permit);
        let kept = readable(tx, permit, &document.application()).await?;
        let kept = kept.into_iter().find(|kept| kept.name == *document);
        let kept = kept.ok_or_else(|| Refusal::not_found(document))?;
        let key = tx.document_key(document).await?.ok_or(Refusal::DocumentErased)?;
        let by = admitted.acting(*now, *request);
        let done = tx.save(permit, &acts::read(&by, &kept)).await?;
        let read = DocumentRead {
            document: document.clone(),
            kind: kept.document.kind,
            reader: actor.principal.clone(),
            purpose: purpose.clone(),
            time: *now,
            event: done.event,
        };
        tx.insert_document_read(permit, &actor.principal.organization, &read).await?;
        Ok((kept, key))
    }
}

impl Api {
    pub(crate) async fn give_document(
        &self,
        request: Request<v1::DownloadDocumentRequest>,
    ) -> Result<Response<Parts<v1::DownloadDocumentResponse>>, Status> {
        let now = self.clock.now();
        let reader = Reader::of(Action::DownloadDocument, &request)?;
        let admitted = reader.admitted.clone();
        let actor = admitted.actor.clone();
        let message = request.into_inner();
        let digest = request::digest(Action::DownloadDocument, &message);
        let input = request::download_document(message).map_err(Failure::from)?;
        let request::DownloadDocument { document, purpose } = input;
        let read = Read { document, purpose, admitted, request: digest, now };
        let read = self.store.run(read).await;
        let (kept, key) = read.map_err(|error| self.failed(error, &actor, Action::DownloadDocument, now))?;
        self.committed.notify_one();
        let first = v1::DownloadDocumentResponse { part: Some(Part::Document(convert::document::to_message(&kept))) };
        let chunk = |bytes: &[u8]| v1::DownloadDocumentResponse { part: Some(Part::Chunk(bytes.to_vec())) };
        let KeptDocument { name, kept_sha256: sha256, kept_size_bytes: size_bytes, .. } = kept;
        let file = Kept { id: name.id, place: name.to_string(), sha256, size_bytes, key };
        self.give(&reader, file, first, chunk).await
    }
}
