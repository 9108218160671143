//! What an amendment does to an application: it stays accredited, and says something else.

use super::{Application, State};
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::verb::Verb;

impl Application {
    /// The number of its accreditation, if it has one: nothing else is amended.
    pub fn check_amendable(&self) -> Result<u32, Refusal> {
        self.allow(Verb::Amend)?;
        match &self.state {
            State::Accredited(facts) => Ok(facts.accreditation),
            _ => Err(self.no_such_state(Verb::Amend)),
        }
    }

    /// ACCREDITED → ACCREDITED: it says from now on what an accepted amendment says.
    pub fn amend(mut self, revision: i32, content_digest: [u8; 32]) -> Result<Self, Refusal> {
        self.check_amendable()?;
        (self.revision, self.content_digest) = (revision, content_digest);
        let state = self.state.clone();
        Ok(self.changed(state))
    }

    /// Whether this human recommended the accreditation, with whichever certificate.
    pub fn was_recommended_by(&self, person: &PersonId) -> bool {
        matches!(&self.state, State::Accredited(facts) if facts.recommendation.person == *person)
    }

    /// Refuses to a delegation an amendment of what came on paper, and to a registrar that of anything else.
    pub fn check_amendment_of(&self, registrar: Option<&PersonActor>) -> Result<(), Refusal> {
        self.clone().entered_by(registrar).map(drop)
    }

    /// Notes which registrar enters a document or an amendment of what came on paper, which nobody else can see; what did
    /// not come on paper is its delegation's.
    pub fn quietly_entered_by(self, registrar: Option<&PersonActor>) -> Result<Self, Refusal> {
        let before = self.paper.clone();
        let mut entered = self.entered_by(registrar)?;
        if entered.paper != before {
            (entered.version, entered.unseen) = (entered.version + 1, entered.unseen + 1);
        }
        Ok(entered)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, draft, election, person, place};
    use super::super::{AccreditedFacts, PaperDraft, Recommendation};
    use super::*;
    use crate::decree::Verdict;
    use crate::vocabulary::state::StateKind;

    fn accredited() -> Application {
        let (by, time) = (person("reviewer", "p1"), at("2019-05-10T00:00:00Z"));
        let (verdict, content_digest) = (Verdict::Accredit, draft().content_digest);
        let recommendation = Recommendation { verdict, by: by.principal, person: by.person, time, content_digest };
        let facts = AccreditedFacts { place: place(), decree: 4, accreditation: 12, recommendation };
        Application { state: State::Accredited(facts), ..draft() }
    }

    #[test]
    fn what_is_accredited_says_something_else_and_stays_as_it_was_decided() {
        assert_eq!(accredited().check_amendable(), Ok(12));
        let after = accredited().amend(3, [7; 32]).expect("accredited");
        assert_eq!((after.revision, after.content_digest, after.version), (3, [7; 32], 2));
        assert_eq!(after.state, accredited().state, "also what was recommended, on which revision");
        assert_ne!(after.etag(), accredited().etag());
        let refused = draft().amend(3, [7; 32]).expect_err("a draft is updated");
        assert!(matches!(refused, Refusal::IllegalTransition { state: StateKind::Draft, verb: Verb::Amend, .. }));
        let erased = accredited().erase(at("2019-09-09T00:00:00Z")).expect("it was whole");
        assert_eq!(erased.check_amendable().expect_err("gone").reason(), "ERASED");
    }

    #[test]
    fn a_registrar_enters_it_for_what_came_on_paper_and_is_known_from_then_on() {
        let (first, second) = (person("registrar", "p1"), person("registrar-2", "p2"));
        let note = PaperDraft { note_number: "12/345".to_owned(), receive_time: at("2019-06-03T12:00:00Z") };
        let paper = note.file(first.clone(), &election(), at("2019-06-03T15:00:00Z")).expect("in time");
        let on_paper = Application { paper: Some(paper), ..accredited() };
        assert_eq!(on_paper.clone().quietly_entered_by(Some(&first)), Ok(on_paper.clone()), "known already");
        let entered = on_paper.clone().quietly_entered_by(Some(&second)).expect("a registrar");
        assert!(entered.barred(&second.person).is_some());
        assert_eq!((entered.version, entered.etag()), (on_paper.version + 1, on_paper.etag()));
        assert_eq!(on_paper.quietly_entered_by(None).expect_err("theirs").reason(), "ROLE_REQUIRED");
        assert_eq!(accredited().quietly_entered_by(Some(&first)).expect_err("not").reason(), "ROLE_REQUIRED");
        assert_eq!(accredited().quietly_entered_by(None), Ok(accredited()));
    }
}
