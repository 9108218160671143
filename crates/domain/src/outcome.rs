//! The outcome of a legal act: the rows that it changes, and one event for each thing that happened.
//!
//! An act is a function of this crate, in a module `acts`. It takes what was loaded, who acts, and when. It returns an
//! [`Outcome`] or a [`Refusal`]. Only this crate can make an outcome, and the store writes it
//! as a whole. So no row changes without the event that reports it, and no event reports a change that was not made.

use jiff::Timestamp;

use crate::application::{Application, StoredVersion};
use crate::policy::{Action, Actor, Permit, PersonActor, View};
use crate::refusal::Refusal;
use crate::vocabulary::id::{EventId, OrganizationCode};
use crate::vocabulary::log::{EventActor, LogName};
use crate::vocabulary::personal::Personal;

mod event;
mod payload;
mod row_change;

pub use event::Event;
pub use payload::{
    AccreditationChanged, ApplicationMoved, ChangeCause, DecreeAdopted, EventPayload, Fact, Facts, LegalHoldScope,
    Recommends, Recorded, StateAndPlace, Step, VotingDayMoved,
};
pub use row_change::RowChange;

/// The caller of an act: who acts, what the policy allowed, and when the service had read the whole request.
#[derive(Debug, Clone, Copy)]
pub struct CallContext<'a> {
    /// The caller.
    pub actor: &'a Actor,
    /// The proof that the policy allows the action.
    pub permit: &'a Permit,
    /// When the service had read the whole request. This time decides about cutoffs.
    pub now: Timestamp,
    /// The digests of the received request, for the event; `None` for a call that only reads.
    pub received: Option<Received>,
}

/// Digests of a received request, so that an auditor can compare an event with the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// A digest of the request message.
    pub request: [u8; 32],
    /// SHA-256 of the client certificate of the connection.
    pub certificate: [u8; 32],
}

impl CallContext<'_> {
    /// The human who acts.
    ///
    /// # Errors
    ///
    /// [`Refusal::PersonRequired`] if a system acts.
    pub fn person(&self) -> Result<PersonActor, Refusal> {
        self.actor.person()
    }

    /// The registrar, if the caller acts as one on an application from paper; `None` in any other role.
    ///
    /// # Errors
    ///
    /// [`Refusal::PersonRequired`] if a system acts as registrar.
    pub fn registrar(&self) -> Result<Option<PersonActor>, Refusal> {
        (self.permit.view() == View::Registrar).then(|| self.person()).transpose()
    }

    /// The outcome of an act: its main event, and the further events that follow from it.
    pub(crate) fn outcome(&self, main: EventDraft, besides: Vec<EventDraft>) -> Outcome {
        let (actor, action) = (self.actor.into(), self.permit.action().method());
        Outcome { actor, action, time: self.now, received: self.received, read: None, main, besides }
    }

    /// The outcome of an act with one event.
    pub(crate) fn single_outcome(&self, main: EventDraft) -> Outcome {
        self.outcome(main, Vec::new())
    }

    /// An event about a resource of the caller's own organization.
    pub(crate) fn own_event(&self, log: LogName, subject: impl ToString, payload: EventPayload) -> EventDraft {
        EventDraft::new(log, subject, &self.actor.principal.organization, payload)
    }
}

/// The service itself, as the actor of what happens when a deadline has passed.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// When it acts.
    pub now: Timestamp,
}

impl Service {
    /// The outcome of an act of the service with one event.
    pub(crate) fn single_outcome(&self, main: EventDraft) -> Outcome {
        self.outcome_of(Action::Tick.method(), main)
    }

    /// The outcome of an act by which the service is set up, with one event.
    pub(crate) fn setup_outcome(&self, main: EventDraft) -> Outcome {
        self.outcome_of("accreditd init", main)
    }

    fn outcome_of(&self, action: &'static str, main: EventDraft) -> Outcome {
        let (received, read, besides) = (None, None, Vec::new());
        Outcome { actor: EventActor::System, action, time: self.now, received, read, main, besides }
    }
}

