//! The public register: who was accredited, as everybody may read it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::vocabulary::category::Category;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::personal::Personal;

/// An entry of the register. What is missing here is not public: above all, how an accreditation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the accreditation.
    pub number: u32,
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters; empty if the person has one name only.
    pub given_name: Personal<String>,
    /// Full name in Kazakh.
    pub name_kk: Personal<String>,
    /// Full name in Russian.
    pub name_ru: Personal<String>,
    /// The nationality, as an ICAO code.
    pub nationality: String,
    /// The organization that sends the person.
    pub organization: OrganizationCode,
    /// The names of that organization.
    pub names: Names,
    /// The category.
    pub category: Category,
    /// The official number of the decree.
    pub decree_number: String,
    /// The day of the session that adopted the decree.
    pub session_date: Date,
    /// Whether the accreditation is active.
    pub in_force: bool,
    /// Since when it is active, or has ended.
    pub since: Timestamp,
}

/// Which entries are requested. `None` in a field does not filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationCode>,
    /// In this category.
    pub category: Option<Category>,
    /// Active ones, or ended ones.
    pub in_force: Option<bool>,
    /// With this number.
    pub number: Option<u32>,
}
