//! The methods about accreditation.

pub(crate) mod confirm_accreditations;
pub(crate) mod list_accreditations;
pub(crate) mod withdraw_accreditation;
