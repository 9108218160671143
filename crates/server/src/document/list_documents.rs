//! `ListDocuments` and `ListDocumentReads`: the documents of an application, and who read them.
//!
//! Every download is recorded before it begins, see `download_document`.

use domain::outcome::CallContext;
use domain::policy::Action;
use domain::vocabulary::name::ApplicationName;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::document::download_document;
use crate::engine::{Query, list, page};

/// Lists the documents of an application that the caller may read, all in one answer: their number
/// is limited.
pub(crate) struct ListDocuments;

impl Query for ListDocuments {
    const ACTION: Action = Action::ListDocuments;
    type Message = v1::ListDocumentsRequest;
    type Input = ApplicationName;
    type Answer = v1::ListDocumentsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_documents(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let kept = download_document::list_readable(tx, by.permit, input).await?;
        Ok(v1::ListDocumentsResponse { documents: kept.iter().map(convert::document::to_message).collect() })
    }
}

/// Lists who read documents of an election or of one application, and why. Only auditors may ask.
pub(crate) struct ListDocumentReads;

impl Query for ListDocumentReads {
    const ACTION: Action = Action::ListDocumentReads;
    type Message = v1::ListDocumentReadsRequest;
    type Input = request::ListDocumentReads;
    type Answer = v1::ListDocumentReadsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_document_reads(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        list::check_election_exists(tx, &input.election).await?;
        let page = page::read(tx, by, &input.page)?;
        let found = tx.list_document_reads(&input.election.election, input.application.as_ref(), &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.event.0);
        let document_reads = found.iter().map(convert::document::read_to_message).collect();
        Ok(v1::ListDocumentReadsResponse { document_reads, next_page_token })
    }
}
