//! The methods about proposal.

pub(crate) mod propose_change;
pub(crate) mod withdraw_proposal;
