//! Erasing the personal data of an application after its retention. The state stays, because totals derive from it.

use jiff::Timestamp;

use super::{AccreditedFacts, Application, Recommendation, State};
use crate::decree::{RefusalGround, Verdict};
use crate::refusal::Refusal;
use crate::vocabulary::personal::Personal;

impl Application {
    /// Erases the personal data. State, version and digest stay; free text about the person goes. After that nothing
    /// can be done to the application. `None` if it was erased before.
    pub fn erase(mut self, now: Timestamp) -> Option<Self> {
        if self.erase_time.is_some() {
            return None;
        }
        self.erase_time = Some(now);
        self.version += 1;
        self.state = without_text(self.state);
        for refusal in &mut self.overturned {
            refusal.ground.text = Personal::default();
        }
        for question in self.last_return.iter_mut().flat_map(|asked| &mut asked.questions) {
            (question.text, question.answer) = (Personal::default(), Personal::default());
        }
        Some(self)
    }

    /// Checks that the application was not erased.
    ///
    /// # Errors
    ///
    /// [`Refusal::Erased`] if it was.
    pub fn check_whole(&self) -> Result<(), Refusal> {
        match self.erase_time {
            Some(_) => Err(Refusal::Erased { resource: self.name.to_string() }),
            None => Ok(()),
        }
    }
}

/// The same state without what anybody wrote about the person.
fn without_text(state: State) -> State {
    match state {
        State::Draft
        | State::Submitted
        | State::ReturnedByMinistry
        | State::Presented(_)
        | State::InReview { .. }
        | State::ReturnedByCommission { .. }
        | State::Lapsed => state,
        State::Recommended { place, recommendation } => {
            State::Recommended { place, recommendation: without_refusal_text(recommendation) }
        }
        State::Accredited(facts) => {
            State::Accredited(AccreditedFacts { recommendation: without_refusal_text(facts.recommendation), ..facts })
        }
        State::Refused { place, decree, recommendation, ground } => State::Refused {
            place,
            decree,
            recommendation: without_refusal_text(recommendation),
            ground: without_ground_text(ground),
        },
        State::Withdrawn { place, reason: _, note_number } => {
            State::Withdrawn { place, reason: Personal::default(), note_number }
        }
    }
}

/// The recommendation without its text. Verdict and ground code stay: reports count them.
fn without_refusal_text(recommendation: Recommendation) -> Recommendation {
    let verdict = match recommendation.verdict {
        Verdict::Accredit => Verdict::Accredit,
        Verdict::Refuse(ground) => Verdict::Refuse(without_ground_text(ground)),
    };
    Recommendation { verdict, ..recommendation }
}

/// The ground without its text.
fn without_ground_text(ground: RefusalGround) -> RefusalGround {
    RefusalGround { text: Personal::default(), ..ground }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, draft, election, filing, place, question};
    use super::super::{Return, ReturnedBy, SubmissionGuard};
    use super::*;
    use crate::election::cutoff::Cutoffs;
    use crate::vocabulary::state::StateKind;

    const SAID: &str = "Anna fell ill.";

    fn erased(state: State) -> Application {
        let asked = super::super::Question {
            text: Personal::new(SAID.to_owned()),
            answer: Personal::new(SAID.to_owned()),
            ..question()
        };
        let last_return = Return {
            by: ReturnedBy::Ministry,
            questions: vec![asked],
            time: at("2019-05-02T00:00:00Z"),
            due: None,
            revision: 1,
        };
        let application = Application { state, last_return: Some(last_return), ..draft() };
        application.erase(at("2019-09-09T00:00:00Z")).expect("it was whole")
    }

    /// A reader of the database after erasure must not find anything about the person.
    #[test]
    fn erasure_removes_free_text_and_keeps_the_state() {
        let ground = || RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new(SAID.to_owned()) };
        let recommendation = || Recommendation {
            verdict: Verdict::Refuse(ground()),
            by: "organizations/cec/principals/reviewer-1".parse().expect("a name"),
            person: "p1".parse().expect("an id"),
            time: at("2019-05-02T00:00:00Z"),
            content_digest: [1; 32],
        };
        for state in [
            State::Draft,
            State::Recommended { place: place(), recommendation: recommendation() },
            State::Refused { place: place(), decree: 1, recommendation: recommendation(), ground: ground() },
            State::Withdrawn {
                place: None,
                reason: Personal::new(SAID.to_owned()),
                note_number: "12-3/456".to_owned(),
            },
        ] {
            let kind = state.kind();
            let after = erased(state);
            assert_eq!((after.state.kind(), after.version, after.content_digest), (kind, 2, [1; 32]));
            let kept = serde_json::to_string(&(&after.state, &after.last_return)).expect("it serializes");
            assert!(!kept.contains(SAID), "{kept}");
            assert_eq!(kept.contains("not-nominated"), matches!(kind, StateKind::Refused | StateKind::Recommended));
        }
    }

    /// After erasure every verb is refused, also the ones of the service itself.
    #[test]
    fn an_erased_application_refuses_every_verb() {
        let (election, filing) = (election(), filing());
        let received = at("2019-05-02T00:00:00Z");
        let guard = SubmissionGuard {
            election: &election,
            content: &filing.content,
            uploaded: &filing.content.documents,
            received,
        };
        let refused = erased(State::Draft).submit(guard).expect_err("it is gone");
        assert_eq!(refused.reason(), "ERASED");
        let upload = erased(State::Draft).check_upload(0, None, &election, received);
        assert_eq!(upload.expect_err("it is gone").reason(), "ERASED");
        assert_eq!(erased(State::Draft).withdraw(Personal::default()).expect_err("it is gone").reason(), "ERASED");
        let cutoffs = Cutoffs { submission: received, presentation: received };
        assert_eq!(erased(State::Draft).tick(&cutoffs, Timestamp::MAX), None);
        assert_eq!(erased(State::Draft).erase(Timestamp::MAX), None);
    }
}
