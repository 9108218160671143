//! `PresentationService`: the ministry presents submitted applications to the commission, or
//! returns them to their delegation.

pub(crate) mod create_presentation;
pub(crate) mod return_application;

use crate::engine::get::get;
use crate::engine::list::list;
pub(crate) use create_presentation::CreatePresentation;
use domain::vocabulary::name::PresentationName;
pub(crate) use return_application::ReturnApplication;
use wire::convert;
use wire::v1;

get!(GetPresentation, PresentationName, GetPresentationRequest, v1::Presentation, get_presentation);

list!(
    ListPresentations,
    ListPresentationsRequest,
    ListPresentationsResponse { presentations },
    list_presentations,
    |tx, by, election, page| tx.list_presentations(election, page),
    |last| last.name.number,
    |one| convert::presentation::to_message(one)
);
