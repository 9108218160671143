//! Reads a roster, sees what of it is filed already, and files the rest.

use std::path::{Path, PathBuf};

use client::Code;
use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use roster::{Format, Limits, Problem, Roster, Row};
use wire::convert::application;
use wire::v1::{self, ApplicationState};

use super::documents::Documents;
use super::filing::{Filed, Step, is_with_the_delegation};
use super::outcome::{Outcome, line, of_service};
use super::{Import, create};
use crate::document::{NotUploaded, Scan, upload};
use crate::terminal::failure::Failure;
use crate::terminal::session::{Session, new_id};

/// How many rows are under way at once.
const AT_ONCE: usize = 16;

pub async fn run(import: &Import, session: &Session) -> Result<(), Failure> {
    let roster = read(&import.file)?;
    for header in &roster.ignored {
        session.screen.note(&format!("note: the column `{header}` is not known and not read"));
    }
    let documents = find_documents(import, &roster, session)?;
    let note = import.note.as_ref().map(|path| Scan::read(v1::DocumentKind::NoteVerbale, path)).transpose()?;
    let list = v1::ListApplicationsRequest { parent: import.mission.clone(), ..Default::default() };
    let filed = Filed::new(session.client.all_applications(list).await?);
    let work = Work { import, session, filed: &filed, documents: &documents, note };
    let (outcome, ended) = work.all(&roster).await;
    report(import, session, &roster, &outcome)?;
    match ended {
        Some(failure) => {
            session.screen.note("the import ended early; run the same command again: nobody is filed twice");
            Err(failure)
        }
        None if outcome.bad(&roster) > 0 => Err(Failure::BadRows(outcome.bad(&roster))),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<Roster, Failure> {
    let limits = Limits::default();
    let size = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?.len();
    if size > limits.bytes as u64 {
        let problem = format!("expected at most {} MiB; split the roster", limits.bytes >> 20);
        return Err(Failure::file(path, problem));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, error))?;
    roster::read(&bytes, &limits).map_err(|problem| Failure::file(path, problem))
}

fn find_documents(import: &Import, roster: &Roster, session: &Session) -> Result<Documents, Failure> {
    let Some(directory) = &import.documents else { return Ok(Documents::default()) };
    let filings = roster.rows.iter().filter_map(|row| row.outcome.as_ref().ok());
    let numbers: Vec<&str> = filings.map(|filing| filing.identity.passport_number.expose().as_str()).collect();
    let documents = Documents::in_directory(directory, &numbers)?;
    for path in &documents.unknown {
        session.screen.note(&format!("note: {} is nobody's document in this roster", path.display()));
    }
    Ok(documents)
}

/// What every row is worked on with.
struct Work<'a> {
    import: &'a Import,
    session: &'a Session,
    filed: &'a Filed,
    documents: &'a Documents,
    /// The note that brought them all on paper.
    note: Option<Scan>,
}

/// What was done with one row.
struct Done {
    step: Change,
    /// Whether its application had lapsed.
    lapsed: bool,
    /// Whether it was submitted, or what stood in the way: what was filed stays filed.
    submitted: Result<bool, Trouble>,
}

enum Change {
    Filed,
    Mended,
    Unchanged,
}

/// Why a row was not done.
enum Trouble {
    /// Something is wrong with the row.
    Row(Vec<Problem>),
    /// Something is wrong with every row.
    All(Failure),
}

