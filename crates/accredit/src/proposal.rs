//! `accredit proposal`: what the commission's reviewers propose to become of accreditations.

use clap::Subcommand;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows one proposal.
    Show {
        /// The proposal, elections/ELECTION/proposals/N.
        proposal: String,
    },
    /// Lists an election's proposals.
    List {
        /// The election's code or name.
        election: String,
    },
    /// Gives up an open proposal of your own (cec.reviewer), or sends anybody's back (cec.adopter).
    Withdraw {
        /// The proposal, elections/ELECTION/proposals/N.
        proposal: String,
        /// Why; the commission keeps it.
        #[arg(long)]
        reason: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Show { proposal: name } => screen.show(&client.get_proposal(v1::GetProposalRequest { name }).await?),
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListProposalsRequest { parent, ..Default::default() };
                let proposals = client.all_proposals(request).await?;
                let page = v1::ListProposalsResponse { proposals, ..Default::default() };
                screen.list(&page, &page.proposals)
            }
            Self::Withdraw { proposal: name, reason } => {
                let request = v1::WithdrawProposalRequest { request_id: session.request_id(), name, reason };
                screen.show(&client.withdraw_proposal(request).await?)
            }
        }
    }
}

impl Resource for v1::Proposal {
    const HEADINGS: &'static [&'static str] = &["PROPOSAL", "STATE", "TO", "ACCREDITATION", "GROUND", "DECREE"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::ProposalState>(self.state).to_owned(),
            word::<v1::ProposalKind>(self.kind).to_owned(),
            self.accreditation.clone(),
            self.ground.clone(),
            self.decree.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("proposal", &self.name)
            .and("state", word::<v1::ProposalState>(self.state))
            .and("to", word::<v1::ProposalKind>(self.kind))
            .and("accreditation", &self.accreditation)
            .and("application", &self.application)
            .and("ground", &self.ground)
            .and("why", &self.text)
            .and("proposed by", &self.proposed_by)
            .and("proposed", time(self.create_time))
            .and("decree", &self.decree)
            .and("closed by", &self.closed_by)
            .and("closed", time(self.close_time))
            .and("withdrawn because", &self.withdraw_reason)
            .and_receipt(self.receipt.as_ref())
    }
}
