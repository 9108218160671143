//! Translates a status of tonic into an [`Error`], and decides whether another attempt can help.

use std::error::Error as StdError;
use std::time::Duration;

use rustls::AlertDescription;
use tonic::{Code, Status, TimeoutExpired};
use tonic_types::StatusExt as _;

use crate::connect::ConnectFailure;
use crate::connection_state::{ConnectionState, alert};
use crate::{Error, Refusal, Violation};

/// A failed attempt, and whether to make another one.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The error for the caller, if no further attempt is made.
    pub(crate) error: Error,
    /// Whether to make another attempt.
    pub(crate) retry: Retry,
}

/// Whether to make another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Never: the answer would be the same.
    Never,
    /// After the usual pause, or after this one if the server asked for it.
    After(Option<Duration>),
    /// Once more, to see whether the connection ended by chance.
    Probe,
}

impl Failure {
    /// Whether another server may succeed, because this one is unreachable, overloaded or does not answer.
    pub(crate) fn is_of_the_server(&self) -> bool {
        match &self.error {
            Error::Unreachable { .. } | Error::Deadline { .. } => true,
            Error::Refused(refusal) => {
                matches!(refusal.code, Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded)
            }
            Error::CertificateRefused { .. } | Error::ServerUntrusted { .. } | Error::Local { .. } => false,
        }
    }
}

/// Translates the status of a failed attempt, with the state of its connection.
///
/// A status with a source was made by this client: the call did not reach the server, or its answer did not arrive. A
/// status without a source is the server's.
pub(crate) fn translate(address: &str, status: &Status, state: ConnectionState, deadline: Duration) -> Failure {
    match status.source() {
        None => refused(status),
        Some(source) if find::<TimeoutExpired>(source).is_some() => deadline_passed(address, deadline),
        Some(source) => match find::<ConnectFailure>(source) {
            Some(failure) => connect_failure(address, failure),
            None => broken_connection(address, source, state),
        },
    }
}

/// The failure of a call whose deadline has passed.
pub(crate) fn deadline_passed(address: &str, after: Duration) -> Failure {
    Failure { error: Error::Deadline { address: address.to_owned(), after }, retry: Retry::Never }
}

/// The server's refusal. Only overload and unavailability are worth another attempt.
fn refused(status: &Status) -> Failure {
    let details = status.get_error_details();
    let info = details.error_info();
    let violations = details.bad_request().map(|request| request.field_violations.as_slice()).unwrap_or_default();
    let refusal = Refusal {
        code: status.code(),
        message: status.message().to_owned(),
        reason: info.map(|info| info.reason.clone()),
        metadata: info.map(|info| info.metadata.clone().into_iter().collect()).unwrap_or_default(),
        violations: violations
            .iter()
            .map(|violation| Violation { field: violation.field.clone(), description: violation.description.clone() })
            .collect(),
        retry_after: details.retry_info().and_then(|info| info.retry_delay),
    };
    let retry = match refusal.code {
        // Both mean that a later attempt may succeed. It has the same request id, so it cannot have a second effect.
        Code::Unavailable | Code::ResourceExhausted => Retry::After(refusal.retry_after),
        _ => Retry::Never,
    };
    Failure { error: Error::Refused(Box::new(refusal)), retry }
}

/// The failure to make a connection.
fn connect_failure(address: &str, failure: &ConnectFailure) -> Failure {
    let address = address.to_owned();
    let why = failure.to_string();
    let retry = Retry::After(None);
    let ConnectFailure::Tls(error) = failure else {
        return Failure { error: Error::Unreachable { address, why }, retry };
    };
    // Some servers check the certificate during the handshake, so an alert can come that early.
    if let Some(alert) = alert(error).filter(|alert| is_about_certificate(*alert)) {
        return certificate_refused(address, alert);
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_)) => {
            Failure { error: Error::ServerUntrusted { address, why: error.to_string() }, retry: Retry::Never }
        }
        // Client and server do not agree on a TLS version or cipher. Another attempt gives the same result.
        Some(_) => Failure { error: Error::Unreachable { address, why }, retry: Retry::Never },
        None => Failure { error: Error::Unreachable { address, why }, retry },
    }
}

/// The failure of a connection that was made and then broke.
fn broken_connection(address: &str, source: &(dyn StdError + 'static), state: ConnectionState) -> Failure {
    let address = address.to_owned();
    match state {
        ConnectionState::Alerted(alert) if is_about_certificate(alert) => certificate_refused(address, alert),
        ConnectionState::ClosedWithoutData => {
            let why = "it closed the connection right after the handshake, when TLS 1.3 checks the client certificate";
            Failure { error: Error::CertificateRefused { address, why: why.to_owned() }, retry: Retry::Probe }
        }
        ConnectionState::NoData | ConnectionState::Accepted | ConnectionState::Alerted(_) => {
            Failure { error: Error::Unreachable { address, why: root(source) }, retry: Retry::After(None) }
        }
    }
}

/// The failure of a connection that the server ended with an alert about the client's certificate.
fn certificate_refused(address: String, alert: AlertDescription) -> Failure {
    let why = format!("TLS alert {alert:?}");
    Failure { error: Error::CertificateRefused { address, why }, retry: Retry::Never }
}

/// Whether an alert concerns the client's certificate.
fn is_about_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as Alert;
    matches!(
        alert,
        Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::DecryptError
            | Alert::CertificateRequired
    )
}

