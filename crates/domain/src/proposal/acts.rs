//! What is done with a proposal: made, and withdrawn. A decree carries it out.

use super::{Proposal, ProposalDraft, ProposalKind, Proposed};
use crate::accreditation::Accreditation;
use crate::application::Application;
use crate::outcome::{Acting, Deed, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::rule_pack::RulePack;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ProposalName;
use crate::vocabulary::personal::Personal;

/// What is loaded to propose that an accreditation change.
#[derive(Debug)]
pub struct ToPropose {
    /// The accreditation.
    pub accreditation: Accreditation,
    /// The application that it answers.
    pub application: Application,
    /// The open proposal that it has already.
    pub open: Option<ProposalName>,
    /// Who else has filed the person, where the delegation will read the text: see [`ProposalDraft::is_told`].
    pub others: Vec<OtherOrganization>,
    /// The rules of its election.
    pub rules: RulePack,
    /// A free number.
    pub number: u32,
}

impl ProposalDraft {
    /// The ground as events have it: none, if it has none.
    pub(crate) fn recorded_ground(&self) -> Option<String> {
        Some(self.ground.clone()).filter(|ground| !ground.is_empty())
    }

    /// Whether its delegation reads the text, once it is carried out.
    pub fn is_told(&self) -> bool {
        self.kind == ProposalKind::Revoke
    }
}

/// Proposes that an accreditation change.
pub fn propose(by: &Acting<'_>, loaded: ToPropose, draft: ProposalDraft) -> Result<Outcome, Refusal> {
    let ToPropose { accreditation, application, open, others, rules, number } = loaded;
    if let Some(open) = open {
        return Err(Refusal::AlreadyExists { resource: open.to_string() });
    }
    if draft.is_told() {
        discretion::check(&others, "text", &[draft.text.expose()])?;
    }
    let new = draft.propose(number, &accreditation, &application, &rules, by.person()?, by.now)?;
    let Proposal { name, accreditation, draft, .. } = &new;
    let (kind, ground) = (draft.kind, draft.recorded_ground());
    let deed = Deed::ProposalMade { accreditation: accreditation.clone(), kind, ground };
    let made = by.happens(log(name), name, deed);
    Ok(by.only(made.row(RowChange::NewProposal(new))))
}

/// Gives up an open proposal, or sends it back.
pub fn withdraw(by: &Acting<'_>, proposed: Proposed, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let closed = proposed.withdraw(&by.person()?, &by.actor.roles, reason, by.now)?;
    let (accreditation, kind) = (closed.accreditation.clone(), closed.draft.kind);
    let withdrawn = by.happens(log(&closed.name), &closed.name, Deed::ProposalWithdrawn { accreditation, kind });
    Ok(by.only(withdrawn.row(RowChange::Proposal(closed))))
}

fn log(name: &ProposalName) -> LogName {
    LogName::Election(name.election.clone())
}
