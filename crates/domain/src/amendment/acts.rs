//! What is done with an amendment: asked for, decided, withdrawn.

use super::{Amendment, AmendmentDecision, AmendmentKind, AmendmentRuling, AmendmentState, MOST_AMENDMENTS};
use crate::accreditation::Accreditation;
use crate::application::content::{Document, Filing, Salted};
use crate::application::{Application, PaperDraft};
use crate::election::Election;
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Step};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::screening::Screening;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{AccreditationName, AmendmentName, ApplicationName};
use crate::vocabulary::personal::Personal;

impl Application {
    /// The name of its accreditation, if it has one: nothing else is amended.
    pub fn accreditation(&self) -> Result<AccreditationName, Refusal> {
        Ok(AccreditationName { election: self.name.election.clone(), number: self.check_amendable()? })
    }
}

/// Refuses to go on unless an application has an accreditation in force. `found` is that of [`Application::accreditation`].
pub fn check_in_force(application: &Application, found: Option<&Accreditation>) -> Result<AccreditationName, Refusal> {
    let name = application.accreditation()?;
    found.ok_or_else(|| Refusal::not_found(&name))?.check_in_force()?;
    Ok(name)
}

/// What is loaded to ask for an amendment.
#[derive(Debug)]
pub struct ToAsk {
    /// The application.
    pub application: Application,
    /// Its accreditation.
    pub accreditation: Option<Accreditation>,
    /// Every amendment that it has had.
    pub amendments: Vec<Amendment>,
    /// Its election.
    pub election: Election,
    /// What it says.
    pub says: Filing,
    /// What was uploaded for it.
    pub uploaded: Vec<Document>,
    /// The number of the last revision that it has.
    pub last_revision: i32,
    /// What it is to say.
    pub said: Salted,
}

/// What a delegation, or a registrar for what came on paper, says of an amendment besides.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The etag of the application that was read.
    pub etag: &'a str,
    /// What it changes.
    pub kind: AmendmentKind,
    /// Why.
    pub reason: Personal<String>,
    /// What is said of the paper that the application came on.
    pub paper: Option<&'a PaperDraft>,
    /// The number of the accreditation that it is said to replace.
    pub replaces: Option<u32>,
}

/// Asks for an accredited application to say something else.
pub fn ask(by: &Acting<'_>, loaded: ToAsk, asked: Asked<'_>) -> Result<Outcome, Refusal> {
    let ToAsk { application, accreditation, amendments, election, says, uploaded, last_revision, said } = loaded;
    let (before, registrar) = (application.stored(), by.registrar()?);
    let entered = application.quietly_entered_by(registrar.as_ref())?;
    let accreditation = check_in_force(&entered, accreditation.as_ref())?;
    // Whoever entered something of it now has not read another version for that.
    entered.check_etag(asked.etag)?;
    if let Some(open) = amendments.iter().find(|one| one.is_open()) {
        return Err(Refusal::AlreadyExists { resource: open.name.to_string() });
    }
    if amendments.len() >= MOST_AMENDMENTS {
        return Err(Refusal::TooManyAmendments { limit: MOST_AMENDMENTS });
    }
    let entered = entered.with_paper(asked.paper, registrar.as_ref(), &election, by.now)?;
    let entered = entered.replacing(asked.replaces)?;
    asked.kind.check(&says, &said.filing)?;
    said.filing.content.check_documents(&election.rules, entered.paper.is_some())?;
    said.filing.content.check_uploads(&uploaded)?;

    let ApplicationName { election, organization, id } = entered.name.clone();
    let number = u32::try_from(amendments.len()).unwrap_or(u32::MAX).saturating_add(1);
    let new = Amendment {
        name: AmendmentName { election, organization, application: id, number },
        accreditation: accreditation.number,
        kind: asked.kind,
        reason: asked.reason,
        before: entered.revision,
        after: last_revision + 1,
        content_digest: said.digest,
        requested_by: by.actor.principal.clone(),
        request_time: by.now,
        state: AmendmentState::Open,
        closing: None,
    };
    let (of, on_paper) = (entered.name.clone(), entered.paper.is_some());
    let entered = RowChange::if_changed(entered, before);
    let revision = RowChange::NewRevision { of: of.clone(), number: new.after, said: Box::new(said) };
    let entered = moved(&new, on_paper).maybe_row(entered).row(revision).row(RowChange::NewAmendment(new));
    Ok(by.only(entered.row(RowChange::ToCheck(of))).having_read(asked.etag.to_owned()))
}

