//! The verbs of the commission, the ministry and the delegation. Each takes an application by value and returns the
//! changed one, or refuses.

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

/// What a submission is checked against.
#[derive(Debug, Clone, Copy)]
pub struct SubmissionGuard<'a> {
    /// The election. It must be open and before its submission cutoff.
    pub election: &'a Election,
    /// The current content.
    pub content: &'a Content,
    /// The documents that were uploaded for it.
    pub uploaded: &'a [Document],
    /// When the service had read the whole request. A slow transaction later does not make a request late.
    pub received: Timestamp,
}

/// What a claim or takeover is checked against.
#[derive(Debug, Clone)]
pub struct ClaimGuard<'a> {
    /// The reviewer who claims.
    pub reviewer: &'a PersonActor,
    /// The rule pack, which has the length of a lease.
    pub rules: &'a RulePack,
    /// The result of the screening, which must have run.
    pub screening: &'a Screening,
    /// The time of the claim; the lease begins here.
    pub now: Timestamp,
}

/// How a decree decides one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It accredits the person under this number.
    Accredit {
        /// The number of the accreditation.
        accreditation: u32,
    },
    /// It refuses the person as recommended.
    Refuse,
}

impl Application {
    /// Asks the table of states whether the verb is allowed. Every transition calls this first.
    pub(super) fn check_allowed(&self, verb: Verb) -> Result<(), Refusal> {
        self.check_whole()?;
        let kind = self.state.kind();
        if kind.verbs().contains(&verb) {
            return Ok(());
        }
        let allowed = kind.verbs().iter().copied().filter(|verb| !verb.is_system()).collect();
        Err(Refusal::IllegalTransition { state: kind, verb, allowed })
    }

    /// Changes the state and counts the version. No transition writes either of them otherwise.
    pub(super) fn changed(mut self, state: State) -> Self {
        self.state = state;
        self.version += 1;
        self
    }

    /// The refusal for a state that the table of verbs rules out. It cannot be reached while table and states agree.
    pub(super) fn unreachable_state(&self, verb: Verb) -> Refusal {
        Refusal::IllegalTransition { state: self.state.kind(), verb, allowed: Vec::new() }
    }

    /// Checks that delegation or ministry read this version.
    ///
    /// # Errors
    ///
    /// [`Refusal::EtagMismatch`] if they read another one.
    pub fn check_etag(&self, etag: &str) -> Result<(), Refusal> {
        if self.etag() == etag { Ok(()) } else { Err(Refusal::EtagMismatch) }
    }

    /// The etag for the commission. It changes with every change, and with the findings as well.
    pub fn etag_with(&self, screening: &Screening) -> String {
        format!("{}.{}", etag_of(self.version, &self.content_digest), screening.version)
    }

    /// Checks that somebody of the commission read this version and these findings.
    ///
    /// # Errors
    ///
    /// [`Refusal::EtagMismatch`] if they read others.
    pub fn check_etag_with(&self, screening: &Screening, etag: &str) -> Result<(), Refusal> {
        if self.etag_with(screening) == etag { Ok(()) } else { Err(Refusal::EtagMismatch) }
    }

