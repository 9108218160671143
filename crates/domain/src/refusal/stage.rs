//! The two stages of filing that end at a cutoff.

/// A stage of filing that ends at a cutoff.
///
/// It is not settled whether the law's "five days before voting day" means submitting or presenting. So each stage has
/// a cutoff of its own in the rule pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Delegations submit applications to the ministry.
    Submission,
    /// The ministry presents applications to the commission.
    Presentation,
}

impl Stage {
    /// The name of the stage in SQL statements; it must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "SUBMISSION",
            Self::Presentation => "PRESENTATION",
        }
    }
}
