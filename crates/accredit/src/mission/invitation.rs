//! `accredit invitation`: who is invited to observe, and the answer.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, quota};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invites an organization to an election (mfa.officer; cec.registrar for foreign election commissions).
    Create(Create),
    /// Accepts your organization's invitation (delegation.submitter; cec.registrar for what came on paper).
    Accept {
        /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
        invitation: String,
    },
    /// Declines your organization's invitation (delegation.submitter).
    Decline {
        /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
        invitation: String,
    },
    /// Changes how many people are expected, by replacing all quotas; whoever is there already stays (mfa.officer;
    /// cec.registrar for foreign election commissions).
    Quota(Quota),
    /// Lists an election's invitations.
    List {
        /// The election's code or name.
        election: String,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The code of the organization invited.
    organization: String,
    /// How many people of a category are expected, as in short-term-observer=300; may be repeated.
    #[arg(long = "quota", value_name = "CATEGORY=LIMIT", value_parser = quota)]
    quotas: Vec<v1::Quota>,
}

#[derive(Debug, Args)]
pub struct Quota {
    /// The invitation, elections/ELECTION/invitations/ORGANIZATION.
    invitation: String,
    /// How many people of a category are expected, as in short-term-observer=300; may be repeated. Without any, no
    /// category has a limit.
    #[arg(long = "quota", value_name = "CATEGORY=LIMIT", value_parser = quota)]
    quotas: Vec<v1::Quota>,
    /// The etag of the invitation as you read it; without it, of the invitation as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Accept { invitation: name } => {
                let request = v1::AcceptInvitationRequest { request_id: session.request_id(), name };
                screen.show(&client.accept_invitation(request).await?)
            }
            Self::Decline { invitation: name } => {
                let request = v1::DeclineInvitationRequest { request_id: session.request_id(), name };
                screen.show(&client.decline_invitation(request).await?)
            }
            Self::Quota(quota) => quota.run(session).await,
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListInvitationsRequest { parent, ..Default::default() };
                let invitations = client.all_invitations(request).await?;
                let page = v1::ListInvitationsResponse { invitations, ..Default::default() };
                screen.list(&page, &page.invitations)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let request = v1::CreateInvitationRequest {
            request_id: session.request_id(),
            parent: full_name("elections", &self.election),
            organization_id: self.organization,
            invitation: Some(v1::Invitation { quotas: self.quotas, ..Default::default() }),
        };
        session.screen.show(&session.client.create_invitation(request).await?)
    }
}

impl Quota {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { invitation: name, quotas, etag } = self;
        let etag = match etag {
            Some(etag) => etag,
            None => session.client.get_invitation(v1::GetInvitationRequest { name: name.clone() }).await?.etag,
        };
        let invitation = Some(v1::Invitation { quotas, ..Default::default() });
        let request = v1::UpdateInvitationRequest { request_id: session.request_id(), name, etag, invitation };
        session.screen.show(&session.client.update_invitation(request).await?)
    }
}

impl Resource for v1::Invitation {
    const HEADINGS: &'static [&'static str] = &["INVITATION", "STATE", "INVITER", "ANSWERED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::InvitationState>(self.state).to_owned(),
            self.inviter.clone(),
            time(self.response_time),
        ]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("invitation", &self.name)
            .and("state", word::<v1::InvitationState>(self.state))
            .and("inviter", &self.inviter)
            .and("sent", time(self.create_time))
            .and("answered", time(self.response_time));
        let quotas = self.quotas.iter();
        quotas
            .fold(facts, |facts, quota| {
                facts.and(format!("quota {}", word::<v1::Category>(quota.category)), quota.limit)
            })
            .and("etag", &self.etag)
            .and_receipt(self.receipt.as_ref())
    }
}
