//! The methods about election.

pub(crate) mod call_run_off;
pub(crate) mod create_election;
pub(crate) mod open_election;
pub(crate) mod postpone_election;
pub(crate) mod publish_results;
