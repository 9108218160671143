//! Plans the outcome and the organization of each application.

/// Number of applications in a batch. A batch has one list of presented people and one decree.
pub const BATCH_SIZE: usize = 200;

/// The last state of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedOutcome {
    Draft,
    Submitted,
    Withdrawn,
    Presented,
    Recommended,
    Accredited,
    Refused,
}

impl PlannedOutcome {
    /// Whether the ministry presents the application.
    pub fn is_presented(self) -> bool {
        !matches!(self, Self::Draft | Self::Submitted | Self::Withdrawn)
    }

    /// Whether a decree decides the application.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Accredited | Self::Refused)
    }

    /// Number of events of the application.
    fn events(self) -> i64 {
        match self {
            Self::Draft => 1,
            Self::Submitted => 2,
            Self::Withdrawn | Self::Presented => 3,
            Self::Recommended => 5,
            Self::Accredited | Self::Refused => 6,
        }
    }
}

/// Numbers of events and applications in a batch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub events: i64,
    pub presented: usize,
    pub decided: usize,
    pub accredited: u32,
}

/// Counts a batch. A presentation has one event, and a decree has two.
pub fn count(outcomes: impl Iterator<Item = PlannedOutcome>) -> Counts {
    let mut counts = Counts::default();
    for outcome in outcomes {
        counts.events += outcome.events();
        counts.presented += usize::from(outcome.is_presented());
        counts.decided += usize::from(outcome.is_decided());
        counts.accredited += u32::from(outcome == PlannedOutcome::Accredited);
    }
    counts.events += i64::from(counts.presented > 0) + 2 * i64::from(counts.decided > 0);
    counts
}

/// An election some weeks before its cutoffs. The applications that were filed first are decided.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub size: usize,
    pub organizations: usize,
}

impl Plan {
    /// Of 100 applications, 70 are accredited, 5 refused or withdrawn, 2 recommended, 5 in the queue and 14 submitted.
    pub fn outcome(self, index: usize) -> PlannedOutcome {
        match index * 100 / self.size {
            // 31 has no factor in common with the pattern of organizations, so every organization gets each outcome.
            0..75 => match index % 31 {
                7 => PlannedOutcome::Refused,
                22 => PlannedOutcome::Withdrawn,
                _ => PlannedOutcome::Accredited,
            },
            75..77 => PlannedOutcome::Recommended,
            77..82 => PlannedOutcome::Presented,
            82..96 => PlannedOutcome::Submitted,
            _ => PlannedOutcome::Draft,
        }
    }

    /// The first organization sends a fifth of the applications, evenly distributed. The others share the rest.
    pub fn organization(self, index: usize) -> usize {
        match index % 5 {
            0 => 0,
            _ => 1 + (index / 5 * 7 + index % 5) % (self.organizations - 1),
        }
    }

    /// Number of presentations.
    pub fn presentations(self) -> u32 {
        self.batches_with(PlannedOutcome::is_presented)
    }

    /// Number of decrees.
    pub fn decrees(self) -> u32 {
        self.batches_with(PlannedOutcome::is_decided)
    }

    /// Number of accredited people.
    pub fn accredited(self) -> u32 {
        count((0..self.size).map(|index| self.outcome(index))).accredited
    }

    /// Number of batches in which at least one application has a matching outcome.
    fn batches_with(self, matches: impl Fn(PlannedOutcome) -> bool) -> u32 {
        let starts = (0..self.size).step_by(BATCH_SIZE);
        let has = |from: &usize| (*from..self.size.min(from + BATCH_SIZE)).any(|index| matches(self.outcome(index)));
        u32::try_from(starts.filter(has).count()).expect("there are some thousands of batches")
    }
}