/// What is loaded to decide on an amendment.
#[derive(Debug)]
pub struct ToDecide {
    /// The amendment.
    pub amendment: Amendment,
    /// What the checks found in it.
    pub screening: Screening,
    /// The application.
    pub application: Application,
    /// Who else has filed the person.
    pub others: Vec<OtherOrganization>,
    /// Its accreditation, and the serial of its next badge, if [`AmendmentRuling::reissues`].
    pub reissue: Option<(Accreditation, u32)>,
}

impl AmendmentRuling {
    /// Whether the accreditation gets another badge.
    pub fn reissues(&self) -> bool {
        self.decision == AmendmentDecision::Accept
    }
}

/// Decides on an open amendment. Accepted, the application says what the amendment says, under the same number and with another
/// badge.
pub fn decide(by: &Acting<'_>, loaded: ToDecide, ruling: AmendmentRuling) -> Result<Outcome, Refusal> {
    let ToDecide { amendment, screening, application, others, reissue } = loaded;
    let decider = by.person()?;
    discretion::check(&others, "text", &[ruling.text.expose()])?;
    let accreditation = amendment.accreditation();
    let etag = ruling.etag.clone();
    let (closed, cleared) = amendment.decide(ruling, &application, screening.clone(), &decider, by.now)?;
    // Why what was found does not stand in the way is kept, if it is said.
    let clearance = (cleared != screening).then(|| RowChange::AmendmentScreening {
        of: closed.name.clone(),
        before: screening.version,
        after: Screening { version: screening.version + 1, ..cleared },
    });
    let check = RowChange::ToCheck(application.name.clone()); // Whoever is found to be like it no longer is, or is now for certain.
    let decided = moved(&closed, application.paper.is_some());
    let besides = match closed.state {
        AmendmentState::Accepted => {
            let (found, serial) = reissue.ok_or_else(|| Refusal::not_found(&accreditation))?;
            vec![amend(by, &closed, application, found, serial)?]
        }
        _ => Vec::new(),
    };
    let main = decided.row(RowChange::Amendment(closed)).maybe_row(clearance).row(check);
    Ok(by.outcome(main, besides).having_read(etag))
}

/// The application says it from now on, and another badge takes the old one's place: an event of the application's own.
fn amend(
    by: &Acting<'_>,
    accepted: &Amendment,
    application: Application,
    accreditation: Accreditation,
    serial: u32,
) -> Result<Happening, Refusal> {
    let (old, reissued) = accreditation.reissue(serial, by.now)?;
    let before = application.stored();
    let after = application.amend(accepted.after, accepted.content_digest)?;
    let (accreditation, void_badge) = (accepted.accreditation(), old.as_ref().map(|old| old.serial));
    let amended = Happening::step(Step::Amended { accreditation, badge: serial, void_badge }, before, after);
    Ok(amended.row_before(RowChange::Badge { of: reissued, old }))
}

/// Gives up an open amendment, so that another can be asked for.
pub fn withdraw(by: &Acting<'_>, amendment: Amendment, application: &Application) -> Result<Outcome, Refusal> {
    application.check_amendment_of(by.registrar()?.as_ref())?;
    let closed = amendment.withdraw(&by.actor.principal, by.now)?;
    let withdrawn = moved(&closed, application.paper.is_some()).row(RowChange::Amendment(closed));
    // Whoever is found to be like it is no longer.
    Ok(by.only(withdrawn.row(RowChange::ToCheck(application.name.clone()))))
}

/// What it is and where it stands, never what it says.
fn moved(amendment: &Amendment, on_paper: bool) -> Happening {
    let Amendment { name, kind, state, after, content_digest, .. } = amendment;
    let (accreditation, revision) = (amendment.accreditation(), *after);
    let (kind, state, content_digest) = (*kind, *state, *content_digest);
    let deed = Deed::AmendmentMoved { accreditation, kind, state, revision, content_digest, on_paper };
    Happening::new(LogName::Election(name.election.clone()), name, &name.organization, deed)
}