    /// Replaces the content by a new revision.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`], [`Refusal::CutoffPassed`] if a lapsed application cannot be resumed, and
    /// [`Refusal::InvalidField`] if the category no longer fits the replaced person.
    pub fn update(
        mut self,
        category: Category,
        content_digest: [u8; 32],
        election: &Election,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Update)?;
        self.check_can_resume(election, now)?;
        self.check_same_category(category)?;
        self.set_revision(category, content_digest);
        let state = self.state.clone();
        Ok(self.changed(state))
    }

    /// Makes the next revision the current one.
    fn set_revision(&mut self, category: Category, content_digest: [u8; 32]) {
        self.category = category;
        self.content_digest = content_digest;
        self.revision += 1;
    }

    /// Checks the submission cutoff. For an application from paper the receipt of its note counts; after a return the
    /// moment of the new submission counts.
    fn check_in_time(&self, election: &Election, received: Timestamp) -> Result<(), Refusal> {
        match &self.paper {
            Some(paper) if self.first_submit_time.is_none() => check_in_time(election, paper.receive_time, received),
            _ => election.cutoffs.check(Stage::Submission, received, &election.time_zone),
        }
    }

    /// A lapsed application can be resumed if a postponement moved its cutoff, while it could still be submitted.
    pub(crate) fn check_can_resume(&self, election: &Election, now: Timestamp) -> Result<(), Refusal> {
        if self.state == State::Lapsed { self.check_in_time(election, now) } else { Ok(()) }
    }

    /// DRAFT, RETURNED by the ministry or LAPSED → SUBMITTED. Submitting late is refused in the same way whether the
    /// service has already marked the application as lapsed or not.
    ///
    /// # Errors
    ///
    /// [`Refusal::ElectionNotOpen`], [`Refusal::CutoffPassed`], [`Refusal::DocumentsMissing`] and
    /// [`Refusal::DocumentsNotUploaded`].
    pub fn submit(mut self, guard: SubmissionGuard<'_>) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Submit)?;
        guard.election.check_open()?;
        self.check_in_time(guard.election, guard.received)?;
        guard.content.check_documents(&guard.election.rules, self.paper.is_some())?;
        guard.content.check_uploads(guard.uploaded)?;
        self.first_submit_time.get_or_insert(guard.received);
        self.submit_time = Some(guard.received);
        Ok(self.changed(State::Submitted))
    }

    /// SUBMITTED → RETURNED by the ministry, with one question for each field. Identity and history stay.
    pub fn return_by_ministry(mut self, questions: Vec<Question>, now: Timestamp) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Return)?;
        self.return_count += 1;
        let revision = self.revision;
        self.last_return = Some(Return { by: ReturnedBy::Ministry, questions, time: now, due: None, revision });
        Ok(self.changed(State::ReturnedByMinistry))
    }

    /// SUBMITTED → PRESENTED. The presentation as a whole checks the cutoff. The screening runs afterwards.
    pub fn present(self, place: Place) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Present)?;
        Ok(self.changed(State::Presented(place)))
    }

    /// PRESENTED → IN_REVIEW, with a lease.
    ///
    /// # Errors
    ///
    /// [`Refusal::FourEyes`] if the reviewer may not decide about it, [`Refusal::ScreeningPending`] before the
    /// screening.
    pub fn claim(self, guard: ClaimGuard<'_>) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Claim)?;
        let State::Presented(place) = self.state else { return Err(self.unreachable_state(Verb::Claim)) };
        self.check_four_eyes(&guard.reviewer.person)?;
        guard.screening.check_done(&self)?;
        let lease_until = guard.rules.lease_until(guard.now);
        let reviewer = guard.reviewer.principal.clone();
        Ok(self.changed(State::InReview { place, reviewer, lease_until }))
    }

    /// The place in the queue, if this reviewer holds the application.
    pub(super) fn check_held_by(&self, verb: Verb, caller: &PrincipalName) -> Result<Place, Refusal> {
        self.check_allowed(verb)?;
        match &self.state {
            State::InReview { place, reviewer, .. } if reviewer == caller => Ok(*place),
            State::InReview { .. } => Err(Refusal::NotYourClaim),
            _ => Err(self.unreachable_state(verb)),
        }
    }

    /// IN_REVIEW → RETURNED by the commission, until a due time in the future. It keeps its place in the queue.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotYourClaim`], and [`Refusal::InvalidField`] if the due time is not in the future.
    pub fn raise_questions(
        mut self,
        caller: &PrincipalName,
        questions: Vec<Question>,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let place = self.check_held_by(Verb::RaiseQuestions, caller)?;
        if due <= now {
            return Err(Refusal::InvalidField { field: "due_time", problem: "must be in the future".to_owned() });
        }
        self.return_count += 1;
        let revision = self.revision;
        self.last_return = Some(Return { by: ReturnedBy::Commission, questions, time: now, due: Some(due), revision });
        Ok(self.changed(State::ReturnedByCommission { place, due }))
    }

    /// RETURNED by the commission → PRESENTED in its old place. Every question must have an answer.
    ///
    /// # Errors
    ///
    /// [`Refusal::QuestionsUnanswered`], and [`Refusal::InvalidField`] if a correction changes the category of a
    /// replacement.
    pub fn answer(
        mut self,
        answers: &[(String, String)],
        correction: Option<(Category, [u8; 32])>,
    ) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Answer)?;
        let State::ReturnedByCommission { place, .. } = self.state else {
            return Err(self.unreachable_state(Verb::Answer));
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
        if let Some((category, digest)) = correction {
            self.check_same_category(category)?;
            self.set_revision(category, digest);
        }
        Ok(self.changed(State::Presented(place)))
    }

    /// Clears the findings under a code, with a reason. Only the screening changes: the application's etag for the
    /// delegation stays, so that the delegation cannot notice that there was anything to clear.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotYourClaim`] and [`Refusal::NoSuchFinding`].
    pub fn clear_finding(
        &self,
        screening: Screening,
        caller: &PrincipalName,
        code: FindingCode,
        reason: Personal<String>,
        now: Timestamp,
    ) -> Result<Screening, Refusal> {
        self.check_held_by(Verb::ClearFinding, caller)?;
        screening.clear(code, &Clearance { reason, by: caller.clone(), time: now })
    }

    /// IN_REVIEW → RECOMMENDED. Blocking findings prevent a recommendation to accredit, not one to refuse.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotYourClaim`], [`Refusal::FourEyes`], [`Refusal::ScreeningPending`],
    /// [`Refusal::BlockingFindings`], and for a refusal [`Refusal::GroundRequired`] or [`Refusal::UnknownGround`].
    pub fn recommend(
        self,
        caller: &PersonActor,
        verdict: Verdict,
        rules: &RulePack,
        screening: &Screening,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let place = self.check_held_by(Verb::Recommend, &caller.principal)?;
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

    /// RECOMMENDED → IN_REVIEW of the reviewer who recommended it, with a new lease. Sending back is a decision, so a
    /// recused adopter may not do it.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] and [`Refusal::FourEyes`].
    pub fn send_back(self, caller: &PersonActor, rules: &RulePack, now: Timestamp) -> Result<Self, Refusal> {
        self.check_allowed(Verb::SendBack)?;
        self.check_four_eyes(&caller.person)?;
        let State::Recommended { place, recommendation } = self.state.clone() else {
            return Err(self.unreachable_state(Verb::SendBack));
        };
        let lease_until = rules.lease_until(now);
        Ok(self.changed(State::InReview { place, reviewer: recommendation.by, lease_until }))
    }

    /// RECOMMENDED → ACCREDITED or REFUSED, as recommended. Only [`crate::decree::adopt`] calls it, after it has
    /// checked the whole list.
    pub(crate) fn decide(self, decree: u32, decision: Decision) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Adopt)?;
        let State::Recommended { place, recommendation } = self.state.clone() else {
            return Err(self.unreachable_state(Verb::Adopt));
        };
        let state = match (decision, &recommendation.verdict) {
            (Decision::Accredit { accreditation }, Verdict::Accredit) => {
                State::Accredited(AccreditedFacts { place, decree, accreditation, recommendation })
            }
            (Decision::Refuse, Verdict::Refuse(ground)) => {
                let ground: RefusalGround = ground.clone();
                State::Refused { place, decree, recommendation, ground }
            }
            _ => return Err(self.unreachable_state(Verb::Adopt)),
        };
        Ok(self.changed(state))
    }

    /// Any open state → WITHDRAWN.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] if it is not open any more.
    pub fn withdraw(self, reason: Personal<String>) -> Result<Self, Refusal> {
        self.withdraw_with_mission(reason, String::new())
    }

    /// Any open state → WITHDRAWN, because the whole mission withdraws. The number of the note marks it as such.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] if it is not open any more.
    pub fn withdraw_with_mission(self, reason: Personal<String>, note_number: String) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Withdraw)?;
        let place = self.place();
        Ok(self.changed(State::Withdrawn { place, reason, note_number }))
    }
}
