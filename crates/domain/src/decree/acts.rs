//! The legal acts on a decree: draft, correct, list, adopt, and attach a scan.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Adoption, Candidate, Decree, DecreeDraft, DecreeScan, DecreeState, FreeNumbers, Items, Selection, Verdict, adopt,
    recommendation,
};
use crate::accreditation::Accreditation;
use crate::application::{Application, State};
use crate::outcome::{
    AccreditationChanged, CallContext, ChangeCause, DecreeAdopted, EventDraft, EventPayload, Outcome, RowChange, Step,
};
use crate::proposal::ProposalKind;
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{
    AccreditationName, ApplicationName, DecreeName, ElectionName, PresentationName, ProposalName,
};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// The states in which an application can be listed in a decree.
pub const TO_LIST: [StateKind; 1] = [StateKind::Recommended];

/// An accreditation whose place another person takes, and the note that presented that person.
#[derive(Debug, Clone)]
pub struct ReplacedAccreditation {
    /// The accreditation that is replaced.
    pub accreditation: Accreditation,
    /// The number of the ministry's note. The replaced accreditation records it.
    pub note_number: String,
}

/// What is loaded to adopt a decree.
#[derive(Debug)]
pub struct AdoptInput {
    /// The draft.
    pub decree: Decree,
    /// The items of its list.
    pub items: Items,
    /// The codes of the blocking findings, for applications that have some.
    pub standing: BTreeMap<ApplicationName, Vec<FindingCode>>,
    /// The first free numbers. [`Items::numbers`] says how many are needed.
    pub free: FreeNumbers,
    /// The accreditations that are replaced, as [`Items::taken_places`] names them.
    pub taken: BTreeMap<AccreditationName, ReplacedAccreditation>,
}

/// How many numbers a decree needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// For accreditations.
    pub accreditations: u32,
    /// For badges.
    pub badges: u32,
}

/// Drafts a decree under a free number. `holder` is the decree that has the same official number already.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] if there is one: an official number must name one decree only.
pub fn draft(
    by: &CallContext<'_>,
    election: &ElectionName,
    draft: DecreeDraft,
    number: u32,
    holder: Option<u32>,
) -> Result<Outcome, Refusal> {
    check_official_number(&draft, holder)?;
    let name = DecreeName { election: election.election.clone(), number };
    let DecreeDraft { decree_number, session_date, chair, secretary } = draft;
    let new = Decree {
        name: name.clone(),
        decree_number,
        session_date,
        chair,
        secretary,
        state: DecreeState::Draft,
        version: 1,
        applications: Vec::new(),
        proposals: Vec::new(),
        scans: Vec::new(),
        created_by: by.actor.principal.clone(),
        create_time: by.now,
    };
    Ok(by.single_outcome(
        by.own_event(log(&name), name, EventPayload::DecreeDrafted {}).with_row(RowChange::NewDecree(new)),
    ))
}

/// Corrects the number, the session or the signatures of a draft. `holder` is the decree that has the official number.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] if another decree has it, and the refusals of [`Decree::correct`].
pub fn correct(
    by: &CallContext<'_>,
    decree: Decree,
    etag: &str,
    draft: DecreeDraft,
    holder: Option<u32>,
) -> Result<Outcome, Refusal> {
    let (before, own) = (decree.version, decree.name.number);
    let fields = decree.differences(&draft).into_iter().map(str::to_owned).collect();
    let after = decree.correct(etag, draft.clone())?;
    check_official_number(&draft, holder.filter(|number| *number != own))?;
    let corrected = by.own_event(log(&after.name), &after.name, EventPayload::DecreeCorrected { fields });
    Ok(by
        .single_outcome(corrected.with_row(RowChange::Decree { after, before, list: false }))
        .with_read_etag(etag.to_owned()))
}

/// Refuses an official number that another decree has.
fn check_official_number(draft: &DecreeDraft, holder: Option<u32>) -> Result<(), Refusal> {
    let taken = || Refusal::AlreadyExists { resource: format!("a decree {}", draft.decree_number) };
    holder.map_or(Ok(()), |_| Err(taken()))
}

