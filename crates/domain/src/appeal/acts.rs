//! What is done with an appeal: filed, and decided.

use uuid::Uuid;

use super::{Appeal, AppealOutcome, appealable};
use crate::accreditation::Accreditation;
use crate::application::Application;
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Step};
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
pub struct ToFile {
    /// The application.
    pub application: Application,
    /// The accreditation that answers it.
    pub accreditation: Option<Accreditation>,
    /// The appeal that was filed against the decision before, the one of [`appealable`].
    pub filed: Option<AppealName>,
    /// The id that the appeal gets.
    pub id: Uuid,
}

/// Files an appeal against the decision that stands.
pub fn file(by: &Acting<'_>, loaded: ToFile, text: Personal<String>) -> Result<Outcome, Refusal> {
    let ToFile { application, accreditation, filed, id } = loaded;
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
    let deed = Deed::AppealFiled { application: new.application.clone(), decree };
    let filed = Happening::new(log(&new.name), &new.name, &organization, deed);
    Ok(by.only(filed.row(RowChange::NewAppeal(new))))
}

/// What is loaded to decide an appeal.
#[derive(Debug)]
pub struct ToDecide {
    /// The appeal.
    pub appeal: Appeal,
    /// The application that it is about.
    pub application: Application,
    /// Who else has filed the person.
    pub others: Vec<OtherOrganization>,
    /// The proposals that were made about the person.
    pub proposals: Vec<Proposal>,
    /// Who adopted the decree that decided, if it is known as a human.
    pub adopter: Option<PersonActor>,
    /// Whether the mission goes on.
    pub goes_on: bool,
    /// Whether the place that the application was to take is free.
    pub place_free: bool,
    /// The accreditation that the decision ended.
    pub accreditation: Option<Accreditation>,
    /// A free number of a proposal, if [`Appeal::reinstates`].
    pub number: Option<u32>,
    /// The rules of the election.
    pub rules: RulePack,
}

impl Appeal {
    /// Whether something follows when it is decided like that. Of a mission that has withdrawn nobody comes back: that the
    /// decision was wrong is then all that is said.
    fn has_consequences(outcome: AppealOutcome, goes_on: bool) -> bool {
        outcome == AppealOutcome::Uphold && goes_on
    }

    /// Whether it is proposed to reinstate an accreditation when it is decided like that.
    pub fn reinstates(&self, outcome: AppealOutcome, goes_on: bool) -> bool {
        Self::has_consequences(outcome, goes_on) && self.accreditation.is_some()
    }

    /// Who took part in the decision: whoever recommended or proposed it, and whoever adopted it.
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

/// Decides an open appeal: whoever took part in the decision does not, and what is upheld is carried out by others.
pub fn decide(
    by: &Acting<'_>,
    loaded: ToDecide,
    outcome: AppealOutcome,
    text: Personal<String>,
) -> Result<Outcome, Refusal> {
    discretion::check(&loaded.others, "text", &[text.expose()])?;
    let ToDecide { appeal, application, proposals, adopter, goes_on, place_free, accreditation, number, rules, .. } =
        loaded;
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
    let deed = Deed::AppealDecided { application: about.clone(), decree: decided.decree, outcome };
    let main = Happening::new(log, &decided.name, &about.organization, deed);
    let (election, time) = (decided.name.election.clone(), by.now);
    let main = main.row(RowChange::Appeal(decided)).row(RowChange::LastAppeal { election, time });
    Ok(by.outcome(main, besides))
}

/// A refused application is in review again. Whoever took part in the decision no longer decides on it.
fn reopen(
    by: &Acting<'_>,
    application: Application,
    decider: &PersonActor,
    parties: Vec<PersonActor>,
    place_free: bool,
    rules: &RulePack,
) -> Result<Happening, Refusal> {
    let before = application.stored();
    let after = application.reopen(decider, parties, place_free, rules, by.now)?;
    let check = RowChange::ToCheck(after.name.clone());
    let step = Step::Reopened { replaces_nobody: !place_free };
    Ok(Happening::step(step, before, after).row_before(check))
}

/// An accreditation waits for a decree that reinstates it. It is the commission's own affair: nobody else reads of it before it
/// is carried out. Whoever took part in the decision no longer decides on the application.
fn reinstate(
    by: &Acting<'_>,
    application: Application,
    decider: PersonActor,
    parties: Vec<PersonActor>,
    (accreditation, number): (Accreditation, u32),
) -> Happening {
    let before = application.stored();
    let recused = application.recuse_parties(parties);
    let new = Proposal::reinstate(number, &accreditation, decider, by.now);
    let (kind, ground) = (new.draft.kind, new.draft.recorded_ground());
    let deed = Deed::ProposalMade { accreditation: accreditation.name, kind, ground };
    let made = by.happens(LogName::Election(new.name.election.clone()), &new.name, deed);
    made.maybe_row(RowChange::if_changed(recused, before)).row(RowChange::NewProposal(new))
}

fn log(name: &AppealName) -> LogName {
    LogName::Election(name.election.clone())
}
