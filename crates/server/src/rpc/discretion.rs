//! A delegation never learns of another one from what the commission writes to it.

use std::collections::BTreeSet;

use domain::application::Application;
use domain::content::Kept;
use domain::name::ApplicationName;
use domain::refusal::Refusal;
use domain::screening::Screening;
use store::{CommandError, Tx};

/// Refuses texts to a delegation that name whoever else has filed the same person: as the checks found, and as it is now,
/// because what was decided before the other filed is not checked again.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    own: &Application,
    found: &[&Screening],
    field: &'static str,
    texts: &[&str],
) -> Result<(), CommandError> {
    let findings = found.iter().flat_map(|screening| &screening.findings);
    let related = findings.filter_map(|finding| finding.related.parse::<ApplicationName>().ok());
    let mut others: BTreeSet<_> = related.map(|other| other.organization).collect();
    if let Kept::Whole(filing) = tx.kept(own).await? {
        others.extend(tx.organizations_alike(&own.name, &filing).await?);
    }
    others.remove(&own.name.organization);
    let texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    for code in others {
        let name = tx.lookup_organization(&code).await?.map(|other| other.display_name.to_lowercase());
        let named = |text: &str| name.as_ref().is_some_and(|name| !name.is_empty() && text.contains(name));
        if texts.iter().any(|text| named(text) || text.contains(code.as_str())) {
            let problem = "expected a text that does not name the other organization: the delegation will read it";
            return Err(Refusal::InvalidField { field, problem: problem.to_owned() }.into());
        }
    }
    Ok(())
}
