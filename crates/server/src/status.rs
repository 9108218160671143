//! Turns every failure of a call into a gRPC status. No other place does.
//!
//! Each status has an `ErrorInfo` with a reason. Programs of partners branch on the reason, so
//! it never changes its meaning; `docs/errors.md` has a section for each. The message is for
//! people and may change.
//!
//! What a status never says: personal data, text of the database, and whether something exists
//! that the caller may not see.
//!
//! The matches are exhaustive. A new refusal of the domain does not compile before somebody has
//! chosen its code here.

use std::collections::BTreeMap;

use domain::refusal::{ItemProblem, Refusal};
use jiff::tz::TimeZone;
use store::{CommandError, StoreError};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};
use wire::convert::enums::Enumerated as _;
use wire::violations::Violations;

use crate::transfer::{Rate, TooSlow};

/// How many violations a status names at most. A status travels in HTTP/2 headers, which clients
/// limit to some kilobytes; a longer one would be lost.
const MAX_VIOLATIONS: usize = 30;
/// The domain of every `ErrorInfo`: the package of the API.
const DOMAIN: &str = "accreditation.v1";

/// Why a call fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request breaks rules that the protocol states.
    Invalid(Violations),
    /// The certificate is valid, but the registry gives its principal no access.
    Unauthenticated(Unauthenticated),
    /// The API has no such method.
    UnknownMethod,
    /// A watch has ended normally. The client calls again with the last cursor.
    StreamEnded,
    /// A document was sent or read too slowly.
    TooSlow(TooSlow),
    /// A bug: something is not as the code relies on. The text is for the log, never for the
    /// caller.
    InvariantBroken(&'static str),
    /// The rules refuse the call, or the store failed.
    Command(CommandError),
}

/// Why a caller with a valid certificate has no access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unauthenticated {
    /// The registry has no principal with the SPIFFE id of the certificate.
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
                let message = "the stream ended normally; call again with the last cursor that you received";
                Status::with_error_details(Code::Unavailable, message, details)
            }
            Failure::TooSlow(slow) => too_slow(slow),
            Failure::InvariantBroken(problem) => {
                tracing::error!(problem, "an invariant of the service is broken");
                internal()
            }
            Failure::Command(CommandError::Refused(refusal)) => refused(&refusal),
            Failure::Command(CommandError::RolledBack) => {
                Failure::InvariantBroken("a command that was rolled back gave no result").into()
            }
            Failure::Command(CommandError::Store(error)) => store_failed(&error),
        }
    }
}

/// UNAVAILABLE, so that clients repeat the request by themselves.
fn too_slow(TooSlow { expected: Rate { bytes_per_second, seconds } }: TooSlow) -> Status {
    let metadata =
        BTreeMap::from([("bytes_per_second", bytes_per_second.to_string()), ("seconds", seconds.to_string())]);
    let message = format!(
        "the document was transferred at less than {} KiB a second for {seconds} seconds; send the same request again, \
         or use a faster connection",
        bytes_per_second >> 10
    );
    Status::with_error_details(Code::Unavailable, message, with_reason("TRANSFER_TOO_SLOW", metadata))
}

/// The details of a status: its reason, and facts that programs can read.
fn with_reason(reason: &str, metadata: BTreeMap<&str, String>) -> ErrorDetails {
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value));
    ErrorDetails::with_error_info(reason, DOMAIN, metadata.collect::<std::collections::HashMap<_, _>>())
}

fn field(path: impl Into<String>, description: impl Into<String>) -> FieldViolation {
    FieldViolation::new(path, description)
}

/// Keeps the first violations, and adds one that says how many more there are.
fn truncate_violations(mut violations: Vec<FieldViolation>) -> Vec<FieldViolation> {
    let more = violations.len().saturating_sub(MAX_VIOLATIONS);
    violations.truncate(MAX_VIOLATIONS);
    if more > 0 {
        violations.push(field("", format!("at least {more} more; correct these and send the request again")));
    }
    violations
}

