//! `ElectionService`.

use domain::election::{ElectionDraft, Reschedule};
use domain::policy::Action;
use domain::vocabulary::name::ElectionName;
use jiff::Timestamp;

use super::{Page, RequestKey, read_name, read_page_of_all, request_key};
use crate::violations::Violations;
use crate::{convert, rules, v1};

/// Registers an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateElection {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The values that the registrar sets.
    pub election: ElectionDraft,
}

/// Reads the request of `ElectionService/CreateElection`.
pub fn create_election(request: v1::CreateElectionRequest) -> Result<CreateElection, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateElection, &request, &request.request_id, &mut violations);
    let v1::CreateElectionRequest { request_id: _, election_id, election } = request;
    let code = violations.parse(&election_id, "election_id");
    let election = violations.require(election, "election");
    let election = election.and_then(|message| convert::election::draft(code, message, "election", &mut violations));
    violations.finish(|| Some(CreateElection { key: key?, election: election? }))
}

/// Opens an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenElection {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
}

/// Reads the request of `ElectionService/OpenElection`.
pub fn open_election(request: v1::OpenElectionRequest) -> Result<OpenElection, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::OpenElection, &request, &request.request_id, &mut violations);
    let v1::OpenElectionRequest { request_id: _, name } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(OpenElection { key: key?, election: name? }))
}

/// Postpones an election, or calls its run-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescheduleElection {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// The values that the registrar sets.
    pub to: Reschedule,
}

/// Reads the request of `ElectionService/PostponeElection`.
pub fn postpone_election(request: v1::PostponeElectionRequest) -> Result<RescheduleElection, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::PostponeElection, &request, &request.request_id, &mut violations);
    let v1::PostponeElectionRequest { request_id: _, name, expected_voting_day, voting_day, reason, act } = request;
    let to = reschedule(&expected_voting_day, &voting_day, (reason, act), &mut violations);
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(RescheduleElection { key: key?, election: name?, to: to? }))
}

/// Reads the request of `ElectionService/CallRunOff`.
pub fn call_run_off(request: v1::CallRunOffRequest) -> Result<RescheduleElection, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CallRunOff, &request, &request.request_id, &mut violations);
    let v1::CallRunOffRequest { request_id: _, name, expected_voting_day, voting_day, reason, act } = request;
    let to = reschedule(&expected_voting_day, &voting_day, (reason, act), &mut violations);
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(RescheduleElection { key: key?, election: name?, to: to? }))
}

fn reschedule(
    expected: &str,
    voting_day: &str,
    (reason, act): (String, String),
    violations: &mut Violations,
) -> Option<Reschedule> {
    let expected = convert::time::date(expected, "expected_voting_day", violations);
    let voting_day = convert::time::date(voting_day, "voting_day", violations);
    Some(Reschedule { expected: expected?, voting_day: voting_day?, reason, act })
}

/// Records when the results of an election were published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishResults {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// When they were published.
    pub publish_time: Timestamp,
}

/// Reads the request of `ElectionService/PublishResults`.
pub fn publish_results(request: v1::PublishResultsRequest) -> Result<PublishResults, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::PublishResults, &request, &request.request_id, &mut violations);
    let v1::PublishResultsRequest { request_id: _, name, publish_time } = request;
    let name = violations.parse(&name, "name");
    let publish_time = violations.require(publish_time, "publish_time");
    let publish_time = publish_time.and_then(|time| convert::time::moment(time, "publish_time", &mut violations));
    violations.finish(|| Some(PublishResults { key: key?, election: name?, publish_time: publish_time? }))
}

/// Reads the request of `ElectionService/GetElection`.
pub fn get_election(request: v1::GetElectionRequest) -> Result<ElectionName, Violations> {
    let v1::GetElectionRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `ElectionService/ListElections`.
pub fn list_elections(request: v1::ListElectionsRequest) -> Result<Page, Violations> {
    let v1::ListElectionsRequest { page_size, page_token } = &request;
    read_page_of_all(Action::ListElections, &request, (*page_size, page_token))
}
