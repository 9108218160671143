//! Who else has filed the person of an application, for the rule of [`domain::discretion`].

use domain::application::Application;
use domain::content::Kept;
use domain::discretion::{self, OtherOrganization};
use domain::screening::Screening;
use store::{CommandError, Tx};

/// The other organizations, with their names.
pub(super) async fn others(
    tx: &mut Tx<'_>,
    own: &Application,
    found: &[&Screening],
) -> Result<Vec<OtherOrganization>, CommandError> {
    let alike = match tx.kept(own).await? {
        Kept::Whole(filing) => tx.organizations_alike(&own.name, &filing).await?,
        _ => Default::default(),
    };
    let mut others = Vec::new();
    for code in discretion::others(own, found, alike) {
        let known = tx.lookup_organization(&code).await?;
        others.push(OtherOrganization { display_name: known.map(|one| one.display_name).unwrap_or_default(), code });
    }
    Ok(others)
}

/// Refuses texts to a delegation that name any of them.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    own: &Application,
    found: &[&Screening],
    field: &'static str,
    texts: &[&str],
) -> Result<(), CommandError> {
    Ok(discretion::check(&others(tx, own, found).await?, field, texts)?)
}