/// Adds named items to the list of a draft.
///
/// # Errors
///
/// The refusals of [`Decree::include`].
pub fn list(by: &CallContext<'_>, decree: Decree, found: &Items) -> Result<Outcome, Refusal> {
    let before = decree.version;
    Ok(list_outcome(by, decree.include(found)?, before, None))
}

/// Adds the applications that a filter found to the list of a draft.
///
/// # Errors
///
/// The refusals of [`Decree::select`]; [`Refusal::PersonRequired`] for a system.
pub fn pick(by: &CallContext<'_>, decree: Decree, candidates: &[Candidate]) -> Result<Outcome, Refusal> {
    let before = decree.version;
    let (after, selection) = decree.select(candidates, &by.person()?)?;
    Ok(list_outcome(by, after, before, Some(selection)))
}

/// Removes named items from the list of a draft.
///
/// # Errors
///
/// The refusals of [`Decree::exclude`].
pub fn strike(
    by: &CallContext<'_>,
    decree: Decree,
    applications: &[ApplicationName],
    proposals: &[ProposalName],
) -> Result<Outcome, Refusal> {
    let before = decree.version;
    Ok(list_outcome(by, decree.exclude(applications, proposals)?, before, None))
}

/// The outcome of a changed list.
fn list_outcome(by: &CallContext<'_>, after: Decree, before: i64, selection: Option<Selection>) -> Outcome {
    let (applications, proposals) = (after.applications.len(), after.proposals.len());
    let proposals = (proposals > 0).then_some(proposals);
    let payload = EventPayload::DecreeListed { applications, proposals, selection };
    let listed = by.own_event(log(&after.name), &after.name, payload);
    by.single_outcome(listed.with_row(RowChange::Decree { after, before, list: true }))
}

/// Attaches a scan of the signed decree. `key` is the key that its bytes are encrypted with.
///
/// # Errors
///
/// The refusals of [`Decree::check_signed`].
pub fn attach_scan(
    by: &CallContext<'_>,
    decree: &Decree,
    id: Uuid,
    sha256: [u8; 32],
    size_bytes: i64,
    key: Personal<Vec<u8>>,
) -> Result<Outcome, Refusal> {
    decree.check_signed()?;
    let (attached_by, attach_time) = (by.actor.principal.clone(), by.now);
    let scan = DecreeScan { decree: decree.name.clone(), id, sha256, size_bytes, attached_by, attach_time };
    let replaced_sha256 = decree.scans.last().map(|scan| scan.sha256);
    let scanned = EventPayload::DecreeScanned { sha256, size_bytes, replaced_sha256 };
    Ok(by.single_outcome(
        by.own_event(log(&decree.name), &decree.name, scanned).with_row(RowChange::NewDecreeScan { scan, key }),
    ))
}

/// A decree belongs to the log of its election.
fn log(decree: &DecreeName) -> LogName {
    LogName::Election(decree.election.clone())
}

impl Items {
    /// How many accreditation and badge numbers the adoption needs. The store reserves them before the act.
    pub fn numbers(&self) -> Numbers {
        let accreditations = count(self.to_accredit().count());
        let reinstated =
            self.proposals.iter().flatten().filter(|one| one.proposal.draft.kind == ProposalKind::Reinstate);
        Numbers { accreditations, badges: accreditations + count(reinstated.count()) }
    }

    /// The accreditations that the adoption replaces, each with the presentation of the person who takes the place.
    pub fn taken_places(&self) -> Vec<(AccreditationName, PresentationName)> {
        let taken = |application: &Application| {
            let election = application.name.election.clone();
            let presentation = application.place()?.presentation;
            let place = AccreditationName { election: election.clone(), number: application.replaces? };
            Some((place, PresentationName { election, number: presentation }))
        };
        self.to_accredit().filter_map(taken).collect()
    }

