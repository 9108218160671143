//! Figures that derive from the records.

use std::collections::BTreeSet;

use crate::report::Counted;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::role::OrganizationKind;

/// One organization's figures at one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationTotals {
    /// Its code.
    pub organization: OrganizationCode,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its state, if it has one.
    pub state: Option<String>,
    /// Applications ever submitted.
    pub submitted: i64,
    /// Applications ever returned.
    pub returned: i64,
    /// Applications REFUSED.
    pub refused: i64,
    /// Applications WITHDRAWN.
    pub withdrawn: i64,
    /// Applications LAPSED.
    pub lapsed: i64,
    /// Applications ACCREDITED.
    pub accredited: i64,
    /// Of these, accreditations that have ended, whichever way.
    pub ended: i64,
}

/// An election's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// By organization.
    pub organizations: Vec<OrganizationTotals>,
    /// How many documents are kept.
    pub documents: i64,
}

impl Totals {
    /// The figures of everyone with a mission, from what was counted of them.
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

/// How many are accredited in all.
pub fn accredited(rows: &[OrganizationTotals]) -> i64 {
    rows.iter().map(|row| row.accredited).sum()
}

/// How many different states have accredited people, through an embassy or a commission.
pub fn states(rows: &[OrganizationTotals]) -> i64 {
    let with_people = rows.iter().filter(|row| row.accredited > 0).filter_map(|row| row.state.as_deref());
    i64::try_from(with_people.collect::<BTreeSet<_>>().len()).unwrap_or(i64::MAX)
}
