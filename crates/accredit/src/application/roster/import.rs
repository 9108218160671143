//! Imports a roster: reads it, compares it with the mission's applications, and sends the differences.
//!
//! Rows are independent of each other: a problem with one stops no other. An error that would hit every row, such as a
//! missing role, stops the import at once. It is safe to import again after any failure, because each row is compared
//! with what the service has.

use std::path::{Path, PathBuf};

use client::Code;
use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use roster::{Format, Limits, Problem, Roster, Row};
use wire::convert::application;
use wire::v1::{self, ApplicationState};

use super::documents::DocumentFiles;
use super::row_action::{ExistingApplications, RowAction, is_changeable_by_delegation};
use super::summary::{ImportSummary, problem_line, service_problems};
use super::{Import, create_file};
use crate::document::{LocalDocument, UploadFailure, upload};
use crate::terminal::failure::Failure;
use crate::terminal::session::{Session, new_id};

/// The number of rows that are sent at the same time. More would only wait for the service's own limits.
const MAX_CONCURRENT_ROWS: usize = 16;

/// Imports the roster and reports the result.
///
/// # Errors
///
/// Fails if a file cannot be read, if the service refuses everything, or if some rows were refused.
pub async fn run(import: &Import, session: &Session) -> Result<(), Failure> {
    let roster = read(&import.file)?;
    for header in &roster.ignored {
        session.printer.message(&format!("note: the column `{header}` is unknown and was not read"));
    }
    let documents = find_documents(import, &roster, session)?;
    let note = import.note.as_ref().map(|path| LocalDocument::read(v1::DocumentKind::NoteVerbale, path)).transpose()?;
    // All applications are read once. Reading each row alone would take one call for each person.
    let list = v1::ListApplicationsRequest { parent: import.mission.clone(), ..Default::default() };
    let existing = ExistingApplications::new(session.client.all_applications(list).await?);
    let run = ImportRun { import, session, existing: &existing, documents: &documents, note };
    let (summary, ended) = run.process_rows(&roster).await;
    report_summary(import, session, &roster, &summary)?;
    match ended {
        Some(failure) => {
            session.printer.message("the import stopped early; run the same command again, nobody is filed twice");
            Err(failure)
        }
        None if summary.bad_row_count(&roster) > 0 => Err(Failure::RowsRefused(summary.bad_row_count(&roster))),
        None => Ok(()),
    }
}

/// Reads the roster. A file above the limit is refused before it is read into memory.
fn read(path: &Path) -> Result<Roster, Failure> {
    let limits = Limits::default();
    let size = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?.len();
    if size > limits.bytes as u64 {
        let problem = format!("the roster has more than {} MiB; split it into several files", limits.bytes >> 20);
        return Err(Failure::file(path, problem));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, error))?;
    roster::read(&bytes, &limits).map_err(|problem| Failure::file(path, problem))
}

/// Finds the documents of the roster's people, and reports files that belong to none of them.
fn find_documents(import: &Import, roster: &Roster, session: &Session) -> Result<DocumentFiles, Failure> {
    let Some(directory) = &import.documents else { return Ok(DocumentFiles::default()) };
    let filings = roster.rows.iter().filter_map(|row| row.outcome.as_ref().ok());
    let numbers: Vec<&str> = filings.map(|filing| filing.identity.passport_number.expose().as_str()).collect();
    let documents = DocumentFiles::in_directory(directory, &numbers)?;
    for path in &documents.unmatched {
        session.printer.message(&format!("note: {} belongs to nobody in this roster", path.display()));
    }
    Ok(documents)
}

/// Everything that a row is processed with.
struct ImportRun<'a> {
    import: &'a Import,
    session: &'a Session,
    existing: &'a ExistingApplications,
    documents: &'a DocumentFiles,
    /// The scan of the note verbale, if the list came on paper.
    note: Option<LocalDocument>,
}

/// What was done with one row.
struct ProcessedRow {
    /// Whether the application was created, updated or left.
    change: RowChange,
    /// Whether the application had lapsed.
    lapsed: bool,
    /// Whether it was submitted, or why not. If this fails, the application stays filed.
    submitted: Result<bool, RowError>,
}

/// The change that one row caused.
enum RowChange {
    Created,
    Updated,
    Unchanged,
}

/// Why a row was not processed.
enum RowError {
    /// The row has problems. The other rows go on.
    Rejected(Vec<Problem>),
    /// The same error awaits every row, such as a missing role. The import stops.
    Abort(Failure),
}

