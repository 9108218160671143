//! Registers organizations, people and principals, through the API as any registrar does.

use std::time::Duration;

use anyhow::Context;
use client::{Client, Profile};
use tokio::time::{Instant, sleep};
use wire::v1::{self, OrganizationKind, PrincipalKind};

use super::election::{CEC, REGISTRAR};
use super::names::english;
use super::{Actor, RegisteredOrganization, World};
use crate::calls::request_id;
use crate::pki::{Authority, Issued};

/// The most time that the other servers may take to reload the trust anchors after a registration.
const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(10);

impl World {
    /// Makes a certificate authority for an organization with an English name, and registers both.
    pub async fn add_organization(
        &mut self,
        code: &str,
        name: &str,
        kind: OrganizationKind,
        state: Option<&str>,
    ) -> anyhow::Result<v1::Organization> {
        self.add_named_organization(code, english(name), kind, state).await
    }

    /// Like [`Self::add_organization`], for an organization with names in any languages.
    pub async fn add_named_organization(
        &mut self,
        code: &str,
        names: Vec<v1::DatedName>,
        kind: OrganizationKind,
        state: Option<&str>,
    ) -> anyhow::Result<v1::Organization> {
        let called = names.first().map_or(code, |name| name.text.as_str());
        let authority = Authority::create(&self.dir.join("pki").join(code), called)?;
        let trust_domain = trust_domain(code);
        let organization = v1::Organization {
            kind: kind.into(),
            names,
            state: state.unwrap_or_default().to_owned(),
            trust_domain: trust_domain.clone(),
            anchors: vec![authority.anchor().to_owned()],
            ..Default::default()
        };
        let request = v1::CreateOrganizationRequest {
            request_id: request_id(),
            organization_id: code.to_owned(),
            organization: Some(organization),
        };
        let registrar = self.actor(CEC, REGISTRAR);
        let made = self.calls.make(registrar.create_organization(request)).await;
        let made = made.with_context(|| format!("cannot register the organization {code}"))?;
        self.organizations.insert(code.to_owned(), RegisteredOrganization { kind, trust_domain, authority });
        Ok(made)
    }

    /// Registers a principal and issues its certificate.
    ///
    /// `person` is the id of the person behind it, who is registered first if necessary. It is empty for a system.
    pub async fn add_principal(
        &mut self,
        organization: &str,
        principal: &str,
        kind: PrincipalKind,
        person: &str,
        roles: &[&str],
    ) -> anyhow::Result<Actor> {
        let actor = self.issue(organization, principal, roles)?;
        let person = if person.is_empty() { String::new() } else { self.ensure_person(person).await? };
        let request = v1::CreatePrincipalRequest {
            request_id: request_id(),
            parent: format!("organizations/{organization}"),
            principal_id: principal.to_owned(),
            principal: Some(v1::Principal {
                kind: kind.into(),
                person,
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                ..Default::default()
            }),
        };
        // The certificate was issued above. The order does not matter: the service only compares its SPIFFE ID.
        let registrar = self.actor(CEC, REGISTRAR);
        let made = self.calls.make(registrar.create_principal(request)).await;
        made.with_context(|| format!("cannot register the principal {organization}/{principal}"))?;
        self.wait_until_accepted(&actor).await?;
        Ok(actor)
    }

    /// Registers a person unless they are registered already. Returns their resource name.
    async fn ensure_person(&mut self, id: &str) -> anyhow::Result<String> {
        if !self.people.contains(id) {
            let request = v1::CreatePersonRequest {
                request_id: request_id(),
                person_id: id.to_owned(),
                person: Some(v1::RegisteredPerson { full_name: full_name(id), ..Default::default() }),
            };
            let registrar = self.actor(CEC, REGISTRAR);
            let made = self.calls.make(registrar.create_person(request)).await;
            made.with_context(|| format!("cannot register the person {id}"))?;
            self.people.insert(id.to_owned());
        }
        Ok(format!("people/{id}"))
    }

    /// Waits until the servers accept a new principal's certificate.
    ///
    /// The server that registered an organization accepts it at once. The others do after they have reloaded their
    /// trust anchors.
    async fn wait_until_accepted(&self, actor: &Actor) -> anyhow::Result<()> {
        let deadline = Instant::now() + REGISTRATION_TIMEOUT;
        // With a single server there is nothing to wait for.
        while self.addresses().len() > 1 {
            match actor.client.who_am_i(v1::WhoAmIRequest {}).await {
                Err(error @ client::Error::CertificateRefused { .. }) if Instant::now() > deadline => {
                    return Err(error).context("the certificate of a new principal is not accepted");
                }
                Err(client::Error::CertificateRefused { .. }) => sleep(Duration::from_millis(20)).await,
                _ => break,
            }
        }
        Ok(())
    }

    /// Registers a person and a principal for them, with these roles.
    pub async fn add_person(&mut self, organization: &str, principal: &str, roles: &[&str]) -> anyhow::Result<Actor> {
        let person = format!("{organization}.{principal}");
        self.add_principal(organization, principal, PrincipalKind::Person, &person, roles).await
    }

    /// Issues a principal's certificate and makes its client.
    pub(super) fn issue(&mut self, organization: &str, principal: &str, roles: &[&str]) -> anyhow::Result<Actor> {
        let registered =
            self.organizations.get(organization).with_context(|| format!("there is no organization {organization}"))?;
        let spiffe_id = format!("spiffe://{}/{principal}", registered.trust_domain);
        let issued = registered.authority.issue(principal, &spiffe_id)?;
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.add_actor(organization, principal, spiffe_id, roles, issued)
    }

    /// Makes the client of a principal whose certificate is issued.
    pub(super) fn add_actor(
        &mut self,
        organization: &str,
        principal: &str,
        spiffe_id: String,
        roles: Vec<String>,
        issued: Issued,
    ) -> anyhow::Result<Actor> {
        let profile = Profile {
            address: self.servers.addresses_for(self.actors.len()),
            server_ca: self.server_ca(),
            certificate: issued.certificate,
            private_key: issued.private_key,
        };
        let actor = Actor {
            organization: organization.to_owned(),
            principal: principal.to_owned(),
            spiffe_id,
            roles,
            client: Client::new(&profile)?,
            profile,
        };
        self.actors.insert((organization.to_owned(), principal.to_owned()), actor.clone());
        Ok(actor)
    }

    /// The kind of a registered organization.
    pub(super) fn get_kind(&self, organization: &str) -> anyhow::Result<OrganizationKind> {
        let registered = self.organizations.get(organization);
        Ok(registered.with_context(|| format!("there is no organization {organization}"))?.kind)
    }
}

/// An invented full name for the person with this id.
pub(super) fn full_name(id: &str) -> String {
    format!("Specimen {id}")
}

/// The trust domain of an organization: `odihr.osce.example` for `osce-odihr`, `cec.kz.example` for `cec`.
pub fn trust_domain(code: &str) -> String {
    match code {
        "cec" | "mfa" => format!("{code}.kz.example"),
        _ => format!("{}.example", code.rsplit('-').collect::<Vec<_>>().join(".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_domains_read_from_the_part_to_the_whole() {
        assert_eq!(trust_domain("osce-odihr"), "odihr.osce.example");
        assert_eq!(trust_domain("cis"), "cis.example");
        assert_eq!(trust_domain("cec"), "cec.kz.example");
    }
}
