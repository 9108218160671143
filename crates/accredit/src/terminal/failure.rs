//! How a command fails, and what its exit code says of it.

use client::{Code, Violation};
use jiff::{Timestamp, ZonedDateTime};

/// The exit codes, as `--help` shows them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something else: an error inside the server, output that cannot be written, a question answered with no
  2  the command line is wrong
  3  refused: the request is invalid, or the state of things does not allow it; of a roster, some rows
  4  not permitted, not authenticated, or a certificate was refused
  5  not found, or nothing in the queue
  6  the service cannot be reached, or did not answer in time; a change may have been made (see --request-id)
  7  a local file or the configuration cannot be used";

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for something that makes no sense.
    Usage(String),
    /// A local file or the configuration cannot be used.
    Local(String),
    /// A local file is wrong in places: what it is about, and each place.
    Lines(String, Vec<String>),
    /// The answer at the prompt was no.
    Declined,
    /// Rows of a file were refused; all others were done.
    BadRows(usize),
    /// The output cannot be written.
    Output(std::io::Error),
    /// Nothing in the queue is what was asked for, but something else is.
    NothingPicked(String),
    /// The service refused, or could not be asked.
    Service(client::Error),
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        Self::Service(error)
    }
}

impl Failure {
    /// A local file that cannot be used.
    pub fn file(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self::Local(format!("{}: {error}", path.display()))
    }

    /// One of [`EXIT_CODES`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::BadRows(_) => 3,
            Self::Local(_) | Self::Lines(..) => 7,
            Self::Declined | Self::Output(_) => 1,
            Self::NothingPicked(_) => 5,
            Self::Service(error) => service_exit_code(error),
        }
    }

    /// Whether a change may have been made all the same.
    pub fn leaves_doubt(&self) -> bool {
        self.exit_code() == 6
    }

    /// What happened, the facts, and what to do about it.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Usage(text) | Self::Local(text) => vec![format!("error: {text}")],
            Self::BadRows(rows) => vec![format!("{rows} row(s) were refused; all others were done")],
            Self::Lines(text, places) => std::iter::once(format!("error: {text}"))
                .chain(places.iter().map(|place| format!("  {place}")))
                .collect(),
            Self::Declined => vec!["nothing was done".to_owned()],
            Self::Output(error) => vec![format!("error: cannot write the output: {error}")],
            Self::NothingPicked(text) => vec![
                format!("error: {text}"),
                "reason: QUEUE_EMPTY".to_owned(),
                "what to do: Leave a filter out, or look at `accredit review queue`.".to_owned(),
            ],
            Self::Service(error) => service_lines(error),
        }
    }
}

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

fn service_lines(error: &client::Error) -> Vec<String> {
    let mut lines = vec![format!("error: {}", too_late(error).unwrap_or_else(|| error.to_string()))];
    let message = error.to_string();
    lines.extend(error.violations().iter().filter_map(|violation| beside(&message, violation)));
    lines.extend(error.metadata().iter().map(|(key, value)| format!("  {key}: {value}")));
    match (error.reason(), error.code()) {
        (Some(reason), _) => lines.push(format!("reason: {reason}")),
        (None, Some(code)) => lines.push(format!("reason: {code:?}")),
        (None, None) => {}
    }
    lines.extend(error.help().map(|help| format!("what to do: {help}")));
    lines
}

/// What a violation says beside the message, which may be made of it.
fn beside(message: &str, Violation { field, description }: &Violation) -> Option<String> {
    let of_it = message == description
        || message.ends_with(&format!(": {description}"))
        || message.starts_with(&format!("{description}; "));
    match (of_it, field.is_empty()) {
        (true, true) => None,
        (true, false) if message == format!("{field}: {description}") => None,
        (true, false) => Some(format!("  field: {field}")),
        (false, true) => Some(format!("  {description}")),
        (false, false) => Some(format!("  {field}: {description}")),
    }
}

/// What came after a cutoff, on the capital's clock.
fn too_late(error: &client::Error) -> Option<String> {
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

    #[test]
    fn every_failure_has_its_exit_code() {
        let address = || "cec:7443".to_owned();
        let why = String::new;
        for (failure, code) in [
            (Failure::Usage(why()), 2),
            (Failure::Local(why()), 7),
            (Failure::Lines(why(), Vec::new()), 7),
            (Failure::Declined, 1),
            (Failure::NothingPicked(why()), 5),
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

    #[test]
    fn a_refusal_says_what_happened_where_why_and_what_to_do() {
        let lines = Failure::from(refused(Code::FailedPrecondition)).lines();
        assert_eq!(
            lines[..4],
            ["error: it is a draft", "  name: a draft", "  state: DRAFT", "reason: ILLEGAL_TRANSITION"]
        );
        assert!(lines[4].starts_with("what to do: "), "{lines:?}");
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_once() {
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

    #[test]
    fn a_cutoff_is_told_on_the_capital_s_clock() {
        let closed = |facts: &[(&str, &str)]| {
            let metadata = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let message = "submission closed at 2019-06-03T12:00:00Z (Asia/Almaty)".to_owned();
            let reason = Some("SUBMISSION_CUTOFF_PASSED".to_owned());
            let code = Code::FailedPrecondition;
            let refusal = Refusal { code, message, reason, metadata, violations: Vec::new(), retry_after: None };
            Failure::from(Error::Refused(Box::new(refusal))).lines().remove(0)
        };
        let local = ("cutoff_local", "2019-06-03T18:00:00+06:00[Asia/Almaty]");
        assert_eq!(
            closed(&[local, ("received", "2019-06-03T12:00:00.25Z")]),
            "error: submission closed at 2019-06-03 18:00:00 +06:00; the request was received at 2019-06-03 18:00:00.25 \
             +06:00"
        );
        assert_eq!(closed(&[]), "error: submission closed at 2019-06-03T12:00:00Z (Asia/Almaty)");
    }
}
