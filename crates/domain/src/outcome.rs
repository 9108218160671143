//! What a legal act comes to: the rows that it changes, and an event for each thing that happened.
//!
//! An act is a function of this crate. It takes what was loaded, and who acts, and when; it gives an [`Outcome`] or a
//! [`Refusal`](crate::refusal::Refusal). Nobody else can make an outcome, and the store writes it as a whole, so that no row
//! changes without the event that tells of it.

use jiff::Timestamp;

use crate::application::{Application, Stored};
use crate::policy::{Action, Actor, Permit, PersonActor, View};
use crate::refusal::Refusal;
use crate::vocabulary::id::{EventId, OrganizationCode};
use crate::vocabulary::log::{EventActor, LogName};
use crate::vocabulary::personal::Personal;

mod deed;
mod event;
mod row;

pub use deed::{
    AccreditationChanged, ApplicationMoved, Cause, DecreeAdopted, Deed, Fact, Facts, Held, Recommends, Recorded,
    Standing, Step, VotingDayMoved,
};
pub use event::Event;
pub use row::RowChange;

/// Who acts, what the policy allowed them, and when the service had read all of the request.
#[derive(Debug, Clone, Copy)]
pub struct Acting<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// What the policy allowed.
    pub permit: &'a Permit,
    /// When.
    pub now: Timestamp,
    /// What was received of them; none if they only read.
    pub received: Option<Received>,
}

/// What was received of somebody, as events know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// A digest of the request.
    pub request: [u8; 32],
    /// SHA-256 of the certificate that it came with.
    pub certificate: [u8; 32],
}

impl Acting<'_> {
    /// The human who acts; a system is refused.
    pub fn person(&self) -> Result<PersonActor, Refusal> {
        self.actor.person()
    }

    /// The registrar that they act as, on what came on paper; none if they act as anyone else.
    pub fn registrar(&self) -> Result<Option<PersonActor>, Refusal> {
        (self.permit.view() == View::Registrar).then(|| self.person()).transpose()
    }

    /// What comes of an act of theirs: what it is about, and what happened besides because of it.
    pub(crate) fn outcome(&self, main: Happening, besides: Vec<Happening>) -> Outcome {
        let (actor, action) = (self.actor.into(), self.permit.action().method());
        Outcome { actor, action, time: self.now, received: self.received, read: None, main, besides }
    }

    /// What comes of an act of theirs from which nothing else follows.
    pub(crate) fn only(&self, main: Happening) -> Outcome {
        self.outcome(main, Vec::new())
    }

    /// Something that happens to a resource of the one who acts.
    pub(crate) fn happens(&self, log: LogName, subject: impl ToString, deed: Deed) -> Happening {
        Happening::new(log, subject, &self.actor.principal.organization, deed)
    }
}

/// The service itself, which acts when a moment has passed.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// When.
    pub now: Timestamp,
}

impl Service {
    /// What comes of an act of its own.
    pub(crate) fn only(&self, main: Happening) -> Outcome {
        self.as_part_of(Action::Tick.method(), main)
    }

    /// What comes of something else that it does.
    pub(crate) fn as_part_of(&self, action: &'static str, main: Happening) -> Outcome {
        let (received, read, besides) = (None, None, Vec::new());
        Outcome { actor: EventActor::System, action, time: self.now, received, read, main, besides }
    }
}

/// What an act comes to.
#[derive(Debug)]
#[must_use = "an outcome that is not saved has not happened"]
pub struct Outcome {
    actor: EventActor,
    action: &'static str,
    time: Timestamp,
    received: Option<Received>,
    /// The etag of what the actor had read.
    read: Option<String>,
    main: Happening,
    besides: Vec<Happening>,
}

/// One thing that happened, and the rows that it changes.
#[derive(Debug)]
pub struct Happening {
    log: LogName,
    subject: String,
    organization: OrganizationCode,
    deed: Deed,
    /// Free text that belongs to it, kept apart from the event.
    note: Option<Personal<String>>,
    rows: Vec<RowChange>,
}

impl Happening {
    /// Something that happens to a resource of an organization.
    pub(crate) fn new(log: LogName, subject: impl ToString, organization: &OrganizationCode, deed: Deed) -> Self {
        let (subject, organization) = (subject.to_string(), organization.clone());
        Self { log, subject, organization, deed, note: None, rows: Vec::new() }
    }

    /// An application takes a step from what was stored to what it is now.
    pub(crate) fn step(step: Step, before: Stored, after: Application) -> Self {
        let moved = ApplicationMoved::of(step, before.state, &after);
        let happening = Self::moved(moved, &after, &after.name.organization);
        happening.row(RowChange::Application { after: Box::new(after), before })
    }

    /// An application takes a step that leaves it as it is; it is the affair of that organization.
    pub(crate) fn stays(step: Step, application: &Application, organization: &OrganizationCode) -> Self {
        Self::moved(ApplicationMoved::of(step, application.state.kind(), application), application, organization)
    }

    fn moved(moved: ApplicationMoved, after: &Application, organization: &OrganizationCode) -> Self {
        let log = LogName::Election(after.name.election.clone());
        Self::new(log, &after.name, organization, Deed::ApplicationMoved { moved })
    }

    /// With free text that belongs to it.
    pub(crate) fn note(mut self, text: Personal<String>) -> Self {
        self.note = Some(text);
        self
    }

    /// With a row that it changes.
    pub(crate) fn row(mut self, row: RowChange) -> Self {
        self.rows.push(row);
        self
    }

    /// With a row that is written before those that it has.
    pub(crate) fn row_before(mut self, row: RowChange) -> Self {
        self.rows.insert(0, row);
        self
    }

    /// With a row, if there is one.
    pub(crate) fn maybe_row(self, row: Option<RowChange>) -> Self {
        row.into_iter().fold(self, Self::row)
    }

    /// The rows that it changes.
    pub fn rows(&self) -> &[RowChange] {
        &self.rows
    }

    /// What happened.
    pub fn deed(&self) -> &Deed {
        &self.deed
    }

    /// Free text that belongs to it.
    pub fn noted(&self) -> Option<&Personal<String>> {
        self.note.as_ref()
    }
}

impl Outcome {
    /// Decided on what the actor had read, of which that is the etag.
    pub(crate) fn having_read(self, etag: impl Into<Option<String>>) -> Self {
        Self { read: etag.into(), ..self }
    }

    /// When it happened.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What the act is about: its rows are those at which two callers meet, and are written first.
    pub fn main(&self) -> &Happening {
        &self.main
    }

    /// What happened besides because of it, in its order.
    pub fn besides(&self) -> &[Happening] {
        &self.besides
    }

    /// The event of something that happened.
    pub fn event(&self, happening: &Happening, id: EventId) -> Event {
        let Happening { log, subject, organization, deed, note: _, rows: _ } = happening;
        Event {
            id,
            log: log.clone(),
            time: self.time,
            actor: self.actor.clone(),
            action: self.action.to_owned(),
            subject: subject.clone(),
            organization: organization.clone(),
            deed: deed.clone(),
            received: self.received,
            read: self.read.clone(),
        }
    }
}
