//! The methods about registry.

pub(crate) mod create_organization;
pub(crate) mod create_person;
pub(crate) mod create_principal;
pub(crate) mod disable_principal;
pub(crate) mod suspend_organization;
pub(crate) mod who_am_i;
