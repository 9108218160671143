//! `AccreditationService`: the people who are accredited, and the ways in which that ends.
//!
//! A decree makes an accreditation; no method here does. One file for each method that has more
//! to say than a read by name.

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
