//! `accredit accreditation withdraw`: a delegation ends an accreditation of its own.

use clap::Args;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

/// Ends an accreditation of your own, at any time (delegation.submitter).
///
/// Its badge is void at once. At a terminal it is shown, and you are asked for its name; elsewhere it wants --yes.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The accreditation, elections/ELECTION/accreditations/N.
    accreditation: String,
    /// Why; the ministry and the commission read it.
    #[arg(long)]
    reason: String,
    /// The number of the ministry's note that announces it.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    /// Does it without asking for the accreditation's name.
    #[arg(long)]
    yes: bool,
}

impl Withdraw {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { accreditation: name, reason, note: note_number, yes } = self;
        if !yes {
            let found = session.client.get_accreditation(v1::GetAccreditationRequest { name: name.clone() }).await?;
            let holder = super::holder(session, &name).await?;
            session.screen.show_aside(super::facts(&found, &holder));
            session.insist_on_name(&name, "The accreditation will end and its badge be void, for good")?;
        }
        let request_id = session.request_id();
        let request = v1::WithdrawAccreditationRequest { request_id, name, reason, note_number };
        session.screen.show(&session.client.withdraw_accreditation(request).await?)
    }
}
