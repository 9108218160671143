//! `accredit organization`: who takes part.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{Named, full_name, text};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers an organization with its trust domain and anchors (cec.registrar).
    Create(Create),
    /// Shows one organization.
    Show {
        /// The organization's code or name.
        organization: String,
    },
    /// Lists all organizations.
    List,
    /// Shuts an organization out, from its next call on (cec.registrar).
    Suspend {
        /// The organization's code or name.
        organization: String,
        /// Why; kept in the register.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The code that becomes part of the name, as in osce-odihr.
    code: String,
    /// What kind of sender it is.
    #[arg(long, value_parser = one_of::<v1::OrganizationKind>())]
    kind: v1::OrganizationKind,
    #[command(flatten)]
    named: Named,
    /// ISO 3166-1 alpha-3 code of the state behind an embassy or commission.
    #[arg(long, default_value = "", hide_default_value = true)]
    state: String,
    /// The SPIFFE trust domain of its certificates.
    #[arg(long)]
    trust_domain: String,
    /// A PEM file of an authority that may vouch for the trust domain; may be repeated.
    #[arg(long = "anchor", value_name = "FILE", required = true)]
    anchors: Vec<PathBuf>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        let name = |organization: String| full_name("organizations", &organization);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Show { organization } => {
                let request = v1::GetOrganizationRequest { name: name(organization) };
                screen.show(&client.get_organization(request).await?)
            }
            Self::List => {
                let organizations = client.all_organizations(v1::ListOrganizationsRequest::default()).await?;
                let page = v1::ListOrganizationsResponse { organizations, ..Default::default() };
                screen.list(&page, &page.organizations)
            }
            Self::Suspend { organization, reason } => {
                let request_id = session.request_id();
                let request = v1::SuspendOrganizationRequest { request_id, name: name(organization), reason };
                screen.show(&client.suspend_organization(request).await?)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let organization = v1::Organization {
            kind: self.kind.into(),
            names: self.named.names,
            state: self.state,
            trust_domain: self.trust_domain,
            anchors: self.anchors.iter().map(|path| text(path)).collect::<Result<_, _>>()?,
            ..Default::default()
        };
        let request = v1::CreateOrganizationRequest {
            request_id: session.request_id(),
            organization_id: self.code,
            organization: Some(organization),
        };
        session.screen.show(&session.client.create_organization(request).await?)
    }
}

impl Resource for v1::Organization {
    const HEADINGS: &'static [&'static str] =
        &["ORGANIZATION", "KIND", "STATE", "TRUST DOMAIN", "STANDING", "DISPLAY NAME"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::OrganizationKind>(self.kind).to_owned(),
            self.state.clone(),
            self.trust_domain.clone(),
            standing(self).to_owned(),
            self.display_name.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("organization", &self.name)
            .and("display name", &self.display_name)
            .and_names(&self.names)
            .and("kind", word::<v1::OrganizationKind>(self.kind))
            .and("state", &self.state)
            .and("trust domain", &self.trust_domain)
            .and("anchors", self.anchors.len())
            .and("standing", standing(self))
            .and("registered", time(self.create_time))
            .and_receipt(self.receipt.as_ref())
    }
}

fn standing(organization: &v1::Organization) -> &'static str {
    if organization.suspended { "suspended" } else { "active" }
}
