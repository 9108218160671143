//! Why a connection was refused, for the log of the operator.
//!
//! The client gets the same TLS alert for every reason. A different alert would tell a stranger
//! which trust domains are registered.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use domain::vocabulary::id::{OrganizationCode, TrustDomain};
use rustls::{CertificateError, OtherError};

/// The reason in the log. Operators search for it, and `docs/errors.md` explains each one, so none
/// changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The trust domain is registered, but the chain does not lead to an anchor of its
    /// organization.
    AnchorMismatch,
    /// No organization has the trust domain.
    UnknownTrustDomain,
    /// The certificate does not have exactly one valid SPIFFE URI.
    NoSpiffeId,
    /// The client sent more certificates, or larger ones, than are verified.
    ChainTooLarge,
    /// The certificate is not valid any more.
    CertificateExpired,
    /// The certificate is not valid yet. Usually somebody's clock is wrong.
    CertificateNotYetValid,
    /// The certificate is good, but its organization is suspended.
    OrganizationSuspended,
    /// The handshake took too long.
    HandshakeTimeout,
    /// A limit on connections is reached; the detail names it.
    TooManyConnections,
    /// Anything else; the detail says what.
    HandshakeFailed,
}

impl Reason {
    /// The word in the log.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::AnchorMismatch => "ANCHOR_MISMATCH",
            Self::UnknownTrustDomain => "UNKNOWN_TRUST_DOMAIN",
            Self::NoSpiffeId => "NO_SPIFFE_ID",
            Self::ChainTooLarge => "CHAIN_TOO_LARGE",
            Self::CertificateExpired => "CERTIFICATE_EXPIRED",
            Self::CertificateNotYetValid => "CERTIFICATE_NOT_YET_VALID",
            Self::OrganizationSuspended => "ORGANIZATION_SUSPENDED",
            Self::HandshakeTimeout => "HANDSHAKE_TIMEOUT",
            Self::TooManyConnections => "TOO_MANY_CONNECTIONS",
            Self::HandshakeFailed => "HANDSHAKE_FAILED",
        }
    }
}

/// Why one connection was refused, with what was known by then. It names organizations, never
/// people.
#[derive(Debug, Clone)]
pub(super) struct Rejection {
    pub(super) reason: Reason,
    trust_domain: Option<TrustDomain>,
    organization: Option<OrganizationCode>,
    detail: String,
}

impl Rejection {
    /// A rejection of a client that is not known yet.
    pub(super) fn new(reason: Reason, detail: impl fmt::Display) -> Self {
        Self { reason, trust_domain: None, organization: None, detail: detail.to_string() }
    }

    /// Adds the trust domain.
    pub(super) fn domain(mut self, trust_domain: &TrustDomain) -> Self {
        self.trust_domain = Some(trust_domain.clone());
        self
    }

    /// Adds the organization.
    pub(super) fn organization(mut self, organization: &OrganizationCode) -> Self {
        self.organization = Some(organization.clone());
        self
    }

    /// Translates the error of the verification against an organization's anchors.
    pub(super) fn from_chain(error: &rustls::Error) -> Self {
        use CertificateError as Certificate;
        let reason = match error {
            rustls::Error::InvalidCertificate(error) => match error {
                // Another authority with the same name fails by its signature.
                Certificate::UnknownIssuer | Certificate::BadSignature => Reason::AnchorMismatch,
                Certificate::Expired | Certificate::ExpiredContext { .. } => Reason::CertificateExpired,
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Reason::CertificateNotYetValid,
                _ => Reason::HandshakeFailed,
            },
            _ => Reason::HandshakeFailed,
        };
        Self::new(reason, error)
    }

    /// Wraps it as an error of rustls, which gives the client the same alert for every reason.
    pub(super) fn into_rustls(self) -> rustls::Error {
        CertificateError::Other(OtherError(Arc::new(self))).into()
    }

    /// Reads a failed handshake: our own rejection, if rustls carries one, or the text of its
    /// error.
    pub(super) fn from_handshake(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(other)))) = tls
            && let Some(rejection) = other.downcast_ref::<Self>()
        {
            return rejection.clone();
        }
        Self::new(Reason::HandshakeFailed, error)
    }

    /// Writes it to the log. At level `info`: anybody can cause it.
    pub(super) fn log(&self, peer: SocketAddr) {
        tracing::info!(
            reason = self.reason.as_str(),
            %peer,
            trust_domain = self.trust_domain.as_ref().map(TrustDomain::as_str),
            organization = self.organization.as_ref().map(OrganizationCode::as_str),
            detail = self.detail,
            "connection refused: {}",
            self.reason.as_str()
        );
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.as_str(), self.detail)
    }
}

impl std::error::Error for Rejection {}
