//! `accredit report`: counts of an election at any time, as a table, CSV, JSON or a chart.
//!
//! The service counts as of the given time, so a report can be repeated later with the same result.

use clap::{Args, ValueEnum};
use prost_types::Timestamp;
use wire::v1;

use super::chart::{Bar, BarChart};
use crate::terminal::csv_output;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::Printable;
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::{format_time, parse_time};

/// The options of `report`. The help text of the command is beside its name in `cli.rs`.
#[derive(Debug, Args)]
pub struct Report {
    /// The election's code or name.
    election: String,
    /// The time of the counts, in RFC 3339 with an offset. By default now.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<Timestamp>,
    /// Prints a row for each of these. Repeat it for combinations, such as each category of each organization. By
    /// region, a person who is deployed in several regions counts in each.
    #[arg(long, value_name = "WHAT", value_parser = enum_parser::<v1::ReportGroup>())]
    by: Vec<v1::ReportGroup>,
    /// The output format. The option --json is the same as `--format json`.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The output formats of the report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    #[default]
    Table,
    /// CSV, for a spreadsheet.
    Csv,
    /// Proto JSON, one line.
    Json,
    /// A bar chart as wide as the terminal.
    Chart,
}

impl Report {
    /// Reads the report and prints it.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let request = v1::GetReportRequest {
            election: full_name("elections", &self.election),
            as_of: self.as_of,
            group_by: self.by.iter().map(|group| i32::from(*group)).collect(),
        };
        let report = session.client.get_report(request).await?;
        let printer = session.printer;
        if printer.is_json() {
            return printer.print_list(&report, &report.rows);
        }
        match self.format {
            Format::Json => printer.as_json().print_list(&report, &report.rows),
            Format::Csv => {
                let rows: Vec<_> = report.rows.iter().map(Printable::cells).collect();
                printer.print_text(&csv_output::to_csv(v1::ReportRow::HEADINGS, &rows))
            }
            Format::Chart => {
                let bars: Vec<_> = report.rows.iter().map(bar).collect();
                printer.print_text(&BarChart::for_stdout().draw(&bars))?;
                print_footer(session, &report);
                Ok(())
            }
            Format::Table => {
                printer.print_list(&report, &report.rows)?;
                print_footer(session, &report);
                Ok(())
            }
        }
    }
}

/// Prints a line below the rows: the total, or a warning if the rows do not add up to it.
fn print_footer(session: &Session, report: &v1::Report) {
    let (election, as_of) = (&report.election, format_time(report.as_of));
    // A sum over regions would count some people twice, so no total is printed.
    if report.rows.iter().any(|row| !row.region.is_empty()) {
        let caution =
            "people who are deployed in several regions count in each, so the rows do not add up to the total";
        return session.printer.message(&format!("{election}, as of {as_of}: {caution}"));
    }
    let accredited: i64 = report.rows.iter().map(|row| row.accredited).sum();
    session.printer.message(&format!("{election}: {accredited} accredited as of {as_of}"));
}

/// The bar for a row. Its label has the parts that the row was grouped by.
fn bar(row: &v1::ReportRow) -> Bar {
    // The last part of the name is enough to tell organizations apart, and leaves space for the bar.
    let organization = row.organization.rsplit('/').next().unwrap_or_default();
    let parts = [organization, &row.state, enum_label::<v1::Category>(row.category), &row.region];
    let label = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Bar { label, value: row.accredited }
}

impl Printable for v1::ReportRow {
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
        let (kind, category) =
            (enum_label::<v1::OrganizationKind>(self.kind), enum_label::<v1::Category>(self.category));
        let mut cells = vec![self.organization.clone(), kind.to_owned(), self.state.clone()];
        cells.extend([category.to_owned(), self.region.clone()]);
        let counts = [self.submitted, self.presented, self.returned, self.refused];
        let ends = [self.withdrawn, self.lapsed, self.accredited];
        cells.extend(counts.into_iter().chain(ends).map(|count| count.to_string()));
        for times in [self.since_submission, self.since_presentation] {
            // Without a decision there is no duration. Zero seconds would be a wrong value.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A median of zero seconds and no decision at all are different results.
    #[test]
    fn every_heading_has_its_cell_and_a_missing_time_is_empty() {
        let none = v1::ReportRow { accredited: 3, ..Default::default() };
        assert_eq!(none.cells().len(), v1::ReportRow::HEADINGS.len());
        assert_eq!(none.cells()[11..], ["3", "", "", "", "", "", ""]);
        let at_once = v1::DecisionTimes { decisions: 1, ..Default::default() };
        let row = v1::ReportRow { since_submission: Some(at_once), ..none };
        assert_eq!(row.cells()[11..], ["3", "0", "0", "0", "", "", ""]);
    }

    /// Parts that the report was not grouped by are empty and must leave no blanks.
    #[test]
    fn the_label_of_a_bar_has_the_groups_of_its_row() {
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
