//! From what tonic reports to an [`Error`], and whether trying again can help.

use std::error::Error as StdError;
use std::time::Duration;

use rustls::AlertDescription;
use tonic::{Code, Status, TimeoutExpired};
use tonic_types::StatusExt as _;

use crate::connect::ConnectFailure;
use crate::link::{Fate, alert};
use crate::{Error, Refusal, Violation};

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

/// Whether another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The answer would be the same.
    Never,
    /// It may go better, after this pause if the server asked for one.
    After(Option<Duration>),
    /// One more connection shows whether this one ended by chance.
    Probe,
}

impl Failure {
    /// Whether another server may well do better: this one is not there, has too much to do, or does not answer.
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

/// Translates a failed attempt over a connection whose fate is known.
///
/// A status that carries a source was made on this side: the call did not reach the server, or its answer did not arrive.
pub(crate) fn translate(address: &str, status: &Status, fate: Fate, deadline: Duration) -> Failure {
    match status.source() {
        None => refused(status),
        Some(source) if find::<TimeoutExpired>(source).is_some() => deadline_passed(address, deadline),
        Some(source) => match find::<ConnectFailure>(source) {
            Some(failure) => not_connected(address, failure),
            None => broken(address, source, fate),
        },
    }
}

/// The call's own time was up.
pub(crate) fn deadline_passed(address: &str, after: Duration) -> Failure {
    Failure { error: Error::Deadline { address: address.to_owned(), after }, retry: Retry::Never }
}

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
        Code::Unavailable | Code::ResourceExhausted => Retry::After(refusal.retry_after),
        _ => Retry::Never,
    };
    Failure { error: Error::Refused(Box::new(refusal)), retry }
}

fn not_connected(address: &str, failure: &ConnectFailure) -> Failure {
    let address = address.to_owned();
    let why = failure.to_string();
    let retry = Retry::After(None);
    let ConnectFailure::Tls(error) = failure else {
        return Failure { error: Error::Unreachable { address, why }, retry };
    };
    if let Some(alert) = alert(error).filter(|alert| about_certificate(*alert)) {
        return certificate_refused(address, alert);
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_)) => {
            Failure { error: Error::ServerUntrusted { address, why: error.to_string() }, retry: Retry::Never }
        }
        // The two sides do not agree on TLS itself; they will not the next time either.
        Some(_) => Failure { error: Error::Unreachable { address, why }, retry: Retry::Never },
        None => Failure { error: Error::Unreachable { address, why }, retry },
    }
}

