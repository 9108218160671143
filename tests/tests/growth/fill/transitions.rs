//! Advances an application by the transitions of `domain`, with the events that the server would record.

use domain::application::content::Filing;
use domain::application::{Application, ClaimGuard, Place, SubmissionGuard};
use domain::decree::{RefusalGround, Verdict};
use domain::election::Election;
use domain::outcome::Event;
use domain::outcome::{ApplicationMoved, EventPayload, Step};
use domain::policy::{Action, PersonActor};
use domain::refusal::Refusal;
use domain::screening::{Finding, Screening};
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::id::{EventId, OrganizationCode};
use domain::vocabulary::log::{EventActor, LogName};
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::{SignedDuration, Timestamp};
use rehearsal::world::{CEC, MFA, MFA_OFFICER, SECRETARY};

use super::plan::PlannedOutcome;
use crate::installation::{ADOPTER, REVIEWER};

/// The people who act.
pub struct Actors {
    pub officer: PersonActor,
    pub reviewer: PersonActor,
    pub adopter: PersonActor,
}

/// A principal of the rehearsal, and its person.
fn person(organization: &str, principal: &str) -> PersonActor {
    let name = format!("organizations/{organization}/principals/{principal}");
    PersonActor {
        principal: name.parse().expect("principals of the rehearsal have valid names"),
        person: format!("{organization}.{principal}").parse().expect("people of the rehearsal have valid ids"),
    }
}

impl Actors {
    pub fn new() -> Self {
        Self { officer: person(MFA, MFA_OFFICER), reviewer: person(CEC, REVIEWER), adopter: person(CEC, ADOPTER) }
    }
}

/// The secretary of an organization, who files.
pub fn secretary(organization: &OrganizationCode) -> PersonActor {
    person(organization.as_str(), SECRETARY)
}

/// The actor as an event contains it.
pub fn event_actor(actor: &PersonActor) -> EventActor {
    EventActor::Principal(actor.principal.clone(), Some(actor.person.clone()))
}

/// When the application was filed, presented and decided.
#[derive(Clone, Copy)]
pub struct Times {
    pub filed: Timestamp,
    /// When its list was presented.
    pub presented: Timestamp,
    /// When its decree was adopted.
    pub adopted: Timestamp,
}

/// An application in its planned state. Only the decree is missing.
pub struct AdvancedApplication {
    pub application: Application,
    pub screening: Option<Screening>,
    pub events: Vec<Event>,
}

/// The finding that some applications have.
const FINDING: FindingCode = FindingCode::DuplicatePerson;