/// The outcome of an act, not yet written. It has private fields: only this crate can make one.
#[derive(Debug)]
#[must_use = "an outcome that is not saved has not happened"]
pub struct Outcome {
    actor: EventActor,
    action: &'static str,
    time: Timestamp,
    received: Option<Received>,
    /// The etag of the version that the actor had read and decided on.
    read: Option<String>,
    main: EventDraft,
    besides: Vec<EventDraft>,
}

/// One event that is about to be written, with the rows that change together with it.
#[derive(Debug)]
pub struct EventDraft {
    log: LogName,
    subject: String,
    organization: OrganizationCode,
    payload: EventPayload,
    /// Free text that belongs to the event. It is stored apart from it, because it can be personal data and is erased.
    note: Option<Personal<String>>,
    rows: Vec<RowChange>,
}

impl EventDraft {
    /// An event about a resource of an organization.
    pub(crate) fn new(
        log: LogName,
        subject: impl ToString,
        organization: &OrganizationCode,
        payload: EventPayload,
    ) -> Self {
        let (subject, organization) = (subject.to_string(), organization.clone());
        Self { log, subject, organization, payload, note: None, rows: Vec::new() }
    }

    /// An application makes a transition from the stored version to `after`.
    pub(crate) fn application_step(step: Step, before: StoredVersion, after: Application) -> Self {
        let moved = ApplicationMoved::of(step, before.state, &after);
        let event_draft = Self::moved(moved, &after, &after.name.organization);
        event_draft.with_row(RowChange::Application { after: Box::new(after), before })
    }

    /// A step of an application that leaves its row unchanged, such as a cleared finding. `organization` is the one
    /// whom the event concerns.
    pub(crate) fn application_unchanged(
        step: Step,
        application: &Application,
        organization: &OrganizationCode,
    ) -> Self {
        Self::moved(ApplicationMoved::of(step, application.state.kind(), application), application, organization)
    }

    fn moved(moved: ApplicationMoved, after: &Application, organization: &OrganizationCode) -> Self {
        let log = LogName::Election(after.name.election.clone());
        Self::new(log, &after.name, organization, EventPayload::ApplicationMoved { moved })
    }

    /// Adds free text that belongs to the event.
    pub(crate) fn with_note(mut self, text: Personal<String>) -> Self {
        self.note = Some(text);
        self
    }

    /// Adds a row that changes with the event.
    pub(crate) fn with_row(mut self, row: RowChange) -> Self {
        self.rows.push(row);
        self
    }

    /// Adds a row that is written before the others, because they refer to it.
    pub(crate) fn with_row_first(mut self, row: RowChange) -> Self {
        self.rows.insert(0, row);
        self
    }

    /// Adds a row, if there is one.
    pub(crate) fn with_optional_row(self, row: Option<RowChange>) -> Self {
        row.into_iter().fold(self, Self::with_row)
    }

    /// The rows that change with the event, in the order in which they are written.
    pub fn rows(&self) -> &[RowChange] {
        &self.rows
    }

    /// The content of the event.
    pub fn payload(&self) -> &EventPayload {
        &self.payload
    }

    /// The free text that belongs to the event.
    pub fn noted(&self) -> Option<&Personal<String>> {
        self.note.as_ref()
    }
}

impl Outcome {
    /// Records the etag of the version that the actor had read and decided on.
    pub(crate) fn with_read_etag(self, etag: impl Into<Option<String>>) -> Self {
        Self { read: etag.into(), ..self }
    }

    /// When it happened.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The main event. Its rows are written first: two callers at once conflict there, and one of them is refused.
    pub fn main(&self) -> &EventDraft {
        &self.main
    }

    /// The further events that follow from the main one, in their order.
    pub fn besides(&self) -> &[EventDraft] {
        &self.besides
    }

    /// The complete event for one of the outcome's changes, under a new id.
    pub fn event(&self, event_draft: &EventDraft, id: EventId) -> Event {
        let EventDraft { log, subject, organization, payload, note: _, rows: _ } = event_draft;
        Event {
            id,
            log: log.clone(),
            time: self.time,
            actor: self.actor.clone(),
            action: self.action.to_owned(),
            subject: subject.clone(),
            organization: organization.clone(),
            payload: payload.clone(),
            received: self.received,
            read: self.read.clone(),
        }
    }
}