impl ImportRun<'_> {
    /// Processes every readable row, until all are done or an error occurs that every other row would meet too.
    async fn process_rows(&self, roster: &Roster) -> (ImportSummary, Option<Failure>) {
        let content = |row: &Row| Some((row.number, application::content(row.outcome.as_ref().ok()?)));
        let good: Vec<_> = roster.rows.iter().filter_map(content).collect();
        let bar = progress(good.len());
        let mut under_way = stream::iter(good)
            .map(|(number, content)| async move { (number, self.process_row(number, content).await) });
        let mut summary = ImportSummary::default();
        // The rows finish in any order; the report sorts the problems by row.
        let mut running = std::pin::pin!(under_way.by_ref().buffer_unordered(MAX_CONCURRENT_ROWS));
        let mut ended = None;
        while let Some((number, done)) = running.next().await {
            bar.inc(1);
            match done {
                Ok(done) => ended = summary.count(number, done),
                Err(error) => ended = summary.record_error(number, error),
            }
            if ended.is_some() {
                break;
            }
        }
        bar.finish_and_clear();
        (summary, ended)
    }

    /// Processes one row: reads its documents, sends the content, uploads, and submits if asked to.
    async fn process_row(&self, number: u32, mut content: v1::Application) -> Result<ProcessedRow, RowError> {
        let row =
            |message: String| RowError::Rejected(vec![Problem { column: None, cell: number.to_string(), message }]);
        let mut scans = Vec::new();
        let passport = content.person.as_ref().and_then(|person| person.passport.as_ref());
        let passport = passport.map(|passport| passport.number.clone()).unwrap_or_default();
        for (kind, path) in self.documents.for_passport(&passport).map_err(row)? {
            scans.push(LocalDocument::read(kind, path).map_err(|failure| row(failure.lines().join(" ")))?);
        }
        scans.extend(self.note.clone());
        content.documents = scans.iter().map(|scan| scan.declared.clone()).collect();
        self.import.paper.apply_to(&mut content);
        let action = self.existing.action(content);
        let lapsed = action.is_lapsed();
        let (change, application) = match action {
            RowAction::Create(content) => (RowChange::Created, self.create(content).await),
            RowAction::Update { filed, content } => (RowChange::Updated, self.update(&filed, content).await),
            RowAction::Keep(filed) => (RowChange::Unchanged, self.keep(*filed).await),
            RowAction::Locked(filed) => {
                let state = filed.state().as_str_name().trim_start_matches("APPLICATION_STATE_").to_lowercase();
                return Err(row(format!(
                    "This application is {state} already, and the roster says something else. Withdraw it and import \
                     again, or restore the row as it was filed ({}).",
                    filed.name
                )));
            }
        };
        let application = application.map_err(|error| row_error(number, error))?;
        let submitted = match self.upload(number, &application, scans).await {
            Ok(()) => self.submit(&application).await.map_err(|error| row_error(number, error)),
            Err(error) => Err(error),
        };
        Ok(ProcessedRow { change, lapsed, submitted })
    }

    /// Uploads the declared documents that the service does not have yet, while the delegation can change them.
    async fn upload(
        &self,
        number: u32,
        application: &v1::Application,
        mut scans: Vec<LocalDocument>,
    ) -> Result<(), RowError> {
        if self.import.dry_run || scans.is_empty() || !is_changeable_by_delegation(application) {
            return Ok(());
        }
        let client = &self.session.client;
        let list = v1::ListDocumentsRequest { parent: application.name.clone() };
        let kept = client.list_documents(list).await.map_err(|error| row_error(number, error))?.documents;
        scans.retain(|LocalDocument { declared, .. }| {
            // The digest is part of the comparison, so a corrected scan is uploaded again.
            kept.iter().all(|kept| (kept.kind, &kept.sha256) != (declared.kind, &declared.sha256))
        });
        upload(client, &application.name, &scans).await.map_err(|UploadFailure { file, error }| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match row_error(number, error) {
                RowError::Rejected(mut problems) => {
                    problems.iter_mut().for_each(|problem| problem.message = format!("{name}: {}", problem.message));
                    RowError::Rejected(problems)
                }
                abort => abort,
            }
        })
    }

    /// Creates an application from a row. A dry run only lets the service validate it.
    async fn create(&self, content: v1::Application) -> Result<v1::Application, client::Error> {
        let request = v1::CreateApplicationRequest {
            request_id: self.existing.request_id(&self.import.mission, &content),
            parent: self.import.mission.clone(),
            application: Some(content),
            validate_only: self.import.dry_run,
        };
        self.session.client.create_application(request).await
    }

    /// Updates an application from a row. The etag makes the service refuse if somebody changed it in between.
    async fn update(
        &self,
        filed: &v1::Application,
        content: v1::Application,
    ) -> Result<v1::Application, client::Error> {
        let request = v1::UpdateApplicationRequest {
            request_id: new_id().to_string(),
            name: filed.name.clone(),
            etag: filed.etag.clone(),
            application: Some(content),
            validate_only: self.import.dry_run,
        };
        self.session.client.update_application(request).await
    }

    /// Leaves the application as it is.
    ///
    /// A dry run cannot know whether a lapsed application may be submitted again. So it lets the service validate an
    /// update without changes, which is refused after the cutoff.
    async fn keep(&self, filed: v1::Application) -> Result<v1::Application, client::Error> {
        if self.import.dry_run && self.import.submit && filed.state() == ApplicationState::Lapsed {
            self.update(&filed, filed.clone()).await?;
        }
        Ok(filed)
    }

    /// Submits the application if that was asked for and is possible. Returns whether it was, or in a dry run would be.
    async fn submit(&self, application: &v1::Application) -> Result<bool, client::Error> {
        if !self.import.submit || !is_changeable_by_delegation(application) {
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

/// Tells an error of one row from an error that every row would meet.
fn row_error(number: u32, error: client::Error) -> RowError {
    const ROW_REASONS: [&str; 11] = [
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
    let is_of_row = error.reason().is_some_and(|reason| ROW_REASONS.contains(&reason));
    // A role that the caller lacks is missing for every row, whatever the reason says.
    if is_of_row && error.code() != Some(Code::PermissionDenied) {
        RowError::Rejected(service_problems(number, &error))
    } else {
        RowError::Abort(error.into())
    }
}

impl ImportSummary {
    /// Counts a processed row. Returns the failure that ends the import, if there is one.
    fn count(&mut self, number: u32, done: ProcessedRow) -> Option<Failure> {
        let counter = match done.change {
            RowChange::Created => &mut self.filed,
            RowChange::Updated => &mut self.updated,
            RowChange::Unchanged => &mut self.unchanged,
        };
        *counter += 1;
        self.lapsed += usize::from(done.lapsed);
        match done.submitted {
            Ok(submitted) => {
                self.submitted += usize::from(submitted);
                None
            }
            Err(error) => self.record_error(number, error),
        }
    }

    /// Records the problems of a row, or returns the failure that ends the import.
    fn record_error(&mut self, number: u32, error: RowError) -> Option<Failure> {
        match error {
            RowError::Rejected(problems) => {
                self.refused.insert(number, problems);
                None
            }
            RowError::Abort(failure) => Some(failure),
        }
    }
}

/// The progress bar. indicatif hides it if stderr is no terminal.
fn progress(rows: usize) -> ProgressBar {
    let bar = ProgressBar::new(rows as u64);
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos:>5}/{len:<5} {eta}");
    bar.set_style(style.expect("the template is one"));
    bar.set_message("rows");
    bar
}

/// Prints the problems and the summary, and writes the file with the bad rows.
fn report_summary(import: &Import, session: &Session, roster: &Roster, summary: &ImportSummary) -> Result<(), Failure> {
    for (_, problem) in summary.problems(roster) {
        session.printer.message(&problem_line(problem));
    }
    let (text, json) = (summary.text(roster, import.dry_run), summary.json(roster, import.dry_run));
    session.printer.print_summary(&text, &json)?;
    if summary.lapsed > 0 && !import.submit {
        session.printer.message(
            "note: add --submit to submit the lapsed applications again; this works after the submission cutoff was \
             moved and until the new one",
        );
    }
    if summary.bad_row_count(roster) == 0 {
        return Ok(());
    }
    let path = import.bad_rows.clone().unwrap_or_else(|| bad_rows_path(&import.file, roster.format));
    create_file(&path, &roster::bad_rows(roster, &summary.refused))?;
    session
        .printer
        .message(&format!("the bad rows are in {}; correct them there and import that file", path.display()));
    Ok(())
}

/// The first free name beside the roster, as in `roster-to-mend.xlsx`. An earlier file of bad rows is kept.
fn bad_rows_path(path: &Path, format: Format) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // A corrected file of bad rows may have bad rows again. Its name must not grow with each round.
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
