//! Why a connection was not let in.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use domain::vocabulary::id::{OrganizationCode, TrustDomain};
use rustls::{CertificateError, OtherError};

/// The stable reason in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The trust domain is known, but the chain does not lead to its organization's anchors.
    AnchorMismatch,
    /// No organization has that trust domain.
    UnknownTrustDomain,
    /// The certificate does not have exactly one valid SPIFFE URI.
    NoSpiffeId,
    /// The client sent more certificates, or larger ones, than are looked at.
    ChainTooLarge,
    /// The certificate's time is over.
    CertificateExpired,
    /// The certificate's time has not come: usually somebody's clock is wrong.
    CertificateNotYetValid,
    /// The certificate is good, its organization is shut out.
    OrganizationSuspended,
    /// The client took too long.
    HandshakeTimeout,
    /// A limit is reached.
    TooManyConnections,
    /// Anything else, told by the detail.
    HandshakeFailed,
}

impl Reason {
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

/// One refusal, with what was known by then. It names organizations, never people.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) reason: Reason,
    trust_domain: Option<TrustDomain>,
    organization: Option<OrganizationCode>,
    detail: String,
}

impl Refusal {
    pub(super) fn new(reason: Reason, detail: impl fmt::Display) -> Self {
        Self { reason, trust_domain: None, organization: None, detail: detail.to_string() }
    }

    pub(super) fn domain(mut self, trust_domain: &TrustDomain) -> Self {
        self.trust_domain = Some(trust_domain.clone());
        self
    }

    pub(super) fn organization(mut self, organization: &OrganizationCode) -> Self {
        self.organization = Some(organization.clone());
        self
    }

    /// What an organization's own chain verification found.
    pub(super) fn of_chain(error: &rustls::Error) -> Self {
        use CertificateError as Certificate;
        let reason = match error {
            rustls::Error::InvalidCertificate(error) => match error {
                // A foreign authority of the same name fails by its signature.
                Certificate::UnknownIssuer | Certificate::BadSignature => Reason::AnchorMismatch,
                Certificate::Expired | Certificate::ExpiredContext { .. } => Reason::CertificateExpired,
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Reason::CertificateNotYetValid,
                _ => Reason::HandshakeFailed,
            },
            _ => Reason::HandshakeFailed,
        };
        Self::new(reason, error)
    }

    /// Carries it through rustls. The alert the client gets is the same for all reasons, so that a stranger cannot find
    /// out whose trust domains are registered.
    pub(super) fn into_rustls(self) -> rustls::Error {
        CertificateError::Other(OtherError(Arc::new(self))).into()
    }

    /// What a failed handshake came back with: our own refusal if it carries one.
    pub(super) fn from_handshake(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(other)))) = tls
            && let Some(refusal) = other.downcast_ref::<Self>()
        {
            return refusal.clone();
        }
        Self::new(Reason::HandshakeFailed, error)
    }

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

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.as_str(), self.detail)
    }
}

impl std::error::Error for Refusal {}
