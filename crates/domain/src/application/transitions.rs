//! The verbs: each consumes an application and gives the changed one, or says why not.

use jiff::Timestamp;

use super::paper::check_in_time;
use super::{AccreditedFacts, Application, Place, Question, Recommendation, Return, ReturnedBy, State, etag_of};
use crate::application::content::{Content, Document};
use crate::decree::{RefusalGround, Verdict};
use crate::election::Election;
use crate::policy::PersonActor;
use crate::refusal::{Refusal, Stage};
use crate::rule_pack::RulePack;
use crate::screening::{Clearance, Screening};
use crate::vocabulary::category::Category;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::verb::Verb;

/// What submitting is checked against.
#[derive(Debug, Clone, Copy)]
pub struct SubmissionGuard<'a> {
    /// The election, which must be open and before its submission cutoff.
    pub election: &'a Election,
    /// What the application says now.
    pub content: &'a Content,
    /// What was uploaded for it.
    pub uploaded: &'a [Document],
    /// When the service had read the whole request.
    pub received: Timestamp,
}

/// Who claims, and when.
#[derive(Debug, Clone)]
pub struct ClaimGuard<'a> {
    /// The reviewer.
    pub reviewer: &'a PersonActor,
    /// The rules, for the length of the lease.
    pub rules: &'a RulePack,
    /// What the checks found; they must have run.
    pub screening: &'a Screening,
    /// Now.
    pub now: Timestamp,
}

/// How a decree decides one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Accredited under this number.
    Accredit {
        /// The accreditation's number.
        accreditation: u32,
    },
    /// Refused as recommended.
    Refuse,
}

impl Application {
    pub(super) fn allow(&self, verb: Verb) -> Result<(), Refusal> {
        self.check_whole()?;
        let kind = self.state.kind();
        if kind.verbs().contains(&verb) {
            return Ok(());
        }
        let allowed = kind.verbs().iter().copied().filter(|verb| !verb.is_system()).collect();
        Err(Refusal::IllegalTransition { state: kind, verb, allowed })
    }

    pub(super) fn changed(mut self, state: State) -> Self {
        self.state = state;
        self.version += 1;
        self
    }

    /// The table said that the state is another; it cannot be reached.
    pub(super) fn no_such_state(&self, verb: Verb) -> Refusal {
        Refusal::IllegalTransition { state: self.state.kind(), verb, allowed: Vec::new() }
    }

    /// Refuses a change made on another version than this one.
    pub fn check_etag(&self, etag: &str) -> Result<(), Refusal> {
        if self.etag() == etag { Ok(()) } else { Err(Refusal::EtagMismatch) }
    }

    /// What the commission reads: it changes with every change, and with what the checks found as well.
    pub fn etag_with(&self, screening: &Screening) -> String {
        format!("{}.{}", etag_of(self.version, &self.content_digest), screening.version)
    }

    /// Refuses a decision of the commission's made on another version than this one, or on other findings.
    pub fn check_etag_with(&self, screening: &Screening, etag: &str) -> Result<(), Refusal> {
        if self.etag_with(screening) == etag { Ok(()) } else { Err(Refusal::EtagMismatch) }
    }

    /// Takes a new revision of what it says.
    pub fn update(
        mut self,
        category: Category,
        content_digest: [u8; 32],
        election: &Election,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.allow(Verb::Update)?;
        self.check_can_go_on(election, now)?;
        self.check_same_category(category)?;
        self.revise(category, content_digest);
        let state = self.state.clone();
        Ok(self.changed(state))
    }

    fn revise(&mut self, category: Category, content_digest: [u8; 32]) {
        self.category = category;
        self.content_digest = content_digest;
        self.revision += 1;
    }

    /// What came on paper was received with its note. What was submitted before is as late as it is submitted again.
    fn check_in_time(&self, election: &Election, received: Timestamp) -> Result<(), Refusal> {
        match &self.paper {
            Some(paper) if self.first_submit_time.is_none() => check_in_time(election, paper.receive_time, received),
            _ => election.cutoffs.check(Stage::Submission, received, &election.time_zone),
        }
    }

