//! The plan of the election of 2019: each application, what happens to it on the way, and how it ends.
//!
//! The plan is fixed before the first call. So the totals that the server must report are known in advance, and the
//! report can compare them.

mod cases;
mod incidents;

use std::collections::BTreeMap;

use wire::v1;

use crate::accreditation_table::{AccreditationTable, Row};

pub use incidents::GROUNDS;

/// What happens in an election, fixed before the first call.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How many people of each delegation are accredited at each session.
    pub table: AccreditationTable,
    /// The applications, ordered by session and then by delegation.
    pub cases: Vec<Case>,
}

/// One application, and what happens to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The delegation that files it, as the index of its row in the table.
    pub delegation: usize,
    /// The session for which it is filed, counted from 0.
    pub session: usize,
    /// The content that is filed.
    pub application: v1::Application,
    /// What happens before the decision, if anything does.
    pub incident: Option<Incident>,
    /// How the application ends.
    pub ending: Ending,
}

/// Something that happens to an application before the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// The ministry returns the application; the delegation corrects it and submits it again.
    ReturnedByMinistry,
    /// The commission asks a question; the delegation answers and sends another photo.
    AskedForPhoto,
    /// The commission asks a question; the delegation answers in words.
    AskedForExplanation,
    /// The passport expires before the mission ends; screening finds it.
    PassportExpiresEarly,
    /// The person is a citizen of the host state; screening finds it.
    HostCitizen,
    /// Two organizations file the same person, and screening finds both. One of the two applications is accredited.
    FiledTwice,
}

impl Incident {
    /// The code of the finding that screening must make, if it must make one.
    pub fn finding(self) -> Option<&'static str> {
        match self {
            Self::PassportExpiresEarly => Some("PASSPORT_EXPIRES_EARLY"),
            Self::HostCitizen => Some("HOST_CITIZEN"),
            Self::FiledTwice => Some("DUPLICATE_DOCUMENT"),
            Self::ReturnedByMinistry | Self::AskedForPhoto | Self::AskedForExplanation => None,
        }
    }

    /// Whether the commission asks the delegation a question.
    pub fn has_question(self) -> bool {
        matches!(self, Self::AskedForPhoto | Self::AskedForExplanation)
    }
}

/// How an application ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Accredited by decree.
    Accredited,
    /// Refused by decree, on this ground.
    Refused(&'static Ground),
    /// Withdrawn by its delegation.
    Withdrawn(Withdrawal),
    /// Lapsed, because a cutoff passed before the next step.
    Lapsed(Lapse),
}

/// A ground of refusal in the rule pack `kz-1`, with the text that the delegation reads.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    /// The code in the rule pack.
    pub code: &'static str,
    /// The explanation for the delegation.
    pub text: &'static str,
}

/// The state in which a delegation withdraws an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// The ministry has it.
    Submitted,
    /// It waits in the commission's queue.
    Presented,
    /// It waits for a decree.
    Recommended,
}

/// Why an application lapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// It stays a draft until the submission cutoff.
    NeverSubmitted,
    /// The delegation submits it one second after the submission cutoff, and the server refuses that.
    OneSecondLate,
    /// The ministry returns it, and the delegation never corrects it.
    NeverCorrected,
    /// The ministry does not present it before the presentation cutoff.
    NeverPresented,
}

/// The numbers of applications that the server must count for one delegation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Submitted at least once.
    pub submitted: i64,
    /// Returned at least once, by the ministry or with a question of the commission.
    pub returned: i64,
    /// Refused at the end.
    pub refused: i64,
    /// Withdrawn at the end.
    pub withdrawn: i64,
    /// Lapsed at the end.
    pub lapsed: i64,
    /// Accredited at the end.
    pub accredited: i64,
}

impl Plan {
    /// Makes the plan for a table. The same table and seed make the same plan.
    pub fn make(table: AccreditationTable, seed: u64) -> Self {
        let cases = cases::make_cases(&table, seed);
        Self { table, cases }
    }

    /// The delegation that files a case.
    pub fn delegation(&self, case: &Case) -> &Row {
        &self.table.rows[case.delegation]
    }

    /// How many findings screening must have made at the end. Only presented applications are screened.
    pub fn findings(&self) -> i64 {
        let found = self.cases.iter().filter(|case| case.is_presented());
        found.filter_map(|case| case.incident?.finding()).count().try_into().unwrap_or(i64::MAX)
    }

    /// How many documents the server must keep at the end: three for each application, and one more photo where a photo
    /// was asked for or returned.
    pub fn documents(&self) -> i64 {
        let again = [Incident::ReturnedByMinistry, Incident::AskedForPhoto];
        let again = self.cases.iter().filter(|case| case.incident.is_some_and(|what| again.contains(&what)));
        (3 * self.cases.len() + again.count()).try_into().unwrap_or(i64::MAX)
    }

    /// The figures that the server must report at the end, by the delegation's code.
    pub fn figures(&self) -> BTreeMap<String, Figures> {
        let mut figures: BTreeMap<String, Figures> =
            self.table.rows.iter().map(|row| (row.code.clone(), Figures::default())).collect();
        for case in &self.cases {
            figures.entry(self.delegation(case).code.clone()).or_default().count(case);
        }
        figures
    }
}

impl Case {
    /// Whether the application is submitted before the submission cutoff.
    pub fn is_submitted(&self) -> bool {
        !matches!(self.ending, Ending::Lapsed(Lapse::NeverSubmitted | Lapse::OneSecondLate))
    }

    /// Whether the ministry returns the application to its delegation.
    pub fn is_returned_by_ministry(&self) -> bool {
        self.incident == Some(Incident::ReturnedByMinistry) || self.ending == Ending::Lapsed(Lapse::NeverCorrected)
    }

    /// Whether the ministry presents the application to the commission.
    pub fn is_presented(&self) -> bool {
        !matches!(self.ending, Ending::Lapsed(_) | Ending::Withdrawn(Withdrawal::Submitted))
    }

    /// Whether anybody returns the application. A question of the commission counts as a return.
    fn is_ever_returned(&self) -> bool {
        self.is_returned_by_ministry() || self.incident.is_some_and(Incident::has_question)
    }
}

impl Figures {
    /// Adds one application.
    fn count(&mut self, case: &Case) {
        self.submitted += i64::from(case.is_submitted());
        self.returned += i64::from(case.is_ever_returned());
        match case.ending {
            Ending::Accredited => self.accredited += 1,
            Ending::Refused(_) => self.refused += 1,
            Ending::Withdrawn(_) => self.withdrawn += 1,
            Ending::Lapsed(_) => self.lapsed += 1,
        }
    }
}

#[cfg(test)]
mod tests;
