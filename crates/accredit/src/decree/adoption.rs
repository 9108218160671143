//! `accredit decree check` and `accredit decree adopt`: whom a draft is about, and what would become of them.

use csv::{ReaderBuilder, StringRecord};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::named::by_name;
use crate::terminal::screen::{Resource as _, safe};
use crate::terminal::session::Session;

/// What stands in the service's list where there is nothing to say.
const NOTHING: [&str; 2] = ["", "—"];

/// Says whether a draft could be adopted, and changes nothing.
pub async fn check(session: &Session, name: String) -> Result<(), Failure> {
    let draft = session.client.get_decree(v1::GetDecreeRequest { name }).await?;
    if !session.screen.is_json() {
        show_people(session, &draft).await?;
    }
    let would = try_out(session, &draft).await?;
    if session.screen.is_json() {
        session.screen.show(&would)?;
    }
    session.screen.note(&format!("it could be adopted: {}; nothing was done", outcome(&would)));
    Ok(())
}

/// Adopts a draft: the one with the given etag, or the one that the person at the terminal has now seen and agreed to.
pub async fn adopt(session: &Session, name: String, etag: Option<String>) -> Result<(), Failure> {
    let etag = match etag {
        Some(etag) => etag,
        None => etag_agreed_to(session, &name).await?,
    };
    let request = v1::AdoptDecreeRequest { request_id: session.request_id(), name, etag, ..Default::default() };
    match session.client.adopt_decree(request.clone()).await {
        Ok(adopted) => session.screen.show(&adopted),
        Err(error) => Err(refused(session, request.name, error).await),
    }
}

/// Shows the draft, its people and what would become of them, and asks; what could not be adopted is not asked about.
async fn etag_agreed_to(session: &Session, name: &str) -> Result<String, Failure> {
    session.insist_on_a_person("--etag, as `show --json` printed it")?;
    let draft = session.client.get_decree(v1::GetDecreeRequest { name: name.to_owned() }).await?;
    session.screen.show_aside(draft.facts());
    show_people(session, &draft).await?;
    let would = try_out(session, &draft).await?;
    session.screen.note(&outcome(&would));
    session.agree("adopt this")?;
    Ok(draft.etag)
}

/// The decree as it would be if the draft were adopted now.
async fn try_out(session: &Session, draft: &v1::Decree) -> Result<v1::Decree, Failure> {
    let (request_id, name, etag) = (session.request_id(), draft.name.clone(), draft.etag.clone());
    let request = v1::AdoptDecreeRequest { request_id, name, etag, validate_only: true, ..Default::default() };
    let tried = session.client.adopt_decree(request).await;
    tried.map_err(|error| by_name(error, &super::lists(&draft.applications, &draft.proposals)))
}

/// Why a decree was not adopted, its items by the names that it lists.
async fn refused(session: &Session, name: String, error: client::Error) -> Failure {
    if error.violations().is_empty() {
        return error.into();
    }
    match session.client.get_decree(v1::GetDecreeRequest { name }).await {
        Ok(decree) => by_name(error, &super::lists(&decree.applications, &decree.proposals)),
        Err(_) => error.into(),
    }
}

/// How many would be decided which way, in words.
fn outcome(would: &v1::Decree) -> String {
    let ends = super::ends(would).into_iter().map(|(word, count)| format!(", {count} {word}"));
    let (accredited, refused) = (would.accredited_count, would.refused_count);
    format!("{accredited} would be accredited, {refused} refused{}", ends.collect::<String>())
}

/// Prints the people as the list to be signed has them.
async fn show_people(session: &Session, draft: &v1::Decree) -> Result<(), Failure> {
    let name = draft.name.clone();
    let (language, format) = (v1::Language::En.into(), v1::ListFormat::Csv.into());
    let request = v1::RenderDecreeListRequest { name, language, format };
    let list = session.client.render_decree_list(request).await?;
    let unreadable = |error: csv::Error| Failure::Local(format!("the list of the decree cannot be read: {error}"));
    let People { headings, rows } = People::read(&list.content).map_err(unreadable)?;
    if rows.is_empty() {
        return Ok(());
    }
    session.screen.table(&headings.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}

/// The table of a list; a column that says nothing of anybody is left out.
#[derive(Debug, PartialEq, Eq)]
struct People {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl People {
    fn read(file: &[u8]) -> Result<Self, csv::Error> {
        let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
        let mut reader = ReaderBuilder::new().from_reader(file);
        let headings = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        let says = |column: usize| rows.iter().any(|row| !NOTHING.contains(&&row[column]));
        let columns: Vec<usize> = (0..headings.len()).filter(|column| says(*column)).collect();
        let chosen = |row: &StringRecord| -> Vec<String> {
            // A tab keeps spreadsheet programs from calculating a cell.
            columns.iter().map(|column| row[*column].trim_start_matches('\t').to_owned()).collect()
        };
        let headings = chosen(&headings).iter().map(|heading| safe(&heading.to_uppercase())).collect();
        Ok(Self { headings, rows: rows.iter().map(chosen).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_without_what_it_says_of_nobody() {
        let file = "\u{feff}\"No.\",\"Accreditation number\",\"Name\",\"Ground\"\r\n\
                    \"1\",\"—\",\"MUELLER ANNA\",\"\"\r\n\"2\",\"—\",\"\t=SUM\",\"Twice, it \"\"says\"\"\"\r\n";
        let people = People::read(file.as_bytes()).expect("a table");
        assert_eq!(people.headings, ["NO.", "NAME", "GROUND"]);
        assert_eq!(people.rows, [["1", "MUELLER ANNA", ""], ["2", "=SUM", "Twice, it \"says\""]]);
    }
}
