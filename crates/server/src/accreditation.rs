//! Accreditations: who is accredited, and how that ends.

pub(crate) mod confirm_accreditations;
pub(crate) mod list_accreditations;
pub(crate) mod withdraw_accreditation;

use crate::engine::get::get;
pub(crate) use confirm_accreditations::ConfirmAccreditations;
use domain::vocabulary::name::AccreditationName;
pub(crate) use list_accreditations::ListAccreditations;
use wire::v1;
pub(crate) use withdraw_accreditation::WithdrawAccreditation;

get!(GetAccreditation, AccreditationName, GetAccreditationRequest, v1::Accreditation, get_accreditation);
