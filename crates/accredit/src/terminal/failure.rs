//! Why a command failed, the exit code that says so, and the lines that explain it to a person.
//!
//! Scripts branch on the exit code, so a code never changes its meaning. `docs/errors.md` explains the reasons.
//!
//! The order of the lines is fixed: what was wrong, where, the reason, what to do. People learn where to look, and
//! `reason:` is what a support request should quote.

use client::{Code, Violation};
use jiff::{Timestamp, ZonedDateTime};

/// The exit codes, as `--help` shows them at its end.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  The command succeeded.
  1  Another error: the server failed, the output cannot be written, or a question was answered with no.
  2  The command line is wrong. Correct it; nothing was changed.
  3  The service refused the request, because it is invalid or the current state does not allow it.
     After `roster import`: some rows were refused, all others were done.
  4  You are not authenticated or not permitted, or a certificate was refused.
  5  The resource was not found, or nothing waits in the queue.
  6  The service cannot be reached or did not answer in time. A change may have been made: see --request-id.
  7  A local file or the configuration cannot be used.";

/// The reason why a command failed. Each variant has one exit code.
#[derive(Debug)]
pub enum Failure {
    /// The options contradict each other or are incomplete.
    Usage(String),
    /// A local file, the configuration or stdin cannot be used.
    Local(String),
    /// A local file has errors: a summary, then one text for each wrong line.
    FileLines(String, Vec<String>),
    /// The person answered no at a prompt.
    Declined,
    /// The service or the file format refused this number of rows; all others were done.
    RowsRefused(usize),
    /// Stdout cannot be written, for instance because a pipe was closed.
    Output(std::io::Error),
    /// The filters match nothing in the review queue, although the queue is not empty.
    NoQueueMatch(String),
    /// The service refused the request, or could not be reached.
    Service(client::Error),
}

impl From<client::Error> for Failure {
    /// Lets commands use `?` on every call of the service.
    fn from(error: client::Error) -> Self {
        Self::Service(error)
    }
}

impl Failure {
    /// A failure that names the local file it is about.
    pub fn file(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self::Local(format!("{}: {error}", path.display()))
    }

    /// A failure to create a file. An existing file is never overwritten, so the person has to choose another name.
    pub fn new_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Self::file(path, "the file exists and is not overwritten; choose another name, or remove it")
            }
            _ => Self::file(path, error),
        }
    }

    /// The exit code of the process. [`EXIT_CODES`] documents each.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::RowsRefused(_) => 3,
            Self::Local(_) | Self::FileLines(..) => 7,
            Self::Declined | Self::Output(_) => 1,
            Self::NoQueueMatch(_) => 5,
            Self::Service(error) => service_exit_code(error),
        }
    }

    /// Whether the service may have made the change although no answer arrived.
    ///
    /// The caller then prints the request id. Without it, a repeated command could make the change twice.
    pub fn may_have_changed_data(&self) -> bool {
        self.exit_code() == 6
    }

    /// The lines for stderr: first what was wrong, then the details, at the end what to do.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Usage(text) | Self::Local(text) => vec![format!("error: {text}")],
            Self::RowsRefused(rows) => vec![format!("error: {rows} row(s) were refused; all others were done")],
            Self::FileLines(text, places) => std::iter::once(format!("error: {text}"))
                .chain(places.iter().map(|place| format!("  {place}")))
                .collect(),
            Self::Declined => vec!["nothing was done".to_owned()],
            Self::Output(error) => vec![format!("error: cannot write the output: {error}")],
            Self::NoQueueMatch(text) => vec![
                format!("error: {text}"),
                "reason: QUEUE_EMPTY".to_owned(),
                "what to do: Remove a filter, or run `accredit review queue` to see what waits.".to_owned(),
            ],
            Self::Service(error) => service_lines(error),
        }
    }
}

