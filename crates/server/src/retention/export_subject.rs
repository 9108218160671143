//! Everything that is held about the person with a passport, for the person's own eyes.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::retention::subject::{SubjectRecord, acts};
use store::{CommandError, Done, Page, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::disclosure::Disclosure;

/// How many readings of one application's documents an export has at the most.
const MOST_READS: u32 = 5000;

pub(crate) struct ExportSubject;

impl Disclosure for ExportSubject {
    const ACTION: Action = Action::ExportSubject;
    type Message = v1::ExportSubjectRequest;
    type Input = request::ExportSubject;
    type Answer = v1::SubjectExport;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::export_subject(message)
    }

    async fn disclose(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
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
                reads: tx.list_document_reads(code, Some(&name), &Page { after: None, size: MOST_READS }).await?,
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

    fn sign(answer: &mut Self::Answer, done: &Done) {
        answer.receipt = Some(crate::engine::receipt(done));
    }
}
