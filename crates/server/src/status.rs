//! The one place where an error becomes a gRPC status.

use std::collections::BTreeMap;

use domain::refusal::{ItemProblem, Refusal};
use jiff::tz::TimeZone;
use store::{CommandError, StoreError};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};
use wire::convert::enums::Enumerated as _;
use wire::violations::Violations;

use crate::transfer::{Rate, TooSlow};

/// How many violations a status names at the most: it travels in a header block, which clients limit to some kilobytes.
const MOST_VIOLATIONS: usize = 30;
/// The domain of every ErrorInfo.
const DOMAIN: &str = "accreditation.v1";

/// Why a call fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request is not as the API wants it.
    Invalid(Violations),
    /// The caller is not let in.
    Unauthenticated(Unauthenticated),
    /// The API has no such method.
    UnknownMethod,
    /// A stream has come to its end in order: whoever follows goes on with the last cursor.
    StreamEnded,
    /// A document came or was read too slowly.
    TooSlow(TooSlow),
    /// The service contradicts itself; what it says is for its operator.
    Broken(&'static str),
    /// The rules refuse, or the store failed.
    Command(CommandError),
}

/// Why a caller with a valid certificate is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unauthenticated {
    /// The registry does not know the principal.
    UnknownPrincipal,
    /// The principal is disabled.
    PrincipalDisabled,
    /// The organization is suspended.
    OrganizationSuspended,
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Command(refusal.into())
    }
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(violations) => invalid(&violations),
            Failure::Unauthenticated(cause) => unauthenticated(cause),
            Failure::UnknownMethod => {
                let details = with_reason("UNKNOWN_METHOD", BTreeMap::new());
                Status::with_error_details(Code::Unimplemented, "there is no such method", details)
            }
            Failure::StreamEnded => {
                let details = with_reason("STREAM_ENDED", BTreeMap::new());
                let message = "the stream ended in order; call again with the last cursor received";
                Status::with_error_details(Code::Unavailable, message, details)
            }
            Failure::TooSlow(slow) => too_slow(slow),
            Failure::Broken(problem) => {
                tracing::error!(problem, "the service contradicts itself");
                internal()
            }
            Failure::Command(CommandError::Refused(refusal)) => refused(&refusal),
            Failure::Command(CommandError::Undone) => Failure::Broken("a trial was taken for a change").into(),
            Failure::Command(CommandError::Store(error)) => store_failed(&error),
        }
    }
}

fn too_slow(TooSlow { expected: Rate { bytes_per_second, seconds } }: TooSlow) -> Status {
    let metadata =
        BTreeMap::from([("bytes_per_second", bytes_per_second.to_string()), ("seconds", seconds.to_string())]);
    let message = format!(
        "the document moved less than {} KiB a second for {seconds} seconds, and others need the memory; send the same \
         request again",
        bytes_per_second >> 10
    );
    Status::with_error_details(Code::Unavailable, message, with_reason("TRANSFER_TOO_SLOW", metadata))
}

fn with_reason(reason: &str, metadata: BTreeMap<&str, String>) -> ErrorDetails {
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value));
    ErrorDetails::with_error_info(reason, DOMAIN, metadata.collect::<std::collections::HashMap<_, _>>())
}

fn field(path: impl Into<String>, description: impl Into<String>) -> FieldViolation {
    FieldViolation::new(path, description)
}

/// The first violations, and how many more there are.
fn capped(mut violations: Vec<FieldViolation>) -> Vec<FieldViolation> {
    let more = violations.len().saturating_sub(MOST_VIOLATIONS);
    violations.truncate(MOST_VIOLATIONS);
    if more > 0 {
        violations.push(field("", format!("and {more} more or still more; mend these and send the request again")));
    }
    violations
}

fn invalid(violations: &Violations) -> Status {
    // A wrong filter has a reason of its own, so that a program can tell it from a wrong form.
    let only_filter = violations.iter().all(|violation| violation.field == "filter");
    let mut details = with_reason(if only_filter { "INVALID_FILTER" } else { "INVALID_REQUEST" }, BTreeMap::new());
    let found = violations.iter().map(|found| field(&found.field, &found.description)).collect();
    details.set_bad_request(capped(found));
    Status::with_error_details(Code::InvalidArgument, violations.to_string(), details)
}

