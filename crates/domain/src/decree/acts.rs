//! What is done with a decree: drafted, corrected, given its list, adopted.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Adoption, Candidate, Decree, DecreeDraft, DecreeScan, DecreeState, FreeNumbers, Items, Selection, Verdict, adopt,
    recommendation,
};
use crate::accreditation::Accreditation;
use crate::application::{Application, State};
use crate::outcome::{AccreditationChanged, Acting, Cause, DecreeAdopted, Deed, Happening, Outcome, RowChange, Step};
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

/// The states of whoever can be listed.
pub const TO_LIST: [StateKind; 1] = [StateKind::Recommended];

/// An accreditation whose place somebody takes, and the note that presented that somebody.
#[derive(Debug, Clone)]
pub struct TakenPlace {
    /// The accreditation, as it is.
    pub accreditation: Accreditation,
    /// The note's number.
    pub note_number: String,
}

/// What is loaded to adopt a decree.
#[derive(Debug)]
pub struct ToAdopt {
    /// The draft.
    pub decree: Decree,
    /// What it lists.
    pub items: Items,
    /// What stands in the way of an application, where something was found.
    pub standing: BTreeMap<ApplicationName, Vec<FindingCode>>,
    /// The first free numbers; as many are taken as [`Items::numbers`] says.
    pub free: FreeNumbers,
    /// The accreditations whose places are taken, as [`Items::taken_places`] names them.
    pub taken: BTreeMap<AccreditationName, TakenPlace>,
}

/// How many numbers a decree needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Of accreditations.
    pub accreditations: u32,
    /// Of badges.
    pub badges: u32,
}

/// Drafts a decree under a free number. `holder` is the decree that has its official number already.
pub fn draft(
    by: &Acting<'_>,
    election: &ElectionName,
    draft: DecreeDraft,
    number: u32,
    holder: Option<u32>,
) -> Result<Outcome, Refusal> {
    check_number(&draft, holder)?;
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
    Ok(by.only(by.happens(log(&name), name, Deed::DecreeDrafted {}).row(RowChange::NewDecree(new))))
}

/// Corrects what a draft says of itself. `holder` is the decree that has the official number which it is to have.
pub fn correct(
    by: &Acting<'_>,
    decree: Decree,
    etag: &str,
    draft: DecreeDraft,
    holder: Option<u32>,
) -> Result<Outcome, Refusal> {
    let (before, own) = (decree.version, decree.name.number);
    let fields = decree.differences(&draft).into_iter().map(str::to_owned).collect();
    let after = decree.correct(etag, draft.clone())?;
    check_number(&draft, holder.filter(|number| *number != own))?;
    let corrected = by.happens(log(&after.name), &after.name, Deed::DecreeCorrected { fields });
    Ok(by.only(corrected.row(RowChange::Decree { after, before, list: false })).having_read(etag.to_owned()))
}

fn check_number(draft: &DecreeDraft, holder: Option<u32>) -> Result<(), Refusal> {
    let taken = || Refusal::AlreadyExists { resource: format!("a decree {}", draft.decree_number) };
    holder.map_or(Ok(()), |_| Err(taken()))
}

/// Lists what is named in a draft.
pub fn list(by: &Acting<'_>, decree: Decree, found: &Items) -> Result<Outcome, Refusal> {
    let before = decree.version;
    Ok(listed(by, decree.include(found)?, before, None))
}

/// Lists whom a filter picked in a draft.
pub fn pick(by: &Acting<'_>, decree: Decree, candidates: &[Candidate]) -> Result<Outcome, Refusal> {
    let before = decree.version;
    let (after, selection) = decree.select(candidates, &by.person()?)?;
    Ok(listed(by, after, before, Some(selection)))
}

/// Takes out of a draft what is named.
pub fn strike(
    by: &Acting<'_>,
    decree: Decree,
    applications: &[ApplicationName],
    proposals: &[ProposalName],
) -> Result<Outcome, Refusal> {
    let before = decree.version;
    Ok(listed(by, decree.exclude(applications, proposals)?, before, None))
}

fn listed(by: &Acting<'_>, after: Decree, before: i64, selection: Option<Selection>) -> Outcome {
    let (applications, proposals) = (after.applications.len(), after.proposals.len());
    let proposals = (proposals > 0).then_some(proposals);
    let deed = Deed::DecreeListed { applications, proposals, selection };
    let listed = by.happens(log(&after.name), &after.name, deed);
    by.only(listed.row(RowChange::Decree { after, before, list: true }))
}

