use domain::vocabulary::log::LogName;
use domain::vocabulary::id::OrganizationCode;
use domain::outcome::{EventPayload, EventDraft};

fn make(organization: &OrganizationCode, payload: EventPayload) -> EventDraft {
    EventDraft::new(LogName::Registry, "organizations/cec", organization, payload)
}

fn main() {}
