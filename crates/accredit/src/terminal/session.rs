//! One invocation: who calls, where it prints, under which request id.

use std::cell::OnceCell;
use std::io::{IsTerminal as _, stderr, stdin, stdout};

use client::{Client, Profile};
use uuid::Uuid;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::screen::{Facts, Resource, Screen};

/// What a command works with.
pub struct Session {
    /// The service.
    pub client: Client,
    /// The output.
    pub screen: Screen,
    given_id: Option<Uuid>,
    used_id: OnceCell<Uuid>,
}

impl Session {
    /// Gets ready to call; connects with the first call.
    pub fn new(profile: &Profile, screen: Screen, request_id: Option<Uuid>) -> Result<Self, Failure> {
        Ok(Self { client: Client::new(profile)?, screen, given_id: request_id, used_id: OnceCell::new() })
    }

    /// The request id of this invocation's one change.
    pub fn request_id(&self) -> String {
        self.used_id.get_or_init(|| self.given_id.unwrap_or_else(new_id)).to_string()
    }

    /// The request id, if there was a change to be made.
    pub fn request_id_used(&self) -> Option<Uuid> {
        self.used_id.get().copied()
    }

    /// The etag that a decision on an application names: the one given, or that of what the person at the terminal has
    /// now seen and agreed to.
    pub async fn application_etag(&self, given: Option<String>, name: &str, verb: &str) -> Result<String, Failure> {
        let read = self.client.get_application(v1::GetApplicationRequest { name: name.to_owned() });
        self.etag(given, read, verb, |application| application.etag).await
    }

    /// The same for an amendment.
    pub async fn amendment_etag(&self, given: Option<String>, name: &str, verb: &str) -> Result<String, Failure> {
        let read = self.client.get_amendment(v1::GetAmendmentRequest { name: name.to_owned() });
        self.etag(given, read, verb, |amendment| amendment.etag).await
    }

    async fn etag<R: Resource>(
        &self,
        given: Option<String>,
        read: impl Future<Output = Result<R, client::Error>>,
        verb: &str,
        etag: fn(R) -> String,
    ) -> Result<String, Failure> {
        if let Some(etag) = given {
            return Ok(etag);
        }
        self.insist_on_a_person("--etag, as `show --json` printed it")?;
        let resource = read.await?;
        self.agreed(resource.facts(), &format!("{verb} this"))?;
        Ok(etag(resource))
    }

    /// Goes on to what cannot be taken back and names no etag: with `--yes`, or once the person at the terminal has seen
    /// what it is about and agreed.
    pub async fn confirmed<R>(
        &self,
        yes: bool,
        read: impl Future<Output = Result<R, client::Error>>,
        told: impl FnOnce(&R) -> (Facts, String),
    ) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        self.insist_on_a_person("--yes")?;
        let (facts, question) = told(&read.await?);
        self.agreed(facts, &question)
    }

    /// Asks a person to type a name, so that nobody does by mistake what cannot be undone.
    pub fn insist_on_name(&self, name: &str, what: &str) -> Result<(), Failure> {
        if !stdin().is_terminal() {
            self.screen.note("give --yes: without a terminal nobody is asked");
            return Err(Failure::Declined);
        }
        self.screen.ask(&format!("{what}. Type its name, {name}, to go on: "));
        let mut answer = String::new();
        stdin().read_line(&mut answer).map_err(|error| Failure::Local(format!("stdin: {error}")))?;
        if answer.trim() == name { Ok(()) } else { Err(Failure::Declined) }
    }

    /// A program has to say by a flag what it decides on, because it cannot look.
    pub fn insist_on_a_person(&self, flag: &str) -> Result<(), Failure> {
        let terminal = stdin().is_terminal() && stderr().is_terminal() && stdout().is_terminal();
        if terminal && !self.screen.is_json() {
            return Ok(());
        }
        Err(Failure::Usage(format!("give {flag}: without a terminal nobody sees what is decided on")))
    }

    /// Shows what is to be decided on, and asks.
    fn agreed(&self, facts: Facts, question: &str) -> Result<(), Failure> {
        self.screen.show_aside(facts);
        self.agree(question)
    }

    /// Asks about what was just shown.
    pub fn agree(&self, question: &str) -> Result<(), Failure> {
        self.screen.ask(&format!("{question}? [y/N] "));
        let mut answer = String::new();
        stdin().read_line(&mut answer).map_err(|error| Failure::Local(format!("stdin: {error}")))?;
        if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
    }
}

/// An id of its own.
#[expect(clippy::disallowed_methods, reason = "this is the edge where ids are made")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
