//! What acts are given to go by, where several methods load the same.

use domain::accreditation::Accreditation;
use domain::application::Application;
use domain::application::content::{Content, Kept};
use domain::election::Election;
use domain::mission::quota::Places;
use domain::outcome::Acting;
use domain::policy::Scope;
use domain::refusal::Refusal;
use domain::review::acts::Read;
use domain::review::discretion::{self, OtherOrganization};
use domain::screening::Screening;
use domain::vocabulary::id::{ElectionCode, OrganizationCode};
use domain::vocabulary::name::{ApplicationName, InvitationName};
use store::{CommandError, Page, Tx};

/// The election that an application belongs to.
pub(crate) async fn election_of(tx: &mut Tx<'_>, name: &ApplicationName) -> Result<Election, CommandError> {
    let found = tx.lookup_election(&name.election).await?;
    Ok(found.ok_or_else(|| Refusal::not_found(name))?)
}

/// An application and what the checks found about it, with the etag that the caller sends of both.
pub(crate) async fn read(
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
    name: &ApplicationName,
    etag: Option<&String>,
) -> Result<Read, CommandError> {
    let application = tx.application(by.permit, name).await?;
    let screening = tx.screening(&application.name).await?;
    Ok(Read { application, screening, etag: etag.cloned() })
}

/// The accreditation of an application, if it is accredited.
pub(crate) async fn accreditation_of(
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
    of: &Application,
) -> Result<Option<Accreditation>, CommandError> {
    match of.accreditation() {
        Ok(name) => Ok(tx.lookup_accreditation(by.permit, &name).await?),
        Err(_) => Ok(None),
    }
}

/// An organization's places in the category of what an application is to say, counted for it. Where quotas bind, others wait
/// until this one has taken its place or has not.
pub(crate) async fn places(
    tx: &mut Tx<'_>,
    election: &Election,
    of: &Application,
    content: Option<&Content>,
) -> Result<Places, CommandError> {
    if !election.rules.quotas_bind() {
        return Ok(Places(None));
    }
    let (code, organization) = (of.name.election.clone(), of.name.organization.clone());
    let invitation = tx.hold_invitation(&InvitationName { election: code, organization }).await?;
    let Some(invitation) = invitation else { return Ok(Places(None)) };
    let category = content.map_or(of.category, |content| content.category);
    Ok(Places(Some((invitation, tx.quota_used(&of.name, category).await?))))
}

/// The other organizations that have filed whoever an application is for, with their names.
pub(crate) async fn others(
    tx: &mut Tx<'_>,
    own: &Application,
    found: &[&Screening],
) -> Result<Vec<OtherOrganization>, CommandError> {
    let alike = match tx.kept(own).await? {
        Kept::Whole(filing) => tx.organizations_alike(&own.name, &filing).await?,
        Kept::Erased(_) => Default::default(),
    };
    let mut others = Vec::new();
    for code in discretion::others(own, found, alike) {
        let known = tx.lookup_organization(&code).await?;
        others.push(OtherOrganization { names: known.map(|one| one.names), code });
    }
    Ok(others)
}

/// Every organization that was invited to an election.
pub(crate) async fn invited(tx: &mut Tx<'_>, election: &ElectionCode) -> Result<Vec<OrganizationCode>, CommandError> {
    let everyone = Page { after: None, size: u32::MAX };
    let invitations = tx.list_invitations(&Scope::All, election, &everyone).await?;
    Ok(invitations.into_iter().map(|one| one.name.organization).collect())
}
