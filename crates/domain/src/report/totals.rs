//! Totals of an election by organization, derived from its records.

use std::collections::BTreeSet;

use crate::report::Counted;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::role::OrganizationKind;

/// The totals of one organization at one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationTotals {
    /// Its code.
    pub organization: OrganizationCode,
    /// Its kind.
    pub kind: OrganizationKind,
    /// The state that it belongs to, if it has one.
    pub state: Option<String>,
    /// Applications that were ever submitted.
    pub submitted: i64,
    /// Applications that were ever returned.
    pub returned: i64,
    /// Applications that are REFUSED.
    pub refused: i64,
    /// Applications that are WITHDRAWN.
    pub withdrawn: i64,
    /// Applications that are LAPSED.
    pub lapsed: i64,
    /// Applications that are ACCREDITED.
    pub accredited: i64,
    /// Of these, accreditations that have ended.
    pub ended: i64,
}

/// The totals of an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// By organization, ordered by code.
    pub organizations: Vec<OrganizationTotals>,
    /// How many documents are stored.
    pub documents: i64,
}

impl Totals {
    /// The totals of every organization with a mission. An organization without applications gets zeros.
    pub fn new(
        missions: Vec<(OrganizationCode, OrganizationKind, Option<String>)>,
        counted: &[Counted],
        documents: i64,
    ) -> Self {
        let zeros = |(organization, kind, state)| OrganizationTotals {
            organization,
            kind,
            state,
            submitted: 0,
            returned: 0,
            refused: 0,
            withdrawn: 0,
            lapsed: 0,
            accredited: 0,
            ended: 0,
        };
        let mut organizations: Vec<_> = missions.into_iter().map(zeros).collect();
        organizations.sort_by(|one, other| one.organization.cmp(&other.organization));
        for Counted { organization, figures, .. } in counted {
            let place = organizations.binary_search_by(|row| row.organization.cmp(organization));
            let Some(row) = place.ok().and_then(|index| organizations.get_mut(index)) else { continue };
            row.submitted += figures.submitted;
            row.returned += figures.returned;
            row.refused += figures.refused;
            row.withdrawn += figures.withdrawn;
            row.lapsed += figures.lapsed;
            row.accredited += figures.accredited + figures.ended;
            row.ended += figures.ended;
        }
        Self { organizations, documents }
    }
}

/// How many people are accredited in all.
pub fn accredited(rows: &[OrganizationTotals]) -> i64 {
    rows.iter().map(|row| row.accredited).sum()
}

/// How many different states have accredited people, through an embassy or an election commission.
pub fn states(rows: &[OrganizationTotals]) -> i64 {
    let with_people = rows.iter().filter(|row| row.accredited > 0).filter_map(|row| row.state.as_deref());
    i64::try_from(with_people.collect::<BTreeSet<_>>().len()).unwrap_or(i64::MAX)
}
