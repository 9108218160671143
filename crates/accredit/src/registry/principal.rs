//! `accredit principal` and `accredit whoami`: the certificate identities that call the service.
//!
//! Each principal has the roles that it was registered with. What a role permits is documented with the methods of the
//! API.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;

/// The subcommands of `accredit principal`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers a certificate identity of an organization (cec.registrar).
    ///
    /// The service accepts a certificate only if its SPIFFE id belongs to a registered principal.
    Create(Create),
    /// Lists the principals of an organization.
    ///
    /// A delegation sees its own only.
    List {
        /// The organization's code or name.
        organization: String,
    },
    /// Disables a principal (cec.registrar).
    ///
    /// The service refuses it from its next call on.
    Disable {
        /// The principal, organizations/ORGANIZATION/principals/PRINCIPAL.
        principal: String,
        /// The reason. It is kept in the registry.
        #[arg(long)]
        reason: String,
    },
}

/// The options of `principal create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The organization's code or name.
    organization: String,
    /// The id: the last part of the name, and the path of the SPIFFE id.
    id: String,
    /// Whether a person or a system holds the key.
    #[arg(long, value_parser = enum_parser::<v1::PrincipalKind>())]
    kind: v1::PrincipalKind,
    /// The person who holds the key, by id or name, as in aliya or people/aliya. Give the same one for all certificates
    /// of a person, and none for a system. `person create` registers people.
    ///
    /// The service compares people, so two certificates of one person cannot recommend and adopt.
    #[arg(long)]
    person: Option<String>,
    /// A role, as in delegation.submitter. Repeat the option for each role.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
}

/// Prints the principal that the service recognizes in the caller's certificate.
pub async fn whoami(session: &Session) -> Result<(), Failure> {
    session.printer.print(&session.client.who_am_i(v1::WhoAmIRequest {}).await?)
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { organization } => {
                let parent = full_name("organizations", &organization);
                let request = v1::ListPrincipalsRequest { parent, ..Default::default() };
                let principals = client.all_principals(request).await?;
                let page = v1::ListPrincipalsResponse { principals, ..Default::default() };
                printer.print_list(&page, &page.principals)
            }
            Self::Disable { principal: name, reason } => {
                let request = v1::DisablePrincipalRequest { request_id: session.request_id(), name, reason };
                printer.print(&client.disable_principal(request).await?)
            }
        }
    }
}

impl Create {
    /// Registers the principal.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let person = self.person.map(|given| full_name("people", &given)).unwrap_or_default();
        let principal = v1::Principal { kind: self.kind.into(), person, roles: self.roles, ..Default::default() };
        let request = v1::CreatePrincipalRequest {
            request_id: session.request_id(),
            parent: full_name("organizations", &self.organization),
            principal_id: self.id,
            principal: Some(principal),
        };
        session.printer.print(&session.client.create_principal(request).await?)
    }
}

impl Printable for v1::Principal {
    const HEADINGS: &'static [&'static str] = &["PRINCIPAL", "KIND", "PERSON", "ROLES", "STANDING"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::PrincipalKind>(self.kind).to_owned(),
            self.person.clone(),
            self.roles.join(", "),
            status(self).to_owned(),
        ]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("principal", &self.name)
            .with("SPIFFE id", &self.spiffe_id)
            .with("kind", enum_label::<v1::PrincipalKind>(self.kind))
            .with("person", &self.person)
            .with("roles", self.roles.join(", "))
            .with("standing", status(self))
            .with_receipt(self.receipt.as_ref())
    }
}

/// Whether the principal may call the service, in one word.
fn status(principal: &v1::Principal) -> &'static str {
    if principal.disabled { "disabled" } else { "active" }
}
