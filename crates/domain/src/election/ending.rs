//! What ends by itself.

use jiff::Timestamp;

use super::Election;

/// An end that the service itself brings about, of every accreditation that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The moment that it follows from; it tells one ending of an election from another.
    pub cause: Timestamp,
}

impl Election {
    /// What ends by now, if anything does: whatever is in force, once the results are published.
    pub fn ending(&self) -> Option<Ending> {
        self.results_time.map(|cause| Ending { cause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, election};

    #[test]
    fn nothing_ends_by_itself_before_the_results_are_published() {
        assert_eq!(election().ending(), None);
        let cause = at("2019-06-10T06:00:00Z");
        assert_eq!(Election { results_time: Some(cause), ..election() }.ending(), Some(Ending { cause }));
    }
}
