//! What came on paper: which note it came with, when it was received, and who entered it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Application, State};
use crate::election::Election;
use crate::policy::PersonActor;
use crate::refusal::{Refusal, Stage};
use crate::vocabulary::id::PersonId;
use crate::vocabulary::role::Role;

/// What a registrar says of the paper that an application came on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperDraft {
    /// The number of the note verbale.
    pub note_number: String,
    /// When the note was received.
    pub receive_time: Timestamp,
}

/// That an application came on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperFiling {
    /// The number of the note verbale.
    pub note_number: String,
    /// When the note was received: this moment is in time or not.
    pub receive_time: Timestamp,
    /// Who filed it.
    pub registered_by: PersonActor,
    /// Who else entered anything of it since.
    pub also_by: Vec<PersonActor>,
}

impl PaperDraft {
    /// A registrar files what came on paper, and nothing else; nobody else does.
    pub fn filed(
        said: Option<&Self>,
        registrar: Option<PersonActor>,
        election: &Election,
        now: Timestamp,
    ) -> Result<Option<PaperFiling>, Refusal> {
        let wrong = |problem: &str| Refusal::InvalidField { field: "application.paper", problem: problem.to_owned() };
        match (said, registrar) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(wrong("expected the paper: a registrar files what came on paper, and nothing else")),
            (Some(_), None) => Err(wrong("expected nothing: only a registrar files what came on paper")),
            (Some(said), Some(by)) => said.clone().file(by, election, now).map(Some),
        }
    }

    /// Files it. What was received too late is refused already here, and so is what can no longer be presented.
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
            return Err(wrong("expected the time at which the note was received, which is not in the future"));
        }
        if self.receive_time < election.create_time {
            return Err(wrong("expected a time after the election was registered"));
        }
        check_in_time(election, self.receive_time, now)
    }
}

/// The note was in time for submitting, and it is not too late yet to present what it says.
pub(super) fn check_in_time(election: &Election, received: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    election.cutoffs.check(Stage::Submission, received, &election.time_zone)?;
    election.cutoffs.check(Stage::Presentation, now, &election.time_zone)
}

impl PaperFiling {
    /// Whether this human entered any of it, with whichever certificate.
    pub fn was_entered_by(&self, person: &PersonId) -> bool {
        self.registered_by.person == *person || self.also_by.iter().any(|one| one.person == *person)
    }

    fn says(&self, draft: &PaperDraft) -> bool {
        self.note_number == draft.note_number && self.receive_time == draft.receive_time
    }
}

impl Application {
    /// Notes which registrar enters something of what came on paper; to a delegation, none, it cannot be done. What did
    /// not come on paper is its delegation's.
    pub fn entered_by(mut self, registrar: Option<&PersonActor>) -> Result<Self, Refusal> {
        match (&mut self.paper, registrar) {
            (None, None) => {}
            (None, Some(_)) => return Err(Refusal::RoleRequired { roles: vec![Role::DelegationSubmitter] }),
            (Some(_), None) => return Err(Refusal::RoleRequired { roles: vec![Role::CecRegistrar] }),
            (Some(paper), Some(by)) if paper.was_entered_by(&by.person) => {}
            (Some(paper), Some(by)) => paper.also_by.push(by.clone()),
        }
        Ok(self)
    }

    /// Takes what a request says of the paper. Saying nothing, or what stands there already, changes nothing; a registrar
    /// mends it in a draft.
    pub fn with_paper(
        mut self,
        said: Option<&PaperDraft>,
        registrar: Option<&PersonActor>,
        election: &Election,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let Some(said) = said else { return Ok(self) };
        let wrong = |problem: &str| Refusal::InvalidField { field: "application.paper", problem: problem.to_owned() };
        match &mut self.paper {
            None => return Err(wrong("expected nothing: this application did not come on paper")),
            Some(paper) if paper.says(said) => {}
            Some(_) if registrar.is_none() || self.state != State::Draft => {
                return Err(wrong("expected it as it is: only a registrar changes it, and only in a DRAFT"));
            }
            Some(paper) => {
                said.check(election, now)?;
                paper.note_number = said.note_number.clone();
                paper.receive_time = said.receive_time;
            }
        }
        Ok(self)
    }

    /// Whoever entered it from paper, or is recused, does not review it.
    pub(crate) fn check_four_eyes(&self, reviewer: &PersonId) -> Result<(), Refusal> {
        match self.barred(reviewer) {
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

    #[test]
    fn the_receipt_of_the_note_is_in_time_or_not() {
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

    #[test]
    fn a_note_in_time_is_submitted_after_the_cutoff_and_what_was_returned_is_not() {
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

    #[test]
    fn the_note_itself_must_be_there() {
        let kinds = vec![DocumentKind::NoteVerbale];
        assert_eq!(submit(paper(), &filing().content, ENTERED), Err(Refusal::DocumentsMissing { kinds }));
    }

    #[test]
    fn a_draft_from_paper_lapses_with_the_presentations() {
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

    #[test]
    fn a_delegation_does_not_enter_what_came_on_paper_nor_a_registrar_anything_else() {
        let check = |refused: Result<Application, Refusal>, role| {
            assert_eq!(refused, Err(Refusal::RoleRequired { roles: vec![role] }));
        };
        check(paper().entered_by(None), Role::CecRegistrar);
        check(draft().entered_by(Some(&registrar())), Role::DelegationSubmitter);
        let (election, now) = (election(), at(ENTERED));
        let upload = |to: Application, by: Option<&PersonActor>| to.check_upload(0, by, &election, now);
        check(upload(paper(), None).map(|()| paper()), Role::CecRegistrar);
        assert_eq!(upload(paper(), Some(&registrar())), Ok(()));
        let due = at(IN_TIME);
        let asked = Application { state: State::ReturnedByCommission { place: place(), due }, ..paper() };
        assert_eq!(upload(asked, None), Ok(()), "it is asked");
        assert_eq!(draft().entered_by(None), Ok(draft()));
        assert_eq!(paper().entered_by(Some(&person("registrar-2", "p1"))), Ok(paper()), "the same human");
    }

    #[test]
    fn the_mark_stays_and_a_registrar_mends_it_in_a_draft() {
        let (election, by, now) = (election(), registrar(), at(ENTERED));
        let with = |application: Application, said: &PaperDraft, by: Option<&PersonActor>| {
            application.with_paper(Some(said), by, &election, now)
        };
        let mended = note("2019-06-03T11:00:00Z");
        assert_eq!(paper().with_paper(None, None, &election, now), Ok(paper()));
        assert_eq!(with(paper(), &note(IN_TIME), None), Ok(paper()), "what was read is sent back");
        assert!(
            with(paper(), &mended, Some(&by)).is_ok_and(|changed| changed.paper.is_some_and(|it| it.says(&mended)))
        );
        let late = with(paper(), &note("2019-06-03T12:00:01Z"), Some(&by));
        assert!(matches!(late, Err(Refusal::CutoffPassed { .. })));
        let submitted = submit(paper(), &with_note(), ENTERED).expect("in time");
        for refused in [with(paper(), &mended, None), with(draft(), &mended, None), with(submitted, &mended, Some(&by))]
        {
            assert!(matches!(refused, Err(Refusal::InvalidField { field: "application.paper", .. })), "{refused:?}");
        }
    }

    #[test]
    fn whoever_entered_any_of_it_does_not_review_it() {
        let election = election();
        let entered = paper().entered_by(Some(&person("registrar-2", "p2"))).expect("a registrar");
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
