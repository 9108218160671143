//! Scans of a signed decree.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Decree, DecreeState};
use crate::refusal::Refusal;
use crate::vocabulary::name::{DecreeName, PrincipalName};

/// The maximum number of scans of one decree: a page may have to be scanned again a few times.
pub const MAX_SCANS: usize = 10;

/// A scan that was attached to a decree. It is stored byte for byte, as long as the decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeScan {
    /// The decree.
    pub decree: DecreeName,
    /// The id under which the bytes are stored.
    pub id: Uuid,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The size in bytes.
    pub size_bytes: i64,
    /// The principal that attached it.
    pub attached_by: PrincipalName,
    /// When it was attached.
    pub attach_time: Timestamp,
}

impl DecreeScan {
    /// The place that the encrypted bytes are bound to: moved elsewhere, they cannot be decrypted.
    pub fn place(&self) -> String {
        Self::place_of(&self.decree, self.id)
    }

    /// The place of a scan with this id.
    pub fn place_of(decree: &DecreeName, id: Uuid) -> String {
        format!("{decree}/scans/{id}")
    }
}

impl Decree {
    /// Checks that a scan can be attached.
    ///
    /// # Errors
    ///
    /// [`Refusal::DecreeNotAdopted`] for a draft, which nobody can have signed, and [`Refusal::TooManyDocuments`] at
    /// the maximum.
    pub fn check_signed(&self) -> Result<(), Refusal> {
        match self.state {
            DecreeState::Draft => Err(Refusal::DecreeNotAdopted),
            DecreeState::Adopted { .. } if self.scans.len() >= MAX_SCANS => {
                Err(Refusal::TooManyDocuments { limit: MAX_SCANS })
            }
            DecreeState::Adopted { .. } => Ok(()),
        }
    }
}
