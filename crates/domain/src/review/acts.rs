//! What the commission and the ministry do with one application before a decree decides it.

use jiff::Timestamp;

use crate::application::{Application, ClaimGuard, Question};
use crate::decree::Verdict;
use crate::election::Election;
use crate::outcome::{Acting, Happening, Outcome, RowChange, Step};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::rule_pack::RulePack;
use crate::screening::Screening;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::personal::Personal;

/// What a decision of the commission's rests on.
#[derive(Debug)]
pub struct Read {
    /// The application.
    pub application: Application,
    /// What the checks found about it.
    pub screening: Screening,
    /// The etag of what the caller has read; none where nothing needs to have been read.
    pub etag: Option<String>,
}

impl Read {
    /// The etag, if it is that of what is there.
    fn check(&self) -> Result<Option<String>, Refusal> {
        let Self { application, screening, etag } = self;
        etag.as_ref().map_or(Ok(()), |etag| application.check_etag_with(screening, etag))?;
        Ok(etag.clone())
    }
}

/// One step of an application, and what it becomes by it.
fn step(
    application: Application,
    step: Step,
    change: impl FnOnce(Application) -> Result<Application, Refusal>,
) -> Result<Happening, Refusal> {
    let before = application.stored();
    Ok(Happening::step(step, before, change(application)?))
}

/// Sends an application back to its delegation, as the ministry does.
pub fn send_to_delegation(
    by: &Acting<'_>,
    application: Application,
    etag: &str,
    questions: Vec<Question>,
) -> Result<Outcome, Refusal> {
    application.check_etag(etag)?;
    let returned = step(application, Step::Returned, |before| before.return_by_ministry(questions, by.now))?;
    Ok(by.only(returned).having_read(Some(etag.to_owned())))
}

/// Claims an application for the caller, for the length of a lease.
pub fn claim(by: &Acting<'_>, read: Read, rules: &RulePack) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let guard = ClaimGuard { reviewer: &by.person()?, rules, screening: &screening, now: by.now };
    Ok(by.only(step(application, Step::Claimed, |before| before.claim(guard))?).having_read(etag))
}

/// Takes an application over from the reviewer who holds it.
pub fn take_over(by: &Acting<'_>, read: Read, rules: &RulePack, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let caller = by.person()?;
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let reviewer_before = application.reviewer().cloned();
    let guard = ClaimGuard { reviewer: &caller, rules, screening: &screening, now: by.now };
    let taken_over = Step::TakenOver { reviewer_before, reviewer: caller.principal.clone() };
    Ok(by.only(step(application, taken_over, |before| before.take_over(guard))?.note(reason)).having_read(etag))
}

/// Puts an application back into the queue that the caller holds.
pub fn release(by: &Acting<'_>, read: Read) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    Ok(by.only(step(read.application, Step::Released, |before| before.release(&by.actor.principal))?).having_read(etag))
}

/// The caller decides on an application no more; said again, that changes nothing. `holder` is the human behind the certificate
/// that holds it in review.
pub fn recuse(
    by: &Acting<'_>,
    read: Read,
    holder: Option<&PersonId>,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let caller = by.person()?;
    if read.application.is_recused(&caller.person) {
        let application = &read.application;
        return Ok(by.only(Happening::stays(Step::Recused, application, &application.name.organization)));
    }
    let etag = read.check()?;
    Ok(by
        .only(step(read.application, Step::Recused, |before| before.recuse(&caller, holder))?.note(reason))
        .having_read(etag))
}

/// Sends a recommended application back to whoever recommended it.
pub fn send_back(by: &Acting<'_>, read: Read, rules: &RulePack, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let caller = by.person()?;
    Ok(by
        .only(step(read.application, Step::SentBack, |before| before.send_back(&caller, rules, by.now))?.note(reason))
        .having_read(etag))
}

/// Asks the delegation about fields; the application keeps its place in the queue. `others` have filed the person too.
pub fn raise_questions(
    by: &Acting<'_>,
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
        .only(step(read.application, Step::Asked, |before| before.raise_questions(caller, questions, due, by.now))?)
        .having_read(etag))
}

impl Verdict {
    /// Whether its delegation reads the reviewer's words.
    pub fn is_told(&self) -> bool {
        matches!(self, Self::Refuse(_))
    }
}

/// Recommends to accredit or to refuse. `others` have filed the person too, where the verdict [is told](Verdict::is_told).
pub fn recommend(
    by: &Acting<'_>,
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
    Ok(by.only(step(application, recommended, recommend)?).having_read(etag))
}

/// Says why what was found under a code does not stand in the way. It is the commission's own affair.
pub fn clear_finding(
    by: &Acting<'_>,
    read: Read,
    code: FindingCode,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let etag = read.check()?;
    let Read { application, screening, .. } = read;
    let (before, caller) = (screening.version, &by.actor.principal);
    let after = application.clear_finding(screening, caller, code, reason, by.now)?;
    let cleared = Happening::stays(Step::Cleared { finding: code }, &application, &caller.organization);
    Ok(by.only(cleared.row(RowChange::Screening { of: application.name, before, after })).having_read(etag))
}
