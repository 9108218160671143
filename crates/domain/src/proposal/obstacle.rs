//! What prevents an accreditation from being reinstated.

use crate::accreditation::Accreditation;
use crate::mission::Mission;
use crate::refusal::Refusal;
use crate::vocabulary::name::AccreditationName;

/// Why an accreditation cannot be reinstated although the appeal was upheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReinstatementObstacle {
    /// The whole mission has withdrawn, so nobody of it observes any more.
    MissionWithdrawn,
    /// A replacement is accredited in the same place. Two people would share one place of the mission.
    PlaceTaken(AccreditationName),
}

impl ReinstatementObstacle {
    /// Finds what prevents a reinstatement. `mission` is the person's mission; `in_place` is the accreditation that
    /// replaced the person, if there is one.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissionMissing`] if the mission was not found.
    pub fn of(mission: Option<&Mission>, in_place: Option<&Accreditation>) -> Result<Option<Self>, Refusal> {
        if mission.ok_or(Refusal::MissionMissing)?.withdrawal.is_some() {
            return Ok(Some(Self::MissionWithdrawn));
        }
        let in_force = in_place.filter(|found| found.check_in_force().is_ok());
        Ok(in_force.map(|found| Self::PlaceTaken(found.name.clone())))
    }
}
