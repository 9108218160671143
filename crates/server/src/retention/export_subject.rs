//! `ExportSubject`: everything that is stored about the person with a passport, for that person.
//!
//! It is an audited query: the answer does not leave before it is recorded who asked and why.
//!
//! - **Reads:** every application of the election with that passport, found by a blind index.
//!   For each one its revisions, documents, readers, events, proposals, appeals and amendments.
//! - **Locks:** nothing. The event is the only row that it writes.
//! - **Erased applications:** their index is empty, so they are not found. Nothing in them tells
//!   whose they were.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::retention::subject::{SubjectRecord, acts};
use store::{CommandError, Page, RecordedEvent, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::audited_query::AuditedQuery;

/// How many document reads of one application an export has at most.
const MAX_READS: u32 = 5000;

/// Exports what is stored about one person in one election.
pub(crate) struct ExportSubject;

impl AuditedQuery for ExportSubject {
    const ACTION: Action = Action::ExportSubject;
    type Message = v1::ExportSubjectRequest;
    type Input = request::ExportSubject;
    type Answer = v1::SubjectExport;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::export_subject(message)
    }

    async fn answer(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
    ) -> Result<(Self::Answer, Outcome), CommandError> {
        let (code, reader) = (&input.election.election, &by.actor.principal.organization);
        let election = tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let found = tx.applications_of_document(code, &input.issuing_state, &input.document_number).await?;
        let mut records = Vec::with_capacity(found.len());
        for application in found {
            let name = application.name.clone();
            let mut amendments = Vec::new();
            for amendment in tx.amendments_of(&name).await? {
                let found = tx.amendment_screening(&amendment.name).await?;
                amendments.push((amendment, found));
            }
            let record = SubjectRecord {
                kept: tx.kept(&application).await?,
                screening: tx.screening(&name).await?,
                revisions: tx.held_revisions(&name).await?,
                documents: tx.documents(&name).await?,
                reads: tx.list_document_reads(code, Some(&name), &Page { after: None, size: MAX_READS }).await?,
                events: tx.noted_events(&name).await?,
                proposals: tx.proposals_about(&name).await?,
                appeals: tx.appeals_about(&name).await?,
                amendments,
                application,
            };
            records.push(convert::retention::record_to_message(&record, &election.rules, reader));
        }
        let outcome = acts::export(by, &input.election, records.len(), input.purpose.clone());
        let export_time = Some(convert::time::timestamp(by.now));
        let export = v1::SubjectExport { election: input.election.to_string(), export_time, records, receipt: None };
        Ok((export, outcome))
    }

    fn add_receipt(answer: &mut Self::Answer, done: &RecordedEvent) {
        answer.receipt = Some(crate::engine::receipt(done));
    }
}
