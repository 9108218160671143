//! `accredit principal` and `accredit whoami`: certificate identities.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers one certificate identity of an organization (cec.registrar).
    Create(Create),
    /// Lists the principals of an organization.
    List {
        /// The organization's code or name.
        organization: String,
    },
    /// Shuts one principal out, from its next call on (cec.registrar).
    Disable {
        /// The principal, organizations/ORGANIZATION/principals/PRINCIPAL.
        principal: String,
        /// Why; kept in the register.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The organization's code or name.
    organization: String,
    /// The last part of the name, and the path of the SPIFFE id.
    id: String,
    /// Whether a human or a system holds the key.
    #[arg(long, value_parser = one_of::<v1::PrincipalKind>())]
    kind: v1::PrincipalKind,
    /// Who holds the key, by id or name, as in aliya or people/aliya: the same for all certificates of one human, and
    /// nobody for a system. `person create` registers them first.
    #[arg(long)]
    person: Option<String>,
    /// What it may do, as in delegation.submitter; may be repeated.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
}

/// Shows who the service takes the caller for.
pub async fn whoami(session: &Session) -> Result<(), Failure> {
    session.screen.show(&session.client.who_am_i(v1::WhoAmIRequest {}).await?)
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { organization } => {
                let parent = full_name("organizations", &organization);
                let request = v1::ListPrincipalsRequest { parent, ..Default::default() };
                let principals = client.all_principals(request).await?;
                let page = v1::ListPrincipalsResponse { principals, ..Default::default() };
                screen.list(&page, &page.principals)
            }
            Self::Disable { principal: name, reason } => {
                let request = v1::DisablePrincipalRequest { request_id: session.request_id(), name, reason };
                screen.show(&client.disable_principal(request).await?)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let person = self.person.map(|given| full_name("people", &given)).unwrap_or_default();
        let principal = v1::Principal { kind: self.kind.into(), person, roles: self.roles, ..Default::default() };
        let request = v1::CreatePrincipalRequest {
            request_id: session.request_id(),
            parent: full_name("organizations", &self.organization),
            principal_id: self.id,
            principal: Some(principal),
        };
        session.screen.show(&session.client.create_principal(request).await?)
    }
}

impl Resource for v1::Principal {
    const HEADINGS: &'static [&'static str] = &["PRINCIPAL", "KIND", "PERSON", "ROLES", "STANDING"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::PrincipalKind>(self.kind).to_owned(),
            self.person.clone(),
            self.roles.join(", "),
            standing(self).to_owned(),
        ]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("principal", &self.name)
            .and("SPIFFE id", &self.spiffe_id)
            .and("kind", word::<v1::PrincipalKind>(self.kind))
            .and("person", &self.person)
            .and("roles", self.roles.join(", "))
            .and("standing", standing(self))
            .and_receipt(self.receipt.as_ref())
    }
}

fn standing(principal: &v1::Principal) -> &'static str {
    if principal.disabled { "disabled" } else { "active" }
}
