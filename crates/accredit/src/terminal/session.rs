//! One run of the tool: the connection, the printer, the request id, and the questions to the person at the terminal.
//!
//! Two rules protect a person from mistakes. A decision names the etag of what was read, and an irreversible change is
//! shown and confirmed first. A program has no eyes, so it must pass the etag or `--yes`.

use std::cell::OnceCell;
use std::io::{IsTerminal as _, stderr, stdin, stdout};

use client::{Client, Profile};
use uuid::Uuid;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::printer::{Details, Printable, Printer};

/// Everything that a command needs to run.
pub struct Session {
    /// The client of the service.
    pub client: Client,
    /// The printer for results, messages and questions.
    pub printer: Printer,
    /// The request id from `--request-id`.
    requested_id: Option<Uuid>,
    /// The request id that was sent, once a change was attempted.
    sent_id: OnceCell<Uuid>,
}

impl Session {
    /// Prepares the run. The first call opens the connection.
    pub fn new(profile: &Profile, printer: Printer, request_id: Option<Uuid>) -> Result<Self, Failure> {
        Ok(Self { client: Client::new(profile)?, printer, requested_id: request_id, sent_id: OnceCell::new() })
    }

    /// The request id for the one change of this run: the one from `--request-id`, or a new one.
    ///
    /// Every call returns the same id. The service then makes a repeated change only once.
    pub fn request_id(&self) -> String {
        self.sent_id.get_or_init(|| self.requested_id.unwrap_or_else(new_id)).to_string()
    }

    /// The request id that was sent; `None` if the command has attempted no change.
    pub fn sent_request_id(&self) -> Option<Uuid> {
        self.sent_id.get().copied()
    }

    /// The etag of the application that a decision is about.
    ///
    /// With `--etag` it is that one. Otherwise the person at the terminal sees the application and agrees first. The
    /// etag makes the service refuse the decision if the application changes in between.
    pub async fn application_etag(&self, given: Option<String>, name: &str, verb: &str) -> Result<String, Failure> {
        let read = self.client.get_application(v1::GetApplicationRequest { name: name.to_owned() });
        self.confirm_etag(given, read, verb, |application| application.etag).await
    }

    /// The etag of the amendment that a decision is about, in the same way.
    pub async fn amendment_etag(&self, given: Option<String>, name: &str, verb: &str) -> Result<String, Failure> {
        let read = self.client.get_amendment(v1::GetAmendmentRequest { name: name.to_owned() });
        self.confirm_etag(given, read, verb, |amendment| amendment.etag).await
    }

    /// Returns the given etag; without one, shows the resource, asks, and returns the etag of what was shown.
    async fn confirm_etag<R: Printable>(
        &self,
        given: Option<String>,
        read: impl Future<Output = Result<R, client::Error>>,
        verb: &str,
        etag: fn(R) -> String,
    ) -> Result<String, Failure> {
        if let Some(etag) = given {
            return Ok(etag);
        }
        self.require_terminal("--etag with the etag that `show --json` prints")?;
        let resource = read.await?;
        self.show_and_ask(resource.details(), &format!("{verb} this"))?;
        Ok(etag(resource))
    }

    /// Asks before a change that nobody can undo and that has no etag. `--yes` skips the question.
    ///
    /// Fails without a terminal, because then nobody sees what is about to happen.
    pub async fn confirm<R>(
        &self,
        yes: bool,
        read: impl Future<Output = Result<R, client::Error>>,
        describe: impl FnOnce(&R) -> (Details, String),
    ) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        self.require_terminal("--yes")?;
        let (details, question) = describe(&read.await?);
        self.show_and_ask(details, &question)
    }

    /// Makes the person type a name before an irreversible change. A y pressed by mistake must not be enough.
    pub fn confirm_by_name(&self, name: &str, what: &str) -> Result<(), Failure> {
        if !stdin().is_terminal() {
            self.printer.message("nobody can be asked without a terminal; give --yes to do it without a question");
            return Err(Failure::Declined);
        }
        self.printer.prompt(&format!("{what}. Type the name {name} to continue: "));
        let mut answer = String::new();
        stdin()
            .read_line(&mut answer)
            .map_err(|error| Failure::Local(format!("cannot read the answer from stdin: {error}")))?;
        // The whole name must match. A part of it would be typed by habit.
        if answer.trim() == name { Ok(()) } else { Err(Failure::Declined) }
    }

    /// Fails unless a person can see the tables and answer. A program has to pass `flag` instead.
    pub fn require_terminal(&self, flag: &str) -> Result<(), Failure> {
        // All three streams count: the person answers on stdin, reads the details on stderr, and the tables on stdout.
        let terminal = stdin().is_terminal() && stderr().is_terminal() && stdout().is_terminal();
        if terminal && !self.printer.is_json() {
            return Ok(());
        }
        Err(Failure::Usage(format!("nobody can be asked without a terminal; give {flag}")))
    }

    /// Shows the details and asks for a yes.
    fn show_and_ask(&self, details: Details, question: &str) -> Result<(), Failure> {
        self.printer.show_details(details);
        self.ask_yes_no(question)
    }

    /// Asks a yes-or-no question. Anything but y, Y and yes counts as no.
    pub fn ask_yes_no(&self, question: &str) -> Result<(), Failure> {
        self.printer.prompt(&format!("{question}? [y/N] "));
        let mut answer = String::new();
        stdin()
            .read_line(&mut answer)
            .map_err(|error| Failure::Local(format!("cannot read the answer from stdin: {error}")))?;
        if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
    }
}

/// A new random id.
#[expect(clippy::disallowed_methods, reason = "this is the edge where ids are made")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
