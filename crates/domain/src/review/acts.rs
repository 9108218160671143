//! The legal acts on one application between its submission and its decree.

use jiff::Timestamp;

use crate::application::{Application, ClaimGuard, Question};
use crate::decree::Verdict;
use crate::election::Election;
use crate::outcome::{CallContext, EventDraft, Outcome, RowChange, Step};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::rule_pack::RulePack;
use crate::screening::Screening;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::personal::Personal;

/// What a decision of the commission is based on.
#[derive(Debug)]
pub struct Read {
    /// The application.
    pub application: Application,
    /// The result of its screening.
    pub screening: Screening,
    /// The etag that the caller read; `None` for acts that need none.
    pub etag: Option<String>,
}

impl Read {
    /// Checks the etag and returns it for the event.
    fn check(&self) -> Result<Option<String>, Refusal> {
        let Self { application, screening, etag } = self;
        etag.as_ref().map_or(Ok(()), |etag| application.check_etag_with(screening, etag))?;
        Ok(etag.clone())
    }
}

/// The event of a transition, with the changed application.
fn transition_event(
    application: Application,
    step: Step,
    change: impl FnOnce(Application) -> Result<Application, Refusal>,
) -> Result<EventDraft, Refusal> {
    let before = application.stored();
    Ok(EventDraft::application_step(step, before, change(application)?))
}

/// Returns an application to its delegation, as the ministry does.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and [`Refusal::IllegalTransition`] if it is not SUBMITTED.
pub fn send_to_delegation(
    by: &CallContext<'_>,
    application: Application,
    etag: &str,
    questions: Vec<Question>,
) -> Result<Outcome, Refusal> {
    application.check_etag(etag)?;
    let returned =
        transition_event(application, Step::Returned, |before| before.return_by_ministry(questions, by.now))?;
    Ok(by.single_outcome(returned).with_read_etag(Some(etag.to_owned())))
}

/// Claims an application for the caller, with a lease.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::claim`].
pub fn claim(by: &CallContext<'_>, read: Read, rules: &RulePack) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let guard = ClaimGuard { reviewer: &by.person()?, rules, screening: &screening, now: by.now };
    Ok(by
        .single_outcome(transition_event(application, Step::Claimed, |before| before.claim(guard))?)
        .with_read_etag(etag))
}

/// Takes an application over from the reviewer who holds it. The reason is recorded.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::take_over`].
pub fn take_over(
    by: &CallContext<'_>,
    read: Read,
    rules: &RulePack,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let caller = by.person()?;
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let reviewer_before = application.reviewer().cloned();
    let guard = ClaimGuard { reviewer: &caller, rules, screening: &screening, now: by.now };
    let taken_over = Step::TakenOver { reviewer_before, reviewer: caller.principal.clone() };
    Ok(by
        .single_outcome(transition_event(application, taken_over, |before| before.take_over(guard))?.with_note(reason))
        .with_read_etag(etag))
}

/// Puts an application that the caller holds back into the queue.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::release`].
pub fn release(by: &CallContext<'_>, read: Read) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    Ok(by
        .single_outcome(transition_event(read.application, Step::Released, |before| {
            before.release(&by.actor.principal)
        })?)
        .with_read_etag(etag))
}

/// Recuses the caller from an application. A repetition changes nothing. `holder` is the human behind the certificate
/// that holds it in review.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::recuse`].
pub fn recuse(
    by: &CallContext<'_>,
    read: Read,
    holder: Option<&PersonId>,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let caller = by.person()?;
    if read.application.is_recused(&caller.person) {
        let application = &read.application;
        return Ok(by.single_outcome(EventDraft::application_unchanged(
            Step::Recused,
            application,
            &application.name.organization,
        )));
    }
    let etag = read.check()?;
    Ok(by
        .single_outcome(
            transition_event(read.application, Step::Recused, |before| before.recuse(&caller, holder))?
                .with_note(reason),
        )
        .with_read_etag(etag))
}

/// Sends a recommended application back to the reviewer who recommended it. The reason is recorded.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::send_back`].
pub fn send_back(
    by: &CallContext<'_>,
    read: Read,
    rules: &RulePack,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let caller = by.person()?;
    Ok(by
        .single_outcome(
            transition_event(read.application, Step::SentBack, |before| before.send_back(&caller, rules, by.now))?
                .with_note(reason),
        )
        .with_read_etag(etag))
}

/// Asks the delegation questions; the application keeps its place in the queue. `others` are the other organizations
/// that filed the same person.
///
/// # Errors
///
/// [`Refusal::InvalidField`] if a question names one of them or if the due time is not before voting day, and the
/// refusals of [`Application::raise_questions`].
pub fn raise_questions(
    by: &CallContext<'_>,
    read: Read,
    others: &[OtherOrganization],
    election: &Election,
    questions: Vec<Question>,
    due: Timestamp,
) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let texts: Vec<_> = questions.iter().map(|question| question.text.expose().as_str()).collect();
    discretion::check(others, "questions.text", &texts)?;
    election.check_before_voting("due_time", due)?;
    let caller = &by.actor.principal;
    Ok(by
        .single_outcome(transition_event(read.application, Step::AmendmentRequest, |before| {
            before.raise_questions(caller, questions, due, by.now)
        })?)
        .with_read_etag(etag))
}

impl Verdict {
    /// Whether the delegation reads the reviewer's words. It reads a refusal's, so these must not name another
    /// organization.
    pub fn is_told(&self) -> bool {
        matches!(self, Self::Refuse(_))
    }
}

/// Recommends to accredit or to refuse. `others` are the other organizations that filed the same person; they are
/// needed only if the delegation [reads the verdict](Verdict::is_told).
///
/// # Errors
///
/// [`Refusal::InvalidField`] if the text of a refusal names one of them, and the refusals of
/// [`Application::recommend`].
pub fn recommend(
    by: &CallContext<'_>,
    read: Read,
    others: &[OtherOrganization],
    rules: &RulePack,
    verdict: Verdict,
) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    if let Verdict::Refuse(refusal) = &verdict {
        discretion::check(others, "refusal.text", &[refusal.text.expose()])?;
    }
    let (reviewer, Read { application, screening, .. }) = (by.person()?, read);
    let recommended = Step::Recommended { verdict: (&verdict).into() };
    let recommend = |before: Application| before.recommend(&reviewer, verdict, rules, &screening, by.now);
    Ok(by.single_outcome(transition_event(application, recommended, recommend)?).with_read_etag(etag))
}

/// Clears the findings under a code, with a reason. The event belongs to the commission: the delegation does not see
/// it.
///
/// # Errors
///
/// [`Refusal::EtagMismatch`], and the refusals of [`Application::clear_finding`].
pub fn clear_finding(
    by: &CallContext<'_>,
    read: Read,
    code: FindingCode,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let (before, caller) = (screening.version, &by.actor.principal);
    let after = application.clear_finding(screening, caller, code, reason, by.now)?;
    let cleared =
        EventDraft::application_unchanged(Step::Cleared { finding: code }, &application, &caller.organization);
    Ok(by
        .single_outcome(cleared.with_row(RowChange::Screening { of: application.name, before, after }))
        .with_read_etag(etag))
}
