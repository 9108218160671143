//! Legal holds: personal data that is stored beyond its retention, because somebody still has to decide about it.

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::name::{ApplicationName, LegalHoldName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;

/// A legal hold on one application, or on all personal data of an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// The resource name.
    pub name: LegalHoldName,
    /// The held application; `None` for the whole election.
    pub application: Option<ApplicationName>,
    /// The reason, in free text.
    pub reason: Personal<String>,
    /// The principal that set it.
    pub created_by: PrincipalName,
    /// When it was set.
    pub create_time: Timestamp,
    /// The release; `None` while it holds.
    pub release: Option<Release>,
}

/// The release of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The principal that released it.
    pub by: PrincipalName,
    /// When it was released.
    pub time: Timestamp,
    /// The reason, in free text.
    pub reason: Personal<String>,
}

impl LegalHold {
    /// Releases the hold. A released hold cannot hold again: data may have been erased meanwhile.
    ///
    /// # Errors
    ///
    /// [`Refusal::HoldReleased`] if it was released before.
    pub fn release(self, release: Release) -> Result<Self, Refusal> {
        match self.release {
            Some(_) => Err(Refusal::HoldReleased),
            None => Ok(Self { release: Some(release), ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, person};

    /// The first release stays on record.
    #[test]
    fn a_hold_is_released_once() {
        let by = person("registrar", "p1").principal;
        let hold = LegalHold {
            name: "elections/e1/legalHolds/0190b0a0-0000-7000-8000-000000000001".parse().expect("a name"),
            application: None,
            reason: Personal::new("An appeal is pending.".to_owned()),
            created_by: by.clone(),
            create_time: at("2019-06-10T00:00:00Z"),
            release: None,
        };
        let release = Release { by, time: at("2019-10-01T00:00:00Z"), reason: Personal::default() };
        let released = hold.release(release.clone()).expect("it holds");
        assert_eq!(released.release, Some(release.clone()));
        assert_eq!(released.release(release), Err(Refusal::HoldReleased));
    }
}
