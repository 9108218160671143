//! The error of a call.

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::Code;

use crate::help;

/// Why a call failed. The variants differ in what the caller can do; [`Error::help`] says it in words.
///
/// New variants may be added, so a match needs a default case.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused the call.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The server refused the client's certificate, or closed the connection when it would have checked it.
    #[error("{address} refused the client certificate: {why}")]
    CertificateRefused {
        /// The address of the server.
        address: String,
        /// The alert, or what happened to the connection.
        why: String,
    },
    /// The server's certificate was not signed by an authority of the profile. Nothing was sent to the server.
    #[error("the certificate of {address} is not trusted: {why}")]
    ServerUntrusted {
        /// The address of the server.
        address: String,
        /// What is wrong with the certificate.
        why: String,
    },
    /// No connection could be made, or it broke before the answer. A change may have been made.
    #[error("cannot reach {address}: {why}")]
    Unreachable {
        /// The address of the server.
        address: String,
        /// The error of the connection.
        why: String,
    },
    /// The deadline passed before the answer. A change may have been made.
    #[error("no answer from {address} within {} seconds", .after.as_secs())]
    Deadline {
        /// The address of the server.
        address: String,
        /// The deadline of the call.
        after: Duration,
    },
    /// A file or an address of the profile cannot be used, or a downloaded file is damaged.
    #[error("{what}: {why}")]
    Local {
        /// The path or the value.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// A refusal by the server.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The message of the server, for people.
    pub message: String,
    /// The reason for programs, such as `ILLEGAL_TRANSITION`. Its meaning never changes. `None` if a proxy answered.
    pub reason: Option<String>,
    /// Details of the reason by name, such as `cutoff`.
    pub metadata: BTreeMap<String, String>,
    /// The fields of the request that are wrong.
    pub violations: Vec<Violation>,
    /// How long the server asks the client to wait before the next attempt.
    pub retry_after: Option<Duration>,
}

/// A mistake in one field of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field, such as `application.person.birth_date`.
    pub field: String,
    /// What is wrong with the field, for people.
    pub description: String,
}

impl Error {
    /// The reason of the server, such as `FOUR_EYES`, if the server refused the call.
    pub fn reason(&self) -> Option<&str> {
        self.refusal()?.reason.as_deref()
    }

    /// The gRPC code: that of the server, or the one that any gRPC client would report. `None` before a connection.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Unreachable { .. } => Some(Code::Unavailable),
            Self::Deadline { .. } => Some(Code::DeadlineExceeded),
            Self::CertificateRefused { .. } | Self::ServerUntrusted { .. } | Self::Local { .. } => None,
        }
    }

    /// The fields of the request that are wrong.
    pub fn violations(&self) -> &[Violation] {
        self.refusal().map_or(&[], |refusal| &refusal.violations)
    }

    /// Details of the reason by name.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        self.refusal().map_or(&NONE, |refusal| &refusal.metadata)
    }

    /// What to do about the error, if that is known.
    pub fn help(&self) -> Option<&'static str> {
        help::for_error(self)
    }

    /// The server's refusal, if there is one.
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
