//! Applications that came on paper: the note they came with, when it was received, and who entered them.
//!
//! Delegations without an electronic channel send a note verbale. A registrar of the commission enters it for them,
//! with the scanned note. What counts for the cutoff is when the note was received, not when somebody typed it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Application, State};
use crate::election::Election;
use crate::policy::PersonActor;
use crate::refusal::{Refusal, Stage};
use crate::vocabulary::id::PersonId;
use crate::vocabulary::role::Role;

/// What a registrar says about the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperDraft {
    /// The number of the note verbale.
    pub note_number: String,
    /// When the note was received.
    pub receive_time: Timestamp,
}

/// The record that an application came on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperFiling {
    /// The number of the note verbale.
    pub note_number: String,
    /// When the note was received. This moment has to be before the submission cutoff.
    pub receive_time: Timestamp,
    /// The registrar who filed it.
    pub registered_by: PersonActor,
    /// The other registrars who entered something later.
    pub also_by: Vec<PersonActor>,
}

impl PaperDraft {
    /// Makes the record for a new application. A registrar has to give the paper, and nobody else may.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] if the paper is missing or must not be there, and the refusals of [`Self::file`].
    pub fn filed(
        stated: Option<&Self>,
        registrar: Option<PersonActor>,
        election: &Election,
        now: Timestamp,
    ) -> Result<Option<PaperFiling>, Refusal> {
        let wrong = |problem: &str| Refusal::InvalidField { field: "application.paper", problem: problem.to_owned() };
        match (stated, registrar) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(wrong("must be given: a registrar files only applications that came on paper")),
            (Some(_), None) => Err(wrong("must be empty: only a registrar files an application that came on paper")),
            (Some(stated), Some(by)) => stated.clone().file(by, election, now).map(Some),
        }
    }

    /// Makes the record. A note that was received too late is refused at once, and so is one that nobody could
    /// present any more.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] if the time of receipt is in the future or before the election was registered,
    /// [`Refusal::CutoffPassed`] if the note was late or the presentation cutoff has passed.
    pub fn file(self, by: PersonActor, election: &Election, now: Timestamp) -> Result<PaperFiling, Refusal> {
        self.check(election, now)?;
        let Self { note_number, receive_time } = self;
        Ok(PaperFiling { note_number, receive_time, registered_by: by, also_by: Vec::new() })
    }

    fn check(&self, election: &Election, now: Timestamp) -> Result<(), Refusal> {
        let wrong = |problem: &str| Refusal::InvalidField {
            field: "application.paper.receive_time",
            problem: problem.to_owned(),
        };
        if self.receive_time > now {
            return Err(wrong("must be the time at which the note was received, so it cannot be in the future"));
        }
        if self.receive_time < election.create_time {
            return Err(wrong("must be after the registration of the election"));
        }
        check_in_time(election, self.receive_time, now)
    }
}

/// Checks that the note came before the submission cutoff, and that there is still time to present the application.
pub(super) fn check_in_time(election: &Election, received: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    election.cutoffs.check(Stage::Submission, received, &election.time_zone)?;
    election.cutoffs.check(Stage::Presentation, now, &election.time_zone)
}

impl PaperFiling {
    /// Whether this human entered any of it, with any of their certificates.
    pub fn was_entered_by(&self, person: &PersonId) -> bool {
        self.registered_by.person == *person || self.also_by.iter().any(|one| one.person == *person)
    }

    /// Whether the record says the same as the draft.
    fn is_same_as(&self, draft: &PaperDraft) -> bool {
        self.note_number == draft.note_number && self.receive_time == draft.receive_time
    }
}

impl Application {
    /// Records that a registrar enters something for an application from paper. A delegation cannot change such an
    /// application, and a registrar cannot change any other.
    ///
    /// # Errors
    ///
    /// [`Refusal::RoleRequired`] with the role of the side that may.
    pub fn record_entry(mut self, registrar: Option<&PersonActor>) -> Result<Self, Refusal> {
        match (&mut self.paper, registrar) {
            (None, None) => {}
            (None, Some(_)) => return Err(Refusal::RoleRequired { roles: vec![Role::DelegationSubmitter] }),
            (Some(_), None) => return Err(Refusal::RoleRequired { roles: vec![Role::CecRegistrar] }),
            (Some(paper), Some(by)) if paper.was_entered_by(&by.person) => {}
            (Some(paper), Some(by)) => paper.also_by.push(by.clone()),
        }
        Ok(self)
    }

    /// Applies what a request says about the paper. Saying nothing, or the same as before, changes nothing. A
    /// registrar can correct the paper of a draft.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] if the application did not come on paper, if it is no draft, or if the caller is no
    /// registrar; [`Refusal::CutoffPassed`] if the corrected receipt is late.
    pub fn with_paper(
        mut self,
        stated: Option<&PaperDraft>,
        registrar: Option<&PersonActor>,
        election: &Election,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let Some(stated) = stated else { return Ok(self) };
        let wrong = |problem: &str| Refusal::InvalidField { field: "application.paper", problem: problem.to_owned() };
        match &mut self.paper {
            None => return Err(wrong("must be empty: this application did not come on paper")),
            Some(paper) if paper.is_same_as(stated) => {}
            Some(_) if registrar.is_none() || self.state != State::Draft => {
                return Err(wrong("must stay as it is: only a registrar changes it, and only in a DRAFT"));
            }
            Some(paper) => {
                stated.check(election, now)?;
                paper.note_number = stated.note_number.clone();
                paper.receive_time = stated.receive_time;
            }
        }
        Ok(self)
    }

