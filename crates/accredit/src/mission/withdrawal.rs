//! `accredit mission withdraw`: a mission withdraws as a whole.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::word;

/// Every open application is withdrawn, every accreditation in force ends, and every badge is void at once. It cannot be
/// undone, and so it asks for the mission's name. A mission that was withdrawn before stays as it is.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// Why; the ministry and the commission read it.
    #[arg(long)]
    reason: String,
    /// The number of the ministry's note that announces it.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    /// Does it without asking for the mission's name.
    #[arg(long)]
    yes: bool,
}

impl Withdraw {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { mission: name, reason, note: note_number, yes } = self;
        if !yes {
            session.insist_on_name(&name, "The whole mission will be withdrawn, for good")?;
        }
        let request_id = session.request_id();
        let request = v1::WithdrawMissionRequest { request_id, name, reason, note_number };
        let answer = session.client.withdraw_mission(request).await?;
        session.screen.list(&answer, &answer.items)?;
        let count = |outcome| answer.items.iter().filter(|item| item.outcome() == outcome).count();
        session.screen.note(&format!(
            "withdrawn: {}, ended: {}, over already: {}",
            count(v1::WithdrawalOutcome::Withdrawn),
            count(v1::WithdrawalOutcome::Ended),
            count(v1::WithdrawalOutcome::OverAlready),
        ));
        Ok(())
    }
}

impl Resource for v1::WithdrawnItem {
    const HEADINGS: &'static [&'static str] = &["APPLICATION", "OUTCOME", "STATE", "ACCREDITATION", "STATE"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.application.clone(),
            word::<v1::WithdrawalOutcome>(self.outcome).to_owned(),
            word::<v1::ApplicationState>(self.application_state).to_owned(),
            self.accreditation.clone(),
            match self.accreditation.is_empty() {
                true => String::new(),
                false => word::<v1::AccreditationState>(self.accreditation_state).to_owned(),
            },
        ]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("application", &self.application)
            .and("outcome", word::<v1::WithdrawalOutcome>(self.outcome))
            .and("accreditation", &self.accreditation)
    }
}
