//! Amendments: what a delegation has to say anew of somebody accredited, a new passport or a correction. What an application
//! says changes when a reviewer accepts one, and not before.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::content::Filing;
use crate::application::{Application, etag_of};
use crate::policy::PersonActor;
use crate::refusal::{FieldProblem, Refusal};
use crate::screening::{Clearance, Finding, Screening};
use crate::vocabulary::name::{AccreditationName, AmendmentName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;

/// The most amendments that are kept of one application.
pub const MOST_AMENDMENTS: usize = 20;

/// What an amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmendmentKind {
    /// The person has another passport.
    NewPassport,
    /// What was said was not right.
    Correction,
}

/// Where an amendment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmendmentState {
    /// It waits for a reviewer.
    Open,
    /// Given up by its delegation.
    Withdrawn,
    /// It holds.
    Accepted,
    /// It does not hold.
    Declined,
}

/// What a reviewer says of an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendmentDecision {
    /// It holds.
    Accept,
    /// It does not hold.
    Decline,
}

/// How an amendment was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// What was said to the delegation; empty once the retention is over.
    pub text: Personal<String>,
    /// By whom.
    pub by: PrincipalName,
    /// When.
    pub time: Timestamp,
}

/// An amendment of an application that a decree has accredited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Its name; numbered from 1 for each application.
    pub name: AmendmentName,
    /// The number of the accreditation.
    pub accreditation: u32,
    /// What it changes.
    pub kind: AmendmentKind,
    /// Why, in words; empty once the retention is over.
    pub reason: Personal<String>,
    /// The revision that it starts from.
    pub before: i32,
    /// The revision that it makes, which is kept from the start and holds once it is accepted.
    pub after: i32,
    /// The salted digest of that revision.
    pub content_digest: [u8; 32],
    /// Who asked for it.
    pub requested_by: PrincipalName,
    /// When.
    pub request_time: Timestamp,
    /// Where it stands.
    pub state: AmendmentState,
    /// How it was closed, once it was.
    pub closing: Option<Closing>,
}

/// What a reviewer decides, on what they have read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendmentRuling {
    /// The etag of the amendment as it was read, with what the checks had found.
    pub etag: String,
    /// Whether it holds.
    pub decision: AmendmentDecision,
    /// What is said to the delegation; needed to decline.
    pub text: Personal<String>,
    /// Why what the checks found does not stand in the way; needed to accept if something does. The commission's own.
    pub clear_reason: Personal<String>,
}

impl AmendmentKind {
    /// As it stands in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewPassport => "NEW_PASSPORT",
            Self::Correction => "CORRECTION",
        }
    }

    /// Refuses what this kind of amendment does not change, each field with why, and an amendment that changes nothing.
    pub fn check(self, before: &Filing, after: &Filing) -> Result<(), Refusal> {
        let fields = before.changed_fields(after);
        let mut problems: Vec<_> = fields.iter().filter_map(|field| self.problem(field)).collect();
        let missing = match self {
            Self::Correction if fields.is_empty() => Some(("", "expected something else than what it says")),
            Self::Correction => None,
            Self::NewPassport => ["person.passport.number", "documents.PASSPORT_PAGE"]
                .into_iter()
                .find(|needed| !fields.iter().any(|field| field == needed))
                .map(|field| (field, "expected the new passport's")),
        };
        problems.extend(missing.map(|(field, problem)| problem_of(field, problem)));
        if problems.is_empty() { Ok(()) } else { Err(Refusal::NotAmendable { problems }) }
    }

    fn problem(self, field: &str) -> Option<FieldProblem> {
        let problem = match field {
            "category" => "an accreditation keeps its category: file a new application",
            "person.nationality" => "an accreditation keeps its nationality: file a new application",
            _ if self == Self::Correction => return None,
            _ if field.starts_with("person.passport.") || field.starts_with("documents.") => return None,
            _ => "a new passport changes the passport alone: ask for a correction",
        };
        Some(problem_of(field, problem))
    }
}

fn problem_of(field: &str, problem: &str) -> FieldProblem {
    let field = if field.is_empty() { "application".to_owned() } else { format!("application.{field}") };
    FieldProblem { field, problem: problem.to_owned() }
}

