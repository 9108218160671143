//! Reports, totals and access attempts.

use std::collections::BTreeMap;

use domain::deployment::Area;
use domain::report::totals::{self, OrganizationTotals, Totals};
use domain::report::{Figures, Group, Times};
use domain::vocabulary::name::{ElectionName, OrganizationName, PrincipalName};
use jiff::Timestamp;

use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

pub mod register;

/// The totals of an election: one row for each organization, and the sums.
pub fn totals(election: &ElectionName, of: &Totals) -> v1::Totals {
    let Totals { organizations, documents } = of;
    v1::Totals {
        election: election.to_string(),
        organizations: organizations.iter().map(organization_totals).collect(),
        accredited: totals::accredited(organizations),
        states: totals::states(organizations),
        documents: *documents,
    }
}

fn organization_totals(row: &OrganizationTotals) -> v1::OrganizationTotals {
    let OrganizationTotals {
        organization,
        kind,
        state,
        submitted,
        returned,
        refused,
        withdrawn,
        lapsed,
        accredited,
        ended,
    } = row;
    v1::OrganizationTotals {
        organization: OrganizationName { organization: organization.clone() }.to_string(),
        kind: kind.number(),
        state: state.clone().unwrap_or_default(),
        submitted: *submitted,
        returned: *returned,
        refused: *refused,
        withdrawn: *withdrawn,
        lapsed: *lapsed,
        accredited: *accredited,
        ended: *ended,
    }
}

/// A report on an election at one time.
pub fn report(election: &ElectionName, as_of: Timestamp, rows: &BTreeMap<Group, Figures>) -> v1::Report {
    let rows = rows.iter().map(|(group, figures)| report_row(group, figures)).collect();
    v1::Report { election: election.to_string(), as_of: Some(timestamp(as_of)), rows }
}

fn report_row(group: &Group, figures: &Figures) -> v1::ReportRow {
    let Group { organization, state, category, area } = group;
    let organization = organization.clone().map(|organization| OrganizationName { organization });
    let Figures {
        kind,
        submitted,
        presented,
        returned,
        refused,
        withdrawn,
        lapsed,
        accredited,
        ended: _,
        since_submission,
        since_presentation,
    } = figures;
    v1::ReportRow {
        organization: organization.map(|name| name.to_string()).unwrap_or_default(),
        kind: kind.map(|kind| kind.number()).unwrap_or_default(),
        state: state.clone().unwrap_or_default(),
        category: category.map(|category| category.number()).unwrap_or_default(),
        submitted: *submitted,
        presented: *presented,
        returned: *returned,
        refused: *refused,
        withdrawn: *withdrawn,
        lapsed: *lapsed,
        accredited: *accredited,
        since_submission: Some(decision_times(since_submission)),
        since_presentation: Some(decision_times(since_presentation)),
        region: area.as_ref().map(region).unwrap_or_default(),
    }
}

fn region(area: &Area) -> String {
    match area {
        Area::Region(code) => code.clone(),
        Area::Abroad => "ABROAD".to_owned(),
        Area::Nowhere => "NONE".to_owned(),
    }
}

fn decision_times(times: &Times) -> v1::DecisionTimes {
    v1::DecisionTimes {
        decisions: times.decisions(),
        p50_seconds: times.percentile(50),
        p90_seconds: times.percentile(90),
        max_seconds: times.percentile(100),
    }
}

/// A refused call for a resource that the caller cannot see. `method` has the form `Service/Method`.
pub fn access_attempt(principal: &PrincipalName, method: &str, resource: &str, time: Timestamp) -> v1::AccessAttempt {
    v1::AccessAttempt {
        principal: principal.to_string(),
        method: method.to_owned(),
        resource: resource.to_owned(),
        attempt_time: Some(timestamp(time)),
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::role::OrganizationKind;

    use super::*;

    fn row(organization: &str, kind: OrganizationKind, state: Option<&str>, accredited: i64) -> OrganizationTotals {
        OrganizationTotals {
            organization: organization.parse().expect("a code"),
            kind,
            state: state.map(str::to_owned),
            submitted: 6,
            returned: 5,
            refused: 4,
            withdrawn: 3,
            lapsed: 2,
            accredited,
            ended: 1,
        }
    }

    #[test]
    fn the_sums_are_over_the_rows_given() {
        let organizations = vec![
            row("cis", OrganizationKind::InternationalOrganization, None, 30),
            row("state-deu", OrganizationKind::State, Some("DEU"), 7),
            row("cec-deu", OrganizationKind::ForeignElectionCommission, Some("DEU"), 1),
        ];
        let of = Totals { organizations, documents: 7 };
        let totals = totals(&"elections/kz-2019".parse().expect("a name"), &of);
        assert_eq!(totals.documents, 7);
        assert_eq!((totals.accredited, totals.states), (38, 1));
        let expected = v1::OrganizationTotals {
            organization: "organizations/state-deu".to_owned(),
            kind: v1::OrganizationKind::State.into(),
            state: "DEU".to_owned(),
            submitted: 6,
            returned: 5,
            refused: 4,
            withdrawn: 3,
            lapsed: 2,
            accredited: 7,
            ended: 1,
        };
        assert_eq!(totals.organizations[1], expected);
        assert_eq!(totals.organizations[0].state, "");
    }

    #[test]
    fn an_attempt_names_who_what_and_when() {
        let principal = "organizations/cis/principals/secretary".parse().expect("a name");
        let time = "2019-06-03T12:00:00Z".parse().expect("a timestamp");
        let attempt = access_attempt(&principal, "ApplicationService/GetApplication", "elections/x", time);
        assert_eq!(attempt.principal, "organizations/cis/principals/secretary");
        assert_eq!(attempt.method, "ApplicationService/GetApplication");
        assert_eq!(attempt.resource, "elections/x");
        assert_eq!(attempt.attempt_time, Some(timestamp(time)));
    }
}
