//! `DocumentService`: what is streamed, and the two lists.

use domain::outcome::Acting;
use domain::policy::Action;
use domain::vocabulary::name::ApplicationName;
use store::{CommandError, Tx};
use tonic::{Request, Response, Status, Streaming};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::document::download_document;
use crate::document::upload_document::UploadDocument;
use crate::engine::download::Parts;
use crate::engine::{Api, Query, list, page};

#[tonic::async_trait]
impl v1::document_service_server::DocumentService for Api {
    type DownloadDocumentStream = Parts<v1::DownloadDocumentResponse>;

    async fn upload_document(
        &self,
        request: Request<Streaming<v1::UploadDocumentRequest>>,
    ) -> Result<Response<v1::Document>, Status> {
        self.take::<UploadDocument>(request).await
    }

    async fn download_document(
        &self,
        request: Request<v1::DownloadDocumentRequest>,
    ) -> Result<Response<Self::DownloadDocumentStream>, Status> {
        self.give_document(request).await
    }

    async fn list_documents(
        &self,
        request: Request<v1::ListDocumentsRequest>,
    ) -> Result<Response<v1::ListDocumentsResponse>, Status> {
        self.ask::<ListDocuments>(request).await
    }

    async fn list_document_reads(
        &self,
        request: Request<v1::ListDocumentReadsRequest>,
    ) -> Result<Response<v1::ListDocumentReadsResponse>, Status> {
        self.ask::<ListDocumentReads>(request).await
    }
}

struct ListDocuments;

impl Query for ListDocuments {
    const ACTION: Action = Action::ListDocuments;
    type Message = v1::ListDocumentsRequest;
    type Input = ApplicationName;
    type Answer = v1::ListDocumentsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_documents(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let kept = download_document::readable(tx, by.permit, input).await?;
        Ok(v1::ListDocumentsResponse { documents: kept.iter().map(convert::document::to_message).collect() })
    }
}

struct ListDocumentReads;

impl Query for ListDocumentReads {
    const ACTION: Action = Action::ListDocumentReads;
    type Message = v1::ListDocumentReadsRequest;
    type Input = request::ListDocumentReads;
    type Answer = v1::ListDocumentReadsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_document_reads(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        list::known(tx, &input.election).await?;
        let page = page::read(tx, by, &input.page)?;
        let found = tx.list_document_reads(&input.election.election, input.application.as_ref(), &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.event.0);
        let document_reads = found.iter().map(convert::document::read_to_message).collect();
        Ok(v1::ListDocumentReadsResponse { document_reads, next_page_token })
    }
}
