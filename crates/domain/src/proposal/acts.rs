//! The legal acts on a proposal: making and withdrawing it. Adopting a decree carries it out.

use super::{Proposal, ProposalDraft, ProposalKind, Proposed};
use crate::accreditation::Accreditation;
use crate::application::Application;
use crate::outcome::{CallContext, EventPayload, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::review::discretion::{self, OtherOrganization};
use crate::rule_pack::RulePack;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ProposalName;
use crate::vocabulary::personal::Personal;

/// What is loaded to make a proposal.
#[derive(Debug)]
pub struct ProposeInput {
    /// The accreditation to be changed.
    pub accreditation: Accreditation,
    /// The application that led to it.
    pub application: Application,
    /// The open proposal for the same accreditation, if there is one. Two open ones could contradict each other.
    pub open: Option<ProposalName>,
    /// The other organizations that filed the same person. Needed if [`ProposalDraft::is_told`]: the text must not
    /// name them.
    pub others: Vec<OtherOrganization>,
    /// The rule pack of the election.
    pub rules: RulePack,
    /// A proposal number that is free in the election.
    pub number: u32,
}

impl ProposalDraft {
    /// The ground as it is recorded in events: `None` instead of an empty text.
    pub(crate) fn recorded_ground(&self) -> Option<String> {
        Some(self.ground.clone()).filter(|ground| !ground.is_empty())
    }

    /// Whether the delegation reads the text after the proposal was carried out. It reads why an accreditation was
    /// revoked; about an annulment it reads only that the accreditation was issued in error.
    pub fn is_told(&self) -> bool {
        self.kind == ProposalKind::Revoke
    }
}

/// Proposes a change of an accreditation.
///
/// # Errors
///
/// - [`Refusal::AlreadyExists`] if an open proposal exists.
/// - [`Refusal::InvalidField`] if the text names another organization that filed the same person.
/// - The refusals of [`ProposalDraft::propose`].
pub fn propose(by: &CallContext<'_>, loaded: ProposeInput, draft: ProposalDraft) -> Result<Outcome, Refusal> {
    let ProposeInput { accreditation, application, open, others, rules, number } = loaded;
    if let Some(open) = open {
        return Err(Refusal::AlreadyExists { resource: open.to_string() });
    }
    if draft.is_told() {
        discretion::check(&others, "text", &[draft.text.expose()])?;
    }
    let new = draft.propose(number, &accreditation, &application, &rules, by.person()?, by.now)?;
    let Proposal { name, accreditation, draft, .. } = &new;
    let (kind, ground) = (draft.kind, draft.recorded_ground());
    let payload = EventPayload::ProposalMade { accreditation: accreditation.clone(), kind, ground };
    let made = by.own_event(log(name), name, payload);
    Ok(by.single_outcome(made.with_row(RowChange::NewProposal(new))))
}

/// Withdraws an open proposal, or sends it back.
///
/// # Errors
///
/// The refusals of [`Proposed::withdraw`].
pub fn withdraw(by: &CallContext<'_>, proposed: Proposed, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let closed = proposed.withdraw(&by.person()?, &by.actor.roles, reason, by.now)?;
    let (accreditation, kind) = (closed.accreditation.clone(), closed.draft.kind);
    let withdrawn =
        by.own_event(log(&closed.name), &closed.name, EventPayload::ProposalWithdrawn { accreditation, kind });
    Ok(by.single_outcome(withdrawn.with_row(RowChange::Proposal(closed))))
}

/// A proposal belongs to the log of its election.
fn log(name: &ProposalName) -> LogName {
    LogName::Election(name.election.clone())
}
