//! What came of an import.

use std::collections::BTreeMap;

use roster::{Column, Problem, Roster};
use serde_json::{Value, json};

/// What was done with the rows.
#[derive(Debug, Default)]
pub struct Outcome {
    pub filed: usize,
    pub mended: usize,
    pub unchanged: usize,
    pub submitted: usize,
    /// How many of the mended and the unchanged had lapsed.
    pub lapsed: usize,
    /// Problems that the service has with a row, by the row's number.
    pub refused: BTreeMap<u32, Vec<Problem>>,
}

impl Outcome {
    /// Every problem, the file's own and the service's, in the order of the rows.
    pub fn problems<'a>(&'a self, roster: &'a Roster) -> Vec<(u32, &'a Problem)> {
        let of_row = |row: &'a roster::Row| {
            let own = row.outcome.as_ref().err().into_iter().flatten();
            let refused = self.refused.get(&row.number).into_iter().flatten();
            own.chain(refused).map(|problem| (row.number, problem)).collect::<Vec<_>>()
        };
        roster.rows.iter().flat_map(of_row).collect()
    }

    /// How many rows have a problem.
    pub fn bad(&self, roster: &Roster) -> usize {
        let is_bad = |row: &&roster::Row| row.outcome.is_err() || self.refused.contains_key(&row.number);
        roster.rows.iter().filter(is_bad).count()
    }

    /// For programs.
    pub fn json(&self, roster: &Roster, dry_run: bool) -> Value {
        let problem = |(row, problem): (u32, &Problem)| {
            let column = problem.column.map(Column::header);
            json!({ "row": row, "cell": problem.cell, "column": column, "message": problem.message })
        };
        json!({
            "dryRun": dry_run,
            "rows": roster.rows.len(),
            "filed": self.filed,
            "mended": self.mended,
            "unchanged": self.unchanged,
            "submitted": self.submitted,
            "lapsed": self.lapsed,
            "bad": self.bad(roster),
            "problems": self.problems(roster).into_iter().map(problem).collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub fn text(&self, roster: &Roster, dry_run: bool) -> String {
        let (rows, bad) = (roster.rows.len(), self.bad(roster));
        let Self { filed, mended, unchanged, submitted, lapsed, .. } = self;
        let done = if dry_run { "would be " } else { "" };
        let had_lapsed = if *lapsed > 0 { format!("; {lapsed} of the people had lapsed") } else { String::new() };
        format!(
            "{rows} rows: {filed} {done}filed, {mended} {done}mended, {unchanged} unchanged, {submitted} {done}submitted, \
             {bad} bad{had_lapsed}"
        )
    }
}

/// A problem of a row as a line.
pub fn line(problem: &Problem) -> String {
    match problem.column {
        Some(column) => format!("{} {}: {}", problem.cell, column.header(), problem.message),
        None => format!("row {}: {}", problem.cell, problem.message),
    }
}

/// What the service says against a row, where its fields are the roster's columns.
pub fn of_service(row: u32, error: &client::Error) -> Vec<Problem> {
    let cell = row.to_string();
    if error.violations().is_empty() {
        let help = error.help().map(|help| format!(" {help}")).unwrap_or_default();
        return vec![Problem { column: None, cell, message: format!("{error}.{help}") }];
    }
    let violations = error.violations().iter();
    let problem = |found: &client::Violation| {
        let field = found.field.trim_start_matches("application.");
        // Of what is uploaded, the field is the bytes: the row says whose they are.
        let message =
            if field == "chunk" { found.description.clone() } else { format!("{field}: {}", found.description) };
        Problem { column: column(&found.field), cell: cell.clone(), message }
    };
    violations.map(problem).collect()
}

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
