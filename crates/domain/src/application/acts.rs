//! The legal acts of the sending side: file, update, submit, answer and withdraw. And what the service does by time.

use jiff::Timestamp;

use super::{Application, PaperDraft, ReplacementTarget, State, SubmissionGuard};
use crate::application::content::{Document, SaltedFiling, StoredFiling};
use crate::application::reference::Reference;
use crate::election::Election;
use crate::election::cutoff::Cutoffs;
use crate::mission::quota::Places;
use crate::mission::{Invitation, Mission, check_invited};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Service, StateAndPlace, Step};
use crate::refusal::Refusal;
use crate::vocabulary::id::ApplicationId;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, MissionName};
use crate::vocabulary::personal::Personal;

/// What is loaded to file an application.
#[derive(Debug)]
pub struct FileInput {
    /// The name of the mission that sends the person.
    pub name: MissionName,
    /// The election.
    pub election: Election,
    /// The invitation of the organization; `None` if it was not invited.
    pub invitation: Option<Invitation>,
    /// The mission; `None` if it was not announced.
    pub mission: Option<Mission>,
    /// The accreditation to be replaced, if the application is a replacement.
    pub place: Option<ReplacementTarget>,
    /// The id of the new application.
    pub id: ApplicationId,
    /// A reference that no other application of the election has.
    pub reference: Reference,
    /// The content, with its salted digest.
    pub new_content: SaltedFiling,
}

/// Files an application as a draft. Nobody but its delegation sees a draft.
///
/// # Errors
///
/// [`Refusal::NotInvited`] or [`Refusal::InvitationNotAccepted`], [`Refusal::ElectionNotOpen`],
/// [`Refusal::MissionMissing`] or [`Refusal::MissionWithdrawn`], and the refusals of [`PaperDraft::filed`] and
/// [`ReplacementTarget::check`].
pub fn file(by: &CallContext<'_>, loaded: FileInput, paper: Option<&PaperDraft>) -> Result<Outcome, Refusal> {
    let FileInput { name: mission_name, election, invitation, mission, place, id, reference, new_content } = loaded;
    check_invited(invitation.as_ref())?;
    election.check_open()?;
    mission.ok_or(Refusal::MissionMissing)?.check_not_withdrawn()?;
    let paper = PaperDraft::filed(paper, by.registrar()?, &election, by.now)?;
    let category = new_content.filing.content.category;
    let replaces = place.map(|place| place.check(&mission_name, category)).transpose()?;
    let MissionName { election, organization } = mission_name;
    let name = ApplicationName { election, organization, id };
    let new = Application::draft(name.clone(), reference, category, new_content.digest, paper, by.now);
    let new = Application { replaces, ..new };
    let payload = EventPayload::ApplicationFiled {
        to: new.state.kind(),
        revision: new.revision,
        content_digest: new.content_digest,
        on_paper: new.paper.is_some(),
    };
    let filed = EventDraft::new(LogName::Election(name.election.clone()), &name, &name.organization, payload);
    let revision = RowChange::NewRevision { of: name, number: new.revision, new_content: Box::new(new_content) };
    Ok(by.single_outcome(filed.with_row(RowChange::NewApplication(Box::new(new))).with_row(revision)))
}

/// What is loaded to update an application.
#[derive(Debug)]
pub struct UpdateInput {
    /// The application.
    pub application: Application,
    /// The mission; `None` if it was not found.
    pub mission: Option<Mission>,
    /// The election.
    pub election: Election,
    /// The accreditation to be replaced, if the new content names one.
    pub place: Option<ReplacementTarget>,
    /// The new content, with its salted digest.
    pub new_content: SaltedFiling,
}