/// Advances a draft to its planned outcome, but not beyond the recommendation. `new_id` makes event ids.
pub fn advance(
    draft: Application,
    filing: &Filing,
    (planned_outcome, place): (PlannedOutcome, Place),
    (election, actors): (&Election, &Actors),
    times: Times,
    new_id: impl Fn(Timestamp) -> EventId,
) -> Result<AdvancedApplication, Refusal> {
    let secretary = secretary(&draft.name.organization);
    let mut recorder = EventRecorder { events: Vec::new(), new_id };
    recorder.file(&draft, &secretary, times.filed);
    let done = |application, screening, events| Ok(AdvancedApplication { application, screening, events });
    if planned_outcome == PlannedOutcome::Draft {
        return done(draft, None, recorder.events);
    }
    let received = times.filed + SignedDuration::from_mins(10);
    let (content, uploaded) = (&filing.content, &filing.content.documents[..]);
    let submitted = draft.submit(SubmissionGuard { election, content, uploaded, received })?;
    recorder.step(Action::SubmitApplication, Step::Submitted, StateKind::Draft, &submitted, &secretary, received);
    if planned_outcome == PlannedOutcome::Withdrawn {
        let withdrawn = submitted.withdraw(Personal::new("Will not travel.".to_owned()))?;
        let time = received + SignedDuration::from_mins(10);
        let (step, from) = (Step::Withdrawn { note_number: None }, StateKind::Submitted);
        recorder.step(Action::WithdrawApplication, step, from, &withdrawn, &secretary, time);
        return done(withdrawn, None, recorder.events);
    }
    if planned_outcome == PlannedOutcome::Submitted {
        return done(submitted, None, recorder.events);
    }
    let presented = submitted.present(place)?;
    let from = StateKind::Submitted;
    recorder.step(Action::CreatePresentation, Step::Presented, from, &presented, &actors.officer, times.presented);
    let screen_time = times.presented + SignedDuration::from_secs(5);
    // One in three presented applications has a finding.
    let findings =
        (planned_outcome == PlannedOutcome::Presented && place.position % 3 == 0).then(|| Finding::rest(FINDING));
    let screening = Screening::default()
        .rerun(&presented, findings.into_iter().collect(), Timestamp::UNIX_EPOCH, screen_time)
        .ok_or(Refusal::ScreeningPending)?;
    if planned_outcome == PlannedOutcome::Presented {
        return done(presented, Some(screening), recorder.events);
    }
    let now = times.presented + SignedDuration::from_mins(i64::from(place.position));
    let guard = ClaimGuard { reviewer: &actors.reviewer, rules: &election.rules, screening: &screening, now };
    let claimed = presented.claim(guard)?;
    recorder.step(Action::ClaimNextApplication, Step::Claimed, StateKind::Presented, &claimed, &actors.reviewer, now);
    let (now, rules) = (now + SignedDuration::from_secs(40), &election.rules);
    let recommended = claimed.recommend(&actors.reviewer, verdict(planned_outcome), rules, &screening, now)?;
    let (step, from) = (Step::Recommended { verdict: (&verdict(planned_outcome)).into() }, StateKind::InReview);
    recorder.step(Action::RecommendApplication, step, from, &recommended, &actors.reviewer, now);
    done(recommended, Some(screening), recorder.events)
}

/// The verdict of the reviewer that leads to the planned outcome.
fn verdict(planned_outcome: PlannedOutcome) -> Verdict {
    if planned_outcome != PlannedOutcome::Refused {
        return Verdict::Accredit;
    }
    let text = Personal::new("The organization did not nominate the person.".to_owned());
    Verdict::Refuse(RefusalGround { ground: "not-nominated".to_owned(), text })
}

/// Records the events of one application.
struct EventRecorder<F> {
    events: Vec<Event>,
    new_id: F,
}

impl<F: Fn(Timestamp) -> EventId> EventRecorder<F> {
    /// Records that the draft was filed.
    fn file(&mut self, draft: &Application, actor: &PersonActor, time: Timestamp) {
        let Application { revision, content_digest, .. } = *draft;
        let payload =
            EventPayload::ApplicationFiled { to: StateKind::Draft, revision, content_digest, on_paper: false };
        self.events.push(event(
            (self.new_id)(time),
            draft,
            event_actor(actor),
            Action::CreateApplication,
            payload,
            time,
        ));
    }

    /// Records a transition.
    fn step(
        &mut self,
        action: Action,
        step: Step,
        from: StateKind,
        after: &Application,
        actor: &PersonActor,
        time: Timestamp,
    ) {
        let payload = moved(step, from, after);
        self.events.push(event((self.new_id)(time), after, event_actor(actor), action, payload, time));
    }
}

/// The facts of a transition that an event contains: states and numbers.
pub fn moved(step: Step, from: StateKind, after: &Application) -> EventPayload {
    EventPayload::ApplicationMoved { moved: ApplicationMoved::of(step, from, after) }
}

/// An event of an application.
pub fn event(
    id: EventId,
    of: &Application,
    actor: EventActor,
    action: Action,
    payload: EventPayload,
    time: Timestamp,
) -> Event {
    Event {
        id,
        log: LogName::Election(of.name.election.clone()),
        time,
        actor,
        action: action.method().to_owned(),
        subject: of.name.to_string(),
        organization: of.name.organization.clone(),
        payload,
        received: None,
        read: None,
    }
}
