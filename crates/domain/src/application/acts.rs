//! What is done with an application by its own side: filed, updated, submitted, answered about, withdrawn; and by time.

use jiff::Timestamp;

use super::{Application, PaperDraft, PlaceToTake, State, SubmissionGuard};
use crate::application::content::{Document, Kept, Salted};
use crate::application::reference::Reference;
use crate::election::Election;
use crate::election::cutoff::Cutoffs;
use crate::mission::quota::Places;
use crate::mission::{Invitation, Mission, check_invited};
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Service, Standing, Step};
use crate::refusal::Refusal;
use crate::vocabulary::id::ApplicationId;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, MissionName};
use crate::vocabulary::personal::Personal;

/// What is loaded to file an application.
#[derive(Debug)]
pub struct ToFile {
    /// The mission's name.
    pub name: MissionName,
    /// Its election.
    pub election: Election,
    /// Its organization's invitation, if there is one.
    pub invitation: Option<Invitation>,
    /// The mission, if it was announced.
    pub mission: Option<Mission>,
    /// The place that the application is to take, if it is to take one.
    pub place: Option<PlaceToTake>,
    /// The application's id.
    pub id: ApplicationId,
    /// A reference that no application of the election has.
    pub reference: Reference,
    /// What it says.
    pub said: Salted,
}

/// Files an application as a draft.
pub fn file(by: &Acting<'_>, loaded: ToFile, paper: Option<&PaperDraft>) -> Result<Outcome, Refusal> {
    let ToFile { name: mission_name, election, invitation, mission, place, id, reference, said } = loaded;
    check_invited(invitation.as_ref())?;
    election.check_open()?;
    mission.ok_or(Refusal::MissionMissing)?.check_goes_on()?;
    let paper = PaperDraft::filed(paper, by.registrar()?, &election, by.now)?;
    let category = said.filing.content.category;
    let replaces = place.map(|place| place.check(&mission_name, category)).transpose()?;
    let MissionName { election, organization } = mission_name;
    let name = ApplicationName { election, organization, id };
    let new = Application::draft(name.clone(), reference, category, said.digest, paper, by.now);
    let new = Application { replaces, ..new };
    let deed = Deed::ApplicationFiled {
        to: new.state.kind(),
        revision: new.revision,
        content_digest: new.content_digest,
        on_paper: new.paper.is_some(),
    };
    let filed = Happening::new(LogName::Election(name.election.clone()), &name, &name.organization, deed);
    let revision = RowChange::NewRevision { of: name, number: new.revision, said: Box::new(said) };
    Ok(by.only(filed.row(RowChange::NewApplication(Box::new(new))).row(revision)))
}

/// What is loaded to update an application.
#[derive(Debug)]
pub struct ToUpdate {
    /// The application.
    pub application: Application,
    /// Its mission.
    pub mission: Option<Mission>,
    /// Its election.
    pub election: Election,
    /// The place that it is to take, if it is to take one.
    pub place: Option<PlaceToTake>,
    /// What it is to say.
    pub said: Salted,
}

/// Replaces what a draft says, what the ministry returned, or what lapsed before its cutoff was moved.
pub fn update(by: &Acting<'_>, loaded: ToUpdate, etag: &str, paper: Option<&PaperDraft>) -> Result<Outcome, Refusal> {
    let ToUpdate { application, mission, election, place, said } = loaded;
    let (before, registrar) = (application.stored(), by.registrar()?);
    let application = application.entered_by(registrar.as_ref())?;
    check_goes_on(mission.as_ref())?;
    application.check_etag(etag)?;
    let application = application.with_paper(paper, registrar.as_ref(), &election, by.now)?;
    let category = said.filing.content.category;
    let replaces = match (place, application.can_replace_another()) {
        (Some(place), true) => Some(place.check(&application.name.mission(), category)?),
        (Some(place), false) => Some(place.name.number),
        (None, _) => None,
    };
    let application = application.replacing(replaces)?;
    let after = application.update(category, said.digest, &election, by.now)?;
    let revision = revision(&after, said);
    let updated = Happening::step(Step::Updated, before, after).row_before(revision);
    Ok(by.only(updated).having_read(etag.to_owned()))
}

/// What is loaded to submit an application.
#[derive(Debug)]
pub struct ToSubmit {
    /// The application.
    pub application: Application,
    /// Its mission.
    pub mission: Option<Mission>,
    /// Its election.
    pub election: Election,
    /// What it says.
    pub kept: Kept,
    /// What was uploaded for it.
    pub uploaded: Vec<Document>,
    /// The place that it is to take, if [`Application::takes_its_place_anew`].
    pub place: Option<PlaceToTake>,
    /// The places of its organization.
    pub places: Places,
}

