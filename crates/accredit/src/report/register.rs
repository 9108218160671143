//! `accredit register`: the public register, for people, spreadsheets and programs.

use clap::{ArgAction, Args, ValueEnum};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::sheet;
use crate::terminal::words::{one_of, time, word};

/// Lists who was accredited and whether that is in force. Everyone who may call the service reads the same.
#[derive(Debug, Args)]
pub struct Register {
    /// The election's code or name.
    election: String,
    /// Only people of this organization, by its code or name.
    #[arg(long)]
    organization: Option<String>,
    /// Only this category.
    #[arg(long, value_parser = one_of::<v1::Category>())]
    category: Option<v1::Category>,
    /// Only what is in force (true), or only what no longer is (false).
    #[arg(long, value_name = "TRUE_OR_FALSE", action = ArgAction::Set)]
    in_force: Option<bool>,
    /// Only the accreditation of this number.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=999_999_999))]
    number: Option<i64>,
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
}

impl Register {
    /// Reads all of it that is asked for, and prints it.
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
        let screen = session.screen;
        match self.format {
            Format::Csv if !screen.is_json() => {
                let rows: Vec<_> = page.entries.iter().map(Resource::cells).collect();
                screen.lines(&sheet::csv(v1::RegisterEntry::HEADINGS, &rows))
            }
            Format::Json => screen.as_json().list(&page, &page.entries),
            Format::Csv | Format::Table => screen.list(&page, &page.entries),
        }
    }
}

impl Resource for v1::RegisterEntry {
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
            word::<v1::Category>(self.category).to_owned(),
            if self.observer_rights { "observer" } else { "support" }.to_owned(),
            self.decree_number.clone(),
            self.session_date.clone(),
            if self.in_force { "yes" } else { "no" }.to_owned(),
            time(self.since_time),
        ]);
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
    fn every_heading_has_its_cell_and_no_name_is_a_formula() {
        let entry = v1::RegisterEntry {
            number: 7,
            family_name: "=HYPERLINK(0)".to_owned(),
            category: v1::Category::Driver.into(),
            in_force: false,
            ..Default::default()
        };
        assert_eq!(entry.cells().len(), v1::RegisterEntry::HEADINGS.len());
        let sheet = sheet::csv(v1::RegisterEntry::HEADINGS, &[entry.cells()]);
        assert_eq!(sheet.lines().nth(1), Some("7,'=HYPERLINK(0),,,,,,DRIVER,support,,,no,"));
    }
}
