//! The way of one application, by the domain's own transitions, and the events that the service would have recorded.

use domain::application::content::Filing;
use domain::application::{Application, ClaimGuard, Place, SubmissionGuard};
use domain::decree::{RefusalGround, Verdict};
use domain::election::Election;
use domain::outcome::Event;
use domain::outcome::{ApplicationMoved, Deed, Step};
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

use super::plan::Course;
use crate::installation::{ADOPTER, REVIEWER};

/// Everyone who acts.
pub struct Cast {
    pub officer: PersonActor,
    pub reviewer: PersonActor,
    pub adopter: PersonActor,
}

/// A principal of the rehearsal's, with the human behind it.
fn person(organization: &str, principal: &str) -> PersonActor {
    let name = format!("organizations/{organization}/principals/{principal}");
    PersonActor {
        principal: name.parse().expect("the rehearsal's principals have names"),
        person: format!("{organization}.{principal}").parse().expect("the rehearsal's people have ids"),
    }
}

impl Cast {
    pub fn new() -> Self {
        Self { officer: person(MFA, MFA_OFFICER), reviewer: person(CEC, REVIEWER), adopter: person(CEC, ADOPTER) }
    }
}

/// Who files for an organization.
pub fn secretary(organization: &OrganizationCode) -> PersonActor {
    person(organization.as_str(), SECRETARY)
}

/// Whoever acted, as an event names them.
pub fn by(actor: &PersonActor) -> EventActor {
    EventActor::Principal(actor.principal.clone(), Some(actor.person.clone()))
}

/// The moments of one application.
#[derive(Clone, Copy)]
pub struct Moments {
    pub filed: Timestamp,
    /// When its list was presented.
    pub presented: Timestamp,
    /// When its decree was adopted.
    pub adopted: Timestamp,
}

/// An application that came as far as it was to come, but for its decree.
pub struct Led {
    pub application: Application,
    pub screening: Option<Screening>,
    pub events: Vec<Event>,
}

/// What stands in the way of some.
const FOUND: FindingCode = FindingCode::DuplicatePerson;

/// Leads a draft along its course. `new_id` makes ids of events.
pub fn lead(
    draft: Application,
    filing: &Filing,
    (course, place): (Course, Place),
    (election, cast): (&Election, &Cast),
    moments: Moments,
    new_id: impl Fn(Timestamp) -> EventId,
) -> Result<Led, Refusal> {
    let secretary = secretary(&draft.name.organization);
    let mut way = Way { events: Vec::new(), new_id };
    way.file(&draft, &secretary, moments.filed);
    let done = |application, screening, events| Ok(Led { application, screening, events });
    if course == Course::Draft {
        return done(draft, None, way.events);
    }
    let received = moments.filed + SignedDuration::from_mins(10);
    let (content, uploaded) = (&filing.content, &filing.content.documents[..]);
    let submitted = draft.submit(SubmissionGuard { election, content, uploaded, received })?;
    way.step(Action::SubmitApplication, Step::Submitted, StateKind::Draft, &submitted, &secretary, received);
    if course == Course::Withdrawn {
        let withdrawn = submitted.withdraw(Personal::new("Will not travel.".to_owned()))?;
        let time = received + SignedDuration::from_mins(10);
        let (step, from) = (Step::Withdrawn { note_number: None }, StateKind::Submitted);
        way.step(Action::WithdrawApplication, step, from, &withdrawn, &secretary, time);
        return done(withdrawn, None, way.events);
    }
    if course == Course::Submitted {
        return done(submitted, None, way.events);
    }
    let presented = submitted.present(place)?;
    let from = StateKind::Submitted;
    way.step(Action::CreatePresentation, Step::Presented, from, &presented, &cast.officer, moments.presented);
    let screen_time = moments.presented + SignedDuration::from_secs(5);
    // Something stands in the way of one in three of those who wait.
    let findings = (course == Course::Presented && place.position % 3 == 0).then(|| Finding::rest(FOUND));
    let screening = Screening::default()
        .rerun(&presented, findings.into_iter().collect(), Timestamp::UNIX_EPOCH, screen_time)
        .ok_or(Refusal::ScreeningPending)?;
    if course == Course::Presented {
        return done(presented, Some(screening), way.events);
    }
    let now = moments.presented + SignedDuration::from_mins(i64::from(place.position));
    let guard = ClaimGuard { reviewer: &cast.reviewer, rules: &election.rules, screening: &screening, now };
    let claimed = presented.claim(guard)?;
    way.step(Action::ClaimNextApplication, Step::Claimed, StateKind::Presented, &claimed, &cast.reviewer, now);
    let (now, rules) = (now + SignedDuration::from_secs(40), &election.rules);
    let recommended = claimed.recommend(&cast.reviewer, verdict(course), rules, &screening, now)?;
    let (step, from) = (Step::Recommended { verdict: (&verdict(course)).into() }, StateKind::InReview);
    way.step(Action::RecommendApplication, step, from, &recommended, &cast.reviewer, now);
    done(recommended, Some(screening), way.events)
}

fn verdict(course: Course) -> Verdict {
    if course != Course::Refused {
        return Verdict::Accredit;
    }
    let text = Personal::new("The organization did not nominate the person.".to_owned());
    Verdict::Refuse(RefusalGround { ground: "not-nominated".to_owned(), text })
}

struct Way<F> {
    events: Vec<Event>,
    new_id: F,
}

impl<F: Fn(Timestamp) -> EventId> Way<F> {
    fn file(&mut self, draft: &Application, actor: &PersonActor, time: Timestamp) {
        let Application { revision, content_digest, .. } = *draft;
        let deed = Deed::ApplicationFiled { to: StateKind::Draft, revision, content_digest, on_paper: false };
        self.events.push(event((self.new_id)(time), draft, by(actor), Action::CreateApplication, deed, time));
    }

    fn step(
        &mut self,
        action: Action,
        step: Step,
        from: StateKind,
        after: &Application,
        actor: &PersonActor,
        time: Timestamp,
    ) {
        let deed = moved(step, from, after);
        self.events.push(event((self.new_id)(time), after, by(actor), action, deed, time));
    }
}

/// What an event says of a transition: states and numbers.
pub fn moved(step: Step, from: StateKind, after: &Application) -> Deed {
    Deed::ApplicationMoved { moved: ApplicationMoved::of(step, from, after) }
}

/// An event of an application's.
pub fn event(id: EventId, of: &Application, actor: EventActor, action: Action, deed: Deed, time: Timestamp) -> Event {
    Event {
        id,
        log: LogName::Election(of.name.election.clone()),
        time,
        actor,
        action: action.method().to_owned(),
        subject: of.name.to_string(),
        organization: of.name.organization.clone(),
        deed,
        received: None,
        read: None,
    }
}