/// Submits an application to the ministry; an etag, if there is one, is that of the version that was read.
pub fn submit(by: &Acting<'_>, loaded: ToSubmit, etag: Option<&str>) -> Result<Outcome, Refusal> {
    let ToSubmit { application, mission, election, kept, uploaded, place, places } = loaded;
    let before = application.stored();
    let application = application.entered_by(by.registrar()?.as_ref())?;
    check_goes_on(mission.as_ref())?;
    etag.map_or(Ok(()), |etag| application.check_etag(etag))?;
    let filing = kept.into_whole(&application.name)?;
    let content = &filing.content;
    if let Some(place) = place.filter(|_| application.takes_its_place_anew()) {
        place.check(&application.name.mission(), content.category)?;
    }
    let guard = SubmissionGuard { election: &election, content, uploaded: &uploaded, received: by.now };
    let after = application.submit(guard)?;
    places.check(&election.rules, content.category)?;
    let submitted = Happening::step(Step::Submitted, before, after);
    Ok(by.only(submitted).having_read(etag.map(str::to_owned)))
}

impl Application {
    /// Whether another may have taken the place that it was to take: what has lapsed holds none.
    pub fn takes_its_place_anew(&self) -> bool {
        self.state == State::Lapsed && self.replaces.is_some()
    }
}

/// What is mended along with an answer, and what is loaded for that.
#[derive(Debug)]
pub struct Mended {
    /// What the application is to say.
    pub said: Salted,
    /// Its election.
    pub election: Election,
    /// What was uploaded for it.
    pub uploaded: Vec<Document>,
    /// The places of its organization.
    pub places: Places,
    /// What is said of the paper that it came on.
    pub paper: Option<PaperDraft>,
    /// The number of the accreditation that it is said to replace.
    pub replaces: Option<u32>,
}

/// Answers the commission's questions; the application goes back to its place in the queue. What was mended is checked again
/// before it is reviewed again.
pub fn answer(
    by: &Acting<'_>,
    application: Application,
    answers: &[(String, String)],
    mended: Option<Mended>,
) -> Result<Outcome, Refusal> {
    let (before, registrar) = (application.stored(), by.registrar()?);
    // A delegation answers about what came on paper as well.
    let application = match &registrar {
        Some(_) => application.entered_by(registrar.as_ref())?,
        None => application,
    };
    let Some(Mended { said, election, uploaded, places, paper, replaces }) = mended else {
        let after = application.answer(answers, None)?;
        return Ok(by.only(Happening::step(Step::Answered, before, after)));
    };
    let application = application.with_paper(paper.as_ref(), registrar.as_ref(), &election, by.now)?;
    let application = application.replacing(replaces)?;
    let (from, content) = (application.category, &said.filing.content);
    let after = application.answer(answers, Some((content.category, said.digest)))?;
    content.check_documents(&election.rules, after.paper.is_some())?;
    content.check_uploads(&uploaded)?;
    // It keeps the place that it has; another category wants one of that category's.
    if from != content.category {
        places.check(&election.rules, content.category)?;
    }
    let (check, revision) = (RowChange::ToCheck(after.name.clone()), revision(&after, said));
    let answered = Happening::step(Step::Answered, before, after);
    Ok(by.only(answered.row_before(revision).row_before(check)))
}

/// Withdraws an application that no decree has decided.
pub fn withdraw(by: &Acting<'_>, application: Application, reason: Personal<String>) -> Result<Outcome, Refusal> {
    Ok(by.only(withdrawn(application, Step::Withdrawn { note_number: None }, |open| open.withdraw(reason))?))
}

/// An application is withdrawn; whoever was found to be like it is checked again. What waits for the checks does not tell
/// whether there is anyone.
pub(crate) fn withdrawn(
    application: Application,
    step: Step,
    withdraw: impl FnOnce(Application) -> Result<Application, Refusal>,
) -> Result<Happening, Refusal> {
    let before = application.stored();
    let after = withdraw(application)?;
    let check = after.place().is_some().then(|| RowChange::ToCheck(after.name.clone()));
    let withdrawn = Happening::step(step, before, after);
    Ok(check.into_iter().fold(withdrawn, Happening::row_before))
}

/// Moves what a moment has overtaken, if it has.
pub fn tick(by: &Service, application: Application, cutoffs: &Cutoffs, moment: Timestamp) -> Option<Outcome> {
    let before = application.stored();
    let (step, after) = application.tick(cutoffs, moment)?;
    Some(by.only(Happening::step(step, before, after)))
}

/// Erases what an application said, with so many documents; nothing if it was erased before.
pub fn erase(by: &Service, application: Application, documents: u64) -> Option<Outcome> {
    let before = application.stored();
    let after = application.erase(by.now)?;
    let (log, name) = (LogName::Election(after.name.election.clone()), after.name.clone());
    let deed = Deed::ApplicationErased { standing: Standing::of(&after), documents };
    let erased = Happening::new(log, &name, &name.organization, deed);
    Some(by.only(erased.row(RowChange::ErasedApplication { after: Box::new(after), before })))
}

fn check_goes_on(mission: Option<&Mission>) -> Result<(), Refusal> {
    // Whoever withdraws the mission meanwhile changes the application too, and one of the two finds another version than it
    // expects.
    mission.map_or(Ok(()), Mission::check_goes_on)
}

/// The revision that an application says now.
fn revision(after: &Application, said: Salted) -> RowChange {
    RowChange::NewRevision { of: after.name.clone(), number: after.revision, said: Box::new(said) }
}
