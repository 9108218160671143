//! What a mutation did.

use std::collections::BTreeMap;

use domain::accreditation::{Accreditation, AccreditationState};
use domain::application::{Application, State, Verb};
use domain::event::{Event, EventActor, LogName};
use domain::id::OrganizationCode;
use domain::outcome::{AccreditationChanged, ApplicationMoved, Cause, Outcome};
use domain::policy::Action;
use jiff::Timestamp;
use store::Tx;

/// What a mutation did, as its event will tell it.
pub(crate) struct Effect {
    pub(crate) log: LogName,
    pub(crate) subject: String,
    pub(crate) organization: OrganizationCode,
    pub(crate) facts: BTreeMap<&'static str, String>,
    /// Free text that belongs to it, kept apart from the event.
    pub(crate) note: Option<String>,
    /// What an act came to, if one was called: then it says all of the rest.
    pub(crate) outcome: Option<Outcome>,
}

impl From<Outcome> for Effect {
    fn from(outcome: Outcome) -> Self {
        let (log, subject, organization) = outcome.about();
        Self { outcome: Some(outcome), ..Self::new(log, subject, &organization) }
    }
}

impl Effect {
    /// An effect on a resource of an election.
    pub(crate) fn new(log: LogName, subject: impl ToString, organization: &OrganizationCode) -> Self {
        Self {
            log,
            subject: subject.to_string(),
            organization: organization.clone(),
            facts: BTreeMap::new(),
            note: None,
            outcome: None,
        }
    }

    /// With one more fact.
    pub(crate) fn fact(mut self, key: &'static str, value: impl ToString) -> Self {
        self.facts.insert(key, value.to_string());
        self
    }

    /// As the affair of another organization than its subject's: nobody else can see even that it happened.
    pub(crate) fn of(mut self, organization: &OrganizationCode) -> Self {
        self.organization = organization.clone();
        self
    }

    /// With free text, which does not enter the log.
    pub(crate) fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// A transition of an application: states and numbers, never content.
    pub(crate) fn transition(verb: Verb, before: &State, after: &Application) -> Self {
        let log = LogName::Election(after.name.election.clone());
        let facts = ApplicationMoved::of(verb, before, after).facts();
        Self { facts, ..Self::new(log, &after.name, &after.name.organization) }
    }

    /// The end of an accreditation, or that it is in force again: states and numbers, never why.
    pub(crate) fn ended(from: AccreditationState, after: &Accreditation) -> Self {
        let log = LogName::Election(after.name.election.clone());
        let facts = AccreditationChanged::of(from, after, Cause::Withdrawal).facts();
        Self { facts, ..Self::new(log, &after.name, &after.application.organization) }
    }

    /// With an application's place in the queue, if it has one.
    pub(crate) fn placed(self, application: &Application) -> Self {
        match application.place() {
            Some(place) => self.fact("presentation", place.presentation).fact("position", place.position),
            None => self,
        }
    }

    /// With the mark of what came on paper.
    pub(crate) fn marked(self, on_paper: bool) -> Self {
        if on_paper { self.fact("paper", true) } else { self }
    }

    /// The event of this effect.
    pub(crate) fn event(self, tx: &Tx<'_>, actor: EventActor, action: Action, time: Timestamp) -> Event {
        let Self { log, subject, organization, facts, note: _, outcome: _ } = self;
        let (id, action) = (tx.new_event_id(time), action.method().to_owned());
        Event { id, log, time, actor, action, subject, organization, facts }
    }
}