    /// What has lapsed is gone on with once its cutoff was moved, for as long as it can be submitted.
    pub(crate) fn check_can_go_on(&self, election: &Election, now: Timestamp) -> Result<(), Refusal> {
        if self.state == State::Lapsed { self.check_in_time(election, now) } else { Ok(()) }
    }

    /// DRAFT, returned by the ministry or LAPSED → SUBMITTED, before the submission cutoff. Late is late, whether the
    /// request or the service's own lapsing comes first.
    pub fn submit(mut self, guard: SubmissionGuard<'_>) -> Result<Self, Refusal> {
        self.allow(Verb::Submit)?;
        guard.election.check_open()?;
        self.check_in_time(guard.election, guard.received)?;
        guard.content.check_documents(&guard.election.rules, self.paper.is_some())?;
        guard.content.check_uploads(guard.uploaded)?;
        self.first_submit_time.get_or_insert(guard.received);
        self.submit_time = Some(guard.received);
        Ok(self.changed(State::Submitted))
    }

    /// SUBMITTED → returned by the ministry.
    pub fn return_by_ministry(mut self, questions: Vec<Question>, now: Timestamp) -> Result<Self, Refusal> {
        self.allow(Verb::Return)?;
        self.return_count += 1;
        let revision = self.revision;
        self.last_return = Some(Return { by: ReturnedBy::Ministry, questions, time: now, due: None, revision });
        Ok(self.changed(State::ReturnedByMinistry))
    }

    /// SUBMITTED → PRESENTED. The presentation itself checks the cutoff; the checks run after it.
    pub fn present(self, place: Place) -> Result<Self, Refusal> {
        self.allow(Verb::Present)?;
        Ok(self.changed(State::Presented(place)))
    }

    /// PRESENTED → IN_REVIEW, for the length of a lease.
    pub fn claim(self, guard: ClaimGuard<'_>) -> Result<Self, Refusal> {
        self.allow(Verb::Claim)?;
        let State::Presented(place) = self.state else { return Err(self.no_such_state(Verb::Claim)) };
        self.check_four_eyes(&guard.reviewer.person)?;
        guard.screening.check_done(&self)?;
        let lease_until = guard.rules.lease_until(guard.now);
        let reviewer = guard.reviewer.principal.clone();
        Ok(self.changed(State::InReview { place, reviewer, lease_until }))
    }

    /// The place, if this reviewer holds the application.
    pub(super) fn held_by(&self, verb: Verb, caller: &PrincipalName) -> Result<Place, Refusal> {
        self.allow(verb)?;
        match &self.state {
            State::InReview { place, reviewer, .. } if reviewer == caller => Ok(*place),
            State::InReview { .. } => Err(Refusal::NotYourClaim),
            _ => Err(self.no_such_state(verb)),
        }
    }

    /// IN_REVIEW → returned by the commission, with a due time in the future.
    pub fn raise_questions(
        mut self,
        caller: &PrincipalName,
        questions: Vec<Question>,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let place = self.held_by(Verb::RaiseQuestions, caller)?;
        if due <= now {
            return Err(Refusal::InvalidField {
                field: "due_time",
                problem: "expected a time in the future".to_owned(),
            });
        }
        self.return_count += 1;
        let revision = self.revision;
        self.last_return = Some(Return { by: ReturnedBy::Commission, questions, time: now, due: Some(due), revision });
        Ok(self.changed(State::ReturnedByCommission { place, due }))
    }

    /// Returned by the commission → PRESENTED in its old place; every question must have an answer.
    pub fn answer(
        mut self,
        answers: &[(String, String)],
        mended: Option<(Category, [u8; 32])>,
    ) -> Result<Self, Refusal> {
        self.allow(Verb::Answer)?;
        let State::ReturnedByCommission { place, .. } = self.state else {
            return Err(self.no_such_state(Verb::Answer));
        };
        let mut open = Vec::new();
        for question in self.last_return.iter_mut().flat_map(|asked| &mut asked.questions) {
            match answers.iter().find(|(field, text)| *field == question.field && !text.is_empty()) {
                Some((_, text)) => question.answer = Personal::new(text.clone()),
                None => open.push(question.field.clone()),
            }
        }
        if !open.is_empty() {
            return Err(Refusal::QuestionsUnanswered { fields: open });
        }
        if let Some((category, digest)) = mended {
            self.check_same_category(category)?;
            self.revise(category, digest);
        }
        Ok(self.changed(State::Presented(place)))
    }

