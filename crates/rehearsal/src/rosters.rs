//! Writes a delegation's list as a secretary would, and reads it as the command-line tool does.

use anyhow::{anyhow, ensure};
use roster::{Column, Language, Limits};
use wire::convert::application;
use wire::v1;

use crate::filing;

/// A delegation's list, as an XLSX workbook.
pub fn write(applications: &[&v1::Application]) -> Vec<u8> {
    let rows: Vec<_> = applications.iter().map(|application| row(application)).collect();
    roster::list(Language::En, &rows)
}

/// Reads a list. Returns an application for each row, with the documents that every application has.
///
/// # Errors
///
/// Fails at an unknown column or at a row with a problem, because [`write()`] makes neither.
pub fn read(bytes: &[u8]) -> anyhow::Result<Vec<v1::Application>> {
    let read = roster::read(bytes, &Limits::default())?;
    ensure!(read.ignored.is_empty(), "the list has unknown columns: {:?}", read.ignored);
    let content = |row: roster::Row| {
        let filing = row.outcome.map_err(|problems| anyhow!("row {}: {problems:?}", row.number))?;
        let mut content = application::content(&filing);
        content.documents = filing::documents_of(&content.person.clone().unwrap_or_default());
        Ok(content)
    };
    read.rows.into_iter().map(content).collect()
}

/// The cells of an application, in the order of the columns.
fn row(application: &v1::Application) -> [String; Column::ALL.len()] {
    let person = application.person.clone().unwrap_or_default();
    let passport = person.passport.clone().unwrap_or_default();
    Column::ALL.map(|column| match column {
        Column::Category => application.category().as_str_name().trim_start_matches("CATEGORY_").to_owned(),
        Column::FamilyName => person.family_name.clone(),
        Column::GivenName => person.given_name.clone(),
        Column::NativeName => person.native_name.clone(),
        Column::NameKk => person.name_kk.clone(),
        Column::NameRu => person.name_ru.clone(),
        Column::Nationality => person.nationality.clone(),
        Column::BirthDate => person.birth_date.clone(),
        Column::Sex => person.sex().as_str_name().to_owned(),
        Column::PassportNumber => passport.number.clone(),
        Column::IssuingState => passport.issuing_state.clone(),
        Column::PassportExpiry => passport.expiry_date.clone(),
        Column::Mrz => passport.mrz.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::People;

    /// Otherwise the server would hold other content than the plan, and duplicates would not be found.
    #[test]
    fn everyone_is_read_as_they_were_written() {
        let mut people = People::new(7);
        let states = ["FRA", "KAZ", "RUS", "CHN", "ISL", "TUR", "AZE", "MNG"];
        let person = |number: usize| people.person(states[number % states.len()]);
        let written: Vec<_> =
            (0..400).map(person).map(|person| filing::application(v1::Category::Diplomat, person)).collect();
        let read = read(&write(&written.iter().collect::<Vec<_>>())).expect("a roster");
        assert!(read == written);
    }
}
