//! What a legal act comes to: the rows that it changes, and an event for each thing that happened.
//!
//! An act is a function of this crate. It takes what was loaded, and who acts, and when; it gives an [`Outcome`] or a
//! [`Refusal`](crate::refusal::Refusal). Nobody else can make an outcome, and the store writes it as a whole, so that no row
//! changes without the event that tells of it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::event::{Event, EventActor, LogName};
use crate::id::{EventId, OrganizationCode};
use crate::policy::{Action, Actor, Permit, PersonActor};
use crate::refusal::Refusal;

mod deed;
mod row;

pub use deed::{AccreditationChanged, ApplicationMoved, Cause, DecreeAdopted, Deed};
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
}

impl Acting<'_> {
    /// The human who acts; a system is refused.
    pub fn person(&self) -> Result<PersonActor, Refusal> {
        self.actor.person()
    }

    /// What comes of an act of theirs: what it is about, and what happened besides because of it.
    pub(crate) fn outcome(&self, main: Happening, besides: Vec<Happening>) -> Outcome {
        Outcome { actor: self.actor.into(), action: self.permit.action(), time: self.now, main, besides }
    }

    /// Something that happens to a resource of the one who acts.
    pub(crate) fn happens(&self, log: LogName, subject: impl ToString, deed: Deed) -> Happening {
        Happening::new(log, subject, &self.actor.principal.organization, deed)
    }
}

/// What an act comes to.
#[derive(Debug)]
#[must_use = "an outcome that is not saved has not happened"]
pub struct Outcome {
    actor: EventActor,
    action: Action,
    time: Timestamp,
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
    rows: Vec<RowChange>,
}

impl Happening {
    /// Something that happens to a resource of an organization.
    pub(crate) fn new(log: LogName, subject: impl ToString, organization: &OrganizationCode, deed: Deed) -> Self {
        Self { log, subject: subject.to_string(), organization: organization.clone(), deed, rows: Vec::new() }
    }

    /// With a row that it changes.
    pub(crate) fn row(mut self, row: RowChange) -> Self {
        self.rows.push(row);
        self
    }

    /// The rows that it changes.
    pub fn rows(&self) -> &[RowChange] {
        &self.rows
    }

    /// What is recorded of it.
    pub fn facts(&self) -> BTreeMap<&'static str, String> {
        self.deed.facts()
    }
}

impl Outcome {
    /// The log, the name and the organization of what the act is about.
    pub fn about(&self) -> (LogName, String, OrganizationCode) {
        (self.main.log.clone(), self.main.subject.clone(), self.main.organization.clone())
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
        let Happening { log, subject, organization, deed, rows: _ } = happening;
        Event {
            id,
            log: log.clone(),
            time: self.time,
            actor: self.actor.clone(),
            action: self.action.method().to_owned(),
            subject: subject.clone(),
            organization: organization.clone(),
            facts: deed.facts(),
        }
    }
}
