//! The public register: who was accredited, as everyone may read it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::vocabulary::category::Category;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::personal::Personal;

/// A line of the register. What is not here is nobody's affair: above all, how an accreditation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The accreditation's number.
    pub number: u32,
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters; empty for a mononym.
    pub given_name: Personal<String>,
    /// Full name in Kazakh.
    pub name_kk: Personal<String>,
    /// Full name in Russian.
    pub name_ru: Personal<String>,
    /// ICAO code of the nationality.
    pub nationality: String,
    /// The organization that sends the person.
    pub organization: OrganizationCode,
    /// What that organization is called.
    pub names: Names,
    /// In which capacity.
    pub category: Category,
    /// The decree's number as it was signed.
    pub decree_number: String,
    /// The day of the session that adopted the decree.
    pub session_date: Date,
    /// Whether it is in force.
    pub in_force: bool,
    /// Since when it is, or is not.
    pub since: Timestamp,
}

/// Which lines are asked for; `None` for whatever it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationCode>,
    /// In this category.
    pub category: Option<Category>,
    /// In force, or no longer.
    pub in_force: Option<bool>,
    /// With this number.
    pub number: Option<u32>,
}
