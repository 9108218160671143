//! A delegation never learns of another one from what the commission writes to it.

use std::collections::BTreeSet;

use domain::name::ApplicationName;
use domain::refusal::Refusal;
use domain::screening::Screening;
use store::{CommandError, Tx};

/// Refuses a text to a delegation that names whoever else has filed the same person.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    own: &ApplicationName,
    screening: &Screening,
    field: &'static str,
    text: &str,
) -> Result<(), CommandError> {
    let related = screening.findings.iter().filter_map(|finding| finding.related.parse::<ApplicationName>().ok());
    let others: BTreeSet<_> =
        related.map(|other| other.organization).filter(|code| *code != own.organization).collect();
    let text = text.to_lowercase();
    for code in others {
        let name = tx.lookup_organization(&code).await?.map(|other| other.display_name.to_lowercase());
        let named = name.is_some_and(|name| !name.is_empty() && text.contains(&name));
        if named || text.contains(code.as_str()) {
            let problem = "expected a text that does not name the other organization: the delegation will read it";
            return Err(Refusal::InvalidField { field, problem: problem.to_owned() }.into());
        }
    }
    Ok(())
}
