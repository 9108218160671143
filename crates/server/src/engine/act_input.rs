//! Reads that several methods need as input of their acts.
//!
//! An act of the domain takes values and reads nothing. So its handler loads them, and what is
//! here would otherwise be copied into many handlers.

use domain::accreditation::Accreditation;
use domain::application::Application;
use domain::application::content::{Content, StoredFiling};
use domain::election::Election;
use domain::mission::quota::Places;
use domain::outcome::CallContext;
use domain::policy::Scope;
use domain::refusal::Refusal;
use domain::review::acts::Read;
use domain::review::discretion::{self, OtherOrganization};
use domain::screening::Screening;
use domain::vocabulary::id::{ElectionCode, OrganizationCode};
use domain::vocabulary::name::{ApplicationName, InvitationName};
use store::{CommandError, Page, Tx};

/// Reads the election of an application.
///
/// # Errors
///
/// NOT_FOUND with the name of the application: that is what the caller has named.
pub(crate) async fn get_election_of(tx: &mut Tx<'_>, name: &ApplicationName) -> Result<Election, CommandError> {
    let found = tx.lookup_election(&name.election).await?;
    Ok(found.ok_or_else(|| Refusal::not_found(name))?)
}

/// Reads an application together with what the checks found, for an act of a reviewer.
///
/// `etag` is what the caller sends. It covers both, so a reviewer who has not seen a new finding is
/// refused.
pub(crate) async fn get_for_review(
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
    name: &ApplicationName,
    etag: Option<&String>,
) -> Result<Read, CommandError> {
    let application = tx.application(by.permit, name).await?;
    let screening = tx.screening(&application.name).await?;
    Ok(Read { application, screening, etag: etag.cloned() })
}

/// Reads the accreditation of an application. `None` if no decree has accredited it, or the caller
/// does not see it.
pub(crate) async fn lookup_accreditation_of(
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
    of: &Application,
) -> Result<Option<Accreditation>, CommandError> {
    match of.accreditation() {
        Ok(name) => Ok(tx.lookup_accreditation(by.permit, &name).await?),
        Err(_) => Ok(None),
    }
}

/// Counts the places of an organization that are taken in the category of an application.
///
/// Where quotas bind, the row of the invitation is locked. Two submissions that want the last place
/// wait for each other here. The second one counts the first.
///
/// Where quotas do not bind, nothing is read and nobody waits.
pub(crate) async fn lock_and_count_places(
    tx: &mut Tx<'_>,
    election: &Election,
    of: &Application,
    content: Option<&Content>,
) -> Result<Places, CommandError> {
    if !election.rules.quotas_bind() {
        return Ok(Places(None));
    }
    let (code, organization) = (of.name.election.clone(), of.name.organization.clone());
    let invitation = tx.lock_invitation(&InvitationName { election: code, organization }).await?;
    let Some(invitation) = invitation else { return Ok(Places(None)) };
    let category = content.map_or(of.category, |content| content.category);
    Ok(Places(Some((invitation, tx.quota_used(&of.name, category).await?))))
}

/// Lists the other organizations that have filed the same person, with their names.
///
/// Texts that a delegation will read must not name them. They are known from the findings, and from
/// applications with the same passport or birth date that the checks may not have compared yet.
pub(crate) async fn list_other_organizations(
    tx: &mut Tx<'_>,
    own: &Application,
    found: &[&Screening],
) -> Result<Vec<OtherOrganization>, CommandError> {
    let alike = match tx.kept(own).await? {
        StoredFiling::Whole(filing) => tx.organizations_alike(&own.name, &filing).await?,
        StoredFiling::Erased(_) => Default::default(),
    };
    let mut others = Vec::new();
    for code in discretion::others(own, found, alike) {
        let known = tx.lookup_organization(&code).await?;
        others.push(OtherOrganization { names: known.map(|one| one.names), code });
    }
    Ok(others)
}

/// Lists every organization that was invited to an election; each gets an event of its own.
pub(crate) async fn invited(tx: &mut Tx<'_>, election: &ElectionCode) -> Result<Vec<OrganizationCode>, CommandError> {
    let everyone = Page { after: None, size: u32::MAX };
    let invitations = tx.list_invitations(&Scope::All, election, &everyone).await?;
    Ok(invitations.into_iter().map(|one| one.name.organization).collect())
}
