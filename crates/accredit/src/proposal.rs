//! `accredit proposal`: proposals of reviewers to end or reinstate accreditations.
//!
//! A reviewer proposes to revoke, annul or reinstate an accreditation. Nothing changes until another person adopts a
//! decree that lists the proposal. Each accreditation has at most one open proposal.

use clap::Subcommand;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit proposal`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows one proposal.
    ///
    /// Delegations cannot see proposals.
    Show {
        /// The proposal, elections/ELECTION/proposals/N.
        proposal: String,
    },
    /// Lists an election's proposals.
    ///
    /// They come in the order of their numbers. The ministry sees only those that were carried out.
    List {
        /// The election's code or name.
        election: String,
    },
    /// Withdraws an open proposal of your own (cec.reviewer), or sends back one of anybody (cec.adopter).
    ///
    /// The accreditation stays as it is, and another proposal can be made.
    Withdraw {
        /// The proposal, elections/ELECTION/proposals/N.
        proposal: String,
        /// The reason. The commission keeps it.
        #[arg(long)]
        reason: String,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Show { proposal: name } => {
                printer.print(&client.get_proposal(v1::GetProposalRequest { name }).await?)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListProposalsRequest { parent, ..Default::default() };
                let proposals = client.all_proposals(request).await?;
                let page = v1::ListProposalsResponse { proposals, ..Default::default() };
                printer.print_list(&page, &page.proposals)
            }
            Self::Withdraw { proposal: name, reason } => {
                let request = v1::WithdrawProposalRequest { request_id: session.request_id(), name, reason };
                printer.print(&client.withdraw_proposal(request).await?)
            }
        }
    }
}

impl Printable for v1::Proposal {
    const HEADINGS: &'static [&'static str] = &["PROPOSAL", "STATE", "TO", "ACCREDITATION", "GROUND", "DECREE"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::ProposalState>(self.state).to_owned(),
            enum_label::<v1::ProposalKind>(self.kind).to_owned(),
            self.accreditation.clone(),
            self.ground.clone(),
            self.decree.clone(),
        ]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("proposal", &self.name)
            .with("state", enum_label::<v1::ProposalState>(self.state))
            .with("to", enum_label::<v1::ProposalKind>(self.kind))
            .with("accreditation", &self.accreditation)
            .with("application", &self.application)
            .with("ground", &self.ground)
            .with("why", &self.text)
            .with("proposed by", &self.proposed_by)
            .with("proposed", format_time(self.create_time))
            .with("decree", &self.decree)
            .with("closed by", &self.closed_by)
            .with("closed", format_time(self.close_time))
            .with("withdrawn because", &self.withdraw_reason)
            .with_receipt(self.receipt.as_ref())
    }
}