/// Replaces the content of a draft, of an application that the ministry returned, or of one that lapsed before its
/// cutoff was moved. `etag` is that of the version that the caller read.
///
/// # Errors
///
/// - [`Refusal::EtagMismatch`] if the application changed since.
/// - [`Refusal::IllegalTransition`] if its state does not allow an update.
/// - [`Refusal::MissionWithdrawn`].
/// - The refusals of the steps on the way.
pub fn update(
    by: &CallContext<'_>,
    loaded: UpdateInput,
    etag: &str,
    paper: Option<&PaperDraft>,
) -> Result<Outcome, Refusal> {
    let UpdateInput { application, mission, election, place, new_content } = loaded;
    let (before, registrar) = (application.stored(), by.registrar()?);
    let application = application.record_entry(registrar.as_ref())?;
    check_mission_active(mission.as_ref())?;
    application.check_etag(etag)?;
    let application = application.with_paper(paper, registrar.as_ref(), &election, by.now)?;
    let category = new_content.filing.content.category;
    let replaces = match (place, application.can_replace_another()) {
        (Some(place), true) => Some(place.check(&application.name.mission(), category)?),
        (Some(place), false) => Some(place.name.number),
        (None, _) => None,
    };
    let application = application.replacing(replaces)?;
    let after = application.update(category, new_content.digest, &election, by.now)?;
    let revision = revision_row(&after, new_content);
    let updated = EventDraft::application_step(Step::Updated, before, after).with_row_first(revision);
    Ok(by.single_outcome(updated).with_read_etag(etag.to_owned()))
}

/// What is loaded to submit an application.
#[derive(Debug)]
pub struct SubmitInput {
    /// The application.
    pub application: Application,
    /// The mission; `None` if it was not found.
    pub mission: Option<Mission>,
    /// The election.
    pub election: Election,
    /// The content of the current revision.
    pub kept: StoredFiling,
    /// The documents that were uploaded for it.
    pub uploaded: Vec<Document>,
    /// The accreditation to be replaced. Needed only if [`Application::must_check_replacement_again`].
    pub place: Option<ReplacementTarget>,
    /// How much of the organization's quota is used.
    pub places: Places,
}

/// Submits an application to the ministry. `etag` is that of the version that the caller read, if they sent one.
///
/// # Errors
///
/// The refusals of [`Application::submit`], [`Refusal::QuotaExceeded`] if a binding quota is used up,
/// [`Refusal::MissionWithdrawn`], [`Refusal::EtagMismatch`], and [`Refusal::Erased`] after erasure.
pub fn submit(by: &CallContext<'_>, loaded: SubmitInput, etag: Option<&str>) -> Result<Outcome, Refusal> {
    let SubmitInput { application, mission, election, kept, uploaded, place, places } = loaded;
    let before = application.stored();
    let application = application.record_entry(by.registrar()?.as_ref())?;
    check_mission_active(mission.as_ref())?;
    etag.map_or(Ok(()), |etag| application.check_etag(etag))?;
    let filing = kept.into_whole(&application.name)?;
    let content = &filing.content;
    if let Some(place) = place.filter(|_| application.must_check_replacement_again()) {
        place.check(&application.name.mission(), content.category)?;
    }
    let guard = SubmissionGuard { election: &election, content, uploaded: &uploaded, received: by.now };
    let after = application.submit(guard)?;
    places.check(&election.rules, content.category)?;
    let submitted = EventDraft::application_step(Step::Submitted, before, after);
    Ok(by.single_outcome(submitted).with_read_etag(etag.map(str::to_owned)))
}

impl Application {
    /// Whether the replaced place has to be checked again before submission. A lapsed application no longer reserves
    /// the place, so another one may have taken it.
    pub fn must_check_replacement_again(&self) -> bool {
        self.state == State::Lapsed && self.replaces.is_some()
    }
}

/// A corrected content that comes with an answer, and what is loaded to check it.
#[derive(Debug)]
pub struct CorrectedContent {
    /// The new content, with its salted digest.
    pub new_content: SaltedFiling,
    /// The election.
    pub election: Election,
    /// The documents that were uploaded for the application.
    pub uploaded: Vec<Document>,
    /// How much of the organization's quota is used.
    pub places: Places,
    /// What the request says about the paper that it came on.
    pub paper: Option<PaperDraft>,
    /// The number of the accreditation that the request says it replaces.
    pub replaces: Option<u32>,
}