/// Maps the service's status to an exit code. A certificate problem is 4 even though the connection failed.
fn service_exit_code(error: &client::Error) -> u8 {
    use client::Error;
    match (error, error.code()) {
        (Error::CertificateRefused { .. } | Error::ServerUntrusted { .. }, _) => 4,
        (Error::Local { .. }, _) => 7,
        (_, Some(Code::PermissionDenied | Code::Unauthenticated)) => 4,
        (_, Some(Code::NotFound)) => 5,
        (_, Some(Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded)) => 6,
        (
            _,
            Some(
                Code::InvalidArgument
                | Code::FailedPrecondition
                | Code::AlreadyExists
                | Code::Aborted
                | Code::OutOfRange,
            ),
        ) => 3,
        _ => 1,
    }
}

/// The lines for an error of the service: its message, each violation, its metadata, the reason and the help text.
fn service_lines(error: &client::Error) -> Vec<String> {
    let mut lines = vec![format!("error: {}", cutoff_message(error).unwrap_or_else(|| error.to_string()))];
    let message = error.to_string();
    lines.extend(error.violations().iter().filter_map(|violation| violation_line(&message, violation)));
    lines.extend(error.metadata().iter().map(|(key, value)| format!("  {key}: {value}")));
    match (error.reason(), error.code()) {
        (Some(reason), _) => lines.push(format!("reason: {reason}")),
        (None, Some(code)) => lines.push(format!("reason: {code:?}")),
        (None, None) => {}
    }
    lines.extend(error.help().map(|help| format!("what to do: {help}")));
    lines
}

/// A line for one violation, or `None` if the message already says all of it.
///
/// The service often builds its message from a single violation. Printed twice, one mistake would look like two.
fn violation_line(message: &str, Violation { field, description }: &Violation) -> Option<String> {
    // The three ways in which the service builds a message from a violation: alone, at the end, or before an
    // explanation.
    let is_in_message = message == description
        || message.ends_with(&format!(": {description}"))
        || message.starts_with(&format!("{description}; "));
    match (is_in_message, field.is_empty()) {
        (true, true) => None,
        (true, false) if message == format!("{field}: {description}") => None,
        (true, false) => Some(format!("  field: {field}")),
        (false, true) => Some(format!("  {description}")),
        (false, false) => Some(format!("  {field}: {description}")),
    }
}

