//! `DownloadDocument`: gives out one document, after the database has recorded who reads it and
//! why.
//!
//! - **Rule:** `list_readable` says which documents a reader may read. Everything else is not
//!   found.
//! - **Order:** the read is recorded and committed first. Then the vault is asked, and only then
//!   the first byte leaves. If the vault fails, a read is recorded that did not happen; the
//!   other way round, one would be missing.
//! - **Locks:** nothing. If the document is erased meanwhile, its key is gone: the call fails
//!   with DOCUMENT_ERASED, or the bytes were read before.

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

use crate::engine::download::{FileReader, MessageStream, StoredFile, stream};
use crate::engine::{Api, Handler};
use crate::gate::Admitted;
use crate::status::Failure;

/// Lists the documents of an application that the reader may read.
///
/// | Reader | May read | |---|---|
/// | its delegation, the registrar who enters it | every document |
/// | the commission | what the application or any of its amendments declares |
/// | the ministry | what the application declares now |
///
/// Of an erased application every document is listed, so that auditors see what there was. None can
/// be opened.
pub(crate) async fn list_readable(
    tx: &mut Tx<'_>,
    permit: &Permit,
    of: &domain::vocabulary::name::ApplicationName,
) -> Result<Vec<KeptDocument>, CommandError> {
    let application = tx.application(permit, of).await?;
    let mut kept = tx.documents(&application.name).await?;
    if !matches!(permit.view(), View::Delegation | View::Registrar)
        // Erased content declares nothing any more, so nothing can be filtered by it.
        && let content::StoredFiling::Whole(filing) = tx.kept(&application).await?
    {
        let mut declared = filing.content.documents;
        if permit.view() != View::Ministry {
            for amendment in tx.amendments_of(&application.name).await? {
                let versions = tx.stored_filing_of_amendment(&amendment).await?;
                declared.extend(
                    versions
                        .iter()
                        .filter_map(content::StoredFiling::whole)
                        .flat_map(|new_content| new_content.content.documents.clone()),
                );
            }
        }
        kept.retain(|kept| declared.contains(&kept.document));
    }
    Ok(kept)
}

/// Records that somebody reads a document, and gives the key that opens it.
struct RecordRead {
    /// Which document.
    document: DocumentName,
    /// Why, in the reader's own words; auditors read it.
    purpose: Personal<String>,
    /// The reader, and what the policy allowed it.
    admitted: Admitted,
    /// The digest of the request, which the event names.
    request: [u8; 32],
    /// When the request was complete.
    now: Timestamp,
}

impl Command for RecordRead {
    const NAME: &'static str = "read a document";
    type Output = (KeptDocument, [u8; 32]);

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let Self { document, purpose, admitted, request, now } = self;
        let (actor, permit) = (&admitted.actor, &admitted.permit);
        let kept = list_readable(tx, permit, &document.application()).await?;
        let kept = kept.into_iter().find(|kept| kept.name == *document);
        let kept = kept.ok_or_else(|| Refusal::not_found(document))?;
        // An erased document has a row and no key. Its reader is told so, because the row can be
        // listed.
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

/// Streams one document to its reader.
pub(crate) struct DownloadDocument;

impl DownloadDocument {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        stream(request, max_message_bytes, move |request| {
            let api = api.clone();
            async move { api.download_document(request).await }
        })
    });
}

impl Api {
    /// Records the read, then streams the file from the vault.
    async fn download_document(
        &self,
        request: Request<v1::DownloadDocumentRequest>,
    ) -> Result<Response<MessageStream<v1::DownloadDocumentResponse>>, Status> {
        let now = self.clock.now();
        let reader = FileReader::from_request(Action::DownloadDocument, &request)?;
        let admitted = reader.admitted.clone();
        let actor = admitted.actor.clone();
        let message = request.into_inner();
        let digest = request::digest(Action::DownloadDocument, &message);
        let input = request::download_document(message).map_err(Failure::from)?;
        let request::DownloadDocument { document, purpose } = input;
        let read = RecordRead { document, purpose, admitted, request: digest, now };
        let read = self.store.run(read).await;
        let (kept, key) = read.map_err(|error| self.failure_status(error, &actor, Action::DownloadDocument, now))?;
        // The event of the read gets its position in the log soon, so that auditors see it.
        self.sequencer_wakeup.notify_one();
        let first = v1::DownloadDocumentResponse { part: Some(Part::Document(convert::document::to_message(&kept))) };
        let chunk = |bytes: &[u8]| v1::DownloadDocumentResponse { part: Some(Part::Chunk(bytes.to_vec())) };
        let KeptDocument { name, kept_sha256: sha256, kept_size_bytes: size_bytes, .. } = kept;
        let file = StoredFile { id: name.id, seal_context: name.to_string(), sha256, size_bytes, key };
        self.send_file(&reader, file, first, chunk).await
    }
}
