use domain::vocabulary::log::LogName;
use domain::vocabulary::id::OrganizationCode;
use domain::outcome::{Deed, Happening};

fn make(organization: &OrganizationCode, deed: Deed) -> Happening {
    Happening::new(LogName::Registry, "organizations/cec", organization, deed)
}

fn main() {}