/// INVALID_ARGUMENT with all violations.
fn invalid(violations: &Violations) -> Status {
    // A wrong filter has a reason of its own: people type filters, so a program shows them the
    // message.
    let only_filter = violations.iter().all(|violation| violation.field == "filter");
    let mut details = with_reason(if only_filter { "INVALID_FILTER" } else { "INVALID_REQUEST" }, BTreeMap::new());
    let found = violations.iter().map(|found| field(&found.field, &found.description)).collect();
    details.set_bad_request(truncate_violations(found));
    Status::with_error_details(Code::InvalidArgument, violations.to_string(), details)
}

/// UNAUTHENTICATED. Only callers whose certificate is valid see these messages.
fn unauthenticated(cause: Unauthenticated) -> Status {
    let (reason, message) = match cause {
        Unauthenticated::UnknownPrincipal => {
            ("UNKNOWN_PRINCIPAL", "the registry has no principal with the SPIFFE id of this certificate")
        }
        Unauthenticated::PrincipalDisabled => ("PRINCIPAL_DISABLED", "the principal is disabled"),
        Unauthenticated::OrganizationSuspended => ("ORGANIZATION_SUSPENDED", "the organization is suspended"),
    };
    Status::with_error_details(Code::Unauthenticated, message, with_reason(reason, BTreeMap::new()))
}

/// Translates a failure of the store. Its text goes to the log. The caller only learns whether to
/// try again.
fn store_failed(error: &StoreError) -> Status {
    if matches!(error, StoreError::OutcomeUnknown { .. }) {
        let details = with_reason("OUTCOME_UNKNOWN", BTreeMap::new());
        let message =
            "it is not known whether the change was made; send the same request again, with the same request_id";
        return Status::with_error_details(Code::Unavailable, message, details);
    }
    if matches!(error, StoreError::Interrupted { .. }) {
        return crate::deadline::exceeded();
    }
    if error.is_transient() {
        let details = with_reason("BUSY", BTreeMap::new());
        return Status::with_error_details(
            Code::Unavailable,
            "the service is busy; send the same request again",
            details,
        );
    }
    tracing::error!(%error, "the store failed");
    internal()
}

/// INTERNAL. The cause is in the log only.
fn internal() -> Status {
    let details = with_reason("INTERNAL", BTreeMap::new());
    Status::with_error_details(Code::Internal, "the service failed; its operator finds the cause in the log", details)
}

/// A refusal of the rules: its own message, with code, facts and fields.
fn refused(refusal: &Refusal) -> Status {
    let mut details = with_reason(refusal.reason(), metadata(refusal));
    let fields = fields(refusal);
    if !fields.is_empty() {
        details.set_bad_request(truncate_violations(fields));
    }
    if let Refusal::NotFound { resource } | Refusal::AlreadyExists { resource } = refusal {
        details.set_resource_info("", resource.as_str(), "", "");
    }
    Status::with_error_details(code(refusal), refusal.to_string(), details)
}

/// The gRPC code of a refusal.
///
/// The code tells a client what to do. UNAVAILABLE and RESOURCE_EXHAUSTED are repeated without
/// asking anybody, so only what passes by itself may have them.
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
        | Refusal::InvalidRulePack { .. }
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

/// Facts of a refusal that programs can read, by name.
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

/// A moment in the time zone of the election, for people. Without that zone in UTC.
fn local(time: jiff::Timestamp, zone: &str) -> String {
    match TimeZone::get(zone) {
        Ok(zone) => time.to_zoned_datetime(zone).to_string(),
        Err(_) => time.to_string(),
    }
}

/// The items of a list that are not ready, each by its index.
fn items(items: &[ItemProblem]) -> Vec<FieldViolation> {
    items.iter().map(|item| field(format!("{}[{}]", item.list, item.index), &item.problem)).collect()
}

/// The fields of the request that a refusal is about, so that a form can mark them.
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
        Refusal::InvalidRulePack { problems } => {
            let path = |inner: &str| if inner.is_empty() { "content".to_owned() } else { format!("content.{inner}") };
            problems.iter().map(|one| field(path(&one.field), &one.problem)).collect()
        }
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