    /// Checks that this human may decide about the application: they did not enter it from paper and are not recused.
    pub(crate) fn check_four_eyes(&self, reviewer: &PersonId) -> Result<(), Refusal> {
        match self.exclusion_reason(reviewer) {
            Some(_) => Err(Refusal::FourEyes { items: Vec::new() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::content::{Content, Document};
    use crate::application::fixture::{at, draft, election, filing, person, place};
    use crate::application::{ClaimGuard, SubmissionGuard};
    use crate::screening::Screening;
    use crate::vocabulary::document_kind::DocumentKind;
    use crate::vocabulary::verb::Verb;

    const IN_TIME: &str = "2019-06-03T12:00:00Z";
    const ENTERED: &str = "2019-06-03T15:00:00Z";

    fn note(received: &str) -> PaperDraft {
        PaperDraft { note_number: "12/345".to_owned(), receive_time: at(received) }
    }

    fn registrar() -> PersonActor {
        person("registrar", "p1")
    }

    fn paper() -> Application {
        let filed = note(IN_TIME).file(registrar(), &election(), at(ENTERED)).expect("in time");
        Application { paper: Some(filed), ..draft() }
    }

    fn with_note() -> Content {
        let mut content = filing().content;
        content.documents.push(Document { kind: DocumentKind::NoteVerbale, sha256: [8; 32], size_bytes: 1 });
        content
    }

    fn submit(application: Application, content: &Content, now: &str) -> Result<Application, Refusal> {
        let (uploaded, received) = (&content.documents, at(now));
        application.submit(SubmissionGuard { election: &election(), content, uploaded, received })
    }

    /// The receipt of the note decides whether the filing is in time, to the second.
    #[test]
    fn the_receipt_of_the_note_decides_about_the_cutoff() {
        let file = |received: &str, now: &str| note(received).file(registrar(), &election(), at(now)).map(|_| ());
        assert_eq!(file(IN_TIME, ENTERED), Ok(()));
        let field = |refused: Result<(), Refusal>| match refused {
            Err(Refusal::InvalidField { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field(file("2019-06-03T15:00:01Z", ENTERED)), "application.paper.receive_time");
        assert_eq!(field(file("2019-04-09T23:59:59Z", ENTERED)), "application.paper.receive_time");
        let late = file("2019-06-03T12:00:01Z", ENTERED).expect_err("a second late");
        let Refusal::CutoffPassed { stage: Stage::Submission, cutoff, received, .. } = late else { panic!("{late}") };
        assert_eq!((cutoff, received), (at(IN_TIME), at("2019-06-03T12:00:01Z")));
        let useless = file(IN_TIME, "2019-06-04T12:00:01Z").expect_err("nobody can present it any more");
        assert!(matches!(useless, Refusal::CutoffPassed { stage: Stage::Presentation, .. }));
    }

    /// A note that came in time can be entered later. After a return the normal cutoff counts.
    #[test]
    fn a_note_in_time_is_submitted_late_and_a_returned_application_is_not() {
        let submitted = submit(paper(), &with_note(), ENTERED).expect("the note was in time");
        assert_eq!((submitted.first_submit_time, submitted.submit_time), (Some(at(ENTERED)), Some(at(ENTERED))));
        let late = submit(paper(), &with_note(), "2019-06-04T12:00:01Z");
        assert!(matches!(late, Err(Refusal::CutoffPassed { stage: Stage::Presentation, .. })));
        let returned = submitted.return_by_ministry(Vec::new(), at(ENTERED)).expect("submitted");
        let again = submit(returned, &with_note(), ENTERED);
        assert!(matches!(again, Err(Refusal::CutoffPassed { stage: Stage::Submission, .. })));
        let electronic = submit(draft(), &filing().content, ENTERED);
        assert!(matches!(electronic, Err(Refusal::CutoffPassed { stage: Stage::Submission, .. })));
    }

    /// An application from paper cannot be submitted without the scan of its note.
    #[test]
    fn a_paper_application_needs_the_scan_of_its_note() {
        let kinds = vec![DocumentKind::NoteVerbale];
        assert_eq!(submit(paper(), &filing().content, ENTERED), Err(Refusal::DocumentsMissing { kinds }));
    }

    /// A draft from paper lapses at the presentation cutoff: until then somebody may still be entering the note.
    #[test]
    fn a_draft_from_paper_lapses_at_the_presentation_cutoff() {
        let lapses = |application: Application, now: &str| application.tick(&election().cutoffs, at(now)).is_some();
        assert!(!lapses(paper(), ENTERED) && lapses(draft(), ENTERED));
        assert!(!lapses(paper(), "2019-06-04T12:00:00Z") && lapses(paper(), "2019-06-04T12:00:01Z"));
        let submitted = submit(paper(), &with_note(), ENTERED).expect("in time");
        let returned = submitted.return_by_ministry(Vec::new(), at(ENTERED)).expect("submitted");
        assert!(lapses(returned, ENTERED));
        let lapsed = paper().tick(&election().cutoffs, at("2019-06-05T00:00:00Z")).expect("it is due");
        assert_eq!(lapsed.0.verb(), Verb::Lapse);
        let late = submit(lapsed.1, &with_note(), "2019-06-05T00:00:00Z");
        assert!(matches!(late, Err(Refusal::CutoffPassed { stage: Stage::Presentation, .. })));
        // What was returned and lapsed does not come back by the note that it first came with.
        let submitted = submit(paper(), &with_note(), ENTERED).expect("in time");
        let returned = submitted.return_by_ministry(Vec::new(), at(ENTERED)).expect("submitted");
        let (_, lapsed) = returned.tick(&election().cutoffs, at(ENTERED)).expect("it is due");
        let again = submit(lapsed, &with_note(), ENTERED);
        assert!(matches!(again, Err(Refusal::CutoffPassed { stage: Stage::Submission, .. })));
    }

    /// Each side enters only its own applications.
    #[test]
    fn a_delegation_enters_electronic_applications_and_a_registrar_enters_paper() {
        let check = |refused: Result<Application, Refusal>, role| {
            assert_eq!(refused, Err(Refusal::RoleRequired { roles: vec![role] }));
        };
        check(paper().record_entry(None), Role::CecRegistrar);
        check(draft().record_entry(Some(&registrar())), Role::DelegationSubmitter);
        let (election, now) = (election(), at(ENTERED));
        let upload = |to: Application, by: Option<&PersonActor>| to.check_upload(0, by, &election, now);
        check(upload(paper(), None).map(|()| paper()), Role::CecRegistrar);
        assert_eq!(upload(paper(), Some(&registrar())), Ok(()));
        let due = at(IN_TIME);
        let asked = Application { state: State::ReturnedByCommission { place: place(), due }, ..paper() };
        assert_eq!(upload(asked, None), Ok(()), "it is asked");
        assert_eq!(draft().record_entry(None), Ok(draft()));
        assert_eq!(paper().record_entry(Some(&person("registrar-2", "p1"))), Ok(paper()), "the same human");
    }

    /// Nobody can turn an application from paper into an electronic one or back.
    #[test]
    fn the_paper_record_stays_and_a_registrar_corrects_it_in_a_draft() {
        let (election, by, now) = (election(), registrar(), at(ENTERED));
        let with = |application: Application, stated: &PaperDraft, by: Option<&PersonActor>| {
            application.with_paper(Some(stated), by, &election, now)
        };
        let correction = note("2019-06-03T11:00:00Z");
        assert_eq!(paper().with_paper(None, None, &election, now), Ok(paper()));
        assert_eq!(with(paper(), &note(IN_TIME), None), Ok(paper()), "what was read is sent back");
        assert!(
            with(paper(), &correction, Some(&by))
                .is_ok_and(|changed| changed.paper.is_some_and(|it| it.is_same_as(&correction)))
        );
        let late = with(paper(), &note("2019-06-03T12:00:01Z"), Some(&by));
        assert!(matches!(late, Err(Refusal::CutoffPassed { .. })));
        let submitted = submit(paper(), &with_note(), ENTERED).expect("in time");
        for refused in [
            with(paper(), &correction, None),
            with(draft(), &correction, None),
            with(submitted, &correction, Some(&by)),
        ] {
            assert!(matches!(refused, Err(Refusal::InvalidField { field: "application.paper", .. })), "{refused:?}");
        }
    }

    /// The registrar is a party of the filing and must not review it, with any certificate.
    #[test]
    fn a_registrar_cannot_review_what_they_entered() {
        let election = election();
        let entered = paper().record_entry(Some(&person("registrar-2", "p2"))).expect("a registrar");
        let presented = submit(entered, &with_note(), ENTERED).and_then(|it| it.present(place())).expect("in time");
        let screening = Screening { revision: 1, ..Screening::default() };
        let claim = |by: &PersonActor| {
            let (rules, now) = (&election.rules, at(ENTERED));
            presented.clone().claim(ClaimGuard { reviewer: by, rules, screening: &screening, now })
        };
        for by in [person("reviewer-1", "p1"), person("reviewer-2", "p2")] {
            assert_eq!(claim(&by), Err(Refusal::FourEyes { items: Vec::new() }));
        }
        let held = claim(&person("reviewer-3", "p3")).expect("another human");
        // A certificate that passed to another human in between.
        let by = person("reviewer-3", "p1");
        let verdict = crate::decree::Verdict::Accredit;
        let recommended = held.recommend(&by, verdict, &election.rules, &screening, at(ENTERED));
        assert_eq!(recommended, Err(Refusal::FourEyes { items: Vec::new() }));
    }
}