fn unauthenticated(cause: Unauthenticated) -> Status {
    let (reason, message) = match cause {
        Unauthenticated::UnknownPrincipal => {
            ("UNKNOWN_PRINCIPAL", "the registry has no principal with this certificate's SPIFFE id")
        }
        Unauthenticated::PrincipalDisabled => ("PRINCIPAL_DISABLED", "the principal has been disabled"),
        Unauthenticated::OrganizationSuspended => ("ORGANIZATION_SUSPENDED", "the organization is suspended"),
    };
    Status::with_error_details(Code::Unauthenticated, message, with_reason(reason, BTreeMap::new()))
}

/// The store's own words go to the log; the caller learns no more than whether to try again.
fn store_failed(error: &StoreError) -> Status {
    if matches!(error, StoreError::OutcomeUnknown { .. }) {
        let details = with_reason("OUTCOME_UNKNOWN", BTreeMap::new());
        let message = "the change may have been made or not; send the same request again, with the same request_id";
        return Status::with_error_details(Code::Unavailable, message, details);
    }
    if matches!(error, StoreError::Interrupted { .. }) {
        return crate::deadline::exceeded();
    }
    if error.is_transient() {
        let details = with_reason("BUSY", BTreeMap::new());
        return Status::with_error_details(Code::Unavailable, "the service is busy; try again", details);
    }
    tracing::error!(%error, "the store failed");
    internal()
}

fn internal() -> Status {
    let details = with_reason("INTERNAL", BTreeMap::new());
    Status::with_error_details(Code::Internal, "the service failed; its operator has the details", details)
}

fn refused(refusal: &Refusal) -> Status {
    let mut details = with_reason(refusal.reason(), metadata(refusal));
    let fields = fields(refusal);
    if !fields.is_empty() {
        details.set_bad_request(capped(fields));
    }
    if let Refusal::NotFound { resource } | Refusal::AlreadyExists { resource } = refusal {
        details.set_resource_info("", resource.as_str(), "", "");
    }
    Status::with_error_details(code(refusal), refusal.to_string(), details)
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::RoleRequired { .. }
        | Refusal::PersonRequired
        | Refusal::FourEyes { .. }
        | Refusal::NotYourClaim
        | Refusal::NotInvited
        | Refusal::WrongInviter { .. } => Code::PermissionDenied,
        Refusal::NotFound { .. } | Refusal::QueueEmpty => Code::NotFound,
        Refusal::AlreadyExists { .. } => Code::AlreadyExists,
        Refusal::EtagMismatch => Code::Aborted,
        Refusal::GroundRequired
        | Refusal::UnknownGround { .. }
        | Refusal::UnknownRulePack
        | Refusal::InvalidAnchor { .. }
        | Refusal::UnacceptableDocument { .. }
        | Refusal::DigestMismatch { .. }
        | Refusal::RoleNotForKind { .. }
        | Refusal::InvalidPageToken
        | Refusal::InvalidCursor
        | Refusal::InvalidField { .. } => Code::InvalidArgument,
        Refusal::ScreeningPending => Code::Unavailable,
        Refusal::CursorExpired => Code::OutOfRange,
        Refusal::TooManyWatches { .. } => Code::ResourceExhausted,
        Refusal::IllegalTransition { .. }
        | Refusal::InvitationNotAccepted
        | Refusal::InvitationAnswered
        | Refusal::ElectionNotOpen
        | Refusal::VotingBegan { .. }
        | Refusal::VotingNotBegun { .. }
        | Refusal::ResultsPublished
        | Refusal::NothingToConfirm
        | Refusal::MissionMissing
        | Refusal::MissionWithdrawn { .. }
        | Refusal::CutoffPassed { .. }
        | Refusal::DocumentsMissing { .. }
        | Refusal::DocumentsNotUploaded { .. }
        | Refusal::TooManyAmendments { .. }
        | Refusal::TooManyDocuments { .. }
        | Refusal::DocumentErased
        | Refusal::QuotaExceeded { .. }
        | Refusal::InvalidPlan { .. }
        | Refusal::BlockingFindings { .. }
        | Refusal::NoSuchFinding
        | Refusal::QuestionsUnanswered { .. }
        | Refusal::PersonNotRegistered { .. }
        | Refusal::ItemsNotReady { .. }
        | Refusal::CountMismatch { .. }
        | Refusal::DecreeAdopted
        | Refusal::DecreeNotAdopted
        | Refusal::DecreeEmpty
        | Refusal::AccreditationEnded { .. }
        | Refusal::ProposalClosed { .. }
        | Refusal::NothingToAppeal { .. }
        | Refusal::AppealDecided { .. }
        | Refusal::NotAmendable { .. }
        | Refusal::AmendmentClosed { .. }
        | Refusal::Erased { .. }
        | Refusal::HoldReleased
        | Refusal::RequestIdReused => Code::FailedPrecondition,
    }
}

