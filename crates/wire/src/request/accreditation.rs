//! `AccreditationService`.

use domain::name::{AccreditationName, ElectionName};
use domain::policy::Action;

use super::{List, list, named};
use crate::v1;
use crate::violations::Violations;

/// Reads the request of `AccreditationService/GetAccreditation`.
pub fn get_accreditation(request: v1::GetAccreditationRequest) -> Result<AccreditationName, Violations> {
    let v1::GetAccreditationRequest { name } = &request;
    named(&request, name, "name")
}

/// Reads the request of `AccreditationService/ListAccreditations`.
pub fn list_accreditations(request: v1::ListAccreditationsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListAccreditationsRequest { parent, page_size, page_token } = &request;
    list(Action::ListAccreditations, &request, parent, (*page_size, page_token))
}
