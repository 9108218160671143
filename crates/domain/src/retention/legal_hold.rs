//! Legal holds: what is kept beyond its retention because somebody may still have to decide about it.

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::name::{ApplicationName, LegalHoldName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;

/// A legal hold on an application, or on everything of an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// Its name.
    pub name: LegalHoldName,
    /// The application that it keeps; the whole election if there is none.
    pub application: Option<ApplicationName>,
    /// Why.
    pub reason: Personal<String>,
    /// Who set it.
    pub created_by: PrincipalName,
    /// When.
    pub create_time: Timestamp,
    /// Who ended it, when and why.
    pub release: Option<Release>,
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Who ended it.
    pub by: PrincipalName,
    /// When.
    pub time: Timestamp,
    /// Why.
    pub reason: Personal<String>,
}

impl LegalHold {
    /// Ends it, once.
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

    #[test]
    fn a_hold_ends_once() {
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
