//! What is to happen to whom: the accredited of the table, and those who are not accredited in the end.

mod cast;
mod incidents;

use std::collections::BTreeMap;

use wire::v1;

use crate::table::{Row, Table};

pub use incidents::GROUNDS;

/// The whole course of an election, fixed before it is played.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Who is accredited when.
    pub table: Table,
    /// Everyone for whom an application is filed, session by session and delegation by delegation.
    pub cases: Vec<Case>,
}

/// One application and its course.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Whose it is: a row of the table.
    pub delegation: usize,
    /// For which session it is filed.
    pub session: usize,
    /// What is filed.
    pub application: v1::Application,
    /// What happens on the way.
    pub incident: Option<Incident>,
    /// How it ends.
    pub ending: Ending,
}

/// Something that happens on the way to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// The ministry returns it; the delegation mends it and submits it again.
    ReturnedByMinistry,
    /// The commission asks; the delegation answers, and sends another photo.
    AskedForPhoto,
    /// The commission asks; the delegation answers in words.
    AskedForExplanation,
    /// The passport expires before the mission ends.
    PassportExpiresEarly,
    /// A citizen of the host state would observe.
    HostCitizen,
    /// Two organizations file the same person; one of the two is accredited.
    FiledTwice,
}

impl Incident {
    /// The finding's code, for what screening is to find.
    pub fn finding(self) -> Option<&'static str> {
        match self {
            Self::PassportExpiresEarly => Some("PASSPORT_EXPIRES_EARLY"),
            Self::HostCitizen => Some("HOST_CITIZEN"),
            Self::FiledTwice => Some("DUPLICATE_DOCUMENT"),
            Self::ReturnedByMinistry | Self::AskedForPhoto | Self::AskedForExplanation => None,
        }
    }

    /// Whether the commission asks the delegation.
    pub fn asks(self) -> bool {
        matches!(self, Self::AskedForPhoto | Self::AskedForExplanation)
    }
}

/// How an application ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Accredited by decree.
    Accredited,
    /// Refused by decree, on a ground.
    Refused(&'static Ground),
    /// Withdrawn by its delegation.
    Withdrawn(Withdrawal),
    /// Too late for something.
    Lapsed(Lapse),
}

/// A ground of the rule pack, and what the delegation reads.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    /// Its code in the rule pack.
    pub code: &'static str,
    /// In words.
    pub text: &'static str,
}

/// When a delegation withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// While the ministry has it.
    Submitted,
    /// While it is in the commission's queue.
    Presented,
    /// While it waits for a decree.
    Recommended,
}

/// For what it was too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Filed, and left as a draft.
    NeverSubmitted,
    /// Submitted a second after the submission cutoff.
    OneSecondLate,
    /// Returned by the ministry, and never mended.
    NeverMended,
    /// Submitted, and never presented.
    NeverPresented,
}

/// What the server is to count for one delegation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Ever submitted.
    pub submitted: i64,
    /// Ever returned.
    pub returned: i64,
    /// Refused in the end.
    pub refused: i64,
    /// Withdrawn in the end.
    pub withdrawn: i64,
    /// Lapsed in the end.
    pub lapsed: i64,
    /// Accredited in the end.
    pub accredited: i64,
}

impl Plan {
    /// The plan for a table; the same seed makes the same plan.
    pub fn make(table: Table, seed: u64) -> Self {
        let cases = cast::cast(&table, seed);
        Self { table, cases }
    }

    /// The delegation of a case.
    pub fn delegation(&self, case: &Case) -> &Row {
        &self.table.rows[case.delegation]
    }

    /// How many findings there are to be in the end.
    pub fn findings(&self) -> i64 {
        let found = self.cases.iter().filter(|case| case.is_presented());
        found.filter_map(|case| case.incident?.finding()).count().try_into().unwrap_or(i64::MAX)
    }

    /// How many documents are to be kept in the end: three of everyone, and another photo of those who are asked for one.
    pub fn documents(&self) -> i64 {
        let again = [Incident::ReturnedByMinistry, Incident::AskedForPhoto];
        let again = self.cases.iter().filter(|case| case.incident.is_some_and(|what| again.contains(&what)));
        (3 * self.cases.len() + again.count()).try_into().unwrap_or(i64::MAX)
    }

    /// What the server is to count in the end, by code.
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
    /// Whether it reaches the ministry in time.
    pub fn is_submitted(&self) -> bool {
        !matches!(self.ending, Ending::Lapsed(Lapse::NeverSubmitted | Lapse::OneSecondLate))
    }

    /// Whether the ministry returns it.
    pub fn is_returned_by_ministry(&self) -> bool {
        self.incident == Some(Incident::ReturnedByMinistry) || self.ending == Ending::Lapsed(Lapse::NeverMended)
    }

    /// Whether the ministry presents it.
    pub fn is_presented(&self) -> bool {
        !matches!(self.ending, Ending::Lapsed(_) | Ending::Withdrawn(Withdrawal::Submitted))
    }

    fn is_ever_returned(&self) -> bool {
        self.is_returned_by_ministry() || self.incident.is_some_and(Incident::asks)
    }
}

impl Figures {
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
