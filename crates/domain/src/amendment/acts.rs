//! The legal acts on an amendment: requesting, deciding and withdrawing it.

use super::{Amendment, AmendmentDecision, AmendmentKind, AmendmentRuling, AmendmentState, MAX_AMENDMENTS};
use crate::accreditation::Accreditation;
use crate::application::content::{Document, Filing, SaltedFiling};
use crate::application::{Application, PaperDraft};
use crate::election::Election;
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Step};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::screening::Screening;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{AccreditationName, AmendmentName, ApplicationName};
use crate::vocabulary::personal::Personal;

impl Application {
    /// The name of the application's accreditation.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] if it is not accredited, [`Refusal::Erased`] after erasure.
    pub fn accreditation(&self) -> Result<AccreditationName, Refusal> {
        Ok(AccreditationName { election: self.name.election.clone(), number: self.check_amendable()? })
    }
}

/// Checks that the application has an active accreditation, and returns its name. `found` is what was loaded under the
/// name of [`Application::accreditation`].
///
/// # Errors
///
/// [`Refusal::NotFound`], [`Refusal::AccreditationEnded`], and the refusals of [`Application::accreditation`].
pub fn check_in_force(application: &Application, found: Option<&Accreditation>) -> Result<AccreditationName, Refusal> {
    let name = application.accreditation()?;
    found.ok_or_else(|| Refusal::not_found(&name))?.check_in_force()?;
    Ok(name)
}

/// What is loaded to request an amendment.
#[derive(Debug)]
pub struct AmendInput {
    /// The application.
    pub application: Application,
    /// Its accreditation.
    pub accreditation: Option<Accreditation>,
    /// All its earlier amendments.
    pub amendments: Vec<Amendment>,
    /// The election.
    pub election: Election,
    /// The current content.
    pub current_content: Filing,
    /// The documents that were uploaded for it.
    pub uploaded: Vec<Document>,
    /// The number of its last revision, also of one that was not accepted.
    pub last_revision: i32,
    /// The requested content, with its salted digest.
    pub new_content: SaltedFiling,
}

/// What a request for an amendment says apart from the content.
#[derive(Debug)]
pub struct AmendmentRequest<'a> {
    /// The etag of the application that the caller read.
    pub etag: &'a str,
    /// What the amendment may change.
    pub kind: AmendmentKind,
    /// The reason, in free text.
    pub reason: Personal<String>,
    /// What the request says about the paper that the application came on.
    pub paper: Option<&'a PaperDraft>,
    /// The number of the accreditation that the request says it replaces.
    pub replaces: Option<u32>,
}

/// Requests an amendment of an accredited application.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] if another amendment is open, [`Refusal::TooManyAmendments`], [`Refusal::EtagMismatch`],
/// [`Refusal::NotAmendable`], and the refusals of the checks of paper, documents and uploads.
pub fn ask(by: &CallContext<'_>, loaded: AmendInput, asked: AmendmentRequest<'_>) -> Result<Outcome, Refusal> {
    let AmendInput {
        application,
        accreditation,
        amendments,
        election,
        current_content,
        uploaded,
        last_revision,
        new_content,
    } = loaded;
    let (before, registrar) = (application.stored(), by.registrar()?);
    let entered = application.record_hidden_entry(registrar.as_ref())?;
    let accreditation = check_in_force(&entered, accreditation.as_ref())?;
    // Recording the registrar must not change the etag: the registrar did not read another version because of it.
    entered.check_etag(asked.etag)?;
    if let Some(open) = amendments.iter().find(|one| one.is_open()) {
        return Err(Refusal::AlreadyExists { resource: open.name.to_string() });
    }
    if amendments.len() >= MAX_AMENDMENTS {
        return Err(Refusal::TooManyAmendments { limit: MAX_AMENDMENTS });
    }
    let entered = entered.with_paper(asked.paper, registrar.as_ref(), &election, by.now)?;
    let entered = entered.replacing(asked.replaces)?;
    asked.kind.check(&current_content, &new_content.filing)?;
    new_content.filing.content.check_documents(&election.rules, entered.paper.is_some())?;
    new_content.filing.content.check_uploads(&uploaded)?;

    let ApplicationName { election, organization, id } = entered.name.clone();
    let number = u32::try_from(amendments.len()).unwrap_or(u32::MAX).saturating_add(1);
    let new = Amendment {
        name: AmendmentName { election, organization, application: id, number },
        accreditation: accreditation.number,
        kind: asked.kind,
        reason: asked.reason,
        before: entered.revision,
        after: last_revision + 1,
        content_digest: new_content.digest,
        requested_by: by.actor.principal.clone(),
        request_time: by.now,
        state: AmendmentState::Open,
        closing: None,
    };
    let (of, on_paper) = (entered.name.clone(), entered.paper.is_some());
    let entered = RowChange::if_changed(entered, before);
    let revision = RowChange::NewRevision { of: of.clone(), number: new.after, new_content: Box::new(new_content) };
    let entered = amendment_event(&new, on_paper)
        .with_optional_row(entered)
        .with_row(revision)
        .with_row(RowChange::NewAmendment(new));
    Ok(by.single_outcome(entered.with_row(RowChange::ToCheck(of))).with_read_etag(asked.etag.to_owned()))
}

