//! `accredit register`: the public register, for people, spreadsheets and programs.
//!
//! The register names people and their rights but no passport data. CSV cells are protected against formulas, because
//! names come from other organizations.

use clap::{ArgAction, Args, ValueEnum};
use wire::v1;

use crate::terminal::csv_output;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::Printable;
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The options of `register`. The help text of the command is beside its name in `cli.rs`.
#[derive(Debug, Args)]
pub struct Register {
    /// The election's code or name.
    election: String,
    /// Lists only people of this organization, given by its code or name.
    #[arg(long)]
    organization: Option<String>,
    /// Lists only this category.
    #[arg(long, value_parser = enum_parser::<v1::Category>())]
    category: Option<v1::Category>,
    /// Lists only accreditations that are in force (true), or only those that are not (false).
    #[arg(long, value_name = "TRUE_OR_FALSE", action = ArgAction::Set)]
    in_force: Option<bool>,
    /// Lists only the accreditation with this number.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=999_999_999))]
    number: Option<i64>,
    /// The output format. The option --json is the same as `--format json`.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The output formats of the register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    #[default]
    Table,
    /// CSV, for a spreadsheet.
    Csv,
    /// Proto JSON, one line.
    Json,
}

impl Register {
    /// Reads all pages and prints the entries.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let organization = self.organization.map(|organization| full_name("organizations", &organization));
        let request = v1::ListRegisterRequest {
            parent: full_name("elections", &self.election),
            organization: organization.unwrap_or_default(),
            category: self.category.unwrap_or_default().into(),
            in_force: self.in_force,
            number: self.number.unwrap_or_default(),
            ..Default::default()
        };
        let entries = session.client.all_register(request).await?;
        let page = v1::ListRegisterResponse { entries, ..Default::default() };
        let printer = session.printer;
        match self.format {
            Format::Csv if !printer.is_json() => {
                let rows: Vec<_> = page.entries.iter().map(Printable::cells).collect();
                printer.print_text(&csv_output::to_csv(v1::RegisterEntry::HEADINGS, &rows))
            }
            Format::Json => printer.as_json().print_list(&page, &page.entries),
            Format::Csv | Format::Table => printer.print_list(&page, &page.entries),
        }
    }
}

impl Printable for v1::RegisterEntry {
    const HEADINGS: &'static [&'static str] = &[
        "NUMBER",
        "FAMILY NAME",
        "GIVEN NAME",
        "NAME KK",
        "NAME RU",
        "NATIONALITY",
        "ORGANIZATION",
        "CATEGORY",
        "RIGHTS",
        "DECREE",
        "SESSION DATE",
        "IN FORCE",
        "SINCE",
    ];

    fn cells(&self) -> Vec<String> {
        let own = [&self.family_name, &self.given_name, &self.name_kk, &self.name_ru, &self.nationality];
        let mut cells = vec![self.number.to_string()];
        cells.extend(own.map(Clone::clone));
        cells.extend([
            self.organization_display_name.clone(),
            enum_label::<v1::Category>(self.category).to_owned(),
            if self.observer_rights { "observer" } else { "support" }.to_owned(),
            self.decree_number.clone(),
            self.session_date.clone(),
            if self.in_force { "yes" } else { "no" }.to_owned(),
            format_time(self.since_time),
        ]);
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A delegation chooses the names, and other organizations open the file.
    #[test]
    fn every_heading_has_its_cell_and_no_name_is_a_formula() {
        let entry = v1::RegisterEntry {
            number: 7,
            family_name: "=HYPERLINK(0)".to_owned(),
            category: v1::Category::Driver.into(),
            in_force: false,
            ..Default::default()
        };
        assert_eq!(entry.cells().len(), v1::RegisterEntry::HEADINGS.len());
        let sheet = csv_output::to_csv(v1::RegisterEntry::HEADINGS, &[entry.cells()]);
        assert_eq!(sheet.lines().nth(1), Some("7,'=HYPERLINK(0),,,,,,DRIVER,support,,,no,"));
    }
}