/// Attaches the scan of a signed decree, sealed with a key.
pub fn attach_scan(
    by: &Acting<'_>,
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
    let scanned = Deed::DecreeScanned { sha256, size_bytes, replaced_sha256 };
    Ok(by.only(by.happens(log(&decree.name), &decree.name, scanned).row(RowChange::NewDecreeScan { scan, key })))
}

fn log(decree: &DecreeName) -> LogName {
    LogName::Election(decree.election.clone())
}

impl Items {
    /// How many numbers are needed to adopt a decree over them.
    pub fn numbers(&self) -> Numbers {
        let accreditations = count(self.to_accredit().count());
        let reinstated =
            self.proposals.iter().flatten().filter(|one| one.proposal.draft.kind == ProposalKind::Reinstate);
        Numbers { accreditations, badges: accreditations + count(reinstated.count()) }
    }

    /// The accreditations whose places a decree over them gives to somebody else, and where that somebody was presented.
    pub fn taken_places(&self) -> Vec<(AccreditationName, PresentationName)> {
        let taken = |application: &Application| {
            let election = application.name.election.clone();
            let presentation = application.place()?.presentation;
            let place = AccreditationName { election: election.clone(), number: application.replaces? };
            Some((place, PresentationName { election, number: presentation }))
        };
        self.to_accredit().filter_map(taken).collect()
    }

    fn to_accredit(&self) -> impl Iterator<Item = &Application> {
        let accredits = |one: &&Application| recommendation(one).is_ok_and(|made| made.verdict == Verdict::Accredit);
        self.applications.iter().flatten().filter(accredits)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Adopts a decree: every application is decided as recommended and every proposal carried out, by another person, or
/// nothing is.
pub fn adopt_decree(by: &Acting<'_>, etag: &str, loaded: ToAdopt) -> Result<Outcome, Refusal> {
    let ToAdopt { decree, items, standing, free, mut taken } = loaded;
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
        replaced.extend(replace(by, &application, number, &mut taken)?);
        let decided = Happening::step(Step::Decided { decree: number }, stored, application);
        besides.push(decided.maybe_row(issued.map(RowChange::NewAccreditation)));
    }
    besides.append(&mut replaced);
    let carries_out = !proposals.is_empty();
    for ((proposal, after), from) in proposals.into_iter().zip(changed).zip(from) {
        let ground = proposal.draft.recorded_ground();
        let cause = Cause::Proposal { decree: number, kind: proposal.draft.kind, ground };
        let deed = Deed::AccreditationChanged { changed: AccreditationChanged::of(from, &after, cause) };
        let happened = Happening::new(log.clone(), &after.name, &after.application.organization, deed);
        besides.push(happened.row(RowChange::Proposal(proposal)).row(RowChange::Accreditation(after)));
    }

    let adopted = match &after.state {
        DecreeState::Adopted { accredited, refused, revoked, annulled, reinstated, .. } => DecreeAdopted {
            accredited: *accredited,
            refused: *refused,
            changed: carries_out.then_some([*revoked, *annulled, *reinstated]),
        },
        DecreeState::Draft => return Err(Refusal::EtagMismatch), // what was just adopted is no draft
    };
    let main = by.happens(log, &after.name, Deed::DecreeAdopted { adopted });
    let main = main.row(RowChange::Decree { after, before: version, list: false });
    Ok(by.outcome(main, besides).having_read(etag.to_owned()))
}

/// Ends the accreditation whose place somebody was given; what was withdrawn or has ended otherwise stays as it is.
fn replace(
    by: &Acting<'_>,
    decided: &Application,
    decree: u32,
    taken: &mut BTreeMap<AccreditationName, TakenPlace>,
) -> Result<Option<Happening>, Refusal> {
    let (State::Accredited(_), Some(number)) = (&decided.state, decided.replaces) else { return Ok(None) };
    let place = AccreditationName { election: decided.name.election.clone(), number };
    let Some(TakenPlace { accreditation, note_number }) = taken.remove(&place) else { return Ok(None) };
    let from = accreditation.state();
    if from != AccreditationState::Active {
        return Ok(None);
    }
    let after = accreditation.replace(note_number, decree, &by.actor.principal, by.now)?;
    let cause = Cause::Replacement { by: decided.name.clone() };
    let deed = Deed::AccreditationChanged { changed: AccreditationChanged::of(from, &after, cause) };
    let log = LogName::Election(decided.name.election.clone());
    let happened = Happening::new(log, &after.name, &after.application.organization, deed);
    Ok(Some(happened.row(RowChange::Accreditation(after))))
}

#[cfg(test)]
mod tests;
