//! The result of an import, for people and for programs.
//!
//! Every problem names its cell, because the secretary looks for it in the spreadsheet and not in a request.

use std::collections::BTreeMap;

use roster::{Column, Problem, Roster};
use serde_json::{Value, json};

/// Counts of what was done with the rows, and the problems that the service reported.
#[derive(Debug, Default)]
pub struct ImportSummary {
    /// Applications created.
    pub filed: usize,
    /// Applications updated.
    pub updated: usize,
    /// Applications left as they were.
    pub unchanged: usize,
    /// Applications submitted.
    pub submitted: usize,
    /// How many of the updated and the unchanged applications had lapsed.
    pub lapsed: usize,
    /// The problems that the service reported, by the row's number.
    pub refused: BTreeMap<u32, Vec<Problem>>,
}

impl ImportSummary {
    /// All problems, those of the file and those of the service, in the order of the rows.
    pub fn problems<'a>(&'a self, roster: &'a Roster) -> Vec<(u32, &'a Problem)> {
        let of_row = |row: &'a roster::Row| {
            let own = row.outcome.as_ref().err().into_iter().flatten();
            let refused = self.refused.get(&row.number).into_iter().flatten();
            own.chain(refused).map(|problem| (row.number, problem)).collect::<Vec<_>>()
        };
        roster.rows.iter().flat_map(of_row).collect()
    }

    /// The number of rows with a problem.
    pub fn bad_row_count(&self, roster: &Roster) -> usize {
        let is_bad = |row: &&roster::Row| row.outcome.is_err() || self.refused.contains_key(&row.number);
        roster.rows.iter().filter(is_bad).count()
    }

    /// The result as JSON, for programs. Its keys are part of the interface.
    pub fn json(&self, roster: &Roster, dry_run: bool) -> Value {
        let problem = |(row, problem): (u32, &Problem)| {
            let column = problem.column.map(Column::header);
            json!({ "row": row, "cell": problem.cell, "column": column, "message": problem.message })
        };
        json!({
            "dryRun": dry_run,
            "rows": roster.rows.len(),
            "filed": self.filed,
            "mended": self.updated,
            "unchanged": self.unchanged,
            "submitted": self.submitted,
            "lapsed": self.lapsed,
            "bad": self.bad_row_count(roster),
            "problems": self.problems(roster).into_iter().map(problem).collect::<Vec<_>>(),
        })
    }

    /// The result in one line, for people.
    pub fn text(&self, roster: &Roster, dry_run: bool) -> String {
        let (rows, bad) = (roster.rows.len(), self.bad_row_count(roster));
        let Self { filed, updated, unchanged, submitted, lapsed, .. } = self;
        let done = if dry_run { "would be " } else { "" };
        let had_lapsed = if *lapsed > 0 { format!("; {lapsed} of them had lapsed") } else { String::new() };
        format!(
            "{rows} rows: {filed} {done}filed, {updated} {done}updated, {unchanged} unchanged, \
             {submitted} {done}submitted, {bad} bad{had_lapsed}"
        )
    }
}

/// The line for one problem: cell and column, or the row if it concerns no single cell.
pub fn problem_line(problem: &Problem) -> String {
    match problem.column {
        Some(column) => format!("{} {}: {}", problem.cell, column.header(), problem.message),
        None => format!("row {}: {}", problem.cell, problem.message),
    }
}

/// The problems that the service reports for a row, each with the column that holds the field.
pub fn service_problems(row: u32, error: &client::Error) -> Vec<Problem> {
    let cell = row.to_string();
    if error.violations().is_empty() {
        let help = error.help().map(|help| format!(" {help}")).unwrap_or_default();
        return vec![Problem { column: None, cell, message: format!("{error}.{help}") }];
    }
    let violations = error.violations().iter();
    let problem = |found: &client::Violation| {
        let field = found.field.trim_start_matches("application.");
        // For an upload the field is `chunk`, which means nothing to a secretary. The row already names the person.
        let message =
            if field == "chunk" { found.description.clone() } else { format!("{field}: {}", found.description) };
        Problem { column: column(&found.field), cell: cell.clone(), message }
    };
    violations.map(problem).collect()
}

/// The column of the roster that holds a field of the request; `None` if no column does.
fn column(field: &str) -> Option<Column> {
    Some(match field.trim_start_matches("application.") {
        "category" => Column::Category,
        "person.family_name" => Column::FamilyName,
        "person.given_name" => Column::GivenName,
        "person.native_name" => Column::NativeName,
        "person.name_kk" => Column::NameKk,
        "person.name_ru" => Column::NameRu,
        "person.nationality" => Column::Nationality,
        "person.birth_date" => Column::BirthDate,
        "person.sex" => Column::Sex,
        "person.passport.number" => Column::PassportNumber,
        "person.passport.issuing_state" => Column::IssuingState,
        "person.passport.expiry_date" => Column::PassportExpiry,
        "person.passport.mrz" => Column::Mrz,
        _ => return None,
    })
}