impl Work<'_> {
    /// Works on every good row, until all are done or the service says what would be said to each.
    async fn all(&self, roster: &Roster) -> (Outcome, Option<Failure>) {
        let content = |row: &Row| Some((row.number, application::content(row.outcome.as_ref().ok()?)));
        let good: Vec<_> = roster.rows.iter().filter_map(content).collect();
        let bar = progress(good.len());
        let mut under_way =
            stream::iter(good).map(|(number, content)| async move { (number, self.one(number, content).await) });
        let mut outcome = Outcome::default();
        let mut running = std::pin::pin!(under_way.by_ref().buffer_unordered(AT_ONCE));
        let mut ended = None;
        while let Some((number, done)) = running.next().await {
            bar.inc(1);
            match done {
                Ok(done) => ended = outcome.count(number, done),
                Err(trouble) => ended = outcome.trouble(number, trouble),
            }
            if ended.is_some() {
                break;
            }
        }
        bar.finish_and_clear();
        (outcome, ended)
    }

    async fn one(&self, number: u32, mut content: v1::Application) -> Result<Done, Trouble> {
        let row = |message: String| Trouble::Row(vec![Problem { column: None, cell: number.to_string(), message }]);
        let mut scans = Vec::new();
        let passport = content.person.as_ref().and_then(|person| person.passport.as_ref());
        let passport = passport.map(|passport| passport.number.clone()).unwrap_or_default();
        for (kind, path) in self.documents.of(&passport).map_err(row)? {
            scans.push(Scan::read(kind, path).map_err(|failure| row(failure.lines().join(" ")))?);
        }
        scans.extend(self.note.clone());
        content.documents = scans.iter().map(|scan| scan.declared.clone()).collect();
        self.import.paper.onto(&mut content);
        let step = self.filed.step(content);
        let lapsed = step.had_lapsed();
        let (step, application) = match step {
            Step::File(content) => (Change::Filed, self.file(content).await),
            Step::Mend { filed, content } => (Change::Mended, self.mend(&filed, content).await),
            Step::Keep(filed) => (Change::Unchanged, self.keep(*filed).await),
            Step::TooLate(filed) => {
                let state = filed.state().as_str_name().trim_start_matches("APPLICATION_STATE_").to_lowercase();
                return Err(row(format!(
                    "This person is {state} already and the roster says something else. Withdraw the application and \
                     import again, or make the row as it was filed ({}).",
                    filed.name
                )));
            }
        };
        let application = application.map_err(|error| trouble(number, error))?;
        let submitted = match self.upload(number, &application, scans).await {
            Ok(()) => self.submit(&application).await.map_err(|error| trouble(number, error)),
            Err(trouble) => Err(trouble),
        };
        Ok(Done { step, lapsed, submitted })
    }

    /// Uploads what is declared and is not there, while the delegation can.
    async fn upload(&self, number: u32, application: &v1::Application, mut scans: Vec<Scan>) -> Result<(), Trouble> {
        if self.import.dry_run || scans.is_empty() || !is_with_the_delegation(application) {
            return Ok(());
        }
        let client = &self.session.client;
        let list = v1::ListDocumentsRequest { parent: application.name.clone() };
        let kept = client.list_documents(list).await.map_err(|error| trouble(number, error))?.documents;
        scans.retain(|Scan { declared, .. }| {
            kept.iter().all(|kept| (kept.kind, &kept.sha256) != (declared.kind, &declared.sha256))
        });
        upload(client, &application.name, &scans).await.map_err(|NotUploaded { file, error }| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match trouble(number, error) {
                Trouble::Row(mut problems) => {
                    problems.iter_mut().for_each(|problem| problem.message = format!("{name}: {}", problem.message));
                    Trouble::Row(problems)
                }
                all => all,
            }
        })
    }

    async fn file(&self, content: v1::Application) -> Result<v1::Application, client::Error> {
        let request = v1::CreateApplicationRequest {
            request_id: self.filed.request_id(&self.import.mission, &content),
            parent: self.import.mission.clone(),
            application: Some(content),
            validate_only: self.import.dry_run,
        };
        self.session.client.create_application(request).await
    }

    async fn mend(&self, filed: &v1::Application, content: v1::Application) -> Result<v1::Application, client::Error> {
        let request = v1::UpdateApplicationRequest {
            request_id: new_id().to_string(),
            name: filed.name.clone(),
            etag: filed.etag.clone(),
            application: Some(content),
            validate_only: self.import.dry_run,
        };
        self.session.client.update_application(request).await
    }

    /// Leaves it as it is. Whether what has lapsed can be submitted again, a dry run hears from the service.
    async fn keep(&self, filed: v1::Application) -> Result<v1::Application, client::Error> {
        if self.import.dry_run && self.import.submit && filed.state() == ApplicationState::Lapsed {
            self.mend(&filed, filed.clone()).await?;
        }
        Ok(filed)
    }

    async fn submit(&self, application: &v1::Application) -> Result<bool, client::Error> {
        if !self.import.submit || !is_with_the_delegation(application) {
            return Ok(false);
        }
        if !self.import.dry_run {
            let (name, etag) = (application.name.clone(), application.etag.clone());
            let request = v1::SubmitApplicationRequest { request_id: new_id().to_string(), name, etag };
            self.session.client.submit_application(request).await?;
        }
        Ok(true)
    }
}