    /// The applications that are recommended to be accredited.
    fn to_accredit(&self) -> impl Iterator<Item = &Application> {
        let accredits = |one: &&Application| recommendation(one).is_ok_and(|made| made.verdict == Verdict::Accredit);
        self.applications.iter().flatten().filter(accredits)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Adopts a decree: every application is decided as recommended, and every proposal is carried out. If one item is not
/// ready, nothing happens.
///
/// # Errors
///
/// The refusals of [`adopt`]; [`Refusal::PersonRequired`] for a system.
pub fn adopt_decree(by: &CallContext<'_>, etag: &str, loaded: AdoptInput) -> Result<Outcome, Refusal> {
    let AdoptInput { decree, items, standing, free, mut taken } = loaded;
    let version = decree.version;
    let before: Vec<_> = items.applications.iter().flatten().map(Application::stored).collect();
    let from: Vec<_> = items.proposals.iter().flatten().map(|one| one.accreditation.state()).collect();
    let found = |name: &ApplicationName| standing.get(name).cloned().unwrap_or_default();
    let adoption = adopt(decree, etag, items, found, &by.person()?, free, by.now)?;
    let Adoption { decree: after, applications, accreditations, proposals, changed } = adoption;
    let (log, number) = (log(&after.name), after.name.number);

    let mut besides = Vec::new();
    let mut replaced = Vec::new();
    let mut accreditations = accreditations.into_iter();
    for (application, stored) in applications.into_iter().zip(before) {
        let issued = matches!(application.state, State::Accredited(_)).then(|| accreditations.next()).flatten();
        replaced.extend(end_replaced(by, &application, number, &mut taken)?);
        let decided = EventDraft::application_step(Step::Decided { decree: number }, stored, application);
        besides.push(decided.with_optional_row(issued.map(RowChange::NewAccreditation)));
    }
    besides.append(&mut replaced);
    let carries_out = !proposals.is_empty();
    for ((proposal, after), from) in proposals.into_iter().zip(changed).zip(from) {
        let ground = proposal.draft.recorded_ground();
        let cause = ChangeCause::Proposal { decree: number, kind: proposal.draft.kind, ground };
        let payload = EventPayload::AccreditationChanged { changed: AccreditationChanged::of(from, &after, cause) };
        let happened = EventDraft::new(log.clone(), &after.name, &after.application.organization, payload);
        besides.push(happened.with_row(RowChange::Proposal(proposal)).with_row(RowChange::Accreditation(after)));
    }

    let adopted = match &after.state {
        DecreeState::Adopted { accredited, refused, revoked, annulled, reinstated, .. } => DecreeAdopted {
            accredited: *accredited,
            refused: *refused,
            changed: carries_out.then_some([*revoked, *annulled, *reinstated]),
        },
        DecreeState::Draft => return Err(Refusal::EtagMismatch), // cannot happen: `adopt` has just adopted it
    };
    let main = by.own_event(log, &after.name, EventPayload::DecreeAdopted { adopted });
    let main = main.with_row(RowChange::Decree { after, before: version, list: false });
    Ok(by.outcome(main, besides).with_read_etag(etag.to_owned()))
}

/// Ends the accreditation whose place another person takes. If it was withdrawn or has ended otherwise, it stays as it
/// is.
fn end_replaced(
    by: &CallContext<'_>,
    decided: &Application,
    decree: u32,
    taken: &mut BTreeMap<AccreditationName, ReplacedAccreditation>,
) -> Result<Option<EventDraft>, Refusal> {
    let (State::Accredited(_), Some(number)) = (&decided.state, decided.replaces) else { return Ok(None) };
    let place = AccreditationName { election: decided.name.election.clone(), number };
    let Some(ReplacedAccreditation { accreditation, note_number }) = taken.remove(&place) else { return Ok(None) };
    let from = accreditation.state();
    if from != AccreditationState::Active {
        return Ok(None);
    }
    let after = accreditation.replace(note_number, decree, &by.actor.principal, by.now)?;
    let cause = ChangeCause::Replacement { by: decided.name.clone() };
    let payload = EventPayload::AccreditationChanged { changed: AccreditationChanged::of(from, &after, cause) };
    let log = LogName::Election(decided.name.election.clone());
    let happened = EventDraft::new(log, &after.name, &after.application.organization, payload);
    Ok(Some(happened.with_row(RowChange::Accreditation(after))))
}

#[cfg(test)]
mod tests;
