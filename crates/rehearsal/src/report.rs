//! The report of a rehearsal: totals read from the server, compared with the plan, and printed.
//!
//! The comparison is the test that a rehearsal makes. Every figure of every delegation must be the planned one, so a
//! single lost or doubled application fails it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use comfy_table::{Cell, CellAlignment, Table, presets};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use wire::v1;

use crate::election_2019::Outcome;
use crate::election_2022::Election2022Totals;
use crate::plan::{Figures, Plan};
use crate::world::ELECTION;

/// The result of a rehearsal. All figures except `rpcs` and `seconds` come from the server.
///
/// The names of the fields are the keys of the JSON report, on which scripts depend.
#[derive(Debug, Serialize)]
pub struct Report {
    election: String,
    submission_cutoff: Timestamp,
    presentation_cutoff: Timestamp,
    accredited_total: i64,
    states: i64,
    organizations: BTreeMap<String, Line>,
    /// How many documents the server keeps.
    documents: i64,
    /// How many findings screening made.
    findings: i64,
    /// The findings by code, for the text alone.
    #[serde(skip)]
    found: BTreeMap<String, i64>,
    #[serde(flatten)]
    second: Election2022Totals,
    /// How many rows and lists of rows were compared with the event log and equal to it.
    verified_rows: u64,
    rpcs: u64,
    seconds: f64,
    /// The time zone in which cutoffs are shown beside UTC.
    #[serde(skip)]
    time_zone: TimeZone,
}

/// The figures of one organization.
#[derive(Debug, Serialize)]
struct Line {
    kind: String,
    state: Option<String>,
    submitted: i64,
    returned: i64,
    refused: i64,
    withdrawn: i64,
    lapsed: i64,
    accredited: i64,
}

impl Report {
    /// Makes the report of both elections, with the number of verified rows, the number of calls and the time they
    /// took.
    ///
    /// # Errors
    ///
    /// Fails if the election has no cutoff or an unknown time zone.
    pub fn new(
        outcome: &Outcome,
        second: Election2022Totals,
        verified_rows: u64,
        (rpcs, took): (u64, Duration),
    ) -> anyhow::Result<Self> {
        let Outcome { election, totals, findings } = outcome;
        let cutoff = |time: Option<prost_types::Timestamp>| -> anyhow::Result<Timestamp> {
            let time = time.context("the election has no cutoff")?;
            Ok(Timestamp::new(time.seconds, time.nanos)?)
        };
        Ok(Self {
            election: election.name.strip_prefix("elections/").unwrap_or(ELECTION).to_owned(),
            submission_cutoff: cutoff(election.submission_cutoff)?,
            presentation_cutoff: cutoff(election.presentation_cutoff)?,
            accredited_total: totals.accredited,
            states: totals.states,
            organizations: totals.organizations.iter().map(|row| (code(row), Line::of(row))).collect(),
            documents: totals.documents,
            findings: findings.values().sum(),
            found: findings.clone(),
            second,
            verified_rows,
            rpcs,
            seconds: (took.as_secs_f64() * 1000.0).round() / 1000.0,
            time_zone: TimeZone::get(&election.time_zone)?,
        })
    }

    /// The report as one line of JSON, for programs.
    pub fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// The report for people: a table, the totals, the cutoffs, and the rate of calls.
    pub fn text(&self) -> String {
        let calls = self.rpcs as f64 / self.seconds.max(0.001);
        format!(
            "{}\n\n{} accredited, among them people of {} states and their commissions\n\
             {} documents kept; {} findings: {}\n\
             {}\n\
             {} rows and lists of rows agree with the event log\n\
             submission cutoff    {}\npresentation cutoff  {}\n{} calls in {:.1} seconds, {calls:.0} calls per second",
            self.table(),
            self.accredited_total,
            self.states,
            self.documents,
            self.findings,
            self.found.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join(", "),
            self.second.text(),
            self.verified_rows,
            self.local_and_utc(self.submission_cutoff),
            self.local_and_utc(self.presentation_cutoff),
            self.rpcs,
            self.seconds,
        )
    }

    /// A time in the election's time zone and in UTC.
    fn local_and_utc(&self, time: Timestamp) -> String {
        let local = time.to_zoned_datetime(self.time_zone.clone());
        format!("{} = {time}", local.strftime("%Y-%m-%d %H:%M:%S %:z"))
    }

