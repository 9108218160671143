//! Saves the outcome of an act. A row of a resource changes in no other way, so
//! no change lacks an event. `cargo xtask tidy` checks that.
//!
//! An outcome has one main event draft and any number beside it. Each has its own
//! rows and its own event: for example, adopting a decree is one event, and
//! each accreditation that it issues is another.

use std::collections::BTreeSet;

use domain::outcome::{EventDraft, Outcome, RowChange};
use domain::policy::Permit;
use jiff::Timestamp;

use crate::StoreError;
use crate::tx::engine::rows::{AffectedRows, RowsDigestInput};
use crate::tx::{RecordedEvent, Tx};

impl Tx<'_> {
    /// Writes the rows of an outcome and records its events. Gives the event of
    /// the resource that the act is about.
    pub async fn save(&mut self, permit: &Permit, outcome: &Outcome) -> Result<RecordedEvent, StoreError> {
        let time = outcome.time();
        // The main change comes first. Two callers who change the same resource
        // meet there, and the later one stops before it has written anything
        // else.
        let event_drafts: Vec<_> = [outcome.main()].into_iter().chain(outcome.besides()).collect();
        let mut affected = Vec::new();
        for event_draft in &event_drafts {
            affected.push(self.affected_rows(event_draft).await?);
        }
        for event_draft in &event_drafts {
            self.write_rows(permit, event_draft, time).await?;
        }
        // Read after all writes: an event has the digest of its rows as they
        // are now, changes by triggers included.
        let texts = self.rows_digest_inputs(&affected.iter().flatten().cloned().collect()).await?;
        let rows = |affected: &BTreeSet<AffectedRows>| affected.iter().map(|one| texts[one].clone()).collect();
        // The main event is recorded last, because its receipt is the result.
        for (event_draft, affected) in event_drafts.iter().zip(&affected).skip(1) {
            self.record_event_draft(permit, outcome, event_draft, rows(affected)).await?;
        }
        self.record_event_draft(permit, outcome, outcome.main(), rows(&affected[0])).await
    }

    /// Records one event with the digests of its rows, and its free text if it
    /// has one.
    async fn record_event_draft(
        &mut self,
        permit: &Permit,
        outcome: &Outcome,
        event_draft: &EventDraft,
        mut rows: Vec<RowsDigestInput>,
    ) -> Result<RecordedEvent, StoreError> {
        let event = outcome.event(event_draft, self.new_event_id(outcome.time()));
        let organization = event.organization.clone();
        // The note is inserted after its event and so cannot be read back
        // before: it is digested from memory.
        rows.extend(event_draft.noted().map(|note| RowsDigestInput::of_note(event.id, &organization, note)));
        let done = self.record_event(permit, event, &rows).await?;
        if let Some(note) = event_draft.noted() {
            self.insert_event_note(permit, done.event, &organization, note).await?;
        }
        Ok(done)
    }

    /// Writes all rows of one event draft.
    async fn write_rows(&mut self, permit: &Permit, of: &EventDraft, time: Timestamp) -> Result<(), StoreError> {
        for row in of.rows() {
            self.write_row(permit, row, time).await?;
        }
        Ok(())
    }

    /// Writes a row without an event. It is for tools that fill a database
    /// before it is served and record the events at known positions. The
    /// service never calls it; `cargo xtask tidy` checks that.
    pub async fn fill(&mut self, permit: &Permit, row: &RowChange, time: Timestamp) -> Result<(), StoreError> {
        self.write_row(permit, row, time).await
    }

    /// Writes one row. The match is exhaustive: a new kind of change does not
    /// compile without its statement.
    async fn write_row(&mut self, permit: &Permit, row: &RowChange, time: Timestamp) -> Result<(), StoreError> {
        match row {
            RowChange::NewOrganization(new) => self.insert_organization(permit, new).await,
            RowChange::OrganizationSuspended(code) => self.suspend_organization(permit, code).await,
            RowChange::NewPerson(new) => self.insert_person(permit, new).await,
            RowChange::NewPrincipal(new) => self.insert_principal(permit, new).await,
            RowChange::PrincipalDisabled(name) => self.disable_principal(permit, name).await,
            RowChange::NewRulePack(new) => self.insert_rule_pack(permit, new).await,
            RowChange::NewElection(new) => self.insert_election(permit, new).await,
            RowChange::ElectionState(after) => self.update_election_state(permit, after).await,
            RowChange::ResultsTime(after) => self.update_results_time(permit, after).await,
            RowChange::RunOffTime(after) => self.update_run_off_time(permit, after).await,
            RowChange::VotingDay { after, before } => self.update_voting_day(permit, after, *before).await,
            RowChange::NewScheduleEntry { election, entry } => {
                self.insert_schedule_entry(permit, election, entry).await
            }
            RowChange::LastAppeal { election, time } => self.update_appeal_time(permit, election, *time).await,
            RowChange::NewLegalHold(new) => self.insert_legal_hold(permit, new).await,
            RowChange::LegalHold(released) => self.release_legal_hold(permit, released).await,
            RowChange::WatchListInForce { election, list } => {
                self.put_watch_list_in_force(permit, election, *list, time).await
            }
            RowChange::WatchListsErased(election) => self.erase_watch_lists(permit, election).await,
            RowChange::NewInvitation(new) => self.insert_invitation(permit, new).await,
            RowChange::InvitationAnswered { after, before } => self.answer_invitation(permit, after, *before).await,
            RowChange::InvitationQuotas { after, before } => self.update_quotas(permit, after, *before).await,
            RowChange::NewMission(new) => self.insert_mission(permit, new).await,
            RowChange::Mission { after, before } => self.update_mission(permit, after, *before).await,
            RowChange::MissionWithdrawn { after, before } => self.withdraw_mission(permit, after, *before).await,
            RowChange::MissionErased { after, before } => self.erase_withdraw_reason(permit, after, *before).await,
            RowChange::DeploymentPlan(plan) => self.put_deployment_plan(permit, plan).await,
            RowChange::NewApplication(new) => self.insert_application(permit, new).await,
            RowChange::NewRevision { of, number, new_content } => {
                self.insert_revision(permit, of, *number, new_content, time).await
            }
            RowChange::Application { after, before } => self.update_application(permit, after, *before, time).await,
            RowChange::ErasedApplication { after, before } => {
                self.erase_application(permit, after, *before, time).await
            }
            RowChange::Screening { of, before, after } => self.put_screening(permit, of, *before, after).await,
            RowChange::NewDocument { document, key } => self.insert_document(permit, document, key).await,
            RowChange::NewPresentation(new) => self.insert_presentation(permit, new).await,
            RowChange::NewDecree(new) => self.insert_decree(permit, new).await,
            RowChange::Decree { after, before, list } => {
                self.update_decree(permit, after, *before).await?;
                if *list { self.replace_decree_items(permit, after).await } else { Ok(()) }
            }
            RowChange::NewDecreeScan { scan, key } => self.insert_decree_scan(permit, scan, key).await,
            RowChange::NewAccreditation(new) => self.insert_accreditation(permit, new).await,
            RowChange::Accreditation(after) => self.change_accreditation(permit, after).await,
            RowChange::Badge { of, old } => self.reissue_badge(permit, of, old.as_ref()).await,
            RowChange::Confirmation { of, called, by } => self.insert_confirmation(permit, of, *called, by, time).await,
            RowChange::NewAmendment(new) => self.insert_amendment(permit, new).await,
            RowChange::Amendment(closed) => self.close_amendment(permit, closed).await,
            RowChange::AmendmentScreening { of, before, after } => {
                self.put_amendment_screening(permit, of, *before, after).await
            }
            RowChange::NewAppeal(new) => self.insert_appeal(permit, new).await,
            RowChange::Appeal(decided) => self.decide_appeal(permit, decided).await,
            RowChange::NewProposal(new) => self.insert_proposal(permit, new).await,
            RowChange::Proposal(closed) => self.close_proposal(permit, closed).await,
            RowChange::ToCheck(name) => self.queue_screening(permit, name).await,
            RowChange::ToCheckAgain { election, organization } => {
                self.queue_screenings(permit, election, organization.as_ref()).await
            }
        }
    }
}
