//! Which application stands where, and whose it is.

/// How many applications are filed, presented in one list and decided by one decree.
pub const BATCH: usize = 200;

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Draft,
    Submitted,
    Withdrawn,
    Presented,
    Recommended,
    Accredited,
    Refused,
}

impl Course {
    /// Whether it was on a list of the ministry's.
    pub fn is_presented(self) -> bool {
        !matches!(self, Self::Draft | Self::Submitted | Self::Withdrawn)
    }

    /// Whether a decree has decided it.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Accredited | Self::Refused)
    }

    /// How many events its way has.
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

/// How many of a batch come how far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub events: i64,
    pub presented: usize,
    pub decided: usize,
    pub accredited: u32,
}

/// Counts a batch. A list has an event of its own, and a decree has two.
pub fn count(courses: impl Iterator<Item = Course>) -> Counts {
    let mut counts = Counts::default();
    for course in courses {
        counts.events += course.events();
        counts.presented += usize::from(course.is_presented());
        counts.decided += usize::from(course.is_decided());
        counts.accredited += u32::from(course == Course::Accredited);
    }
    counts.events += i64::from(counts.presented > 0) + 2 * i64::from(counts.decided > 0);
    counts
}

/// An election some weeks before its cutoffs: those who were filed first are decided.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub size: usize,
    pub organizations: usize,
}

impl Plan {
    /// Of a hundred, 70 are accredited, 5 refused or withdrawn, 2 recommended, 5 wait in the queue and 14 with the ministry.
    pub fn course(self, index: usize) -> Course {
        match index * 100 / self.size {
            // Neither number divides the organizations' pattern, so that each has some of them.
            0..75 => match index % 31 {
                7 => Course::Refused,
                22 => Course::Withdrawn,
                _ => Course::Accredited,
            },
            75..77 => Course::Recommended,
            77..82 => Course::Presented,
            82..96 => Course::Submitted,
            _ => Course::Draft,
        }
    }

    /// The first organization sends a fifth, evenly over the election; all others share the rest.
    pub fn organization(self, index: usize) -> usize {
        match index % 5 {
            0 => 0,
            _ => 1 + (index / 5 * 7 + index % 5) % (self.organizations - 1),
        }
    }

    /// How many lists the ministry presents.
    pub fn presentations(self) -> u32 {
        self.batches_with(Course::is_presented)
    }

    /// How many decrees there are.
    pub fn decrees(self) -> u32 {
        self.batches_with(Course::is_decided)
    }

    /// How many are accredited.
    pub fn accredited(self) -> u32 {
        count((0..self.size).map(|index| self.course(index))).accredited
    }

    fn batches_with(self, is: impl Fn(Course) -> bool) -> u32 {
        let starts = (0..self.size).step_by(BATCH);
        let has = |from: &usize| (*from..self.size.min(from + BATCH)).any(|index| is(self.course(index)));
        u32::try_from(starts.filter(has).count()).expect("there are some thousands of batches")
    }
}