    /// The table of all organizations, with states and commissions last, and three rows of sums.
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(["organization", "submitted", "returned", "refused", "withdrawn", "lapsed", "accredited"]);
        let mut lines: Vec<_> = self.organizations.iter().collect();
        lines.sort_by_key(|(_, line)| line.is_of_a_state());
        for (code, line) in lines {
            table.add_row(cells(code, line.figures()));
        }
        table.add_row(cells("organizations", self.sum(|line| !line.is_of_a_state())));
        table.add_row(cells("states and commissions", self.sum(Line::is_of_a_state)));
        table.add_row(cells("all", self.sum(|_| true)));
        table
    }

    /// The sums of the figures over the lines that meet a condition.
    fn sum(&self, which: impl Fn(&Line) -> bool) -> [i64; 6] {
        let lines = self.organizations.values().filter(|line| which(line)).map(Line::figures);
        lines.fold([0; 6], |sums, figures| std::array::from_fn(|index| sums[index] + figures[index]))
    }
}

/// A row of the table, with right-aligned figures.
fn cells(name: &str, figures: [i64; 6]) -> Vec<Cell> {
    let figures = figures.map(|figure| Cell::new(figure).set_alignment(CellAlignment::Right));
    std::iter::once(Cell::new(name)).chain(figures).collect()
}

/// The organization's code, without the collection's prefix.
fn code(row: &v1::OrganizationTotals) -> String {
    row.organization.strip_prefix("organizations/").unwrap_or(&row.organization).to_owned()
}

/// The kind without the prefix of its protobuf enum.
fn kind(kind: v1::OrganizationKind) -> &'static str {
    let name = kind.as_str_name();
    name.strip_prefix("ORGANIZATION_KIND_").unwrap_or(name)
}

impl Line {
    fn of(row: &v1::OrganizationTotals) -> Self {
        Self {
            kind: kind(row.kind()).to_owned(),
            state: (!row.state.is_empty()).then(|| row.state.clone()),
            submitted: row.submitted,
            returned: row.returned,
            refused: row.refused,
            withdrawn: row.withdrawn,
            lapsed: row.lapsed,
            accredited: row.accredited,
        }
    }

    /// Whether the organization is an embassy or a foreign election commission.
    fn is_of_a_state(&self) -> bool {
        self.state.is_some()
    }

    /// The figures in the order of the table's columns.
    fn figures(&self) -> [i64; 6] {
        [self.submitted, self.returned, self.refused, self.withdrawn, self.lapsed, self.accredited]
    }
}

/// Compares the server's totals with the plan.
///
/// # Errors
///
/// Fails if they differ; the error names every difference.
pub fn check(outcome: &Outcome, plan: &Plan) -> anyhow::Result<()> {
    let totals = &outcome.totals;
    let mut expected = plan.figures();
    let mut differences = Vec::new();
    for row in &totals.organizations {
        let (code, found) = (code(row), figures(row));
        match expected.remove(&code) {
            Some(planned) if planned == found && is_as_registered(row, plan, &code) => {}
            Some(planned) => differences.push(format!("{code} is {found:?}, planned {planned:?}")),
            None => differences.push(format!("{code} was not in the plan")),
        }
    }
    differences.extend(expected.keys().map(|code| format!("{code} is missing")));
    let (accredited, states) = (i64::from(plan.table.total()), states(plan));
    if (totals.accredited, totals.states) != (accredited, states) {
        let found = (totals.accredited, totals.states);
        differences.push(format!("accredited people and states are {found:?}, planned {:?}", (accredited, states)));
    }
    let found: i64 = outcome.findings.values().sum();
    if found != plan.findings() {
        differences.push(format!("screening found {:?}, planned {}", outcome.findings, plan.findings()));
    }
    if totals.documents != plan.documents() {
        differences.push(format!("{} documents are kept, planned {}", totals.documents, plan.documents()));
    }
    ensure!(differences.is_empty(), "the server's totals differ from the plan:\n{}", differences.join("\n"));
    Ok(())
}

/// Whether the server reports the kind and the state with which the organization was registered.
fn is_as_registered(row: &v1::OrganizationTotals, plan: &Plan, code: &str) -> bool {
    let mut registered = plan.table.rows.iter().filter(|registered| registered.code == code);
    registered.any(|registered| registered.kind == row.kind() && registered.state.as_deref().unwrap_or("") == row.state)
}

/// How many states have an accredited person in the plan.
fn states(plan: &Plan) -> i64 {
    let states: std::collections::BTreeSet<_> =
        plan.table.rows.iter().filter(|row| row.total() > 0).filter_map(|row| row.state.as_ref()).collect();
    states.len().try_into().unwrap_or(i64::MAX)
}

/// The figures that the server reports for an organization.
fn figures(row: &v1::OrganizationTotals) -> Figures {
    Figures {
        submitted: row.submitted,
        returned: row.returned,
        refused: row.refused,
        withdrawn: row.withdrawn,
        lapsed: row.lapsed,
        accredited: row.accredited,
    }
}

#[cfg(test)]
mod tests;
