//! The legal time of a capital, and whether the time zone database in this version of the service knows it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// The time zone of the capital, with offsets from UTC that are known to be right.
///
/// A law can change the time of a country shortly before an election. A server with an older time zone database would
/// compute wrong cutoffs, so it computes none by such a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapitalTime {
    /// The IANA name, such as `Asia/Almaty`.
    pub name: String,
    /// Known offsets, by which the time zone database is checked.
    pub known_offsets: Vec<KnownOffset>,
}

/// The offset from UTC at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownOffset {
    /// The moment.
    pub time: Timestamp,
    /// The offset that is valid then, as in `+05:00`.
    pub offset: String,
}

/// A time zone database by which cutoffs would be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongTimeZones {
    /// It does not have the zone that cutoffs are computed in.
    #[error(
        "the time zone database of this server has no {0}; check the name, or install a newer version of the service"
    )]
    Missing(String),
    /// It has another offset than the pack.
    #[error(
        "the time zone database of this server says {found} for {zone} at {time}, and the rule pack says {expected}; \
         cutoffs would be wrong; install a newer version of the service, or import a corrected pack"
    )]
    Different {
        /// The zone.
        zone: String,
        /// The moment.
        time: Timestamp,
        /// What the database says.
        found: String,
        /// What the pack says.
        expected: String,
    },
}

impl CapitalTime {
    /// The zone, if the time zone database knows it as the pack does.
    ///
    /// # Errors
    ///
    /// [`WrongTimeZones`] if cutoffs would be wrong.
    pub fn check(&self) -> Result<TimeZone, WrongTimeZones> {
        let zone = TimeZone::get(&self.name).map_err(|_| WrongTimeZones::Missing(self.name.clone()))?;
        for KnownOffset { time, offset } in &self.known_offsets {
            let found = time.to_zoned_datetime(zone.clone()).strftime("%:z").to_string();
            if found != *offset {
                let (zone, time, expected) = (self.name.clone(), *time, offset.clone());
                return Err(WrongTimeZones::Different { zone, time, found, expected });
            }
        }
        Ok(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(name: &str, offset: &str) -> CapitalTime {
        let known = KnownOffset { time: "2026-03-15T00:00:00Z".parse().expect("a time"), offset: offset.to_owned() };
        CapitalTime { name: name.to_owned(), known_offsets: vec![known] }
    }

    /// A database from before 2024 has +06:00 for Almaty: cutoffs would be an hour early.
    #[test]
    fn a_database_that_differs_is_refused() {
        assert!(time("Asia/Almaty", "+05:00").check().is_ok());
        assert!(time("America/Toronto", "-04:00").check().is_ok());
        let old = time("Asia/Almaty", "+06:00").check().expect_err("an older database");
        assert!(old.to_string().contains("says +05:00 for Asia/Almaty"), "{old}");
        assert_eq!(time("Asia/Nowhere", "+05:00").check(), Err(WrongTimeZones::Missing("Asia/Nowhere".to_owned())));
    }
}