fn broken(address: &str, source: &(dyn StdError + 'static), fate: Fate) -> Failure {
    let address = address.to_owned();
    match fate {
        Fate::Alerted(alert) if about_certificate(alert) => certificate_refused(address, alert),
        Fate::Stillborn => {
            let why =
                "it closed the connection right after the handshake, where TLS 1.3 looks at the client certificate";
            Failure { error: Error::CertificateRefused { address, why: why.to_owned() }, retry: Retry::Probe }
        }
        Fate::Fresh | Fate::Accepted | Fate::Alerted(_) => {
            Failure { error: Error::Unreachable { address, why: root(source) }, retry: Retry::After(None) }
        }
    }
}

fn certificate_refused(address: String, alert: AlertDescription) -> Failure {
    let why = format!("TLS alert {alert:?}");
    Failure { error: Error::CertificateRefused { address, why }, retry: Retry::Never }
}

fn about_certificate(alert: AlertDescription) -> bool {
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

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

#[cfg(test)]
mod tests {
    use std::io;

    use tonic_types::{ErrorDetails, FieldViolation};

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(30);

    fn local(source: impl Into<Box<dyn StdError + Send + Sync>>, fate: Fate) -> Failure {
        translate("cec:7443", &Status::from_error(source.into()), fate, DEADLINE)
    }

    fn tls(error: rustls::Error) -> ConnectFailure {
        ConnectFailure::Tls(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    #[test]
    fn a_refusal_keeps_reason_facts_and_fields() {
        let mut details =
            ErrorDetails::with_error_info("ILLEGAL_TRANSITION", "accreditation.v1", [("state".into(), "DRAFT".into())]);
        details.set_bad_request(vec![FieldViolation::new("name", "is a draft")]);
        let status = Status::with_error_details(Code::FailedPrecondition, "it is a draft", details);
        let failure = translate("cec:7443", &status, Fate::Accepted, DEADLINE);
        assert_eq!(failure.retry, Retry::Never);
        let error = failure.error;
        assert_eq!((error.code(), error.reason()), (Some(Code::FailedPrecondition), Some("ILLEGAL_TRANSITION")));
        assert_eq!(error.metadata()["state"], "DRAFT");
        assert_eq!(error.violations(), [Violation { field: "name".into(), description: "is a draft".into() }]);
        assert_eq!(error.to_string(), "it is a draft");
        assert!(error.help().is_some());
    }

    #[test]
    fn the_servers_own_wish_sets_the_pause() {
        let pause = Duration::from_millis(1500);
        let status = Status::with_error_details(Code::Unavailable, "busy", ErrorDetails::with_retry_info(Some(pause)));
        assert_eq!(translate("cec:7443", &status, Fate::Accepted, DEADLINE).retry, Retry::After(Some(pause)));
    }

    #[test]
    fn only_passing_troubles_are_tried_again() {
        for (code, retry) in [
            (Code::Unavailable, Retry::After(None)),
            (Code::ResourceExhausted, Retry::After(None)),
            (Code::Aborted, Retry::Never),
            (Code::Internal, Retry::Never),
            (Code::DeadlineExceeded, Retry::Never),
        ] {
            assert_eq!(
                translate("cec:7443", &Status::new(code, ""), Fate::Accepted, DEADLINE).retry,
                retry,
                "{code:?}"
            );
        }
    }

    #[test]
    fn an_alert_about_the_certificate_is_certain() {
        for alert in
            [AlertDescription::UnknownCA, AlertDescription::AccessDenied, AlertDescription::CertificateRequired]
        {
            for failure in [
                local(io::Error::from(io::ErrorKind::BrokenPipe), Fate::Alerted(alert)),
                local(tls(rustls::Error::AlertReceived(alert)), Fate::Fresh),
            ] {
                assert!(matches!(failure.error, Error::CertificateRefused { .. }), "{alert:?}");
                assert_eq!(failure.retry, Retry::Never);
                assert!(failure.error.help().is_some_and(|help| help.contains("spiffe://")));
            }
        }
    }

    #[test]
    fn a_broken_pipe_says_more_on_a_connection_that_never_worked() {
        let stillborn = local(io::Error::from(io::ErrorKind::BrokenPipe), Fate::Stillborn);
        assert!(matches!(stillborn.error, Error::CertificateRefused { .. }));
        assert_eq!(stillborn.retry, Retry::Probe);

        let worked = local(io::Error::from(io::ErrorKind::ConnectionReset), Fate::Accepted);
        assert!(matches!(worked.error, Error::Unreachable { .. }));
        assert_eq!(worked.retry, Retry::After(None));
    }

    #[test]
    fn no_connection_is_tried_again_but_not_an_untrusted_server() {
        let refused = local(ConnectFailure::Tcp(io::Error::from(io::ErrorKind::ConnectionRefused)), Fate::Fresh);
        assert!(matches!(refused.error, Error::Unreachable { .. }));
        assert_eq!(refused.retry, Retry::After(None));

        let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let untrusted = local(tls(unknown), Fate::Fresh);
        assert!(matches!(untrusted.error, Error::ServerUntrusted { .. }));
        assert_eq!(untrusted.retry, Retry::Never);
    }

    #[test]
    fn a_local_timeout_is_the_deadline() {
        let failure = local(TimeoutExpired(()), Fate::Accepted);
        assert_eq!(failure.error.code(), Some(Code::DeadlineExceeded));
        assert_eq!(failure.retry, Retry::Never);
    }
}