impl AmendmentState {
    /// As it stands in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Withdrawn => "WITHDRAWN",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
        }
    }
}

impl Amendment {
    /// The application that it amends.
    pub fn application(&self) -> ApplicationName {
        self.name.application()
    }

    /// The accreditation that stays.
    pub fn accreditation(&self) -> AccreditationName {
        AccreditationName { election: self.name.election.clone(), number: self.accreditation }
    }

    /// What the delegation reads: it changes when the amendment is closed.
    pub fn etag(&self) -> String {
        etag_of(if self.is_open() { 1 } else { 2 }, &self.content_digest)
    }

    /// What the commission reads: it changes with what the checks find as well.
    pub fn etag_with(&self, screening: &Screening) -> String {
        format!("{}.{}", self.etag(), screening.version)
    }

    /// The outcome of another run of the checks on what it would make the application say; `None` if nothing changed.
    pub fn rerun(&self, before: &Screening, findings: Vec<Finding>, now: Timestamp) -> Option<Screening> {
        if before.revision == self.after && before.has_exactly(&findings) {
            return None;
        }
        Some(Screening { revision: self.after, version: before.version + 1, findings, time: now })
    }

    /// Whether it waits for a reviewer.
    pub fn is_open(&self) -> bool {
        self.state == AmendmentState::Open
    }

    fn check_open(&self) -> Result<(), Refusal> {
        match self.state {
            AmendmentState::Open => Ok(()),
            closed => Err(Refusal::AmendmentClosed { state: closed.as_str() }),
        }
    }

    fn close(self, state: AmendmentState, text: Personal<String>, by: &PrincipalName, time: Timestamp) -> Self {
        Self { state, closing: Some(Closing { text, by: by.clone(), time }), ..self }
    }

    /// The delegation, or the registrar for what came on paper, gives it up before it is decided.
    pub fn withdraw(self, by: &PrincipalName, now: Timestamp) -> Result<Self, Refusal> {
        self.check_open()?;
        Ok(self.close(AmendmentState::Withdrawn, Personal::default(), by, now))
    }

    /// A reviewer's decision, once: to accept over what stands in the way, the reviewer says why, and that stays with what
    /// the checks found. Whoever entered the application from paper, is recused from it or recommended the accreditation does
    /// not decide: two humans of the commission have seen whoever bears the badge.
    pub fn decide(
        self,
        ruling: AmendmentRuling,
        application: &Application,
        mut screening: Screening,
        by: &PersonActor,
        now: Timestamp,
    ) -> Result<(Self, Screening), Refusal> {
        application.check_whole()?;
        application.check_four_eyes(&by.person)?;
        if application.was_recommended_by(&by.person) {
            return Err(Refusal::FourEyes { items: Vec::new() });
        }
        self.check_open()?;
        let AmendmentRuling { etag, decision, text, clear_reason } = ruling;
        if etag != self.etag_with(&screening) {
            return Err(Refusal::EtagMismatch);
        }
        match decision {
            AmendmentDecision::Decline if text.expose().trim().is_empty() => {
                let problem = "expected what the delegation is told".to_owned();
                return Err(Refusal::InvalidField { field: "text", problem });
            }
            AmendmentDecision::Decline => {
                return Ok((self.close(AmendmentState::Declined, text, &by.principal, now), screening));
            }
            AmendmentDecision::Accept => {}
        }
        if screening.revision != self.after {
            return Err(Refusal::ScreeningPending);
        }
        let codes = screening.standing();
        if !codes.is_empty() && clear_reason.expose().trim().is_empty() {
            return Err(Refusal::BlockingFindings { codes });
        }
        let clearance = Clearance { reason: clear_reason, by: by.principal.clone(), time: now };
        for code in codes {
            screening = screening.clear(code, &clearance)?;
        }
        let codes = screening.standing();
        if !codes.is_empty() {
            return Err(Refusal::BlockingFindings { codes });
        }
        Ok((self.close(AmendmentState::Accepted, text, &by.principal, now), screening))
    }
}

impl AmendmentName {
    /// The application that it amends.
    pub fn application(&self) -> ApplicationName {
        let Self { election, organization, application, number: _ } = self.clone();
        ApplicationName { election, organization, id: application }
    }
}

#[cfg(test)]
mod tests;
