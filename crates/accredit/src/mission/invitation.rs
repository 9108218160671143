//! `accredit invitation`: invitations to observe, their answers and their quotas.
//!
//! The ministry invites organizations, assemblies and states; the commission invites foreign election commissions. An
//! invitation may limit the number of people in each category.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, parse_quota};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit invitation`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invites an organization to observe an election (mfa.officer; cec.registrar for foreign election commissions).
    Create(Create),
    /// Accepts the invitation of your organization (delegation.submitter; cec.registrar for answers on paper).
    ///
    /// Then announce the mission with `mission create`.
    Accept {
        /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
        invitation: String,
    },
    /// Declines the invitation of your organization (delegation.submitter).
    Decline {
        /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
        invitation: String,
    },
    /// Replaces all quotas of an invitation (mfa.officer; cec.registrar for foreign election commissions).
    ///
    /// People who were filed before stay, even if the new quota is smaller.
    Quota(Quota),
    /// Lists an election's invitations.
    ///
    /// A delegation sees its own only.
    List {
        /// The election's code or name.
        election: String,
    },
}

/// The options of `invitation create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The code of the invited organization.
    organization: String,
    /// The number of people expected in one category, as in short-term-observer=300. Repeat it for each category.
    #[arg(long = "quota", value_name = "CATEGORY=LIMIT", value_parser = parse_quota)]
    quotas: Vec<v1::Quota>,
}

/// The options of `invitation quota`.
#[derive(Debug, Args)]
pub struct Quota {
    /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
    invitation: String,
    /// The number of people expected in one category, as in short-term-observer=300. Repeat it for each category.
    /// Without any, no category has a limit.
    #[arg(long = "quota", value_name = "CATEGORY=LIMIT", value_parser = parse_quota)]
    quotas: Vec<v1::Quota>,
    /// The etag of the invitation as you read it. Without it, the invitation is changed as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Accept { invitation: name } => {
                let request = v1::AcceptInvitationRequest { request_id: session.request_id(), name };
                printer.print(&client.accept_invitation(request).await?)
            }
            Self::Decline { invitation: name } => {
                let request = v1::DeclineInvitationRequest { request_id: session.request_id(), name };
                printer.print(&client.decline_invitation(request).await?)
            }
            Self::Quota(quota) => quota.run(session).await,
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListInvitationsRequest { parent, ..Default::default() };
                let invitations = client.all_invitations(request).await?;
                let page = v1::ListInvitationsResponse { invitations, ..Default::default() };
                printer.print_list(&page, &page.invitations)
            }
        }
    }
}

impl Create {
    /// Sends the invitation.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let request = v1::CreateInvitationRequest {
            request_id: session.request_id(),
            parent: full_name("elections", &self.election),
            organization_id: self.organization,
            invitation: Some(v1::Invitation { quotas: self.quotas, ..Default::default() }),
        };
        session.printer.print(&session.client.create_invitation(request).await?)
    }
}

impl Quota {
    /// Replaces the quotas.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { invitation: name, quotas, etag } = self;
        let etag = match etag {
            Some(etag) => etag,
            None => session.client.get_invitation(v1::GetInvitationRequest { name: name.clone() }).await?.etag,
        };
        let invitation = Some(v1::Invitation { quotas, ..Default::default() });
        let request = v1::UpdateInvitationRequest { request_id: session.request_id(), name, etag, invitation };
        session.printer.print(&session.client.update_invitation(request).await?)
    }
}

impl Printable for v1::Invitation {
    const HEADINGS: &'static [&'static str] = &["INVITATION", "STATE", "INVITER", "ANSWERED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::InvitationState>(self.state).to_owned(),
            self.inviter.clone(),
            format_time(self.response_time),
        ]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("invitation", &self.name)
            .with("state", enum_label::<v1::InvitationState>(self.state))
            .with("inviter", &self.inviter)
            .with("sent", format_time(self.create_time))
            .with("answered", format_time(self.response_time));
        let quotas = self.quotas.iter();
        quotas
            .fold(details, |details, quota| {
                details.with(format!("quota {}", enum_label::<v1::Category>(quota.category)), quota.limit)
            })
            .with("etag", &self.etag)
            .with_receipt(self.receipt.as_ref())
    }
}
