//! The methods about amendment.

pub(crate) mod amend_accreditation;
pub(crate) mod amendments;
pub(crate) mod decide_amendment;
pub(crate) mod withdraw_amendment;