/// The first error of this type in the chain.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    chain(error).find_map(<dyn StdError>::downcast_ref)
}

/// The text of the last error in the chain, which names the cause.
fn root(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

/// An error and all its sources.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

#[cfg(test)]
mod tests {
    use std::io;

    use tonic_types::{ErrorDetails, FieldViolation};

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(30);

    /// The failure for a status that this side made from an error.
    fn local(source: impl Into<Box<dyn StdError + Send + Sync>>, state: ConnectionState) -> Failure {
        translate("cec:7443", &Status::from_error(source.into()), state, DEADLINE)
    }

    /// A failed handshake with an error of rustls inside.
    fn tls(error: rustls::Error) -> ConnectFailure {
        ConnectFailure::Tls(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Programs branch on the reason and forms mark the fields, so nothing of the status may get lost.
    #[test]
    fn a_refusal_keeps_reason_facts_and_fields() {
        let mut details =
            ErrorDetails::with_error_info("ILLEGAL_TRANSITION", "accreditation.v1", [("state".into(), "DRAFT".into())]);
        details.set_bad_request(vec![FieldViolation::new("name", "is a draft")]);
        let status = Status::with_error_details(Code::FailedPrecondition, "it is a draft", details);
        let failure = translate("cec:7443", &status, ConnectionState::Accepted, DEADLINE);
        assert_eq!(failure.retry, Retry::Never);
        let error = failure.error;
        assert_eq!((error.code(), error.reason()), (Some(Code::FailedPrecondition), Some("ILLEGAL_TRANSITION")));
        assert_eq!(error.metadata()["state"], "DRAFT");
        assert_eq!(error.violations(), [Violation { field: "name".into(), description: "is a draft".into() }]);
        assert_eq!(error.to_string(), "it is a draft");
        assert!(error.help().is_some());
    }

    /// A busy server knows best when to come back. A shorter pause would make it busier.
    #[test]
    fn the_server_can_set_the_pause() {
        let pause = Duration::from_millis(1500);
        let status = Status::with_error_details(Code::Unavailable, "busy", ErrorDetails::with_retry_info(Some(pause)));
        assert_eq!(
            translate("cec:7443", &status, ConnectionState::Accepted, DEADLINE).retry,
            Retry::After(Some(pause))
        );
    }

    /// INTERNAL can be a fault that each attempt repeats, and ABORTED needs the caller to read again first.
    #[test]
    fn only_temporary_failures_are_retried() {
        for (code, retry) in [
            (Code::Unavailable, Retry::After(None)),
            (Code::ResourceExhausted, Retry::After(None)),
            (Code::Aborted, Retry::Never),
            (Code::Internal, Retry::Never),
            (Code::DeadlineExceeded, Retry::Never),
        ] {
            assert_eq!(
                translate("cec:7443", &Status::new(code, ""), ConnectionState::Accepted, DEADLINE).retry,
                retry,
                "{code:?}"
            );
        }
    }

    /// The server would refuse the same certificate again, so there is no further attempt.
    #[test]
    fn an_alert_about_the_certificate_is_certain() {
        for alert in
            [AlertDescription::UnknownCA, AlertDescription::AccessDenied, AlertDescription::CertificateRequired]
        {
            for failure in [
                local(io::Error::from(io::ErrorKind::BrokenPipe), ConnectionState::Alerted(alert)),
                local(tls(rustls::Error::AlertReceived(alert)), ConnectionState::NoData),
            ] {
                assert!(matches!(failure.error, Error::CertificateRefused { .. }), "{alert:?}");
                assert_eq!(failure.retry, Retry::Never);
                assert!(failure.error.help().is_some_and(|help| help.contains("spiffe://")));
            }
        }
    }

    /// After the server has sent data, the certificate was accepted, so a broken pipe is a network failure.
    #[test]
    fn a_broken_pipe_means_a_refused_certificate_only_before_any_data() {
        let closed = local(io::Error::from(io::ErrorKind::BrokenPipe), ConnectionState::ClosedWithoutData);
        assert!(matches!(closed.error, Error::CertificateRefused { .. }));
        assert_eq!(closed.retry, Retry::Probe);

        let worked = local(io::Error::from(io::ErrorKind::ConnectionReset), ConnectionState::Accepted);
        assert!(matches!(worked.error, Error::Unreachable { .. }));
        assert_eq!(worked.retry, Retry::After(None));
    }

    /// A server may be starting. A wrong certificate does not become right by waiting.
    #[test]
    fn a_failed_connection_is_retried_but_an_untrusted_server_is_not() {
        let refused =
            local(ConnectFailure::Tcp(io::Error::from(io::ErrorKind::ConnectionRefused)), ConnectionState::NoData);
        assert!(matches!(refused.error, Error::Unreachable { .. }));
        assert_eq!(refused.retry, Retry::After(None));

        let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let untrusted = local(tls(unknown), ConnectionState::NoData);
        assert!(matches!(untrusted.error, Error::ServerUntrusted { .. }));
        assert_eq!(untrusted.retry, Retry::Never);
    }

    /// Any other error would hide that a change may have been made.
    #[test]
    fn a_local_timeout_is_the_deadline() {
        let failure = local(TimeoutExpired(()), ConnectionState::Accepted);
        assert_eq!(failure.error.code(), Some(Code::DeadlineExceeded));
        assert_eq!(failure.retry, Retry::Never);
    }
}
