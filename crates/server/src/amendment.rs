//! Amendments: new passports and corrections of accredited people.

pub(crate) mod amend_accreditation;
pub(crate) mod amendments;
pub(crate) mod decide_amendment;
pub(crate) mod withdraw_amendment;

use crate::engine::get::get;
pub(crate) use amend_accreditation::AmendAccreditation;
pub(crate) use amendments::ListAmendments;
pub(crate) use decide_amendment::DecideAmendment;
use domain::vocabulary::name::AmendmentName;
use wire::v1;
pub(crate) use withdraw_amendment::WithdrawAmendment;

get!(GetAmendment, AmendmentName, GetAmendmentRequest, v1::Amendment, get_amendment);
