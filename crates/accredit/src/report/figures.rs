//! `accredit report`: an election as it stood at a moment, for people, spreadsheets, programs and the terminal.

use clap::{Args, ValueEnum};
use prost_types::Timestamp;
use wire::v1;

use super::chart::{Bar, Canvas};
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::sheet;
use crate::terminal::words::{one_of, parse_time, time, word};

/// Counts an election's applications as they stood at a moment, and how long decisions had taken by then. What the chart
/// shows is how many were accredited.
#[derive(Debug, Args)]
pub struct Report {
    /// The election's code or name.
    election: String,
    /// The moment, RFC 3339 with an offset; now, if it is left out.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<Timestamp>,
    /// A row for each of these; several together, as for each category of each organization. By region, a person who is
    /// deployed in several counts in each.
    #[arg(long, value_name = "WHAT", value_parser = one_of::<v1::ReportGroup>())]
    by: Vec<v1::ReportGroup>,
    /// How it is printed; --json is the same as `--format json`.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    #[default]
    Table,
    /// Comma-separated, for a spreadsheet.
    Csv,
    /// Proto JSON, one line.
    Json,
    /// Bars as wide as the terminal.
    Chart,
}

impl Report {
    /// Asks for the report and prints it.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let request = v1::GetReportRequest {
            election: full_name("elections", &self.election),
            as_of: self.as_of,
            group_by: self.by.iter().map(|group| i32::from(*group)).collect(),
        };
        let report = session.client.get_report(request).await?;
        let screen = session.screen;
        if screen.is_json() {
            return screen.list(&report, &report.rows);
        }
        match self.format {
            Format::Json => screen.as_json().list(&report, &report.rows),
            Format::Csv => {
                let rows: Vec<_> = report.rows.iter().map(Resource::cells).collect();
                screen.lines(&sheet::csv(v1::ReportRow::HEADINGS, &rows))
            }
            Format::Chart => {
                let bars: Vec<_> = report.rows.iter().map(bar).collect();
                screen.lines(&Canvas::of_stdout().draw(&bars))?;
                said_of(session, &report);
                Ok(())
            }
            Format::Table => {
                screen.list(&report, &report.rows)?;
                said_of(session, &report);
                Ok(())
            }
        }
    }
}

fn said_of(session: &Session, report: &v1::Report) {
    let (election, as_of) = (&report.election, time(report.as_of));
    if report.rows.iter().any(|row| !row.region.is_empty()) {
        let caution = "whoever is deployed in several regions counts in each, so these rows do not add up to the whole";
        return session.screen.note(&format!("{election}, as of {as_of}: {caution}"));
    }
    let accredited: i64 = report.rows.iter().map(|row| row.accredited).sum();
    session.screen.note(&format!("{election}: {accredited} accredited as of {as_of}"));
}

fn bar(row: &v1::ReportRow) -> Bar {
    let organization = row.organization.rsplit('/').next().unwrap_or_default();
    let parts = [organization, &row.state, word::<v1::Category>(row.category), &row.region];
    let label = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Bar { label, value: row.accredited }
}

impl Resource for v1::ReportRow {
    const HEADINGS: &'static [&'static str] = &[
        "ORGANIZATION",
        "KIND",
        "STATE",
        "CATEGORY",
        "REGION",
        "SUBMITTED",
        "PRESENTED",
        "RETURNED",
        "REFUSED",
        "WITHDRAWN",
        "LAPSED",
        "ACCREDITED",
        "SUBMISSION P50 S",
        "SUBMISSION P90 S",
        "SUBMISSION MAX S",
        "PRESENTATION P50 S",
        "PRESENTATION P90 S",
        "PRESENTATION MAX S",
    ];

    fn cells(&self) -> Vec<String> {
        let (kind, category) = (word::<v1::OrganizationKind>(self.kind), word::<v1::Category>(self.category));
        let mut cells = vec![self.organization.clone(), kind.to_owned(), self.state.clone()];
        cells.extend([category.to_owned(), self.region.clone()]);
        let counts = [self.submitted, self.presented, self.returned, self.refused];
        let ends = [self.withdrawn, self.lapsed, self.accredited];
        cells.extend(counts.into_iter().chain(ends).map(|count| count.to_string()));
        for times in [self.since_submission, self.since_presentation] {
            let times = times.filter(|times| times.decisions > 0);
            let seconds = |seconds: fn(&v1::DecisionTimes) -> i64| times.as_ref().map(seconds);
            let found = [
                seconds(|times| times.p50_seconds),
                seconds(|times| times.p90_seconds),
                seconds(|times| times.max_seconds),
            ];
            cells.extend(found.map(|found| found.map(|seconds| seconds.to_string()).unwrap_or_default()));
        }
        cells
    }

    fn facts(&self) -> Facts {
        Self::HEADINGS.iter().zip(self.cells()).fold(Facts::default(), |facts, (label, cell)| facts.and(*label, cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_has_its_cell_and_no_time_is_not_no_seconds() {
        let none = v1::ReportRow { accredited: 3, ..Default::default() };
        assert_eq!(none.cells().len(), v1::ReportRow::HEADINGS.len());
        assert_eq!(none.cells()[11..], ["3", "", "", "", "", "", ""]);
        let at_once = v1::DecisionTimes { decisions: 1, ..Default::default() };
        let row = v1::ReportRow { since_submission: Some(at_once), ..none };
        assert_eq!(row.cells()[11..], ["3", "0", "0", "0", "", "", ""]);
    }

    #[test]
    fn a_bar_is_called_by_what_the_row_is_about() {
        let row = v1::ReportRow {
            organization: "organizations/state-deu".to_owned(),
            state: "DEU".to_owned(),
            category: v1::Category::Diplomat.into(),
            region: "KZ-75".to_owned(),
            accredited: 7,
            ..Default::default()
        };
        assert_eq!(bar(&row), Bar { label: "state-deu DEU DIPLOMAT KZ-75".to_owned(), value: 7 });
        assert_eq!(bar(&v1::ReportRow::default()).label, "");
    }
}
