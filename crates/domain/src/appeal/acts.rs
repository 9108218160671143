//! The legal acts on an appeal: filing and deciding it.

use uuid::Uuid;

use super::{Appeal, AppealOutcome, appealable};
use crate::accreditation::Accreditation;
use crate::application::Application;
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Step};
use crate::policy::PersonActor;
use crate::proposal::{Proposal, ProposalState};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::rule_pack::RulePack;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::AppealName;
use crate::vocabulary::personal::Personal;

/// What is loaded to file an appeal.
#[derive(Debug)]
pub struct FileInput {
    /// The application.
    pub application: Application,
    /// Its accreditation, if there is one.
    pub accreditation: Option<Accreditation>,
    /// An appeal that was filed before against the same decision, see [`appealable`].
    pub filed: Option<AppealName>,
    /// The id of the new appeal.
    pub id: Uuid,
}

/// Files an appeal against the decision that stands.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] if an appeal against the same decision exists, and the refusals of [`appealable`].
pub fn file(by: &CallContext<'_>, loaded: FileInput, text: Personal<String>) -> Result<Outcome, Refusal> {
    let FileInput { application, accreditation, filed, id } = loaded;
    let decree = appealable(&application, accreditation.as_ref())?;
    if let Some(filed) = filed {
        return Err(Refusal::AlreadyExists { resource: filed.to_string() });
    }
    let organization = application.name.organization.clone();
    let new = Appeal {
        name: AppealName { election: application.name.election.clone(), id },
        application: application.name,
        accreditation: accreditation.map(|accreditation| accreditation.name),
        decree,
        text,
        filed_by: by.actor.principal.clone(),
        file_time: by.now,
        decision: None,
    };
    let payload = EventPayload::AppealFiled { application: new.application.clone(), decree };
    let filed = EventDraft::new(log(&new.name), &new.name, &organization, payload);
    Ok(by.single_outcome(filed.with_row(RowChange::NewAppeal(new))))
}

/// What is loaded to decide an appeal.
#[derive(Debug)]
pub struct DecideInput {
    /// The appeal.
    pub appeal: Appeal,
    /// The application that it is about.
    pub application: Application,
    /// The other organizations that filed the same person. The text must not name them.
    pub others: Vec<OtherOrganization>,
    /// The proposals about the person's accreditation. They tell who took part in its end.
    pub proposals: Vec<Proposal>,
    /// The human who adopted the decree, if the registry knows one.
    pub adopter: Option<PersonActor>,
    /// Whether the mission has not been withdrawn.
    pub goes_on: bool,
    /// Whether the place of the accreditation that the application was to replace is free.
    pub place_free: bool,
    /// The accreditation that the decision ended.
    pub accreditation: Option<Accreditation>,
    /// A free proposal number. Needed only if [`Appeal::reinstates`].
    pub number: Option<u32>,
    /// The rule pack of the election.
    pub rules: RulePack,
}

impl Appeal {
    /// Whether a decision leads to further changes: an upheld appeal of a mission that was not withdrawn. Nobody of a
    /// withdrawn mission comes back; then the decision on the appeal only says that the refusal was wrong.
    fn has_consequences(outcome: AppealOutcome, goes_on: bool) -> bool {
        outcome == AppealOutcome::Uphold && goes_on
    }

    /// Whether this decision makes a proposal to reinstate the accreditation.
    pub fn reinstates(&self, outcome: AppealOutcome, goes_on: bool) -> bool {
        Self::has_consequences(outcome, goes_on) && self.accreditation.is_some()
    }

    /// The people who took part in the appealed decision: those who recommended or proposed it, and the adopter.
    fn parties(
        &self,
        application: &Application,
        proposals: Vec<Proposal>,
        adopter: Option<PersonActor>,
    ) -> Vec<PersonActor> {
        let carried_out =
            |one: &Proposal| matches!(one.state, ProposalState::CarriedOut { decree, .. } if decree == self.decree);
        let made: Vec<_> = match self.accreditation {
            Some(_) => proposals.into_iter().filter(carried_out).map(|one| one.proposed_by).collect(),
            None => application.refused_by().into_iter().collect(),
        };
        made.into_iter().chain(adopter).collect()
    }
}

/// Decides an open appeal. An upheld appeal is carried out by others: a refused application goes back to review, and
/// an ended accreditation waits for a decree that reinstates it.
///
/// # Errors
///
/// [`Refusal::InvalidField`] if the text names another organization that filed the same person, and the refusals of
/// [`Appeal::decide`] and [`Application::reopen`].
pub fn decide(
    by: &CallContext<'_>,
    loaded: DecideInput,
    outcome: AppealOutcome,
    text: Personal<String>,
) -> Result<Outcome, Refusal> {
    discretion::check(&loaded.others, "text", &[text.expose()])?;
    let DecideInput {
        appeal, application, proposals, adopter, goes_on, place_free, accreditation, number, rules, ..
    } = loaded;
    let parties = appeal.parties(&application, proposals, adopter);
    let humans: Vec<_> = parties.iter().map(|one| one.person.clone()).collect();
    let decider = by.person()?;
    let decided = appeal.decide(outcome, text, &decider, &humans, &application, by.now)?;
    let (log, about) = (log(&decided.name), decided.application.clone());
    let mut besides = Vec::new();
    if Appeal::has_consequences(outcome, goes_on) {
        besides.push(match &decided.accreditation {
            None => reopen(by, application, &decider, parties, place_free, &rules)?,
            Some(name) => {
                let loaded = accreditation.zip(number).ok_or_else(|| Refusal::not_found(name))?;
                reinstate(by, application, decider, parties, loaded)
            }
        });
    }
    let payload = EventPayload::AppealDecided { application: about.clone(), decree: decided.decree, outcome };
    let main = EventDraft::new(log, &decided.name, &about.organization, payload);
    let (election, time) = (decided.name.election.clone(), by.now);
    let main = main.with_row(RowChange::Appeal(decided)).with_row(RowChange::LastAppeal { election, time });
    Ok(by.outcome(main, besides))
}

/// Puts a refused application back to review. The people who took part in the decision are recused from it.
fn reopen(
    by: &CallContext<'_>,
    application: Application,
    decider: &PersonActor,
    parties: Vec<PersonActor>,
    place_free: bool,
    rules: &RulePack,
) -> Result<EventDraft, Refusal> {
    let before = application.stored();
    let after = application.reopen(decider, parties, place_free, rules, by.now)?;
    let check = RowChange::ToCheck(after.name.clone());
    let step = Step::Reopened { replaces_nobody: !place_free };
    Ok(EventDraft::application_step(step, before, after).with_row_first(check))
}

/// Makes a proposal to reinstate the accreditation. Only the commission sees it before a decree carries it out. The
/// people who took part in the decision are recused from the application.
fn reinstate(
    by: &CallContext<'_>,
    application: Application,
    decider: PersonActor,
    parties: Vec<PersonActor>,
    (accreditation, number): (Accreditation, u32),
) -> EventDraft {
    let before = application.stored();
    let recused = application.recuse_parties(parties);
    let new = Proposal::reinstate(number, &accreditation, decider, by.now);
    let (kind, ground) = (new.draft.kind, new.draft.recorded_ground());
    let payload = EventPayload::ProposalMade { accreditation: accreditation.name, kind, ground };
    let made = by.own_event(LogName::Election(new.name.election.clone()), &new.name, payload);
    made.with_optional_row(RowChange::if_changed(recused, before)).with_row(RowChange::NewProposal(new))
}

/// An appeal belongs to the log of its election.
fn log(name: &AppealName) -> LogName {
    LogName::Election(name.election.clone())
}
