//! Durations of decisions, with their percentiles.

/// The durations of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// The durations in seconds, sorted after all parts were added.
    seconds: Vec<i64>,
}

impl Times {
    /// The durations of decisions, each in seconds.
    pub fn new(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        Self { seconds }
    }

    /// Adds other durations at the end, to be sorted later.
    pub(super) fn add(&mut self, others: &Self) {
        self.seconds.extend(&others.seconds);
    }

    /// Sorts the durations. The parts are sorted already, and a stable sort is fast on such input.
    pub(super) fn sort(&mut self) {
        self.seconds.sort();
    }

    /// Subtracts durations that are part of these. Both have to be sorted.
    pub(super) fn subtract(&mut self, part: &Self) {
        let mut part = part.seconds.iter().peekable();
        self.seconds.retain(|one| {
            // A duration that is not in it subtracts nothing.
            while part.next_if(|other| *other < one).is_some() {}
            part.next_if_eq(&one).is_none()
        });
    }

    /// All durations, in seconds.
    pub fn seconds(&self) -> &[i64] {
        &self.seconds
    }

    /// The number of decisions.
    pub fn decisions(&self) -> i64 {
        i64::try_from(self.seconds.len()).unwrap_or(i64::MAX)
    }

    /// The shortest duration in seconds that at least `percent` of a hundred decisions did not exceed; 0 without
    /// decisions.
    pub fn percentile(&self, percent: usize) -> i64 {
        let rank = (self.seconds.len() * percent).div_ceil(100);
        rank.checked_sub(1).and_then(|index| self.seconds.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal durations are subtracted one by one.
    #[test]
    fn equal_durations_are_subtracted_one_by_one() {
        let mut times = Times::new(vec![5, 3, 5, 5, 9]);
        times.subtract(&Times::new(vec![4, 5, 9, 5, 10]));
        assert_eq!(times, Times::new(vec![3, 5]));
    }
}
