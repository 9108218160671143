//! `AmendmentService`: new passports and corrections of people who are accredited.
//!
//! An application has at most one open amendment. The checks look at it as they look at an
//! application.

pub(crate) mod amend_accreditation;
pub(crate) mod decide_amendment;
pub(crate) mod list_amendments;
pub(crate) mod withdraw_amendment;

use crate::engine::get::get;
pub(crate) use amend_accreditation::AmendAccreditation;
pub(crate) use decide_amendment::DecideAmendment;
use domain::vocabulary::name::AmendmentName;
pub(crate) use list_amendments::ListAmendments;
use wire::v1;
pub(crate) use withdraw_amendment::WithdrawAmendment;

get!(GetAmendment, AmendmentName, GetAmendmentRequest, v1::Amendment, get_amendment);