/// What is said of one row concerns it alone; anything else would be said of every row.
fn trouble(number: u32, error: client::Error) -> Trouble {
    const OF_A_ROW: [&str; 11] = [
        "INVALID_REQUEST",
        "ALREADY_EXISTS",
        "DOCUMENTS_MISSING",
        "DOCUMENTS_NOT_UPLOADED",
        "UNACCEPTABLE_DOCUMENT",
        "TOO_MANY_DOCUMENTS",
        "ILLEGAL_TRANSITION",
        "ETAG_MISMATCH",
        "QUOTA_EXCEEDED",
        "REQUEST_ID_REUSED",
        "NOT_FOUND",
    ];
    let of_row = error.reason().is_some_and(|reason| OF_A_ROW.contains(&reason));
    if of_row && error.code() != Some(Code::PermissionDenied) {
        Trouble::Row(of_service(number, &error))
    } else {
        Trouble::All(error.into())
    }
}

impl Outcome {
    fn count(&mut self, number: u32, done: Done) -> Option<Failure> {
        let counter = match done.step {
            Change::Filed => &mut self.filed,
            Change::Mended => &mut self.mended,
            Change::Unchanged => &mut self.unchanged,
        };
        *counter += 1;
        self.lapsed += usize::from(done.lapsed);
        match done.submitted {
            Ok(submitted) => {
                self.submitted += usize::from(submitted);
                None
            }
            Err(trouble) => self.trouble(number, trouble),
        }
    }

    fn trouble(&mut self, number: u32, trouble: Trouble) -> Option<Failure> {
        match trouble {
            Trouble::Row(problems) => {
                self.refused.insert(number, problems);
                None
            }
            Trouble::All(failure) => Some(failure),
        }
    }
}

fn progress(rows: usize) -> ProgressBar {
    let bar = ProgressBar::new(rows as u64);
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos:>5}/{len:<5} {eta}");
    bar.set_style(style.expect("the template is one"));
    bar.set_message("rows");
    bar
}

fn report(import: &Import, session: &Session, roster: &Roster, outcome: &Outcome) -> Result<(), Failure> {
    for (_, problem) in outcome.problems(roster) {
        session.screen.note(&line(problem));
    }
    let (text, json) = (outcome.text(roster, import.dry_run), outcome.json(roster, import.dry_run));
    session.screen.summary(&text, &json)?;
    if outcome.lapsed > 0 && !import.submit {
        session.screen.note(
            "note: what has lapsed is submitted again with --submit, once the election's submission cutoff was moved and \
             while it has not passed",
        );
    }
    if outcome.bad(roster) == 0 {
        return Ok(());
    }
    let path = import.bad_rows.clone().unwrap_or_else(|| beside(&import.file, roster.format));
    create(&path, &roster::bad_rows(roster, &outcome.refused))?;
    session.screen.note(&format!("the bad rows are in {}: mend them there and import that file", path.display()));
    Ok(())
}

/// A file beside the roster that is not there yet.
fn beside(path: &Path, format: Format) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let stem = stem.split("-to-mend").next().unwrap_or(&stem);
    let extension = match format {
        Format::Xlsx => "xlsx",
        Format::Csv { .. } => "csv",
    };
    let name = |number: u32| match number {
        1 => format!("{stem}-to-mend.{extension}"),
        _ => format!("{stem}-to-mend-{number}.{extension}"),
    };
    let mut names = (1..).map(|number| path.with_file_name(name(number)));
    names.find(|free| !free.exists()).expect("numbers do not end")
}