    /// A reviewer's word that what is found under a code does not stand in the way. It changes the screening alone: a
    /// delegation cannot tell that there was anything to clear.
    pub fn clear_finding(
        &self,
        screening: Screening,
        caller: &PrincipalName,
        code: FindingCode,
        reason: Personal<String>,
        now: Timestamp,
    ) -> Result<Screening, Refusal> {
        self.held_by(Verb::ClearFinding, caller)?;
        screening.clear(code, &Clearance { reason, by: caller.clone(), time: now })
    }

    /// IN_REVIEW → RECOMMENDED. Findings stand in the way of accrediting, not of refusing.
    pub fn recommend(
        self,
        caller: &PersonActor,
        verdict: Verdict,
        rules: &RulePack,
        screening: &Screening,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let place = self.held_by(Verb::Recommend, &caller.principal)?;
        self.check_four_eyes(&caller.person)?;
        match &verdict {
            Verdict::Accredit => {
                screening.check_done(&self)?;
                let codes = screening.standing();
                if !codes.is_empty() {
                    return Err(Refusal::BlockingFindings { codes });
                }
            }
            Verdict::Refuse(ground) => ground.check(rules)?,
        }
        let recommendation = Recommendation {
            verdict,
            by: caller.principal.clone(),
            person: caller.person.clone(),
            time: now,
            content_digest: self.content_digest,
        };
        Ok(self.changed(State::Recommended { place, recommendation }))
    }

    /// RECOMMENDED → IN_REVIEW, with whoever recommended it, for the length of a lease. Whoever does not decide on it
    /// does not send it back either.
    pub fn send_back(self, caller: &PersonActor, rules: &RulePack, now: Timestamp) -> Result<Self, Refusal> {
        self.allow(Verb::SendBack)?;
        self.check_four_eyes(&caller.person)?;
        let State::Recommended { place, recommendation } = self.state.clone() else {
            return Err(self.no_such_state(Verb::SendBack));
        };
        let lease_until = rules.lease_until(now);
        Ok(self.changed(State::InReview { place, reviewer: recommendation.by, lease_until }))
    }

    /// RECOMMENDED → ACCREDITED or REFUSED, as recommended. [`crate::decree::adopt`] alone calls it.
    pub(crate) fn decide(self, decree: u32, decision: Decision) -> Result<Self, Refusal> {
        self.allow(Verb::Adopt)?;
        let State::Recommended { place, recommendation } = self.state.clone() else {
            return Err(self.no_such_state(Verb::Adopt));
        };
        let state = match (decision, &recommendation.verdict) {
            (Decision::Accredit { accreditation }, Verdict::Accredit) => {
                State::Accredited(AccreditedFacts { place, decree, accreditation, recommendation })
            }
            (Decision::Refuse, Verdict::Refuse(ground)) => {
                let ground: RefusalGround = ground.clone();
                State::Refused { place, decree, recommendation, ground }
            }
            _ => return Err(self.no_such_state(Verb::Adopt)),
        };
        Ok(self.changed(state))
    }

    /// Any open state → WITHDRAWN.
    pub fn withdraw(self, reason: Personal<String>) -> Result<Self, Refusal> {
        self.withdraw_with_mission(reason, String::new())
    }

    /// Any open state → WITHDRAWN, with the whole mission and its note.
    pub fn withdraw_with_mission(self, reason: Personal<String>, note_number: String) -> Result<Self, Refusal> {
        self.allow(Verb::Withdraw)?;
        let place = self.place();
        Ok(self.changed(State::Withdrawn { place, reason, note_number }))
    }
}
