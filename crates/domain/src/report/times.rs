//! How long decisions took.

/// How long decisions took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// The shortest first, in every row of a report.
    seconds: Vec<i64>,
}

impl Times {
    /// Of decisions that took so many seconds each.
    pub fn new(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        Self { seconds }
    }

    /// Puts others behind them, to be sorted later.
    pub(super) fn add(&mut self, others: &Self) {
        self.seconds.extend(&others.seconds);
    }

    /// What was put together is sorted already part by part, which this sort makes use of.
    pub(super) fn sort(&mut self) {
        self.seconds.sort();
    }

    /// Takes away what is part of it. Both are in their order.
    pub(super) fn take_away(&mut self, part: &Self) {
        let mut part = part.seconds.iter().peekable();
        self.seconds.retain(|one| {
            // What is not in it takes nothing away.
            while part.next_if(|other| *other < one).is_some() {}
            part.next_if_eq(&one).is_none()
        });
    }

    /// Each of them, in seconds.
    pub fn seconds(&self) -> &[i64] {
        &self.seconds
    }

    /// Over how many decisions.
    pub fn decisions(&self) -> i64 {
        i64::try_from(self.seconds.len()).unwrap_or(i64::MAX)
    }

    /// The least time, in seconds, that so many of a hundred did not exceed; 0 if there were none.
    pub fn percentile(&self, percent: usize) -> i64 {
        let rank = (self.seconds.len() * percent).div_ceil(100);
        rank.checked_sub(1).and_then(|index| self.seconds.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_decisions_that_took_as_long_as_many_are_taken_away_as_there_are() {
        let mut times = Times::new(vec![5, 3, 5, 5, 9]);
        times.take_away(&Times::new(vec![4, 5, 9, 5, 10]));
        assert_eq!(times, Times::new(vec![3, 5]));
    }
}
