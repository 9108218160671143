use domain::event::LogName;
use domain::id::OrganizationCode;
use domain::outcome::{Deed, Happening};

fn make(organization: &OrganizationCode) -> Happening {
    Happening::new(LogName::Registry, "organizations/cec", organization, Deed::Founded)
}

fn main() {}
