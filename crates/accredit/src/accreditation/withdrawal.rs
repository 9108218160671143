//! `accredit accreditation withdraw`: a delegation ends one of its own accreditations.
//!
//! The decree and the application stay as they are; only the accreditation and its badge end.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

/// Ends an accreditation of your own organization, at any time (delegation.submitter).
///
/// Its badge is void at once, and nobody can undo it. At a terminal you see the accreditation and type its name to
/// confirm. Without a terminal, give --yes.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The accreditation, elections/ELECTION/accreditations/N.
    accreditation: String,
    /// The reason. The ministry and the commission read it.
    #[arg(long)]
    reason: String,
    /// The number of the note verbale that announces the withdrawal.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    /// Withdraws without asking for the accreditation's name.
    #[arg(long)]
    yes: bool,
}

impl Withdraw {
    /// Asks for the name and withdraws the accreditation.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { accreditation: name, reason, note: note_number, yes } = self;
        if !yes {
            let found = session.client.get_accreditation(v1::GetAccreditationRequest { name: name.clone() }).await?;
            let holder = super::holder(session, &name).await?;
            session.printer.show_details(super::details(&found, &holder));
            session.confirm_by_name(&name, "The accreditation ends and its badge is void, and nobody can undo it")?;
        }
        let request_id = session.request_id();
        let request = v1::WithdrawAccreditationRequest { request_id, name, reason, note_number };
        session.printer.print(&session.client.withdraw_accreditation(request).await?)
    }
}