/// The message for a passed cutoff, with both times on the capital's clock.
///
/// The service sends UTC. A delegation reads the decree, which names the cutoff in local time.
fn cutoff_message(error: &client::Error) -> Option<String> {
    let stage = error.reason()?.strip_suffix("_CUTOFF_PASSED")?.to_ascii_lowercase();
    let moment = |key| error.metadata().get(key);
    let cutoff: ZonedDateTime = moment("cutoff_local")?.parse().ok()?;
    let received: Timestamp = moment("received")?.parse().ok()?;
    let received = received.to_zoned_datetime(cutoff.time_zone().clone());
    let local = |moment: &ZonedDateTime| moment.strftime("%Y-%m-%d %H:%M:%S%.f %:z").to_string();
    Some(format!("{stage} closed at {}; the request was received at {}", local(&cutoff), local(&received)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use client::{Error, Refusal, Violation};

    use super::*;

    fn refused(code: Code) -> Error {
        Error::Refused(Box::new(Refusal {
            code,
            message: "it is a draft".to_owned(),
            reason: Some("ILLEGAL_TRANSITION".to_owned()),
            metadata: BTreeMap::from([("state".to_owned(), "DRAFT".to_owned())]),
            violations: vec![Violation { field: "name".to_owned(), description: "a draft".to_owned() }],
            retry_after: None,
        }))
    }

    /// Scripts branch on these codes. A change here breaks them without any error.
    #[test]
    fn every_failure_has_its_exit_code() {
        let address = || "cec:7443".to_owned();
        let why = String::new;
        for (failure, code) in [
            (Failure::Usage(why()), 2),
            (Failure::Local(why()), 7),
            (Failure::FileLines(why(), Vec::new()), 7),
            (Failure::Declined, 1),
            (Failure::NoQueueMatch(why()), 5),
            (refused(Code::InvalidArgument).into(), 3),
            (refused(Code::FailedPrecondition).into(), 3),
            (refused(Code::AlreadyExists).into(), 3),
            (refused(Code::Aborted).into(), 3),
            (refused(Code::PermissionDenied).into(), 4),
            (refused(Code::Unauthenticated).into(), 4),
            (refused(Code::NotFound).into(), 5),
            (refused(Code::Unavailable).into(), 6),
            (refused(Code::DeadlineExceeded).into(), 6),
            (refused(Code::Internal).into(), 1),
            (refused(Code::Unimplemented).into(), 1),
            (Error::CertificateRefused { address: address(), why: why() }.into(), 4),
            (Error::ServerUntrusted { address: address(), why: why() }.into(), 4),
            (Error::Unreachable { address: address(), why: why() }.into(), 6),
            (Error::Deadline { address: address(), after: Duration::from_secs(30) }.into(), 6),
            (Error::Local { what: why(), why: why() }.into(), 7),
        ] {
            assert_eq!(failure.exit_code(), code, "{failure:?}");
        }
    }

    /// The order is what people are used to, and the help comes from `docs/errors.md`.
    #[test]
    fn a_refusal_has_message_violations_metadata_reason_and_help() {
        let lines = Failure::from(refused(Code::FailedPrecondition)).lines();
        assert_eq!(
            lines[..4],
            ["error: it is a draft", "  name: a draft", "  state: DRAFT", "reason: ILLEGAL_TRANSITION"]
        );
        assert!(lines[4].starts_with("what to do: "), "{lines:?}");
    }

    /// Each case is one way in which the service builds a message from its violations.
    #[test]
    fn a_violation_in_the_message_is_not_repeated() {
        let check = |message: &str, violations: &[(&str, &str)], expected: &[&str]| {
            let violations = violations.iter();
            let violations = violations.map(|(field, description)| Violation {
                field: (*field).to_owned(),
                description: (*description).to_owned(),
            });
            let refusal = Refusal {
                code: Code::InvalidArgument,
                message: message.to_owned(),
                reason: Some("INVALID_REQUEST".to_owned()),
                metadata: BTreeMap::new(),
                violations: violations.collect(),
                retry_after: None,
            };
            let lines = Failure::from(Error::Refused(Box::new(refusal))).lines();
            assert_eq!(lines[..lines.len() - 2], *expected, "{lines:?}");
        };
        check("name: must be set", &[("name", "must be set")], &["error: name: must be set"]);
        check(
            "it has no ground",
            &[("refusal.ground", "it has no ground")],
            &["error: it has no ground", "  field: refusal.ground"],
        );
        check(
            "anchor 0 is not usable: no PEM",
            &[("organization.anchors[0]", "no PEM")],
            &["error: anchor 0 is not usable: no PEM", "  field: organization.anchors[0]"],
        );
        check(
            "other bytes came; nothing was kept",
            &[("header", "other bytes came")],
            &["error: other bytes came; nothing was kept", "  field: header"],
        );
        check(
            "2 fields are not as they should be",
            &[("a", "must be set"), ("b", "is too long"), ("", "and 1 more")],
            &["error: 2 fields are not as they should be", "  a: must be set", "  b: is too long", "  and 1 more"],
        );
    }

    /// Without the metadata, the message of the service is shown unchanged.
    #[test]
    fn a_cutoff_is_shown_on_the_capitals_clock() {
        let closed = |details: &[(&str, &str)]| {
            let metadata = details.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let message = "submission closed at 2019-06-03T12:00:00Z (Asia/Almaty)".to_owned();
            let reason = Some("SUBMISSION_CUTOFF_PASSED".to_owned());
            let code = Code::FailedPrecondition;
            let refusal = Refusal { code, message, reason, metadata, violations: Vec::new(), retry_after: None };
            Failure::from(Error::Refused(Box::new(refusal))).lines().remove(0)
        };
        let local = ("cutoff_local", "2019-06-03T18:00:00+06:00[Asia/Almaty]");
        assert_eq!(
            closed(&[local, ("received", "2019-06-03T12:00:00.25Z")]),
            "error: submission closed at 2019-06-03 18:00:00 +06:00; the request was received at \
             2019-06-03 18:00:00.25 +06:00"
        );
        assert_eq!(closed(&[]), "error: submission closed at 2019-06-03T12:00:00Z (Asia/Almaty)");
    }
}
