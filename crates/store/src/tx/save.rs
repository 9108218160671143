//! Writes what acts come to.

use domain::outcome::{Happening, Outcome, RowChange};
use domain::policy::Permit;
use jiff::Timestamp;

use super::{Done, Tx};
use crate::StoreError;

impl Tx<'_> {
    /// Writes the rows of an outcome and records its events; gives what was done to what the act is about.
    pub async fn save(&mut self, permit: &Permit, outcome: &Outcome) -> Result<Done, StoreError> {
        let time = outcome.time();
        // First that at which two callers meet: the later one changes nothing else.
        self.write_rows(permit, outcome.main(), time).await?;
        for happening in outcome.besides() {
            self.write_rows(permit, happening, time).await?;
            self.record_happening(permit, outcome, happening).await?;
        }
        self.record_happening(permit, outcome, outcome.main()).await
    }

    async fn record_happening(
        &mut self,
        permit: &Permit,
        outcome: &Outcome,
        happening: &Happening,
    ) -> Result<Done, StoreError> {
        let event = outcome.event(happening, self.new_event_id(outcome.time()));
        self.record(permit, event).await
    }

    async fn write_rows(&mut self, permit: &Permit, of: &Happening, time: Timestamp) -> Result<(), StoreError> {
        for row in of.rows() {
            match row {
                RowChange::NewDecree(new) => self.insert_decree(permit, new).await?,
                RowChange::Decree { after, before, list } => {
                    self.update_decree(permit, after, *before).await?;
                    if *list {
                        self.replace_decree_items(permit, after).await?;
                    }
                }
                RowChange::Application { after, before } => {
                    self.update_application(permit, after, *before, time).await?;
                }
                RowChange::NewAccreditation(new) => self.insert_accreditation(permit, new).await?,
                RowChange::Accreditation(after) => self.change_accreditation(permit, after).await?,
                RowChange::NewAppeal(new) => self.insert_appeal(permit, new).await?,
                RowChange::Appeal(decided) => self.decide_appeal(permit, decided).await?,
                RowChange::LastAppeal { election, time } => self.update_appeal_time(permit, election, *time).await?,
                RowChange::ToCheck(name) => self.queue_screening(permit, name).await?,
                RowChange::NewProposal(new) => self.insert_proposal(permit, new).await?,
                RowChange::Proposal(closed) => self.close_proposal(permit, closed).await?,
            }
        }
        Ok(())
    }
}