/// What is loaded to decide an amendment.
#[derive(Debug)]
pub struct DecideInput {
    /// The amendment.
    pub amendment: Amendment,
    /// The result of its screening.
    pub screening: Screening,
    /// The application.
    pub application: Application,
    /// The other organizations that filed the same person. The text must not name them.
    pub others: Vec<OtherOrganization>,
    /// The accreditation and the serial of its next badge. Needed only if [`AmendmentRuling::reissues`].
    pub reissue: Option<(Accreditation, u32)>,
}

impl AmendmentRuling {
    /// Whether this decision issues a new badge.
    pub fn reissues(&self) -> bool {
        self.decision == AmendmentDecision::Accept
    }
}

/// Decides an open amendment. If it is accepted, its revision becomes the current one, and the accreditation keeps its
/// number and gets a new badge.
///
/// # Errors
///
/// [`Refusal::InvalidField`] if the text names another organization, and the refusals of [`Amendment::decide`] and of
/// the new badge.
pub fn decide(by: &CallContext<'_>, loaded: DecideInput, ruling: AmendmentRuling) -> Result<Outcome, Refusal> {
    let DecideInput { amendment, screening, application, others, reissue } = loaded;
    let decider = by.person()?;
    discretion::check(&others, "text", &[ruling.text.expose()])?;
    let accreditation = amendment.accreditation();
    let etag = ruling.etag.clone();
    let (closed, cleared) = amendment.decide(ruling, &application, screening.clone(), &decider, by.now)?;
    // The reason that cleared the findings is stored, if there was one.
    let clearance = (cleared != screening).then(|| RowChange::AmendmentScreening {
        of: closed.name.clone(),
        before: screening.version,
        after: Screening { version: screening.version + 1, ..cleared },
    });
    // Applications that were found to be the same person may not be any more, or may be now.
    let check = RowChange::ToCheck(application.name.clone());
    let decided = amendment_event(&closed, application.paper.is_some());
    let besides = match closed.state {
        AmendmentState::Accepted => {
            let (found, serial) = reissue.ok_or_else(|| Refusal::not_found(&accreditation))?;
            vec![amend(by, &closed, application, found, serial)?]
        }
        _ => Vec::new(),
    };
    let main = decided.with_row(RowChange::Amendment(closed)).with_optional_row(clearance).with_row(check);
    Ok(by.outcome(main, besides).with_read_etag(etag))
}

/// Makes the accepted revision the current one and issues the new badge. It is an event of the application.
fn amend(
    by: &CallContext<'_>,
    accepted: &Amendment,
    application: Application,
    accreditation: Accreditation,
    serial: u32,
) -> Result<EventDraft, Refusal> {
    let (old, reissued) = accreditation.reissue(serial, by.now)?;
    let before = application.stored();
    let after = application.amend(accepted.after, accepted.content_digest)?;
    let (accreditation, void_badge) = (accepted.accreditation(), old.as_ref().map(|old| old.serial));
    let amended =
        EventDraft::application_step(Step::Amended { accreditation, badge: serial, void_badge }, before, after);
    Ok(amended.with_row_first(RowChange::Badge { of: reissued, old }))
}

/// Withdraws an open amendment, so that another one can be requested.
///
/// # Errors
///
/// [`Refusal::RoleRequired`] for the wrong side, [`Refusal::AmendmentClosed`] if it is not open.
pub fn withdraw(by: &CallContext<'_>, amendment: Amendment, application: &Application) -> Result<Outcome, Refusal> {
    application.check_amendment_of(by.registrar()?.as_ref())?;
    let closed = amendment.withdraw(&by.actor.principal, by.now)?;
    let withdrawn = amendment_event(&closed, application.paper.is_some()).with_row(RowChange::Amendment(closed));
    // Applications that were found to be the same person because of this amendment are not any more.
    Ok(by.single_outcome(withdrawn.with_row(RowChange::ToCheck(application.name.clone()))))
}

/// The event of an amendment: its kind and state, never its content.
fn amendment_event(amendment: &Amendment, on_paper: bool) -> EventDraft {
    let Amendment { name, kind, state, after, content_digest, .. } = amendment;
    let (accreditation, revision) = (amendment.accreditation(), *after);
    let (kind, state, content_digest) = (*kind, *state, *content_digest);
    let payload = EventPayload::AmendmentMoved { accreditation, kind, state, revision, content_digest, on_paper };
    EventDraft::new(LogName::Election(name.election.clone()), name, &name.organization, payload)
}