/// Answers the commission's questions. The application goes back to its place in the queue. Corrected content is
/// screened again before anybody reviews it.
///
/// # Errors
///
/// The refusals of [`Application::answer`]; with a correction also those of its documents, uploads and quota.
pub fn answer(
    by: &CallContext<'_>,
    application: Application,
    answers: &[(String, String)],
    correction: Option<CorrectedContent>,
) -> Result<Outcome, Refusal> {
    let (before, registrar) = (application.stored(), by.registrar()?);
    // The delegation may answer about an application from paper as well: the commission asked the delegation.
    let application = match &registrar {
        Some(_) => application.record_entry(registrar.as_ref())?,
        None => application,
    };
    let Some(CorrectedContent { new_content, election, uploaded, places, paper, replaces }) = correction else {
        let after = application.answer(answers, None)?;
        return Ok(by.single_outcome(EventDraft::application_step(Step::Answered, before, after)));
    };
    let application = application.with_paper(paper.as_ref(), registrar.as_ref(), &election, by.now)?;
    let application = application.replacing(replaces)?;
    let (from, content) = (application.category, &new_content.filing.content);
    let after = application.answer(answers, Some((content.category, new_content.digest)))?;
    content.check_documents(&election.rules, after.paper.is_some())?;
    content.check_uploads(&uploaded)?;
    // The application keeps its quota place. Another category needs a free place of that category.
    if from != content.category {
        places.check(&election.rules, content.category)?;
    }
    let (check, revision) = (RowChange::ToCheck(after.name.clone()), revision_row(&after, new_content));
    let answered = EventDraft::application_step(Step::Answered, before, after);
    Ok(by.single_outcome(answered.with_row_first(revision).with_row_first(check)))
}

/// Withdraws an application that no decree has decided. That is possible at any time, also after the cutoffs.
///
/// # Errors
///
/// [`Refusal::IllegalTransition`] after a decision: then the accreditation is withdrawn instead.
pub fn withdraw(by: &CallContext<'_>, application: Application, reason: Personal<String>) -> Result<Outcome, Refusal> {
    Ok(by.single_outcome(withdrawal_event(application, Step::Withdrawn { note_number: None }, |open| {
        open.withdraw(reason)
    })?))
}

/// Withdraws an application and requests a new screening of those that were found to be the same person: their
/// finding about this one is out of date. The screening is requested even if there is nobody, so that the request
/// tells nothing.
pub(crate) fn withdrawal_event(
    application: Application,
    step: Step,
    withdraw: impl FnOnce(Application) -> Result<Application, Refusal>,
) -> Result<EventDraft, Refusal> {
    let before = application.stored();
    let after = withdraw(application)?;
    let check = after.place().is_some().then(|| RowChange::ToCheck(after.name.clone()));
    let withdrawn = EventDraft::application_step(step, before, after);
    Ok(check.into_iter().fold(withdrawn, EventDraft::with_row_first))
}

/// Does what is due at a moment, if anything is: a lease ends, the time for answers ends, or the application lapses.
pub fn tick(by: &Service, application: Application, cutoffs: &Cutoffs, moment: Timestamp) -> Option<Outcome> {
    let before = application.stored();
    let (step, after) = application.tick(cutoffs, moment)?;
    Some(by.single_outcome(EventDraft::application_step(step, before, after)))
}

/// Erases the content of an application with its documents, `documents` of them. `None` if it was
/// erased before.
pub fn erase(by: &Service, application: Application, documents: u64) -> Option<Outcome> {
    let before = application.stored();
    let after = application.erase(by.now)?;
    let (log, name) = (LogName::Election(after.name.election.clone()), after.name.clone());
    let payload = EventPayload::ApplicationErased { standing: StateAndPlace::of(&after), documents };
    let erased = EventDraft::new(log, &name, &name.organization, payload);
    Some(by.single_outcome(erased.with_row(RowChange::ErasedApplication { after: Box::new(after), before })))
}

fn check_mission_active(mission: Option<&Mission>) -> Result<(), Refusal> {
    // A withdrawal of the mission at the same time changes this application as well. Then the store finds another
    // version than it expects, and refuses one of the two.
    mission.map_or(Ok(()), Mission::check_not_withdrawn)
}

/// The row of the application's new current revision.
fn revision_row(after: &Application, new_content: SaltedFiling) -> RowChange {
    RowChange::NewRevision { of: after.name.clone(), number: after.revision, new_content: Box::new(new_content) }
}
