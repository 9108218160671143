//! Amendments of an accredited application: the decision stays, and the content changes.

use super::{Application, State};
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::verb::Verb;

impl Application {
    /// The number of the application's accreditation.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] if it is not accredited: a draft is updated instead.
    /// [`Refusal::Erased`] after erasure.
    pub fn check_amendable(&self) -> Result<u32, Refusal> {
        self.check_allowed(Verb::Amend)?;
        match &self.state {
            State::Accredited(facts) => Ok(facts.accreditation),
            _ => Err(self.unreachable_state(Verb::Amend)),
        }
    }

    /// ACCREDITED → ACCREDITED: the revision of an accepted amendment becomes the current one. Recommendation and decree
    /// stay as they were, because they were made on the earlier revision.
    ///
    /// # Errors
    ///
    /// The refusals of [`Self::check_amendable`].
    pub fn amend(mut self, revision: i32, content_digest: [u8; 32]) -> Result<Self, Refusal> {
        self.check_amendable()?;
        (self.revision, self.content_digest) = (revision, content_digest);
        let state = self.state.clone();
        Ok(self.changed(state))
    }

    /// Whether this human recommended the accreditation, with any of their certificates.
    pub fn was_recommended_by(&self, person: &PersonId) -> bool {
        matches!(&self.state, State::Accredited(facts) if facts.recommendation.person == *person)
    }

    /// Checks that the right side asks for an amendment: a registrar if the application came on paper, otherwise the
    /// delegation.
    ///
    /// # Errors
    ///
    /// [`Refusal::RoleRequired`] with the role of the side that may.
    pub fn check_amendment_of(&self, registrar: Option<&PersonActor>) -> Result<(), Refusal> {
        self.clone().record_entry(registrar).map(drop)
    }

    /// Records that a registrar enters a document or an amendment for an application from paper. Delegation and
    /// ministry must not notice: the etag that they see stays.
    ///
    /// # Errors
    ///
    /// [`Refusal::RoleRequired`] with the role of the side that may.
    pub fn record_hidden_entry(self, registrar: Option<&PersonActor>) -> Result<Self, Refusal> {
        let before = self.paper.clone();
        let mut entered = self.record_entry(registrar)?;
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

    /// An application that decree 4 has accredited under number 12.
    fn accredited() -> Application {
        let (by, time) = (person("reviewer", "p1"), at("2019-05-10T00:00:00Z"));
        let (verdict, content_digest) = (Verdict::Accredit, draft().content_digest);
        let recommendation = Recommendation { verdict, by: by.principal, person: by.person, time, content_digest };
        let facts = AccreditedFacts { place: place(), decree: 4, accreditation: 12, recommendation };
        Application { state: State::Accredited(facts), ..draft() }
    }

    /// An amendment must not change what was decided.
    #[test]
    fn an_amendment_keeps_the_decision() {
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

    /// A registrar who entered something may not decide later, so each one is recorded once.
    #[test]
    fn a_registrar_who_amends_a_paper_application_is_recorded() {
        let (first, second) = (person("registrar", "p1"), person("registrar-2", "p2"));
        let note = PaperDraft { note_number: "12/345".to_owned(), receive_time: at("2019-06-03T12:00:00Z") };
        let paper = note.file(first.clone(), &election(), at("2019-06-03T15:00:00Z")).expect("in time");
        let on_paper = Application { paper: Some(paper), ..accredited() };
        assert_eq!(on_paper.clone().record_hidden_entry(Some(&first)), Ok(on_paper.clone()), "known already");
        let entered = on_paper.clone().record_hidden_entry(Some(&second)).expect("a registrar");
        assert!(entered.exclusion_reason(&second.person).is_some());
        assert_eq!((entered.version, entered.etag()), (on_paper.version + 1, on_paper.etag()));
        assert_eq!(on_paper.record_hidden_entry(None).expect_err("theirs").reason(), "ROLE_REQUIRED");
        assert_eq!(accredited().record_hidden_entry(Some(&first)).expect_err("not").reason(), "ROLE_REQUIRED");
        assert_eq!(accredited().record_hidden_entry(None), Ok(accredited()));
    }
}
