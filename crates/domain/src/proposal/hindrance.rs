//! What keeps an accreditation from being in force again.

use crate::accreditation::Accreditation;
use crate::mission::Mission;
use crate::refusal::Refusal;
use crate::vocabulary::name::AccreditationName;

/// Why nothing is reinstated, whatever an appeal has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// The mission has withdrawn: nobody of it comes back.
    MissionWithdrawn,
    /// Somebody is accredited in the same place, as a replacement.
    PlaceTaken(AccreditationName),
}

impl Hindrance {
    /// What stands in the way of reinstating somebody of a mission whose place somebody else may have.
    pub fn of(mission: Option<&Mission>, in_place: Option<&Accreditation>) -> Result<Option<Self>, Refusal> {
        if mission.ok_or(Refusal::MissionMissing)?.withdrawal.is_some() {
            return Ok(Some(Self::MissionWithdrawn));
        }
        let in_force = in_place.filter(|found| found.check_in_force().is_ok());
        Ok(in_force.map(|found| Self::PlaceTaken(found.name.clone())))
    }
}
