//! `accredit decree check` and `accredit decree adopt`: the people of a draft, and what would be decided about each.
//!
//! An adoption decides about hundreds of people and cannot be undone. So both commands show the same list that will be
//! signed, and let the service validate everything before anybody is asked.

use csv::{ReaderBuilder, StringRecord};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::item_names::with_item_names;
use crate::terminal::printer::{Printable as _, escape};
use crate::terminal::session::Session;

/// The cells by which the service says that there is no value.
const EMPTY_CELLS: [&str; 2] = ["", "—"];

/// Shows whether a draft could be adopted. Changes nothing.
pub async fn check(session: &Session, name: String) -> Result<(), Failure> {
    let draft = session.client.get_decree(v1::GetDecreeRequest { name }).await?;
    if !session.printer.is_json() {
        show_people(session, &draft).await?;
    }
    let preview = validate_adoption(session, &draft).await?;
    if session.printer.is_json() {
        session.printer.print(&preview)?;
    }
    session.printer.message(&format!("it could be adopted: {}; nothing was done", outcome_in_words(&preview)));
    Ok(())
}

/// Adopts a draft: the version with the given etag, or the version that the person at the terminal saw and agreed to.
///
/// The etag is what makes an adoption escape. If anybody changes the draft after it was read, the service refuses.
pub async fn adopt(session: &Session, name: String, etag: Option<String>) -> Result<(), Failure> {
    let etag = match etag {
        Some(etag) => etag,
        None => confirm_draft(session, &name).await?,
    };
    let request = v1::AdoptDecreeRequest { request_id: session.request_id(), name, etag, ..Default::default() };
    match session.client.adopt_decree(request.clone()).await {
        Ok(adopted) => session.printer.print(&adopted),
        Err(error) => Err(name_refused_items(session, request.name, error).await),
    }
}

/// Shows the draft, its people and the outcome, then asks. Returns the etag of what was shown.
///
/// A draft that cannot be adopted fails here, before anybody is asked about it.
async fn confirm_draft(session: &Session, name: &str) -> Result<String, Failure> {
    session.require_terminal("--etag with the etag that `show --json` prints")?;
    let draft = session.client.get_decree(v1::GetDecreeRequest { name: name.to_owned() }).await?;
    session.printer.show_details(draft.details());
    show_people(session, &draft).await?;
    let preview = validate_adoption(session, &draft).await?;
    session.printer.message(&outcome_in_words(&preview));
    session.ask_yes_no("adopt this")?;
    Ok(draft.etag)
}

/// Lets the service validate the adoption. Returns the decree as it would be.
async fn validate_adoption(session: &Session, draft: &v1::Decree) -> Result<v1::Decree, Failure> {
    let (request_id, name, etag) = (session.request_id(), draft.name.clone(), draft.etag.clone());
    let request = v1::AdoptDecreeRequest { request_id, name, etag, validate_only: true, ..Default::default() };
    let tried = session.client.adopt_decree(request).await;
    tried.map_err(|error| with_item_names(error, &super::item_lists(&draft.applications, &draft.proposals)))
}

/// The refusal of an adoption, with the names of the items. The decree is read again because only its list has the
/// names.
async fn name_refused_items(session: &Session, name: String, error: client::Error) -> Failure {
    if error.violations().is_empty() {
        return error.into();
    }
    match session.client.get_decree(v1::GetDecreeRequest { name }).await {
        Ok(decree) => with_item_names(error, &super::item_lists(&decree.applications, &decree.proposals)),
        // The decree cannot be read, so the positions stay. The refusal itself matters more than the names.
        Err(_) => error.into(),
    }
}

/// How many people would be accredited, refused and so on, in words.
fn outcome_in_words(preview: &v1::Decree) -> String {
    let ends = super::ending_counts(preview).into_iter().map(|(word, count)| format!(", {count} {word}"));
    let (accredited, refused) = (preview.accredited_count, preview.refused_count);
    format!("{accredited} would be accredited, {refused} refused{}", ends.collect::<String>())
}

/// Prints the people of a draft, from the same list that will be signed. What is approved is then what is on paper.
async fn show_people(session: &Session, draft: &v1::Decree) -> Result<(), Failure> {
    let name = draft.name.clone();
    let (language, format) = (v1::Language::En.into(), v1::ListFormat::Csv.into());
    let request = v1::RenderDecreeListRequest { name, language, format };
    let list = session.client.render_decree_list(request).await?;
    let unreadable = |error: csv::Error| {
        Failure::Local(format!("cannot read the list of the decree from the service: {error}; report this as a bug"))
    };
    let PeopleTable { headings, rows } = PeopleTable::read(&list.content).map_err(unreadable)?;
    if rows.is_empty() {
        return Ok(());
    }
    session.printer.print_table(&headings.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}

/// The list of a decree as a table. A column without any value is left out, so that the rest fits the terminal.
#[derive(Debug, PartialEq, Eq)]
struct PeopleTable {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl PeopleTable {
    /// Reads the CSV file that the service renders.
    fn read(file: &[u8]) -> Result<Self, csv::Error> {
        // The service writes a byte order mark for spreadsheet programs. It would become part of the first heading.
        let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
        let mut reader = ReaderBuilder::new().from_reader(file);
        let headings = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        let has_values = |column: usize| rows.iter().any(|row| !EMPTY_CELLS.contains(&&row[column]));
        let columns: Vec<usize> = (0..headings.len()).filter(|column| has_values(*column)).collect();
        let chosen = |row: &StringRecord| -> Vec<String> {
            // The service puts a tab before a cell that a spreadsheet program would calculate. A terminal needs none.
            columns.iter().map(|column| row[*column].trim_start_matches('\t').to_owned()).collect()
        };
        let headings = chosen(&headings).iter().map(|heading| escape(&heading.to_uppercase())).collect();
        Ok(Self { headings, rows: rows.iter().map(chosen).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A draft has no accreditation numbers yet, so their column says nothing about anybody.
    #[test]
    fn empty_columns_are_left_out() {
        let file = "\u{feff}\"No.\",\"Accreditation number\",\"Name\",\"Ground\"\r\n\
                    \"1\",\"—\",\"MUELLER ANNA\",\"\"\r\n\"2\",\"—\",\"\t=SUM\",\"Twice, it \"\"says\"\"\"\r\n";
        let people = PeopleTable::read(file.as_bytes()).expect("a table");
        assert_eq!(people.headings, ["NO.", "NAME", "GROUND"]);
        assert_eq!(people.rows, [["1", "MUELLER ANNA", ""], ["2", "=SUM", "Twice, it \"says\""]]);
    }
}
