//! Appeals.

use domain::appeal::{Appeal, AppealDecision, AppealOutcome};
use domain::policy::View;
use domain::vocabulary::name::DecreeName;

use super::time::timestamp;
use crate::v1;

/// The appeal as a reader may see it. A delegation does not see who decided it.
pub fn to_message(appeal: &Appeal, view: View) -> v1::Appeal {
    let Appeal { name, application, accreditation, decree, text, filed_by, file_time, decision } = appeal;
    let open = v1::Appeal {
        name: name.to_string(),
        application: application.to_string(),
        accreditation: accreditation.as_ref().map(ToString::to_string).unwrap_or_default(),
        decree: DecreeName { election: name.election.clone(), number: *decree }.to_string(),
        text: text.expose().clone(),
        state: v1::AppealState::Open.into(),
        filed_by: filed_by.to_string(),
        file_time: Some(timestamp(*file_time)),
        decision_text: String::new(),
        decided_by: String::new(),
        decide_time: None,
        receipt: None,
    };
    let Some(AppealDecision { outcome, text, by, time }) = decision else { return open };
    let state = match outcome {
        AppealOutcome::Uphold => v1::AppealState::Upheld,
        AppealOutcome::Dismiss => v1::AppealState::Dismissed,
    };
    v1::Appeal {
        state: state.into(),
        decision_text: text.expose().clone(),
        decided_by: if view == View::Delegation { String::new() } else { by.to_string() },
        decide_time: Some(timestamp(*time)),
        ..open
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::personal::Personal;

    use super::super::sample;
    use super::*;

    #[test]
    fn only_a_delegation_does_not_learn_who_decided_and_debug_shows_nothing() {
        let text = |text: &str| Personal::new(text.to_owned());
        let decision = AppealDecision {
            outcome: AppealOutcome::Uphold,
            text: text("Anna is right."),
            by: sample::principal("organizations/cec/principals/reviewer-2"),
            time: sample::time("2019-05-21T00:00:00Z"),
        };
        let appeal = Appeal {
            name: "elections/kz-2019/appeals/0190b0a0-0000-7000-8000-000000000001".parse().expect("a name"),
            application: sample::APPLICATION.parse().expect("a name"),
            accreditation: Some(sample::accreditation().name),
            decree: 4,
            text: text("Anna was elsewhere."),
            filed_by: sample::principal("organizations/cis/principals/secretary"),
            file_time: sample::time("2019-05-20T00:00:00Z"),
            decision: Some(decision),
        };
        let (own, full) = (to_message(&appeal, View::Delegation), to_message(&appeal, View::Ministry));
        assert_eq!((&*own.decided_by, &*full.decided_by), ("", "organizations/cec/principals/reviewer-2"));
        assert_eq!((own.state(), &*own.decision_text), (v1::AppealState::Upheld, "Anna is right."));
        assert_eq!(
            (&*own.decree, &*own.accreditation),
            ("elections/kz-2019/decrees/4", "elections/kz-2019/accreditations/12")
        );
        let open = to_message(&Appeal { decision: None, ..appeal }, View::Delegation);
        assert_eq!((open.state(), open.decide_time, &*open.text), (v1::AppealState::Open, None, "Anna was elsewhere."));
        assert!(!format!("{own:?}{open:?}").contains("Anna"));
    }
}
