//! Amendments: a new passport or a correction of an accredited person's data.
//!
//! A delegation requests an amendment, and its revision is stored at once. It becomes the current revision only when a
//! reviewer accepts it. An amendment never makes another person of somebody: two humans of the commission have seen
//! the person who wears the badge.

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

/// The maximum number of amendments of one application.
pub const MAX_AMENDMENTS: usize = 20;

/// What an amendment may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmendmentKind {
    /// The person has a new passport: only the passport and its page change.
    NewPassport,
    /// The data was wrong: everything may change except category and nationality.
    Correction,
}

/// The state of an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmendmentState {
    /// It waits for a reviewer.
    Open,
    /// The delegation withdrew it.
    Withdrawn,
    /// A reviewer accepted it; its revision is the current one.
    Accepted,
    /// A reviewer declined it; the old revision stays.
    Declined,
}

/// A reviewer's decision on an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendmentDecision {
    /// Accept it.
    Accept,
    /// Decline it.
    Decline,
}

/// How an amendment was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// What the delegation reads about it; empty after the retention ended.
    pub text: Personal<String>,
    /// The principal that closed it.
    pub by: PrincipalName,
    /// When it was closed.
    pub time: Timestamp,
}

/// A requested change of the data of an accredited person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The resource name. Amendments are numbered from 1 for each application.
    pub name: AmendmentName,
    /// The number of the accreditation.
    pub accreditation: u32,
    /// What it may change.
    pub kind: AmendmentKind,
    /// The reason in free text; empty after the retention ended.
    pub reason: Personal<String>,
    /// The revision that the delegation started from.
    pub before: i32,
    /// The revision that it makes. It is stored from the start and current after the acceptance.
    pub after: i32,
    /// The salted digest of that revision.
    pub content_digest: [u8; 32],
    /// The principal that requested it.
    pub requested_by: PrincipalName,
    /// When it was requested.
    pub request_time: Timestamp,
    /// The current state.
    pub state: AmendmentState,
    /// How it was closed; `None` while it is open.
    pub closing: Option<Closing>,
}

/// A reviewer's decision, with the version that the reviewer read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendmentRuling {
    /// The etag of the amendment with its screening, as the reviewer read them.
    pub etag: String,
    /// Accept or decline.
    pub decision: AmendmentDecision,
    /// The text for the delegation; required to decline.
    pub text: Personal<String>,
    /// Why the blocking findings do not matter; required to accept if there are some. Only the commission reads it.
    pub clear_reason: Personal<String>,
}

impl AmendmentKind {
    /// The word in events. It must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewPassport => "NEW_PASSPORT",
            Self::Correction => "CORRECTION",
        }
    }

    /// Checks which fields the amendment changes.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotAmendable`] with every field that this kind may not change. Also if a correction changes
    /// nothing, or a new passport has no new number or page.
    pub fn check(self, before: &Filing, after: &Filing) -> Result<(), Refusal> {
        let fields = before.changed_fields(after);
        let mut problems: Vec<_> = fields.iter().filter_map(|field| self.problem(field)).collect();
        let missing = match self {
            Self::Correction if fields.is_empty() => Some(("", "must change at least one field")),
            Self::Correction => None,
            Self::NewPassport => ["person.passport.number", "documents.PASSPORT_PAGE"]
                .into_iter()
                .find(|needed| !fields.iter().any(|field| field == needed))
                .map(|field| (field, "must be that of the new passport")),
        };
        problems.extend(missing.map(|(field, problem)| problem_of(field, problem)));
        if problems.is_empty() { Ok(()) } else { Err(Refusal::NotAmendable { problems }) }
    }

    /// The problem of a changed field; `None` if this kind may change it.
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

/// A problem with the path of the field in the request.
fn problem_of(field: &str, problem: &str) -> FieldProblem {
    let field = if field.is_empty() { "application".to_owned() } else { format!("application.{field}") };
    FieldProblem { field, problem: problem.to_owned() }
}

impl AmendmentState {
    /// The word in events. It must not change.
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
    /// The name of the amended application.
    pub fn application(&self) -> ApplicationName {
        self.name.application()
    }

    /// The name of the accreditation, which stays.
    pub fn accreditation(&self) -> AccreditationName {
        AccreditationName { election: self.name.election.clone(), number: self.accreditation }
    }

    /// The etag for the delegation. It changes when the amendment is closed, and not with the findings.
    pub fn etag(&self) -> String {
        etag_of(if self.is_open() { 1 } else { 2 }, &self.content_digest)
    }

    /// The etag for the commission. It changes with the findings as well.
    pub fn etag_with(&self, screening: &Screening) -> String {
        format!("{}.{}", self.etag(), screening.version)
    }

    /// The result of a new screening of the amendment's revision; `None` if nothing changed.
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

    /// Checks that it is open.
    fn check_open(&self) -> Result<(), Refusal> {
        match self.state {
            AmendmentState::Open => Ok(()),
            closed => Err(Refusal::AmendmentClosed { state: closed.as_str() }),
        }
    }

    /// Closes it.
    fn close(self, state: AmendmentState, text: Personal<String>, by: &PrincipalName, time: Timestamp) -> Self {
        Self { state, closing: Some(Closing { text, by: by.clone(), time }), ..self }
    }

    /// Withdraws it before it is decided. The delegation may, or a registrar for an application from paper.
    ///
    /// # Errors
    ///
    /// [`Refusal::AmendmentClosed`] if it is not open.
    pub fn withdraw(self, by: &PrincipalName, now: Timestamp) -> Result<Self, Refusal> {
        self.check_open()?;
        Ok(self.close(AmendmentState::Withdrawn, Personal::default(), by, now))
    }

    /// Decides it. To accept in spite of blocking findings, the reviewer gives a reason, which clears them.
    ///
    /// The reviewer must be another human than the one who recommended the accreditation. So two humans of the
    /// commission have seen the data of the person who wears the badge.
    ///
    /// # Errors
    ///
    /// - [`Refusal::FourEyes`].
    /// - [`Refusal::AmendmentClosed`].
    /// - [`Refusal::EtagMismatch`] if the reviewer read another version.
    /// - [`Refusal::InvalidField`] if it is declined without a text.
    /// - [`Refusal::ScreeningPending`].
    /// - [`Refusal::BlockingFindings`] if they were not cleared.
    /// - [`Refusal::Erased`].
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
                let problem = "must say why the amendment is declined; the delegation reads it".to_owned();
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
    /// The name of the amended application.
    pub fn application(&self) -> ApplicationName {
        let Self { election, organization, application, number: _ } = self.clone();
        ApplicationName { election, organization, id: application }
    }
}

#[cfg(test)]
mod tests;