fn metadata(refusal: &Refusal) -> BTreeMap<&'static str, String> {
    let words = |words: Vec<&str>| words.join(",");
    match refusal {
        Refusal::IllegalTransition { state, verb, allowed } => BTreeMap::from([
            ("state", state.to_string()),
            ("verb", verb.as_str().to_owned()),
            ("allowed", words(allowed.iter().map(|verb| verb.as_str()).collect())),
        ]),
        Refusal::CutoffPassed { cutoff, received, time_zone, .. } => BTreeMap::from([
            ("cutoff", cutoff.to_string()),
            ("cutoff_local", local(*cutoff, time_zone)),
            ("received", received.to_string()),
        ]),
        Refusal::MissionWithdrawn { time } => BTreeMap::from([("withdraw_time", time.to_string())]),
        Refusal::AccreditationEnded { state } => BTreeMap::from([("state", state.as_str().to_owned())]),
        Refusal::ProposalClosed { state }
        | Refusal::NothingToAppeal { state }
        | Refusal::AppealDecided { state }
        | Refusal::AmendmentClosed { state } => BTreeMap::from([("state", (*state).to_owned())]),
        Refusal::RoleRequired { roles } => {
            BTreeMap::from([("roles", words(roles.iter().map(|role| role.as_str()).collect()))])
        }
        Refusal::BlockingFindings { codes } => {
            BTreeMap::from([("findings", words(codes.iter().map(|code| code.as_str()).collect()))])
        }
        Refusal::QuotaExceeded { category, limit, used } => BTreeMap::from([
            ("category", category.to_wire().as_str_name().to_owned()),
            ("limit", limit.to_string()),
            ("used", used.to_string()),
        ]),
        Refusal::UnknownGround { field: _, known } => {
            BTreeMap::from([("grounds", words(known.iter().map(|ground| &*ground.code).collect()))])
        }
        _ => BTreeMap::new(),
    }
}

/// A moment on the capital's clock.
fn local(time: jiff::Timestamp, zone: &str) -> String {
    match TimeZone::get(zone) {
        Ok(zone) => time.to_zoned_datetime(zone).to_string(),
        Err(_) => time.to_string(),
    }
}

fn items(items: &[ItemProblem]) -> Vec<FieldViolation> {
    items.iter().map(|item| field(format!("{}[{}]", item.list, item.index), &item.problem)).collect()
}

fn fields(refusal: &Refusal) -> Vec<FieldViolation> {
    match refusal {
        Refusal::ItemsNotReady { items: problems } | Refusal::FourEyes { items: problems } => items(problems),
        Refusal::InvalidPlan { problems } | Refusal::NotAmendable { problems } => {
            problems.iter().map(|one| field(&one.field, &one.problem)).collect()
        }
        Refusal::InvalidField { field: path, problem } => vec![field(*path, problem)],
        Refusal::InvalidAnchor { index, problem } => vec![field(format!("organization.anchors[{index}]"), problem)],
        Refusal::GroundRequired => vec![field("refusal.ground", refusal.to_string())],
        Refusal::UnknownGround { field: path, .. } => vec![field(*path, refusal.to_string())],
        Refusal::UnknownRulePack => vec![field("election.rule_pack", refusal.to_string())],
        Refusal::RoleNotForKind { .. } => vec![field("principal.roles", refusal.to_string())],
        Refusal::PersonNotRegistered { .. } => vec![field("principal.person", refusal.to_string())],
        Refusal::InvalidCursor => vec![field("cursor", refusal.to_string())],
        Refusal::InvalidPageToken => vec![field("page_token", refusal.to_string())],
        Refusal::CountMismatch { .. } => vec![field("expected_count", refusal.to_string())],
        Refusal::DocumentsMissing { kinds } => {
            let missing = |kind: &domain::vocabulary::document_kind::DocumentKind| {
                field("application.documents", format!("{} is required", kind.as_str()))
            };
            kinds.iter().map(missing).collect()
        }
        Refusal::DocumentsNotUploaded { kinds } => {
            let missing = |kind: &domain::vocabulary::document_kind::DocumentKind| {
                field("application.documents", format!("{} is declared and was not uploaded", kind.as_str()))
            };
            kinds.iter().map(missing).collect()
        }
        Refusal::UnacceptableDocument { problem } => vec![field("chunk", problem)],
        Refusal::DigestMismatch { problem } => vec![field("header", problem)],
        Refusal::QuestionsUnanswered { fields } => {
            fields.iter().map(|path| field("answers", format!("no answer about {path}"))).collect()
        }
        _ => Vec::new(),
    }
}
