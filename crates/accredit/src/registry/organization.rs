//! `accredit organization`: the organizations that may call the service.
//!
//! The trust domain and its anchors decide which certificates the service accepts from the organization.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{NameArgs, full_name, read_text};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit organization`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers an organization with its trust domain and trust anchors (cec.registrar).
    ///
    /// Its certificates are accepted once a principal is registered with `principal create`.
    Create(Create),
    /// Shows one organization.
    ///
    /// A delegation can see its own only.
    Show {
        /// The organization's code or name.
        organization: String,
    },
    /// Lists all organizations.
    ///
    /// They come in the order of their codes.
    List,
    /// Suspends an organization (cec.registrar).
    ///
    /// The service refuses it from its next call on.
    Suspend {
        /// The organization's code or name.
        organization: String,
        /// The reason. It is kept in the registry.
        #[arg(long)]
        reason: String,
    },
}

/// The options of `organization create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The code, which becomes part of the name, as in osce-odihr.
    code: String,
    /// The kind of organization.
    #[arg(long, value_parser = enum_parser::<v1::OrganizationKind>())]
    kind: v1::OrganizationKind,
    #[command(flatten)]
    name_args: NameArgs,
    /// The state that an embassy or election commission belongs to, as an ISO 3166-1 alpha-3 code.
    #[arg(long, default_value = "", hide_default_value = true)]
    state: String,
    /// The SPIFFE trust domain of the organization's certificates.
    #[arg(long)]
    trust_domain: String,
    /// A PEM file with a trust anchor: an authority that may sign certificates of the trust domain. Repeat it for each.
    #[arg(long = "anchor", value_name = "FILE", required = true)]
    anchors: Vec<PathBuf>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        let name = |organization: String| full_name("organizations", &organization);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Show { organization } => {
                let request = v1::GetOrganizationRequest { name: name(organization) };
                printer.print(&client.get_organization(request).await?)
            }
            Self::List => {
                let organizations = client.all_organizations(v1::ListOrganizationsRequest::default()).await?;
                let page = v1::ListOrganizationsResponse { organizations, ..Default::default() };
                printer.print_list(&page, &page.organizations)
            }
            Self::Suspend { organization, reason } => {
                let request_id = session.request_id();
                let request = v1::SuspendOrganizationRequest { request_id, name: name(organization), reason };
                printer.print(&client.suspend_organization(request).await?)
            }
        }
    }
}

impl Create {
    /// Reads the trust anchors and registers the organization.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let organization = v1::Organization {
            kind: self.kind.into(),
            names: self.name_args.names,
            state: self.state,
            trust_domain: self.trust_domain,
            anchors: self.anchors.iter().map(|path| read_text(path)).collect::<Result<_, _>>()?,
            ..Default::default()
        };
        let request = v1::CreateOrganizationRequest {
            request_id: session.request_id(),
            organization_id: self.code,
            organization: Some(organization),
        };
        session.printer.print(&session.client.create_organization(request).await?)
    }
}

impl Printable for v1::Organization {
    const HEADINGS: &'static [&'static str] =
        &["ORGANIZATION", "KIND", "STATE", "TRUST DOMAIN", "STANDING", "DISPLAY NAME"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::OrganizationKind>(self.kind).to_owned(),
            self.state.clone(),
            self.trust_domain.clone(),
            status(self).to_owned(),
            self.display_name.clone(),
        ]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("organization", &self.name)
            .with("display name", &self.display_name)
            .with_names(&self.names)
            .with("kind", enum_label::<v1::OrganizationKind>(self.kind))
            .with("state", &self.state)
            .with("trust domain", &self.trust_domain)
            .with("anchors", self.anchors.len())
            .with("standing", status(self))
            .with("registered", format_time(self.create_time))
            .with_receipt(self.receipt.as_ref())
    }
}

/// Whether the organization may call the service, in one word.
fn status(organization: &v1::Organization) -> &'static str {
    if organization.suspended { "suspended" } else { "active" }
}
