//! The scan of a signed decree.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Decree, DecreeState};
use crate::refusal::Refusal;
use crate::vocabulary::name::{DecreeName, PrincipalName};

/// The most scans that are kept of one decree: a page that came out crooked is scanned again a few times.
pub const MOST_SCANS: usize = 10;

/// A scan that was attached to a decree. It is kept byte for byte, for as long as the decree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeScan {
    /// The decree.
    pub decree: DecreeName,
    /// Where its bytes are.
    pub id: Uuid,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Their length.
    pub size_bytes: i64,
    /// Who attached it.
    pub attached_by: PrincipalName,
    /// When.
    pub attach_time: Timestamp,
}

impl DecreeScan {
    /// Where its bytes belong: sealed, they open nowhere else.
    pub fn place(&self) -> String {
        Self::place_of(&self.decree, self.id)
    }

    /// Where the bytes of a scan with that id belong.
    pub fn place_of(decree: &DecreeName, id: Uuid) -> String {
        format!("{decree}/scans/{id}")
    }
}

impl Decree {
    /// Refuses a scan of what nobody can have signed yet, or when it has enough.
    pub fn check_signed(&self) -> Result<(), Refusal> {
        match self.state {
            DecreeState::Draft => Err(Refusal::DecreeNotAdopted),
            DecreeState::Adopted { .. } if self.scans.len() >= MOST_SCANS => {
                Err(Refusal::TooManyDocuments { limit: MOST_SCANS })
            }
            DecreeState::Adopted { .. } => Ok(()),
        }
    }
}
