//! How a call fails.

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::Code;

use crate::help;

/// Why a call has no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered, with a refusal.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The server refused the client's certificate, or closed the connection where it looks at it.
    #[error("{address} refused the client certificate: {why}")]
    CertificateRefused {
        /// The service.
        address: String,
        /// What was seen of it.
        why: String,
    },
    /// The server's certificate is not one that the profile's authorities vouch for.
    #[error("the certificate of {address} is not trusted: {why}")]
    ServerUntrusted {
        /// The service.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no connection, or it broke.
    #[error("cannot reach {address}: {why}")]
    Unreachable {
        /// The service.
        address: String,
        /// What was seen of it.
        why: String,
    },
    /// The call's time was up. What it asked for may have been done.
    #[error("no answer from {address} within {} seconds", .after.as_secs())]
    Deadline {
        /// The service.
        address: String,
        /// How long the call had.
        after: Duration,
    },
    /// A file or an address on this side cannot be used.
    #[error("{what}: {why}")]
    Local {
        /// The file or value.
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
    /// What happened, for people.
    pub message: String,
    /// The stable reason, as in `ILLEGAL_TRANSITION`.
    pub reason: Option<String>,
    /// Facts that go with the reason, as in `cutoff`.
    pub metadata: BTreeMap<String, String>,
    /// What is wrong with which field.
    pub violations: Vec<Violation>,
    /// How long the server wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// Something wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field's path, as in `application.person.birth_date`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    /// The server's stable reason, as in `FOUR_EYES`.
    pub fn reason(&self) -> Option<&str> {
        self.refusal()?.reason.as_deref()
    }

    /// The gRPC code: the server's, or what any gRPC client would have seen.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Unreachable { .. } => Some(Code::Unavailable),
            Self::Deadline { .. } => Some(Code::DeadlineExceeded),
            Self::CertificateRefused { .. } | Self::ServerUntrusted { .. } | Self::Local { .. } => None,
        }
    }

    /// What is wrong with which field.
    pub fn violations(&self) -> &[Violation] {
        self.refusal().map_or(&[], |refusal| &refusal.violations)
    }

    /// Facts that go with the reason.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        self.refusal().map_or(&NONE, |refusal| &refusal.metadata)
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&'static str> {
        help::of(self)
    }

    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
