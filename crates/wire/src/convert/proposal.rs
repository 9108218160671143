//! Proposals.

use domain::proposal::{Proposal, ProposalDraft, ProposalState};
use domain::vocabulary::name::DecreeName;

use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

/// The proposal as readers see it.
pub fn to_message(proposal: &Proposal) -> v1::Proposal {
    let Proposal { name, accreditation, application, changes: _, draft, proposed_by, create_time, state } = proposal;
    let ProposalDraft { kind, ground, text } = draft;
    let open = v1::Proposal {
        name: name.to_string(),
        accreditation: accreditation.to_string(),
        application: application.to_string(),
        kind: kind.number(),
        ground: ground.clone(),
        text: text.expose().clone(),
        state: v1::ProposalState::Open.into(),
        proposed_by: proposed_by.principal.to_string(),
        create_time: Some(timestamp(*create_time)),
        decree: String::new(),
        closed_by: String::new(),
        close_time: None,
        withdraw_reason: String::new(),
        receipt: None,
    };
    match state {
        ProposalState::Open => open,
        ProposalState::Withdrawn { by, time, reason } => v1::Proposal {
            state: v1::ProposalState::Withdrawn.into(),
            closed_by: by.to_string(),
            close_time: Some(timestamp(*time)),
            withdraw_reason: reason.expose().clone(),
            ..open
        },
        ProposalState::CarriedOut { decree, by, time } => v1::Proposal {
            state: v1::ProposalState::CarriedOut.into(),
            decree: DecreeName { election: name.election.clone(), number: *decree }.to_string(),
            closed_by: by.to_string(),
            close_time: Some(timestamp(*time)),
            ..open
        },
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::personal::Personal;

    use super::super::sample;
    use super::*;

    #[test]
    fn it_is_shown_as_it_stands_and_not_in_debug() {
        let open = sample::proposal();
        let message = to_message(&open);
        assert_eq!((message.state(), message.kind()), (v1::ProposalState::Open, v1::ProposalKind::Revoke));
        assert_eq!((&*message.name, &*message.ground), ("elections/kz-2019/proposals/3", "campaigning"));
        assert_eq!(
            (&*message.accreditation, &*message.application),
            ("elections/kz-2019/accreditations/12", sample::APPLICATION)
        );
        assert_eq!((&*message.text, &*message.proposed_by), ("Anna spoke.", "organizations/cec/principals/reviewer"));
        let (by, time) =
            (sample::principal("organizations/cec/principals/adopter"), sample::time("2019-05-21T00:00:00Z"));
        let reason = Personal::new("Not Anna.".to_owned());
        let state = ProposalState::Withdrawn { by: by.clone(), time, reason };
        let withdrawn = to_message(&Proposal { state, ..open.clone() });
        assert_eq!((&*withdrawn.withdraw_reason, &*withdrawn.decree), ("Not Anna.", ""));
        let done = to_message(&Proposal { state: ProposalState::CarriedOut { decree: 4, by, time }, ..open });
        assert_eq!(
            (&*done.decree, &*done.closed_by),
            ("elections/kz-2019/decrees/4", "organizations/cec/principals/adopter")
        );
        for message in [message, withdrawn, done] {
            assert!(!format!("{message:?}").contains("Anna"));
        }
    }
}
