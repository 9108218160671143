//! How an adopted proposal ends an accreditation.

use jiff::Timestamp;

use super::{ProposalDraft, ProposalKind};
use crate::accreditation::{Accreditation, End, ISSUED_IN_ERROR};
use crate::refusal::Refusal;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;

impl Accreditation {
    /// A decree ends it as was proposed. [`crate::decree::adopt`] alone calls it.
    pub(crate) fn end_by_decree(
        self,
        proposed: &ProposalDraft,
        decree: u32,
        by: &PrincipalName,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let reason = match proposed.kind {
            ProposalKind::Revoke => proposed.text.clone(),
            ProposalKind::Annul | ProposalKind::Reinstate => Personal::new(ISSUED_IN_ERROR.to_owned()),
        };
        let (state, note_number, ground) = (proposed.kind.outcome(), String::new(), proposed.ground.clone());
        self.end(End { state, reason, note_number, decree: Some(decree), ground }, Some(by), now)
    }
}
