//! `accredit mission withdraw`: withdraws a whole mission.
//!
//! After the withdrawal the mission takes no applications, updates or submissions any more.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;

/// The options of `mission withdraw`.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The reason. The ministry and the commission read it.
    #[arg(long)]
    reason: String,
    /// The number of the note verbale that announces the withdrawal.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    /// Withdraws without asking for the mission's name.
    #[arg(long)]
    yes: bool,
}

impl Withdraw {
    /// Asks for the name, withdraws the mission, and lists what became of each person.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { mission: name, reason, note: note_number, yes } = self;
        if !yes {
            session.confirm_by_name(&name, "The whole mission is withdrawn, and nobody can undo it")?;
        }
        let request_id = session.request_id();
        let request = v1::WithdrawMissionRequest { request_id, name, reason, note_number };
        let answer = session.client.withdraw_mission(request).await?;
        session.printer.print_list(&answer, &answer.items)?;
        let count = |outcome| answer.items.iter().filter(|item| item.outcome() == outcome).count();
        session.printer.message(&format!(
            "withdrawn: {}, ended: {}, already over: {}",
            count(v1::WithdrawalOutcome::Withdrawn),
            count(v1::WithdrawalOutcome::Ended),
            count(v1::WithdrawalOutcome::OverAlready),
        ));
        Ok(())
    }
}

impl Printable for v1::WithdrawnItem {
    const HEADINGS: &'static [&'static str] = &["APPLICATION", "OUTCOME", "STATE", "ACCREDITATION", "STATE"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.application.clone(),
            enum_label::<v1::WithdrawalOutcome>(self.outcome).to_owned(),
            enum_label::<v1::ApplicationState>(self.application_state).to_owned(),
            self.accreditation.clone(),
            // An application without an accreditation has no second state.
            match self.accreditation.is_empty() {
                true => String::new(),
                false => enum_label::<v1::AccreditationState>(self.accreditation_state).to_owned(),
            },
        ]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("application", &self.application)
            .with("outcome", enum_label::<v1::WithdrawalOutcome>(self.outcome))
            .with("accreditation", &self.accreditation)
    }
}
